"""What a member of staff sets for themselves."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.models import User


class UnableToChooseLanguage(Refusal):
    """The product does not speak that language."""


def choose_language(*, actor: User, language: str) -> None:
    """Remember the language that a member of staff reads, for every browser they use.

    Raises UnableToChooseLanguage for a language that the product does not have.
    """
    if language not in dict(settings.LANGUAGES):
        raise UnableToChooseLanguage(_("Dunwell speaks English and Simplified Chinese."))
    User.objects.filter(pk=actor.pk).update(language=language)

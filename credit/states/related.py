"""Clients that may belong together."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class RelatedSign(TextChoices):
    """What two clients have in common."""

    REGISTRATION = "REGISTRATION", pgettext_lazy("sign", "Same registration number")
    LEGAL_REPRESENTATIVE = (
        "LEGAL_REPRESENTATIVE",
        pgettext_lazy("sign", "Same legal representative"),
    )
    ADDRESS = "ADDRESS", pgettext_lazy("sign", "Same address")
    PHONE = "PHONE", pgettext_lazy("sign", "Same phone number")
    MAIL_DOMAIN = "MAIL_DOMAIN", pgettext_lazy("sign", "Same e-mail domain")
    PAYER = "PAYER", pgettext_lazy("sign", "Same payer")
    NAME = "NAME", pgettext_lazy("sign", "Similar name")


class RelatedState(TextChoices):
    """Life of a proposal that two clients belong together."""

    PROPOSED = "PROPOSED", pgettext_lazy("related", "To be decided")
    CONFIRMED = "CONFIRMED", pgettext_lazy("related", "Belong together")
    DISMISSED = "DISMISSED", pgettext_lazy("related", "Not related")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("related", "No sign is left")


R = RelatedState
RELATED_TRANSITIONS: dict[RelatedState, frozenset[RelatedState]] = {
    R.PROPOSED: frozenset({R.CONFIRMED, R.DISMISSED, R.WITHDRAWN}),
    R.CONFIRMED: frozenset({R.DISMISSED}),
    R.DISMISSED: frozenset({R.CONFIRMED, R.PROPOSED}),
    R.WITHDRAWN: frozenset({R.PROPOSED}),
}

"""The background job that makes letters, one after the other, with its progress."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import now
from core.errors import Refusal
from core.jobs import Progress, job
from core.models import User
from reminders.services.letters import MAKE_LETTERS, finish_batch, make_letter


@job(MAKE_LETTERS)
def make_letters(
    *,
    progress: Progress,
    actor: User | None,
    letters: list[int],
    batch: int | None = None,
    key: str = "",
) -> Mapping[str, Any]:
    """Make each letter; one that fails does not stop the others. Run again, it makes the rest."""
    # What a person reads about this job is in that person's language, not in the worker's.
    with translation.override((actor.language if actor else "") or settings.LANGUAGE_CODE):
        return _make_all(progress, letters, batch)


def _make_all(progress: Progress, letters: list[int], batch: int | None) -> Mapping[str, Any]:
    failed: list[Refusal] = []
    for done, letter_id in enumerate(letters):
        progress.report(done=done, total=len(letters))
        try:
            make_letter(letter_id=letter_id, at=now())
        except Refusal as refusal:
            failed.append(refusal)
    if batch is None:
        if failed:
            raise failed[0]
        progress.report(done=1, total=1)
        return {"url": reverse("reminders:letter", args=letters), "label": _("Open the letter")}
    finish_batch(batch_id=batch, at=now())
    progress.report(done=len(letters), total=len(letters), message=_summary(letters, failed))
    return {"url": reverse("reminders:letter_batch", args=[batch]), "label": _("Open the letters")}


def _summary(letters: list[int], failed: list[Refusal]) -> str:
    made = len(letters) - len(failed)
    text = ngettext("%(made)d letter made", "%(made)d letters made", made) % {"made": made}
    if failed:
        text += " · " + ngettext("%(failed)d failed", "%(failed)d failed", len(failed)) % {
            "failed": len(failed)
        }
    return text

"""A manager writes what is looked at in a segment. What was decided by an older list stays so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max
from django.utils.translation import gettext as _

from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction, refusing
from credit.models import Checklist, ChecklistItem
from credit.states import CheckKind


class UnableToSaveChecklist(Refusal):
    """The checklist does not hold together."""


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as it is written."""

    kind: str
    text: str
    text_zh: str
    is_required: bool = True


@in_transaction
def write_checklist(
    *,
    segment: str,
    lines: Sequence[NewLine],
    note: str,
    starts_on: dt.date,
    on: dt.date,
    actor: User,
    at: dt.datetime,
) -> Checklist:
    """Write the next number of a segment's checklist, which counts from a day on.

    Screenings that were begun go on by the list they were begun with.
    """
    if not actor.may_approve:
        raise UnableToSaveChecklist(_("A manager writes the checklists."))
    if starts_on < on:
        raise UnableToSaveChecklist(
            _("A list counts from today or later; what was, stays."), field="starts_on"
        )
    _check_lines(lines)
    name = " ".join(segment.split())
    before = Checklist.objects.filter(segment__iexact=name)
    kept = before.order_by("-number").first()
    if kept is not None and kept.starts_on > starts_on:
        raise UnableToSaveChecklist(
            _("A newer list counts from %(day)s already. Choose that day or a later one.")
            % {"day": kept.starts_on.isoformat()},
            field="starts_on",
        )
    number = (before.aggregate(last=Max("number"))["last"] or 0) + 1
    taken = {"checklist_number_once": _("Somebody wrote this list meanwhile. Look again.")}
    with refusing(UnableToSaveChecklist, taken):
        row = Checklist.objects.create(
            segment=kept.segment if kept else name,
            number=number,
            starts_on=starts_on,
            note=note.strip()[:300],
            created_at=at,
            created_by=actor,
        )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            checklist=row,
            position=place,
            kind=one.kind,
            text=one.text.strip(),
            text_zh=one.text_zh.strip(),
            is_required=one.is_required,
        )
        for place, one in enumerate(lines, start=1)
    )
    audit.record(
        action="credit.write_checklist",
        actor=actor,
        at=at,
        subject=row,
        payload={"segment": row.segment, "number": number, "lines": len(lines)},
    )
    return row


def _check_lines(lines: Sequence[NewLine]) -> None:
    if not lines:
        raise UnableToSaveChecklist(_("A checklist has at least one line."))
    if any(not one.text.strip() or not one.text_zh.strip() for one in lines):
        raise UnableToSaveChecklist(_("Write each line in English and in Chinese."))
    if any(one.kind not in CheckKind.values for one in lines):
        raise UnableToSaveChecklist(_("Say what each line is about."))

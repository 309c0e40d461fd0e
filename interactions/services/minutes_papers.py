"""The paper of a version of minutes: printed once when issued, once more when answered.

Made of the frozen content and the answer alone, outside any transaction; what is kept is never
printed again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from core import audit
from core.dates import day_in
from core.documents import read_document, store_document
from core.pdf.service import LETTER_LIMITS, render_pdf
from core.transactions import in_transaction
from interactions.letters.minutes import Answered, MinutesPaper, minutes_paper
from interactions.models import Minutes, MinutesAnswer
from interactions.selectors.minutes import version_content

_LOGO_TYPES: Final = frozenset({"image/png", "image/jpeg"})
_RELATED: Final = (
    "meeting__creditor__logo",
    "meeting__client",
    "created_by",
    "document",
    "answered_document",
    "answer",
)


def print_minutes(*, minutes_id: int, at: dt.datetime) -> Minutes:
    """Make and keep the papers of a version that are not there yet. Raises UnableToRenderPdf."""
    minutes = Minutes.objects.select_related(*_RELATED).get(pk=minutes_id)
    if minutes.document_id is None:
        _keep(minutes, "document", _render(minutes, None), at=at)
    answer = answer_of(minutes)
    if answer is not None and minutes.answered_document_id is None:
        _keep(minutes, "answered_document", _render(minutes, answer), at=at)
    return minutes


def answer_of(minutes: Minutes) -> MinutesAnswer | None:
    """The answer to a version; None while there is none."""
    return getattr(minutes, "answer", None)


def paper_of(minutes: Minutes, answer: MinutesAnswer | None) -> MinutesPaper:
    """The paper of a version: the same today and in ten years."""
    creditor = minutes.meeting.creditor
    return minutes_paper(
        version_content(minutes),
        sha256=minutes.sha256,
        created=day_in(minutes.created_at, creditor.time_zone).isoformat(),
        has_logo="logo" in _assets(minutes),
        zone=creditor.time_zone,
        answer=None if answer is None else _answered(answer),
    )


def _answered(answer: MinutesAnswer) -> Answered:
    return Answered(
        outcome=answer.outcome,
        name=answer.name,
        answered_on=answer.answered_on,
        at=answer.at,
        address=answer.address or "",
        remark=answer.remark,
        reference=answer.reference,
        objections=[(one.point, one.remark) for one in answer.objections.all()],
    )


def _render(minutes: Minutes, answer: MinutesAnswer | None) -> bytes:
    paper = paper_of(minutes, answer)
    return render_pdf(
        template="pdf/minutes.html",
        context={"paper": paper},
        language=paper.language,
        assets=_assets(minutes),
        limits=LETTER_LIMITS,
        styles=("pdf", "minutes"),
        mark_missing=True,  # people write signs that no font has; the text itself has them all
    )


def _assets(minutes: Minutes) -> Mapping[str, bytes]:
    logo = minutes.meeting.creditor.logo
    if logo is None or logo.mime not in _LOGO_TYPES:
        return {}
    return {"logo": read_document(logo)}


@in_transaction
def _keep(minutes: Minutes, field: str, pdf: bytes, *, at: dt.datetime) -> None:
    row = Minutes.objects.select_for_update(of=("self",)).get(pk=minutes.pk)
    if getattr(row, field) is not None:
        return
    document = store_document(
        data=pdf, name=file_name(minutes, field), actor=minutes.created_by, at=at
    )
    Minutes.objects.filter(pk=row.pk).update(**{field: document})
    setattr(minutes, field, document)
    audit.record(
        action="interactions.print_minutes",
        actor=minutes.created_by,
        at=at,
        subject=minutes,
        stream=f"client:{minutes.meeting.client_id}",
        payload={"version": minutes.number, "document": document.pk, "sha256": document.sha256},
    )


def file_name(minutes: Minutes, field: str = "document") -> str:
    """What a version's paper is called when it is downloaded."""
    suffix = " answered" if field == "answered_document" else ""
    return f"minutes {minutes.meeting_id} v{minutes.number}{suffix}.pdf"

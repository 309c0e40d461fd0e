"""Complaints and acknowledged notices as sections of their exhibits, as they were recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.letters.contexts import LogEntry, Section
from disputes.models import Complaint
from disputes.states import ComplaintState
from interactions.models import NoticeAcknowledgement

if TYPE_CHECKING:
    from cases.letters.exhibits import ExhibitWriter


def complaint_section(writer: ExhibitWriter, row: Complaint) -> Section:
    """One complaint, with the steps taken by the day of the packet."""
    as_of = writer.evidence.as_of_on
    dispute = ""
    if row.dispute is not None and row.dispute.opened_on <= as_of:
        amount = writer.money(row.dispute.amount, row.dispute.invoice.currency)
        dispute = f"{row.dispute.invoice.number} · {amount}"
    return Section(
        heading=writer.say("complaint_no", number=row.pk),
        facts=(
            writer.line("received", writer.moment(row.received_at)),
            writer.line("kind", writer.label(row.get_channel_display())),
            writer.line("about", _about(row)),
            writer.line("reason", writer.label(row.get_reason_display())),
            writer.line("wants", row.wants),
            writer.line("answer_by", writer.day(row.answer_by)),
            writer.line("dispute_of", dispute),
        ),
        paragraphs=(row.what,),
        entries=tuple(
            LogEntry(
                when=writer.moment(one.at),
                what=str(one.actor or writer.words["system"]),
                subject=writer.label(ComplaintState(one.to_state).label),
                body=one.note,
            )
            for one in row.transitions.all()
            if one.at.date() <= as_of
        ),
    )


def _about(row: Complaint) -> str:
    if row.contract is not None:
        return row.contract.number
    if row.invoice is not None:
        return row.invoice.number
    return row.delivery.what if row.delivery is not None else ""


def notice_section(writer: ExhibitWriter, row: NoticeAcknowledgement) -> Section:
    """One version of a notice as it was read: who, when, from where, and every word."""
    version = row.version
    return Section(
        heading=f"{version.title_in(row.language)} ({version.number})",
        facts=(
            writer.line("read_by", row.name),
            writer.line("received", writer.moment(row.at)),
            writer.line("read_from", row.address),
            writer.line("text_hash", row.text_sha256),
        ),
        paragraphs=tuple(filter(None, version.text_in(row.language).splitlines())),
    )

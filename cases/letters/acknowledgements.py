"""What the debtor acknowledged: balances it answered, and minutes it confirmed or contested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cases.letters.calculation import figure
from cases.letters.contexts import Cell, Column, LabelledLine, Row, Section, Table
from cases.letters.drafts import Attached, DraftExhibit
from cases.selectors import AcknowledgedLine, Acknowledgement
from core.dates import day_in
from core.display import NOTHING
from interactions.models import Minutes, MinutesAnswer

if TYPE_CHECKING:
    from cases.letters.exhibits import ExhibitWriter


def acknowledgement_exhibits(writer: ExhibitWriter) -> Iterator[DraftExhibit]:
    """One exhibit per answered balance, with the statement that was sent behind it."""
    for number, one in enumerate(writer.evidence.balances, start=1):
        attached: tuple[Attached, ...] = ()
        if one.document is not None:
            name = f"statements/{number}-{one.document.original_name}"
            attached = (Attached(name, one.document),)
        yield DraftExhibit(
            title=writer.say("statement", day=writer.day(one.on)),
            proves=writer.words["statement_proves"],
            source=writer.own(),
            made_on=writer.moment(one.at),
            original=writer.words["copy_file" if attached else "copy_system"],
            sections=(_statement(writer, one),),
            attached=attached,
        )


def _statement(writer: ExhibitWriter, one: Acknowledgement) -> Section:
    columns = (
        Column(writer.words["number"], 24),
        Column(writer.words["answer"], 50),
        Column(writer.words["open"], 26, is_number=True),
    )
    rows = tuple(
        Row(
            (
                Cell(line.number),
                Cell(_said(writer, line, one.currency)),
                figure(writer.money(line.open_amount, one.currency)),
            )
        )
        for line in one.lines
    )
    return Section(
        facts=(
            writer.line("stated", writer.money(one.stated, one.currency)),
            writer.line("confirmed", writer.money(one.confirmed, one.currency)),
            writer.line("answered_by", one.name),
            writer.line("answered_at", writer.moment(one.at)),
            writer.line("from_address", one.address),
            writer.line("text_hash", one.text_sha256),
            *([writer.line("remark", one.remark)] if one.remark else []),
        ),
        table=Table(columns, rows),
    )


def _said(writer: ExhibitWriter, line: AcknowledgedLine, currency: str) -> str:
    if line.is_confirmed:
        return writer.words["acknowledged"]
    believed = (
        ""
        if line.believed is None
        else writer.say("believed", amount=writer.money(line.believed, currency))
    )
    said = [writer.words["contested"], believed, line.remark]
    return "; ".join(part for part in said if part)


def minutes_exhibits(writer: ExhibitWriter) -> Iterator[DraftExhibit]:
    """One exhibit per version of minutes that went to the debtor, with its paper behind it."""
    for one in writer.evidence.minutes:
        answer = _answer(writer, one)
        paper = (one.answered_document if answer else None) or one.document
        attached: tuple[Attached, ...] = ()
        if paper is not None:
            name = f"minutes/{one.meeting_id}-v{one.number}-{paper.original_name}"
            attached = (Attached(name, paper),)
        yield DraftExhibit(
            title=writer.say("minutes", subject=one.meeting.subject, n=one.number),
            proves=writer.words["minutes_proves"],
            source=writer.own(),
            made_on=writer.moment(one.created_at),
            original=writer.words["copy_file" if attached else "copy_system"],
            sections=(_minutes(writer, one, answer),),
            attached=attached,
        )


def _answer(writer: ExhibitWriter, one: Minutes) -> MinutesAnswer | None:
    """The answer, if it was given by the day of the packet."""
    answer: MinutesAnswer | None = getattr(one, "answer", None)
    if answer is None or day_in(answer.at, writer.zone) > writer.evidence.as_of_on:
        return None
    return answer


def _minutes(writer: ExhibitWriter, one: Minutes, answer: MinutesAnswer | None) -> Section:
    facts: list[LabelledLine] = [writer.line("text_hash", one.sha256)]
    if answer is None:
        facts.append(writer.line("answer", writer.words["unanswered"]))
    elif answer.name:
        facts += [
            writer.line("answer", writer.label(answer.get_outcome_display())),
            writer.line("answered_by", answer.name),
            writer.line("answered_at", writer.moment(answer.at)),
            writer.line("from_address", answer.address or NOTHING),
        ]
    else:
        silence = writer.say("last_day", day=writer.day(answer.answered_on))
        facts.append(writer.line("answer", silence))
    remarks = [] if answer is None else _remarks(writer, answer)
    if remarks:
        facts.append(writer.line("remark", "\n".join(remarks)))
    return Section(facts=tuple(facts), paragraphs=tuple(one.text.splitlines()))


def _remarks(writer: ExhibitWriter, answer: MinutesAnswer) -> list[str]:
    points = [
        writer.say("to_point", n=one.point, text=one.remark) for one in answer.objections.all()
    ]
    return [*points, *([answer.remark] if answer.remark else [])]

"""What was handed over under the contracts, and what the debtor said of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cases.letters.contexts import LabelledLine, Section
from cases.letters.drafts import Attached, DraftExhibit
from contracts.models import Delivery, DeliveryAnswer
from contracts.states import AnsweredHow
from core.dates import day_in

if TYPE_CHECKING:
    from cases.letters.exhibits import ExhibitWriter


def delivery_exhibits(writer: ExhibitWriter) -> Iterator[DraftExhibit]:
    """One exhibit per contract: its deliveries in order, with notes and signed records behind."""
    if not writer.evidence.deliveries:
        writer.gaps.append(writer.words["gap_no_delivery"])
    for contract in writer.evidence.contracts:
        own = [one for one in writer.evidence.deliveries if one.contract_id == contract.pk]
        if not own:
            continue
        attached: list[Attached] = []
        for one in own:
            attached += _papers(one, _answer(writer, one))
            if _answer(writer, one) is None:
                writer.gaps.append(writer.say("gap_not_accepted", what=one.line.description))
        yield DraftExhibit(
            title=writer.say("deliveries", number=contract.number),
            proves=writer.words["deliveries_proves"],
            source=writer.own(),
            made_on=writer.day(own[0].delivered_on),
            original=writer.words["copy_file" if attached else "copy_system"],
            sections=tuple(_delivery(writer, one) for one in own),
            attached=tuple(attached),
        )


def _answer(writer: ExhibitWriter, one: Delivery) -> DeliveryAnswer | None:
    """The answer, if it was given by the day of the packet."""
    answer: DeliveryAnswer | None = getattr(one, "answer", None)
    if answer is None or day_in(answer.at, writer.zone) > writer.evidence.as_of_on:
        return None
    return answer


def _papers(one: Delivery, answer: DeliveryAnswer | None) -> Iterator[Attached]:
    papers = {"note": one.document, "answer": answer.document if answer else None}
    for word, document in papers.items():
        if document is not None:
            name = f"deliveries/{one.contract_id}-{one.pk}-{word}-{document.original_name}"
            yield Attached(name, document)


def _delivery(writer: ExhibitWriter, one: Delivery) -> Section:
    answer = _answer(writer, one)
    facts = [
        writer.line("delivered", writer.day(one.delivered_on)),
        writer.line("handed_over", one.what),
        writer.line("handed_to", one.recipient),
    ]
    facts += [writer.line("answer", writer.words["unanswered"])]
    if answer is not None:
        facts[-1:] = list(_said(writer, answer))
    return Section(heading=one.line.description, facts=tuple(facts))


def _said(writer: ExhibitWriter, answer: DeliveryAnswer) -> Iterator[LabelledLine]:
    outcome = writer.label(answer.get_outcome_display())
    yield writer.line("answer", f"{outcome} · {writer.label(answer.get_how_display())}")
    yield writer.line("answered_at", writer.day(answer.answered_on))
    if answer.name:
        yield writer.line("answered_by", answer.name)
    if answer.how == AnsweredHow.LINK:
        yield writer.line("from_address", answer.address or "")
    if answer.remark:
        yield writer.line("remark", answer.remark)

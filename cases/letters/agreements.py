"""What was agreed: each contract, and each change of it, with what the debtor signed behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cases.letters.contexts import LabelledLine, Section
from cases.letters.drafts import Attached, DraftExhibit
from contracts.models import Amendment, Contract, ContractAcceptance, ContractVersion
from contracts.selectors.record import agreed_terms
from contracts.states import AcceptedHow, LateChargeKind
from payments.selectors.interest import preset_choices

if TYPE_CHECKING:
    from cases.letters.exhibits import ExhibitWriter


def contract_exhibits(writer: ExhibitWriter) -> Iterator[DraftExhibit]:
    """One exhibit per contract, then one per change of it, each with its signed copy behind it.

    What was accepted by a link has the text that was read instead of a scan.
    """
    evidence = writer.evidence
    if not evidence.contracts:
        writer.gaps.append(writer.say("gap_no_contract"))
    for contract in evidence.contracts:
        changes = [one for one in evidence.amendments if one.contract_id == contract.pk]
        changed = {one.version_id for one in changes}
        consents = [
            one
            for one in evidence.consents
            if one.version.contract_id == contract.pk and one.version_id not in changed
        ]
        yield _contract(writer, contract, consents[-1] if consents else None)
        for one in changes:
            yield _amendment(writer, one)


def _contract(
    writer: ExhibitWriter, contract: Contract, consent: ContractAcceptance | None
) -> DraftExhibit:
    attached: tuple[Attached, ...] = ()
    facts: tuple[LabelledLine, ...] = ()
    if contract.document is not None:
        name = f"contracts/{contract.pk}-{contract.document.original_name}"
        attached = (Attached(name, contract.document),)
    elif consent is not None and consent.how == AcceptedHow.LINK:
        attached = _text_that_was_read(consent.version)
        facts = _consent(writer, consent)
    else:
        writer.gaps.append(writer.say("gap_unsigned", number=contract.number))
    return DraftExhibit(
        title=writer.say("contract", number=contract.number),
        proves=writer.words["contract_proves"],
        source=writer.own(),
        made_on=writer.day(contract.signed_on),
        original=writer.words["copy_file" if attached else "copy_system"],
        sections=(_contract_facts(writer, contract), *([Section(facts=facts)] if facts else [])),
        attached=attached,
    )


def _contract_facts(writer: ExhibitWriter, contract: Contract) -> Section:
    # Of a contract that was changed after the day of the packet, what it said on that day.
    price, ends_on = agreed_terms(contract, until=writer.evidence.as_of_on, time_zone=writer.zone)
    term = f"{writer.day(contract.starts_on)} – {writer.day(ends_on)}"
    law = " · ".join(part for part in (contract.governing_law, contract.forum) if part)
    notices = "\n".join(p for p in (contract.notice_email, contract.notice_address) if p)
    signers = (contract.creditor_signatory, contract.client_signatory)
    return Section(
        heading=contract.title,
        facts=(
            writer.line("number", contract.number),
            writer.line("signed", writer.day(contract.signed_on)),
            writer.line("period", term),
            writer.line("price", writer.money(price, contract.currency)),
            writer.line("terms", writer.say("terms_days", days=contract.terms_days)),
            writer.line("late_charge", _late_charge(writer, contract)),
            writer.line("law", law),
            writer.line("notices", notices),
            writer.line("signatories", " / ".join(s for s in signers if s)),
        ),
    )


def _late_charge(writer: ExhibitWriter, contract: Contract) -> str:
    if contract.late_charge_kind == LateChargeKind.RATE and contract.late_charge_rate:
        said = writer.say(
            "late_rate",
            rate=contract.late_charge_rate.normalize(),
            basis=contract.late_charge_basis,
        )
    elif contract.late_charge_kind == LateChargeKind.PRESET:
        names = dict(preset_choices(writer.language))
        said = names.get(contract.late_charge_preset, contract.late_charge_preset)
    else:
        return writer.label(LateChargeKind.NONE.label)
    return f"{said}\n{contract.late_charge_clause}" if contract.late_charge_clause else said


# --- Changes -------------------------------------------------------------------------------------


def _amendment(writer: ExhibitWriter, one: Amendment) -> DraftExhibit:
    """A change that came into force by the day: what it changed, who agreed, and the paper."""
    number, currency = one.contract.number, one.contract.currency
    consent: ContractAcceptance = one.version.acceptance
    attached: tuple[Attached, ...] = ()
    if one.document is not None:
        name = f"contracts/{one.contract_id}-amendment-{one.number}-{one.document.original_name}"
        attached = (Attached(name, one.document),)
    elif consent.how == AcceptedHow.LINK:
        attached = _text_that_was_read(one.version)
    if not attached:
        writer.gaps.append(writer.say("gap_unsigned_change", number=number, n=one.number))
    versions = writer.say("of_versions", old=one.base.number, new=one.version.number)
    return DraftExhibit(
        title=writer.say("amendment", number=number, n=one.number),
        proves=writer.words["amendment_proves"],
        source=writer.own(),
        made_on=writer.day(consent.accepted_on),
        original=writer.words["copy_file" if attached else "copy_system"],
        sections=(
            Section(
                facts=(
                    writer.line("kind", writer.label(one.get_kind_display())),
                    writer.line("changes", versions),
                    writer.line("price_before", writer.money(one.price_before, currency)),
                    writer.line("price_after", writer.money(one.price_after, currency)),
                    *_consent(writer, consent),
                ),
            ),
        ),
        attached=attached,
    )


def _text_that_was_read(version: ContractVersion) -> tuple[Attached, ...]:
    if version.document is None:
        return ()
    name = f"contracts/{version.contract_id}-v{version.number}-{version.document.original_name}"
    return (Attached(name, version.document),)


def _consent(writer: ExhibitWriter, one: ContractAcceptance) -> tuple[LabelledLine, ...]:
    """Who agreed to which text, and how: on paper with its day, by a link with time and address."""
    facts = [
        writer.line("accepted_how", writer.label(one.get_how_display())),
        writer.line("answered_by", one.name),
    ]
    if one.how == AcceptedHow.LINK:
        facts.append(writer.line("answered_at", writer.moment(one.at)))
        facts.append(writer.line("from_address", one.address or ""))
    else:
        facts.append(writer.line("signed", writer.day(one.accepted_on)))
    return (*facts, writer.line("text_hash", one.text_sha256))

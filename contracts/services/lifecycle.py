"""The life of a contract: one service per edge of its state map.

Each is a compare-and-swap UPDATE, a transition row and an act in the record, in one transaction.
Legal review has its own edges in `contracts.services.reviews`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from contracts.models import Contract, ContractAcceptance, ContractTransition, ContractVersion
from contracts.selectors.completeness import ShownGap, blocking_gaps
from contracts.selectors.limits import lock_credit
from contracts.services.prepayment import freeze_prepayment
from contracts.services.versions import freeze_version
from contracts.states import TRANSITIONS, AcceptedHow, ContractState, ReviewState
from core import audit
from core.dates import day_in
from core.documents import store_document
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction, refusing

S = ContractState


class UnableToChangeContract(Refusal):
    """This change of state is not open."""


class UnableToActivate(UnableToChangeContract):
    """Something blocks: it is fixed first, or a manager lets it pass."""

    def __init__(self, message: str, gaps: tuple[ShownGap, ...] = ()) -> None:
        super().__init__(message)
        self.gaps = gaps


class UnableToAccept(Refusal):
    """This version cannot be accepted, or not any more."""


# --- The one way to move -----------------------------------------------------------------------


def check_edge(contract: Contract, to: ContractState, *, only_from: tuple[S, ...] = ()) -> None:
    """Refuse a change of state that the map does not have, naming what would be allowed."""
    before = ContractState(contract.state)
    if to in TRANSITIONS[before] and (not only_from or before in only_from):
        return
    allowed = [str(s.label) for s in ContractState if s in TRANSITIONS[before]]
    if not allowed:
        raise UnableToChangeContract(
            _("This contract is “%(before)s”, and that is final.") % {"before": before.label}
        )
    raise UnableToChangeContract(
        _("From “%(before)s” this is not open. Allowed: %(allowed)s.")
        % {"before": before.label, "allowed": ", ".join(allowed)}
    )


def lock_contract(contract: Contract) -> Contract:
    """The row as it is now, held to the end of the transaction.

    Raises UnableToChangeContract when its state is no longer the one the caller decided on.
    """
    row = (
        Contract.objects.select_for_update(no_key=True, of=("self",))
        .select_related("client", "creditor", "document")
        .get(pk=contract.pk)
    )
    if row.state != contract.state:
        raise UnableToChangeContract(
            _("Somebody changed this contract meanwhile. Look again before you decide.")
        )
    return row


def move(
    contract: Contract,
    to: ContractState,
    *,
    action: str,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
    payload: dict[str, Any] | None = None,
    **fields: Any,
) -> Contract:
    """Write the change of state that `check_edge` allowed; of two at once one wins."""
    before = ContractState(contract.state)
    moved = Contract.objects.filter(pk=contract.pk, state=before).update(state=to, **fields)
    if not moved:
        raise UnableToChangeContract(
            _("Somebody changed this contract meanwhile. Look again before you decide.")
        )
    ContractTransition.objects.create(
        contract=contract, from_state=before, to_state=to, at=at, actor=actor, reason=reason[:300]
    )
    audit.record(
        action=f"contracts.{action}",
        actor=actor,
        at=at,
        subject=contract,
        stream=f"client:{contract.client_id}",
        payload={"from": before, "to": to, "reason": reason[:300], **(payload or {})},
    )
    for name, value in {"state": to, **fields}.items():
        setattr(contract, name, value)
    return contract


def _needs(reason: str, message: str) -> str:
    text = " ".join(reason.split())
    if not text:
        raise UnableToChangeContract(message, field="reason")
    return text


# --- To the client and back --------------------------------------------------------------------


@in_transaction
def reopen_contract(
    *, contract: Contract, reason: str, actor: User | None, at: dt.datetime
) -> Contract:
    """Take an approved or sent contract back to the desk; what was signed off counts no more."""
    check_edge(contract, S.DRAFT, only_from=(S.APPROVED, S.SENT))
    said = _needs(reason, _("Say why it is taken back."))
    lock_contract(contract)
    return move(contract, S.DRAFT, action="reopen", actor=actor, at=at, reason=said)


@in_transaction
def send_contract(
    *, contract: Contract, actor: User | None, at: dt.datetime, reason: str = ""
) -> Contract:
    """Freeze what goes to the client, with the prepayment it asks for. It may be accepted now."""
    check_edge(contract, S.SENT)
    row = lock_contract(contract)
    version = _signed_off_version(row, _("Sent to the client"), actor, at)
    payload = {"version": version.number, "sha256": version.sha256}
    row = move(row, S.SENT, action="send", actor=actor, at=at, reason=reason, payload=payload)
    return _onto(contract, row)


def _signed_off_version(
    contract: Contract, reason: str, actor: User | None, at: dt.datetime
) -> ContractVersion:
    """Freeze what leaves the desk; it has to be the text that the reviewer signed off."""
    freeze_prepayment(contract=contract, actor=actor, at=at)
    version = freeze_version(contract=contract, reason=reason, actor=actor, at=at)
    signed_off = contract.reviews.filter(state=ReviewState.SIGNED_OFF)
    review = signed_off.order_by("-decided_at", "-pk").first()
    if review is None or review.version_id != version.pk:
        raise UnableToChangeContract(
            _(
                "The text is no longer the one that was signed off: the prepayment, a party or "
                "the bank account changed since. Take it back to the desk and ask for a review."
            )
        )
    return version


@in_transaction
def accept_version(
    *,
    version: ContractVersion,
    typed_name: str,
    address: str,
    at: dt.datetime,
    link_reference: str = "",
) -> ContractAcceptance:
    """The client accepts by a link: text hash, typed name, time, address.

    Raises UnableToAccept for a version that is not the newest, a contract that is not out for
    acceptance, or an empty name; nothing is written then.
    """
    name = " ".join(typed_name.split())
    if not name:
        raise UnableToAccept(_("Type your full name to accept."), field="typed_name")
    contract = (
        Contract.objects.select_for_update(no_key=True, of=("self",))
        .select_related("creditor")
        .get(pk=version.contract_id)
    )
    if contract.state in {S.SIGNED, S.ACTIVE, S.SUSPENDED, S.COMPLETED}:
        raise UnableToAccept(_("This contract is signed already. Nothing is left to do."))
    if contract.state != S.SENT:
        raise UnableToAccept(_("This contract is being changed. You will get a new link to it."))
    newest = contract.versions.order_by("-number").first()
    if newest is None or newest.pk != version.pk:
        raise UnableToAccept(
            _("This text was replaced by a newer version. Only the newest can be accepted.")
        )
    on = day_in(at, contract.creditor.time_zone)
    acceptance = _accept(
        version, AcceptedHow.LINK, name, on, at, address=address, reference=link_reference
    )
    move(
        contract,
        S.SIGNED,
        action="accept_version",
        actor=None,
        at=at,
        payload={"version": version.number, "sha256": version.sha256, "link": link_reference},
        signed_on=on,
        client_signatory=name[:120],
    )
    version.contract = contract
    return acceptance


def _accept(
    version: ContractVersion,
    how: AcceptedHow,
    name: str,
    on: dt.date,
    at: dt.datetime,
    *,
    address: str | None = None,
    reference: str = "",
    actor: User | None = None,
) -> ContractAcceptance:
    taken = _("This version was accepted already.")
    with refusing(UnableToAccept, {"contracts_contractacceptance_version_id_key": taken}):
        return ContractAcceptance.objects.create(
            version=version,
            how=how,
            name=name[:120],
            accepted_on=on,
            at=at,
            address=address or None,
            text_sha256=version.sha256,
            reference=reference[:80],
            actor=actor,
        )


@in_transaction
def record_signature(
    *,
    contract: Contract,
    signed_on: dt.date,
    name: str,
    actor: User | None,
    at: dt.datetime,
    data: bytes | None = None,
    filename: str = "",
) -> Contract:
    """Keep the signed scan and count the contract as signed on paper.

    From a draft it takes in a contract that was signed before anybody wrote it here; clauses
    that were written here go through legal review first. A signed copy that is on file already
    need not be given again. Raises UnableToChangeContract without a scan, a name, or with a day
    that has not come.
    """
    check_edge(contract, S.SIGNED)
    row = lock_contract(contract)
    if row.state == S.DRAFT and row.clauses.exists():
        raise UnableToChangeContract(
            _("These clauses were written here: have them reviewed, then keep the signature.")
        )
    said = " ".join(name.split())
    if not said:
        raise UnableToChangeContract(_("Say who signed for the client."), field="name")
    if signed_on > day_in(at, row.creditor.time_zone):
        raise UnableToChangeContract(_("The day of signing has not come yet."), field="signed_on")
    fields: dict[str, Any] = {"signed_on": signed_on, "client_signatory": said[:120]}
    if row.document is None:
        if not data:
            raise UnableToChangeContract(
                _("Add the signed copy: without it nobody can prove the signature."),
                field="file",
            )
        fields["document"] = store_document(data=data, name=filename, actor=actor, at=at)
    version = _version_on_paper(row, actor, at)
    if version is not None and not ContractAcceptance.objects.filter(version=version).exists():
        _accept(version, AcceptedHow.PAPER, said, signed_on, at, actor=actor)
    document: Any = fields.get("document", row.document)
    payload = {
        "version": version and version.number,
        "sha256": version and version.sha256,
        "signed_on": signed_on,
        "document": document.pk,
    }
    row = move(
        row, S.SIGNED, action="record_signature", actor=actor, at=at, payload=payload, **fields
    )
    return _onto(contract, row)


def _version_on_paper(
    contract: Contract, actor: User | None, at: dt.datetime
) -> ContractVersion | None:
    """The text that was signed; None when it is in the scan alone."""
    if contract.state == S.SENT:
        return contract.versions.order_by("-number").first()
    if contract.state == S.APPROVED:
        return _signed_off_version(contract, _("Signed on paper"), actor, at)
    freeze_prepayment(contract=contract, actor=actor, at=at)
    if not (contract.lines.exists() or contract.clauses.exists()):
        return None
    return freeze_version(contract=contract, reason=_("Signed on paper"), actor=actor, at=at)


# --- In force ----------------------------------------------------------------------------------


@in_transaction
def activate_contract(
    *, contract: Contract, actor: User | None, at: dt.datetime, reason: str = ""
) -> Contract:
    """Put a signed contract into force. Raises UnableToActivate with the gaps that block."""
    check_edge(contract, S.ACTIVE, only_from=(S.SIGNED,))
    # Client before contract: two contracts of one client are judged one after the other.
    lock_credit(contract.client_id)
    row = lock_contract(contract)
    found = blocking_gaps(row, day_in(at, row.creditor.time_zone))
    if found:
        raise UnableToActivate(
            _("Something blocks: %(gaps)s Mend it, or ask a manager to let it pass.")
            % {"gaps": " ".join(one.sentence for one in found)},
            tuple(found),
        )
    move(row, S.ACTIVE, action="activate", actor=actor, at=at, reason=reason)
    return _onto(contract, row)


@in_transaction
def take_in_signed(
    *,
    contract: Contract,
    signed_on: dt.date,
    name: str,
    actor: User | None,
    at: dt.datetime,
    data: bytes | None = None,
    filename: str = "",
) -> Contract:
    """Record the signature, and put the contract into force unless something blocks.

    What blocks leaves it signed: the caller finds it in the state.
    """
    lock_credit(contract.client_id)
    record_signature(
        contract=contract,
        signed_on=signed_on,
        name=name,
        data=data,
        filename=filename,
        actor=actor,
        at=at,
    )
    if not blocking_gaps(contract, day_in(at, contract.creditor.time_zone)):
        activate_contract(contract=contract, actor=actor, at=at)
    return contract


@in_transaction
def suspend_contract(
    *, contract: Contract, reason: str, actor: User | None, at: dt.datetime
) -> Contract:
    """Stop the work. A person decides, and the reason names the clause that allows it."""
    check_edge(contract, S.SUSPENDED)
    said = _needs(reason, _("Say which clause lets you suspend, and why."))
    return move(contract, S.SUSPENDED, action="suspend", actor=actor, at=at, reason=said)


@in_transaction
def resume_contract(
    *, contract: Contract, actor: User | None, at: dt.datetime, reason: str = ""
) -> Contract:
    """Go on with the work."""
    check_edge(contract, S.ACTIVE, only_from=(S.SUSPENDED,))
    return move(contract, S.ACTIVE, action="resume", actor=actor, at=at, reason=reason)


@in_transaction
def complete_contract(
    *, contract: Contract, actor: User | None, at: dt.datetime, reason: str = ""
) -> Contract:
    """Both sides have done what was agreed; invoices stay due."""
    check_edge(contract, S.COMPLETED)
    return move(contract, S.COMPLETED, action="complete", actor=actor, at=at, reason=reason)


@in_transaction
def terminate_contract(
    *, contract: Contract, reason: str, actor: User | None, at: dt.datetime
) -> Contract:
    """End it for good; invoices stay due."""
    check_edge(contract, S.TERMINATED)
    said = _needs(reason, _("Say why it ends."))
    return move(contract, S.TERMINATED, action="terminate", actor=actor, at=at, reason=said)


def _onto(contract: Contract, row: Contract) -> Contract:
    """What the act changed, onto the caller's instance."""
    for name in (
        "state",
        "signed_on",
        "client_signatory",
        "document",
        "prepayment_ratio",
        "prepayment_reason",
        "version_number",
    ):
        setattr(contract, name, getattr(row, name))
    return contract

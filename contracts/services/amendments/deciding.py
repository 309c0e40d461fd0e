"""Approve, reject, withdraw, decline, accept: each once, each edge a compare-and-swap."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from contracts.models import Amendment, Contract, ContractAcceptance
from contracts.selectors.amendments import who_may_approve
from contracts.selectors.texts import content_hash, contract_content
from contracts.services.amendments.carrying import carry_out
from contracts.services.amendments.changes import UnableToAmend, changes_from_json
from contracts.services.amendments.rows import locked, record
from contracts.states import AMENDMENT_TRANSITIONS, AcceptedHow, AmendmentState
from core.dates import day_in
from core.documents import store_document
from core.models import Document, User
from core.states import Role
from core.transactions import in_transaction


@in_transaction
def approve_amendment(
    *, amendment: Amendment, note: str = "", actor: User, at: dt.datetime
) -> Amendment:
    """Let an amendment go to the client. Raises UnableToAmend beyond the approver's limit.

    The one who proposed it does not approve it: four eyes.
    """
    if amendment.proposed_by_id == actor.pk:
        raise UnableToAmend(_("Somebody else approves what you proposed."))
    allowed = who_may_approve(amendment)
    if actor.role not in allowed:
        labels = ", ".join(str(Role(role).label) for role in allowed)
        raise UnableToAmend(
            _("This goes beyond your limit. It can be approved by: %s.") % labels
            if labels
            else _("This goes beyond every limit. Propose less, or raise the limits.")
        )
    return _decide(amendment, AmendmentState.APPROVED, note, actor, at)


@in_transaction
def reject_amendment(*, amendment: Amendment, note: str, actor: User, at: dt.datetime) -> Amendment:
    """Do not let it go. Raises UnableToAmend without a reason."""
    if not note.strip():
        raise UnableToAmend(_("Say why not."), field="note")
    return _decide(amendment, AmendmentState.REJECTED, note, actor, at)


@in_transaction
def withdraw_amendment(
    *, amendment: Amendment, note: str = "", actor: User | None, at: dt.datetime
) -> Amendment:
    """Give an open amendment up."""
    return _decide(amendment, AmendmentState.WITHDRAWN, note, actor, at)


@in_transaction
def decline_amendment(
    *, amendment: Amendment, note: str = "", actor: User | None, at: dt.datetime
) -> Amendment:
    """The client does not want it."""
    return _decide(amendment, AmendmentState.DECLINED, note, actor, at)


@in_transaction
def accept_amendment(
    *,
    amendment: Amendment,
    how: AcceptedHow,
    name: str,
    at: dt.datetime,
    actor: User | None,
    address: str | None = None,
    reference: str = "",
    accepted_on: dt.date | None = None,
    data: bytes | None = None,
    filename: str = "",
) -> Contract:
    """The client accepts the new text: it comes into force as it was read.

    What was signed on paper comes with its scan and its day. Raises UnableToAmend when it is not
    approved, without a name or scan, for a day that cannot be, and when the contract would no
    longer become the text that was accepted.
    """
    row = locked(amendment.contract)
    said = " ".join(name.split())
    if not said:
        raise UnableToAmend(_("Give the name of the one who accepts."), field="name")
    on = _check_paper(amendment, row, how, accepted_on, at, has_scan=bool(data))
    fields: dict[str, Any] = {"document": _kept(data, filename, actor, at)} if data else {}
    _move(amendment, AmendmentState.ACCEPTED, at, **fields)
    carry_out(row, changes_from_json(amendment.changes), actor, at)
    changed = Contract.objects.get(pk=row.pk)
    if content_hash(contract_content(changed)) != amendment.version.sha256:
        raise UnableToAmend(
            _("The contract has moved on since this was proposed. Withdraw it and propose it anew.")
        )
    ContractAcceptance.objects.create(
        version=amendment.version,
        how=how,
        name=said[:120],
        accepted_on=on,
        at=at,
        address=address,
        text_sha256=amendment.version.sha256,
        reference=reference[:80],
        actor=actor,
    )
    Contract.objects.filter(pk=row.pk).update(version_number=amendment.version.number)
    payload = {
        "number": amendment.number,
        "version": amendment.version.number,
        "sha256": amendment.version.sha256,
        "how": how,
        "accepted_on": on,
        "document": amendment.document_id,
    }
    record(amendment, "contracts.accept_amendment", actor, at, payload)
    changed.version_number = amendment.version.number
    return changed


def _check_paper(
    amendment: Amendment,
    row: Contract,
    how: AcceptedHow,
    accepted_on: dt.date | None,
    at: dt.datetime,
    *,
    has_scan: bool,
) -> dt.date:
    """The day of the acceptance; refuses paper that cannot be."""
    today = day_in(at, row.creditor.time_zone)
    if how != AcceptedHow.PAPER:
        return today
    if not has_scan:
        raise UnableToAmend(
            _("Add the signed copy: without it nobody can prove the signature."), field="file"
        )
    on = accepted_on or today
    if on > today:
        raise UnableToAmend(_("The day of signing has not come yet."), field="accepted_on")
    if on < day_in(amendment.proposed_at, row.creditor.time_zone):
        raise UnableToAmend(
            _("This text was not written yet on that day. Give the day it was signed."),
            field="accepted_on",
        )
    return on


def _kept(data: bytes, filename: str, actor: User | None, at: dt.datetime) -> Document:
    return store_document(data=data, name=filename, actor=actor, at=at)


def _decide(
    amendment: Amendment, to: AmendmentState, note: str, actor: User | None, at: dt.datetime
) -> Amendment:
    fields: dict[str, Any] = {"note": note.strip()[:500]}
    if to in {AmendmentState.APPROVED, AmendmentState.REJECTED}:
        fields |= {"decided_at": at, "decided_by": actor}
    _move(amendment, to, at, **fields)
    payload = {"number": amendment.number, "state": to, "note": fields["note"]}
    record(amendment, "contracts.decide_amendment", actor, at, payload)
    return amendment


def _move(amendment: Amendment, to: AmendmentState, at: dt.datetime, **fields: Any) -> None:
    before = AmendmentState(amendment.state)
    if to not in AMENDMENT_TRANSITIONS[before]:
        allowed = ", ".join(str(s.label) for s in sorted(AMENDMENT_TRANSITIONS[before])) or "—"
        raise UnableToAmend(
            _("From “%(before)s” this is not open. Allowed: %(allowed)s.")
            % {"before": before.label, "allowed": allowed}
        )
    if to not in {AmendmentState.APPROVED}:
        fields["ended_at"] = at
    moved = Amendment.objects.filter(pk=amendment.pk, state=before).update(state=to, **fields)
    if not moved:
        raise UnableToAmend(_("Somebody decided on this meanwhile. Look again."))
    amendment.refresh_from_db()

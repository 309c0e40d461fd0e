"""A contract over its client's limit: asked for, released, rejected or checked again.

Every decision is taken on the figures of its moment, with the clients held, and kept. A release is
for one version and price of one contract, up to the exposure that was seen, until a day: a new
draft, a reopened text, a higher price or another exposure is judged anew.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from contracts.models import Contract
from contracts.states import BINDING_STATES, ContractState
from core import audit
from core.dates import day_in
from core.errors import Refusal, stated
from core.models import User
from core.states import Role
from core.transactions import in_transaction, refusing
from credit.models import LimitDecision, LimitRequest
from credit.rules.policy import line_for
from credit.selectors.limits import OverLimit, lock_clients, over_limit
from credit.selectors.standings import policy_lines
from credit.states import LIMIT_TRANSITIONS, LimitOutcome, LimitRequestState, may_decide

S = LimitRequestState
O = LimitOutcome  # noqa: E741  # beside S
LONGEST_DAYS: Final = 366
_MAY_ASK: Final = frozenset({ContractState.SENT, *BINDING_STATES})


class UnableToDecideLimit(Refusal):
    """This step with a contract over the limit is not open, or says too little."""


@in_transaction
def ask_for_release(*, contract: Contract, note: str, actor: User, at: dt.datetime) -> LimitRequest:
    """Ask to let a contract pass over the limit. Its text has to be settled by then."""
    said = _said(note, _("Say why it should pass."), "note")
    lock_clients(contract.client_id)
    row = _locked(contract.pk)
    if row.state not in _MAY_ASK:
        raise UnableToDecideLimit(
            _("A release is for a settled text: ask when the contract has gone out.")
        )
    over = over_limit(row, _day(row, at))
    if over is None:
        raise UnableToDecideLimit(_("This contract is within the limit: nothing has to be asked."))
    # What was asked for an earlier text is no question any more.
    earlier = LimitRequest.objects.filter(contract=row, state=S.ASKED)
    price = row.amount or Decimal(0)
    earlier.exclude(version_number=row.version_number, amount=price).update(state=S.SETTLED)
    taken = {"limit_request_one_open": _("This was asked for already. It waits for a decision.")}
    with refusing(UnableToDecideLimit, taken):
        request = LimitRequest.objects.create(
            client_id=row.client_id,
            contract=row,
            version_number=row.version_number,
            amount=price,
            currency=over.currency,
            limit=over.limit,
            exposure=over.exposure,
            note=said,
            asked_at=at,
            asked_by=actor,
        )
    _record(request, "credit.ask_for_release", actor, at, {"exposure": over.exposure, "why": said})
    return request


@in_transaction
def release_over_limit(
    *,
    request: LimitRequest,
    reason: str,
    expires_on: dt.date,
    seen: Decimal,
    actor: User,
    at: dt.datetime,
) -> LimitDecision:
    """Let the contract pass up to the exposure that the decider saw, until a day.

    Raises UnableToDecideLimit when the exposure has grown since it was shown, or the contract
    is no longer the one that was asked about.
    """
    row, contract = _for_decision(request, actor)
    said = _said(reason, _("Say why it may pass. The reason is kept."), "reason")
    on = _day(contract, at)
    if expires_on <= on:
        raise UnableToDecideLimit(_("Give a day after today."), field="expires_on")
    if (expires_on - on).days > LONGEST_DAYS:
        raise UnableToDecideLimit(
            _("At most a year: then somebody looks again."), field="expires_on"
        )
    _check_edge(row, S.RELEASED)
    _check_same(row, contract)
    over = over_limit(contract, on)
    if over is None:
        raise UnableToDecideLimit(_("This contract is within the limit by now. Check it again."))
    if over.exposure > seen:
        raise UnableToDecideLimit(
            _("The exposure has grown to %s since this page was shown. Look again.")
            % stated(over.exposure, over.currency)
        )
    _move(row, S.RELEASED)
    return _decide(row, O.RELEASE, said, over, actor=actor, at=at, expires_on=expires_on)


@in_transaction
def reject_over_limit(
    *, request: LimitRequest, reason: str, actor: User, at: dt.datetime
) -> LimitDecision:
    """Say no: the contract waits for payments, a prepayment or a higher limit."""
    row, contract = _for_decision(request, actor)
    said = _said(reason, _("Say why not, and what would help."), "reason")
    _check_edge(row, S.REJECTED)
    _move(row, S.REJECTED)
    return _decide(
        row, O.REJECT, said, over_limit(contract, _day(contract, at)), actor=actor, at=at
    )


@in_transaction
def recheck_over_limit(
    *, request: LimitRequest, reason: str, actor: User, at: dt.datetime
) -> LimitDecision:
    """Look at the figures anew: within the limit again, the request is settled."""
    row, contract = _for_decision(request, actor)
    said = _said(reason, _("Say what has changed."), "reason")
    if row.state != S.ASKED:
        _check_edge(row, S.SETTLED)
    over = over_limit(contract, _day(contract, at))
    if over is None or not _is_same(row, contract):
        _move(row, S.SETTLED)
    return _decide(row, O.RECHECK, said, over, actor=actor, at=at)


@in_transaction
def revoke_release(
    *, request: LimitRequest, reason: str, actor: User, at: dt.datetime
) -> LimitDecision:
    """Take a release back: what is not delivered yet waits again."""
    row, contract = _for_decision(request, actor)
    said = _said(reason, _("Say why it is taken back."), "reason")
    _check_edge(row, S.REVOKED)
    _move(row, S.REVOKED)
    return _decide(
        row, O.REVOKE, said, over_limit(contract, _day(contract, at)), actor=actor, at=at
    )


# --- How -----------------------------------------------------------------------------------------


def _for_decision(request: LimitRequest, actor: User) -> tuple[LimitRequest, Contract]:
    """Clients, contract, request are held in this order; and this person may decide."""
    lock_clients(request.client_id)
    contract = _locked(request.contract_id)
    row = LimitRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=request.pk)
    client = contract.client
    line = line_for(policy_lines(), client.segment, client.grade)
    least = line.approver if line is not None else Role.ADMIN
    if not may_decide(actor.role, least):
        raise UnableToDecideLimit(
            _("For grade %(grade)s this is decided by: %(role)s.")
            % {"grade": client.grade, "role": Role(least).label}
        )
    if actor.pk in {row.asked_by_id, contract.created_by_id, client.owner_id}:
        raise UnableToDecideLimit(
            _("Who asked, drafted the contract or looks after the client does not decide.")
        )
    return row, contract


def _locked(pk: int) -> Contract:
    rows = Contract.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("client", "creditor").get(pk=pk)


def _is_same(row: LimitRequest, contract: Contract) -> bool:
    return (row.version_number, row.amount) == (contract.version_number, contract.amount)


def _check_same(row: LimitRequest, contract: Contract) -> None:
    if not _is_same(row, contract):
        raise UnableToDecideLimit(
            _("The contract is another one than was asked about. Ask for it anew.")
        )


def _check_edge(row: LimitRequest, to: LimitRequestState) -> None:
    before = S(row.state)
    if to not in LIMIT_TRANSITIONS[before]:
        raise UnableToDecideLimit(
            _("This is “%(state)s” by now. Look again before you decide.") % {"state": before.label}
        )


def _move(row: LimitRequest, to: LimitRequestState) -> None:
    if not LimitRequest.objects.filter(pk=row.pk, state=row.state).update(state=to):
        raise UnableToDecideLimit(_("Somebody decided on this meanwhile. Look again."))
    row.state = to


def _decide(
    row: LimitRequest,
    outcome: LimitOutcome,
    reason: str,
    over: OverLimit | None,
    *,
    actor: User,
    at: dt.datetime,
    expires_on: dt.date | None = None,
) -> LimitDecision:
    decision = LimitDecision.objects.create(
        request=row,
        outcome=outcome,
        reason=reason,
        exposure=over.exposure if over else Decimal(0),
        limit=over.limit if over else None,
        expires_on=expires_on,
        role=actor.role,
        at=at,
        actor=actor,
    )
    payload = {"reason": reason, "exposure": decision.exposure, "until": expires_on}
    _record(row, f"credit.limit_{outcome.value.lower()}", actor, at, payload)
    return decision


def _said(text: str, message: str, field: str) -> str:
    said = " ".join(text.split())[:300]
    if not said:
        raise UnableToDecideLimit(message, field=field)
    return said


def _day(contract: Contract, at: dt.datetime) -> dt.date:
    return day_in(at, contract.creditor.time_zone)


def _record(
    row: LimitRequest, action: str, actor: User, at: dt.datetime, payload: dict[str, object]
) -> None:
    audit.record(
        action=action,
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{row.client_id}",
        payload={"contract": row.contract_id, "version": row.version_number, **payload},
    )

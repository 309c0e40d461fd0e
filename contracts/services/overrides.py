"""A manager lets a contract pass in spite of a gap, and says why. It is shown for ever."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from contracts.models import Contract, Override, OverrideRequest
from contracts.rules.completeness import GapCode
from contracts.selectors.completeness import ShownGap, contract_gaps
from contracts.selectors.limits import decides_limits
from contracts.states import ContractState, Severity
from core import audit
from core.dates import day_in
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction, refusing

_OVER = frozenset({ContractState.COMPLETED, ContractState.TERMINATED})


class UnableToOverride(Refusal):
    """This gap is not let pass like this."""


@in_transaction
def override_gap(
    *, contract: Contract, gap: str, reason: str, actor: User, at: dt.datetime
) -> Override:
    """Let the contract pass in spite of a blocking gap.

    Only a manager or an administrator, and not who drafted the contract (four eyes). It covers
    the gap as bad as it is now: when it grows, it blocks again.
    """
    if not actor.may_approve:
        raise UnableToOverride(_("A manager lets a contract pass. Ask for it."))
    _check_not_a_limit(gap)
    if actor.pk == contract.created_by_id:
        raise UnableToOverride(_("You drafted this contract: another manager has to let it pass."))
    said = _said(reason, _("Say why it may pass. The reason is kept for ever."), "reason")
    row, shown = _held_with_gap(contract, gap, at)
    with refusing(UnableToOverride, {"override_once": _("This was let pass already.")}):
        override = Override.objects.create(
            contract=row,
            gap=shown.gap.key,
            sentence=shown.sentence[:500],
            reason=said[:500],
            at=at,
            actor=actor,
        )
    OverrideRequest.objects.filter(contract=row, gap=shown.gap.key, answered_at=None).update(
        answered_at=at, answered_by=actor
    )
    _record(row, "override_gap", actor, at, {"gap": override.gap, "reason": override.reason})
    return override


@in_transaction
def ask_for_override(
    *, contract: Contract, gap: str, note: str, actor: User, at: dt.datetime
) -> OverrideRequest:
    """Ask a manager to let the contract pass in spite of a blocking gap."""
    _check_not_a_limit(gap)
    said = _said(note, _("Say why it should pass."), "note")
    row, shown = _held_with_gap(contract, gap, at)
    asked = {"override_asked_once": _("This was asked for already. A manager decides.")}
    with refusing(UnableToOverride, asked):
        request = OverrideRequest.objects.create(
            contract=row,
            gap=shown.gap.key,
            sentence=shown.sentence[:500],
            note=said[:500],
            at=at,
            actor=actor,
        )
    _record(row, "ask_for_override", actor, at, {"gap": request.gap, "note": request.note})
    return request


@in_transaction
def decline_override(
    *, request: OverrideRequest, reason: str, actor: User, at: dt.datetime
) -> OverrideRequest:
    """Say no: the gap has to be mended. The answer stays on the contract's page."""
    if not actor.may_approve:
        raise UnableToOverride(_("A manager answers this."))
    said = _said(reason, _("Say why not, and what would help."), "reason")
    row = OverrideRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if row.answered_at is not None:
        raise UnableToOverride(_("This was answered already."))
    row.refusal, row.answered_at, row.answered_by = said[:500], at, actor
    row.save(update_fields=["refusal", "answered_at", "answered_by"])
    _record(row.contract, "decline_override", actor, at, {"gap": row.gap, "reason": row.refusal})
    return row


def _check_not_a_limit(gap: str) -> None:
    """A limit is decided where its figures are, for one text and until a day."""
    if gap == GapCode.OVER_LIMIT and decides_limits():
        raise UnableToOverride(
            _("A contract over the limit is released by a decision of its own. Ask for that.")
        )


def _said(text: str, message: str, field: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise UnableToOverride(message, field=field)
    return said


def _held_with_gap(contract: Contract, code: str, at: dt.datetime) -> tuple[Contract, ShownGap]:
    row = (
        Contract.objects.select_for_update(no_key=True, of=("self",))
        .select_related("creditor", "client")
        .get(pk=contract.pk)
    )
    if row.state in _OVER:
        raise UnableToOverride(_("This contract is over: nothing stops it any more."))
    for shown in contract_gaps(row, day_in(at, row.creditor.time_zone)):
        if shown.gap.code != code or shown.gap.severity != Severity.BLOCKING:
            continue
        if shown.override is not None:
            raise UnableToOverride(_("This was let pass already."))
        return row, shown
    raise UnableToOverride(_("Nothing of this kind blocks the contract. Look at its check list."))


def _record(
    contract: Contract, verb: str, actor: User, at: dt.datetime, payload: dict[str, object]
) -> None:
    audit.record(
        action=f"contracts.{verb}",
        actor=actor,
        at=at,
        subject=contract,
        stream=f"client:{contract.client_id}",
        payload=payload,
    )

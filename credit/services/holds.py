"""Holds: proposed by rules or a colleague, decided by a manager, ended by one or by the day.

Each edge is a compare-and-swap UPDATE, a row of the history and an act in the record, in one
transaction. Nothing is held by itself.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.utils.translation import gettext as _

from clients.models import Client
from clients.selectors import our_zone
from clients.services import set_hold
from core import audit
from core.dates import day_in
from core.errors import Refusal
from core.models import User
from core.states import Role
from core.transactions import in_transaction, refusing
from credit.models import CreditHold, HoldTransition, StandingChange
from credit.rules.policy import line_for
from credit.selectors.holds import hold_matches
from credit.selectors.standings import policy_lines, thresholds
from credit.states import (
    HOLD_OPEN,
    HOLD_TRANSITIONS,
    HoldState,
    StandingCause,
    StandingPart,
    may_decide,
)

S = HoldState
LONGEST_DAYS: Final = 366
#: After a refusal the rules stay silent so long unless another day was given.
QUIET_DAYS: Final = 30


class UnableToHold(Refusal):
    """This step with a hold is not open, or says too little."""


# --- Proposed ------------------------------------------------------------------------------------


@in_transaction
def propose_holds(*, on: dt.date, at: dt.datetime) -> tuple[int, int]:
    """Propose a hold where a rule speaks for one, take back what is no longer so.

    Gives how many were proposed and how many taken back. Who has an open hold, or was declined
    until a later day, is left alone.
    """
    found = hold_matches(on=on, rules=thresholds())
    busy = set(
        CreditHold.objects.filter(state__in=HOLD_OPEN).values_list("client_id", flat=True)
    ) | set(CreditHold.objects.filter(not_before__gt=on).values_list("client_id", flat=True))
    new = [
        CreditHold(
            client_id=client_id,
            state=S.PROPOSED,
            matches=[
                {"rule": one.rule, "value": str(one.value), "threshold": str(one.threshold)}
                for one in some
            ],
            proposed_on=on,
            proposed_at=at,
        )
        for client_id, some in sorted(found.items())
        if client_id not in busy
    ]
    # Somebody may propose the same meanwhile: theirs stays.
    CreditHold.objects.bulk_create(new, batch_size=1000, ignore_conflicts=True)
    made = CreditHold.objects.filter(proposed_at=at, state=S.PROPOSED, proposed_by=None)
    HoldTransition.objects.bulk_create(
        (HoldTransition(hold=row, to_state=S.PROPOSED, at=at) for row in made.order_by("pk")),
        batch_size=1000,
    )
    gone = _withdraw(set(found), at)
    if new or gone:
        audit.record(
            action="credit.propose_holds",
            actor=None,
            at=at,
            stream="policy",
            payload={"on": on, "proposed": len(new), "withdrawn": gone},
        )
    return len(new), gone


def _withdraw(still: set[int], at: dt.datetime) -> int:
    """Proposals of rules of which none is so any more; what a colleague asked for stays."""
    rows = CreditHold.objects.filter(state=S.PROPOSED, proposed_by=None).exclude(client__in=still)
    gone = 0
    for row in rows.order_by("pk"):
        _move(row, S.WITHDRAWN, None, at, "", ended_at=at)
        gone += 1
    return gone


@in_transaction
def ask_for_hold(*, client: Client, reason: str, actor: User, at: dt.datetime) -> CreditHold:
    """A colleague proposes a hold; a manager decides."""
    said = _said(reason, _("Say why nothing more should go out on credit."))
    row = _create(client, S.PROPOSED, actor, at, proposal=said)
    _record(row, "credit.ask_for_hold", actor, at, said)
    return row


# --- Decided -------------------------------------------------------------------------------------


@in_transaction
def place_hold(
    *, client: Client, reason: str, expires_on: dt.date, actor: User, at: dt.datetime
) -> CreditHold:
    """A manager puts a client on hold without a proposal."""
    _check_decider(client, actor)
    said = _said(reason, _("A hold needs a reason: sales and the client will ask."))
    _check_days(at, expires_on)
    fields = {"reason": said, "expires_on": expires_on, "decided_at": at, "decided_by": actor}
    row = _create(client, S.HELD, actor, at, **fields)
    _put_on_hold(row, actor, at)
    return row


@in_transaction
def decide_hold(
    *, hold: CreditHold, reason: str, expires_on: dt.date, actor: User, at: dt.datetime
) -> CreditHold:
    """Put a client on hold as proposed. Who asked for it does not decide (four eyes)."""
    row = _locked(hold)
    _check_decider(row.client, actor)
    if row.proposed_by_id == actor.pk:
        raise UnableToHold(_("You proposed this yourself: another manager has to decide."))
    said = _said(reason, _("A hold needs a reason: sales and the client will ask."))
    _check_days(at, expires_on)
    fields = {"reason": said, "expires_on": expires_on, "decided_at": at, "decided_by": actor}
    _move(row, S.HELD, actor, at, said, **fields)
    _put_on_hold(row, actor, at)
    return row


@in_transaction
def decline_hold(
    *,
    hold: CreditHold,
    reason: str,
    actor: User,
    at: dt.datetime,
    not_before: dt.date | None = None,
) -> CreditHold:
    """Do not hold; the rules propose it again after a while at the earliest."""
    row = _locked(hold)
    _check_giver(row.client, actor)
    said = _said(reason, _("Say why not: the next proposal is read with it."))
    quiet = not_before or _today(at) + dt.timedelta(days=QUIET_DAYS)
    fields = {"decided_at": at, "decided_by": actor, "ended_at": at, "ended_by": actor}
    _move(row, S.DECLINED, actor, at, said, end_reason=said, not_before=quiet, **fields)
    return row


@in_transaction
def release_hold(*, hold: CreditHold, reason: str, actor: User, at: dt.datetime) -> CreditHold:
    """Lift a hold before its day."""
    row = _locked(hold)
    _check_giver(row.client, actor)
    said = _said(reason, _("Say why it is lifted."))
    _move(row, S.RELEASED, actor, at, said, ended_at=at, ended_by=actor, end_reason=said)
    _take_off_hold(row, StandingCause.RELEASED, said, actor, at)
    return row


def expire_holds(*, on: dt.date, at: dt.datetime) -> int:
    """End the holds whose last day has passed, each with a note; how many."""
    late = CreditHold.objects.filter(state=S.HELD, expires_on__lt=on).order_by("pk")
    return sum(_expire(row, on, at) for row in late)


@in_transaction
def _expire(hold: CreditHold, on: dt.date, at: dt.datetime) -> bool:
    row = _locked(hold)
    if row.state != S.HELD or row.expires_on is None or row.expires_on >= on:
        return False
    _move(row, S.EXPIRED, None, at, "", ended_at=at)
    _take_off_hold(row, StandingCause.EXPIRED, "", None, at)
    return True


# --- How -----------------------------------------------------------------------------------------


def _locked(hold: CreditHold) -> CreditHold:
    """Client, then hold: two decisions at once come one after the other."""
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=hold.client_id)
    rows = CreditHold.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("client").get(pk=hold.pk)


def _create(
    client: Client, state: HoldState, actor: User, at: dt.datetime, **fields: Any
) -> CreditHold:
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client.pk)
    taken = _("This client is on hold already, or a hold is proposed: decide on that.")
    with refusing(UnableToHold, {"credit_hold_one_open": taken}):
        row = CreditHold.objects.create(
            client=client,
            state=state,
            proposed_on=_today(at),
            proposed_at=at,
            proposed_by=actor,
            **fields,
        )
    note = fields.get("reason") or fields.get("proposal", "")
    HoldTransition.objects.create(hold=row, to_state=state, at=at, actor=actor, note=note)
    return row


def _move(
    row: CreditHold, to: HoldState, actor: User | None, at: dt.datetime, note: str, **fields: Any
) -> None:
    before = HoldState(row.state)
    if to not in HOLD_TRANSITIONS[before]:
        raise UnableToHold(
            _("This is “%(state)s” by now. Look again before you decide.") % {"state": before.label}
        )
    moved = CreditHold.objects.filter(pk=row.pk, state=before).update(state=to, **fields)
    if not moved:
        raise UnableToHold(_("Somebody decided on this meanwhile. Look again."))
    HoldTransition.objects.create(
        hold=row, from_state=before, to_state=to, at=at, actor=actor, note=note
    )
    for name, value in {"state": to, **fields}.items():
        setattr(row, name, value)
    _record(row, f"credit.hold_{to.value.lower()}", actor, at, note)


def _put_on_hold(row: CreditHold, actor: User, at: dt.datetime) -> None:
    set_hold(client=row.client, reason=row.reason, actor=actor, at=at)
    _note(row, StandingCause.HELD, row.reason, actor, at)


def _take_off_hold(
    row: CreditHold, cause: StandingCause, reason: str, actor: User | None, at: dt.datetime
) -> None:
    set_hold(client=row.client, reason="", actor=actor, at=at)
    _note(row, cause, reason, actor, at)


def _note(
    row: CreditHold, cause: StandingCause, reason: str, actor: User | None, at: dt.datetime
) -> None:
    """The hold in the history of the standing: from nothing to its reason, or back."""
    begins = cause == StandingCause.HELD
    StandingChange.objects.create(
        client=row.client,
        part=StandingPart.HOLD,
        before="" if begins else row.reason,
        after=row.reason if begins else "",
        cause=cause,
        reason=reason,
        at=at,
        actor=actor,
    )


def _check_decider(client: Client, actor: User) -> None:
    if not actor.may_approve:
        raise UnableToHold(_("A manager decides on holds."))
    if client.owner_id == actor.pk:
        raise UnableToHold(_("This is your own client: another manager has to decide."))


def _check_giver(client: Client, actor: User) -> None:
    """Letting credit out again takes at least the role that the policy names for the grade."""
    _check_decider(client, actor)
    line = line_for(policy_lines(), client.segment, client.grade)
    if line is not None and not may_decide(actor.role, line.approver):
        raise UnableToHold(
            _("For grade %(grade)s this is decided by: %(role)s.")
            % {"grade": client.grade, "role": Role(line.approver).label}
        )


def _check_days(at: dt.datetime, expires_on: dt.date) -> None:
    on = _today(at)
    if expires_on <= on:
        raise UnableToHold(_("Give a day after today."), field="expires_on")
    if (expires_on - on).days > LONGEST_DAYS:
        raise UnableToHold(_("At most a year: then somebody looks again."), field="expires_on")


def _said(text: str, message: str) -> str:
    said = " ".join(text.split())[:300]
    if not said:
        raise UnableToHold(message, field="reason")
    return said


def _today(at: dt.datetime) -> dt.date:
    return day_in(at, our_zone())


def _record(row: CreditHold, action: str, actor: User | None, at: dt.datetime, reason: str) -> None:
    audit.record(
        action=action,
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{row.client_id}",
        payload={"state": row.state, "until": row.expires_on, "reason": reason},
    )

"""Appeals: received, taken up by somebody who did not decide, answered with reasons.

Each edge is a compare-and-swap UPDATE, a row of the history and an act on the client's chain, in
one transaction. Upheld, an appeal overturns a behaviour, or the verdict that work was obtained for
free; all else a person does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from clients.models import Client, ClientDocument
from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from credit.letters.appeals import answer_text
from credit.models import (
    Appeal,
    AppealTerms,
    AppealTransition,
    CreditHold,
    FreeEntry,
    RiskBehaviour,
    ScoreSnapshot,
)
from credit.selectors.fairness import answer_days, hold_in_force, verdict_on, who_decided
from credit.services.behaviours import overturn_behaviour
from credit.services.freeloading import judge_free_work
from credit.states import (
    APPEAL_OUTCOMES,
    APPEAL_TRANSITIONS,
    AppealAgainst,
    AppealChannel,
    AppealState,
    BehaviourState,
    FreeVerdict,
)
from interactions.models import Interaction
from interactions.services import add_follow_up, log_interaction
from interactions.states import Direction, InteractionKind

S = AppealState
_MOST_DAYS: Final = 60
_KINDS: Final[Mapping[str, str]] = {
    AppealChannel.LETTER: InteractionKind.LETTER,
    AppealChannel.MAIL: InteractionKind.EMAIL,
    AppealChannel.CALL: InteractionKind.CALL,
    AppealChannel.VISIT: InteractionKind.VISIT,
    AppealChannel.LINK: InteractionKind.NOTE,
}


class UnableToHandleAppeal(Refusal):
    """This step with an appeal is not open, says too little, or is not this person's."""


@in_transaction
def receive_appeal(
    *,
    client: Client,
    against: str,
    grounds: str,
    channel: str,
    received_on: dt.date,
    key: str,
    actor: User | None,
    on: dt.date,
    at: dt.datetime,
    behaviour: RiskBehaviour | None = None,
    free_entry: FreeEntry | None = None,
    snapshot: ScoreSnapshot | None = None,
    decision: str = "",
    decided_by: User | None = None,
    interaction: Interaction | None = None,
    document: ClientDocument | None = None,
    promised_days: int | None = None,
) -> Appeal:
    """Note an appeal, and by when it is answered. Without an entry of the log it is logged here.

    The same `key` again (a form sent twice) gives the appeal that was noted. Who decided is known
    for a behaviour, free work, a hold and a grade; `decided_by` is asked for another decision.
    Where the client was promised an answer within fewer days than usual now, that holds.
    Raises UnableToHandleAppeal without grounds, from the future, or about another client.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client.pk)
    known = Appeal.objects.filter(key=key[:64], client=client).first()
    if known is not None:
        return known
    own = (behaviour, free_entry, snapshot, interaction, document)
    _check(client, grounds=grounds, received_on=received_on, things=own, on=on)
    _check_against(against, behaviour=behaviour, free_entry=free_entry, decision=decision)
    if against != AppealAgainst.OTHER:
        decided_by = who_decided(
            client=client, against=against, on=on, behaviour=behaviour, free_entry=free_entry
        )
    row = Appeal.objects.create(
        client=client,
        against=against,
        behaviour=behaviour,
        free_entry=free_entry,
        snapshot=snapshot,
        hold=_hold_appealed(client, against),
        decision=decision.strip(),
        decided_by=decided_by,
        channel=channel,
        grounds=grounds.strip(),
        interaction=interaction or _log(client, channel, grounds, actor=actor, at=at),
        document=document,
        received_on=received_on,
        answer_by=_answer_by(received_on, promised_days),
        key=key[:64],
        created_at=at,
        created_by=actor,
    )
    AppealTransition.objects.create(appeal=row, to_state=S.RECEIVED, at=at, actor=actor)
    _record(row, "receive", actor, at, _told(row))
    return row


def _told(row: Appeal) -> dict[str, Any]:
    things = {"behaviour": row.behaviour_id, "free_entry": row.free_entry_id}
    return {"against": row.against, **things, "by": row.answer_by}


def _answer_by(received_on: dt.date, promised_days: int | None) -> dt.date:
    usual = answer_days()
    return received_on + dt.timedelta(days=min(usual, promised_days or usual))


def _check(
    client: Client,
    *,
    grounds: str,
    received_on: dt.date,
    things: tuple[Any, ...],
    on: dt.date,
) -> None:
    if not grounds.strip():
        raise UnableToHandleAppeal(
            _("Note why the client says it is wrong, in its words."), field="grounds"
        )
    if received_on > on:
        raise UnableToHandleAppeal(
            _("This lies in the future. Note it when it was received."), field="received_on"
        )
    if any(one is not None and one.client_id != client.pk for one in things):
        raise UnableToHandleAppeal(_("This belongs to another client."))


def _check_against(
    against: str,
    *,
    behaviour: RiskBehaviour | None,
    free_entry: FreeEntry | None,
    decision: str,
) -> None:
    named: dict[str, RiskBehaviour | FreeEntry | None] = {
        AppealAgainst.BEHAVIOUR: behaviour,
        AppealAgainst.FREE_WORK: free_entry,
    }
    if any((against == kind) != (thing is not None) for kind, thing in named.items()):
        raise UnableToHandleAppeal(_("Choose what the appeal is against."), field="about")
    stands = [behaviour.state == BehaviourState.CONFIRMED] if behaviour is not None else []
    stands += [verdict_on(free_entry) is not None] if free_entry is not None else []
    if not all(stands):
        raise UnableToHandleAppeal(
            _("This does not count against the client. There is nothing to undo."), field="about"
        )
    if any(thing is not None and thing.appeals.waiting().exists() for thing in named.values()):
        raise UnableToHandleAppeal(
            _("An appeal against this is being looked at already."), field="about"
        )
    if against == AppealAgainst.OTHER and not decision.strip():
        raise UnableToHandleAppeal(_("Say which decision."), field="decision")


def _hold_appealed(client: Client, against: str) -> CreditHold | None:
    hold = hold_in_force(client) if against == AppealAgainst.HOLD else None
    if against == AppealAgainst.HOLD and hold is None:
        raise UnableToHandleAppeal(_("This client is not on hold."), field="about")
    return hold


def _log(
    client: Client, channel: str, grounds: str, *, actor: User | None, at: dt.datetime
) -> Interaction:
    return log_interaction(
        client=client,
        kind=_KINDS[channel],
        direction=Direction.IN,
        occurred_at=at,
        subject=_("Appeal against a decision on credit"),
        body=grounds.strip(),
        actor=actor,
        at=at,
    )


@in_transaction
def take_up_appeal(
    *, appeal: Appeal, handler: User, actor: User, at: dt.datetime, note: str = ""
) -> Appeal:
    """Say who looks at it: a manager who did not take the decision. RECEIVED → IN_WORK."""
    if not actor.may_approve:
        raise UnableToHandleAppeal(_("A manager decides this."))
    if not (handler.is_active and handler.may_approve):
        raise UnableToHandleAppeal(_("Choose a manager."), field="handler")
    if handler.pk == appeal.decided_by_id:
        raise UnableToHandleAppeal(
            _("Who took the decision does not look at the appeal against it."), field="handler"
        )
    if appeal.free_entry is not None and appeal.free_entry.created_by_id == handler.pk:
        raise UnableToHandleAppeal(
            _("Who noted the free work does not look at the appeal against it."), field="handler"
        )
    words = " · ".join(filter(None, [handler.name, note.strip()]))
    said = {"handler": handler.pk}
    return _move(
        appeal, S.IN_WORK, "take_up", note=words, said=said, actor=actor, at=at, handler=handler
    )


@in_transaction
def decide_appeal(
    *,
    appeal: Appeal,
    outcome: str,
    answer: str,
    follows: str,
    actor: User,
    on: dt.date,
    at: dt.datetime,
) -> Appeal:
    """Answer it, with the reason that the client is told and what follows. By its handler alone.

    Upheld, a behaviour or a verdict on free work is overturned at once. A grade is looked at
    again, a hold released by a person: the handler gets a follow-up. The log keeps what the client
    is told.
    """
    if appeal.handler_id != actor.pk or not actor.may_approve:
        raise UnableToHandleAppeal(_("Only who looks at the appeal decides it."))
    if outcome not in APPEAL_OUTCOMES:
        raise UnableToHandleAppeal(_("Choose how the appeal ends."), field="outcome")
    to, text = S(outcome), answer.strip()
    if not text:
        raise UnableToHandleAppeal(_("Give the reason that the client is told."), field="answer")
    if to != S.REJECTED and not follows.strip():
        raise UnableToHandleAppeal(_("Say what follows from it."), field="follows")
    letter = answer_text(appeal, outcome=to, answer=text, on=on)
    fields: dict[str, Any] = {
        "answer": text,
        "follows": follows.strip(),
        "letter": letter,
        "closed_at": at,
    }
    row = _move(appeal, to, "decide", note=text, actor=actor, at=at, **fields)
    _follow(row, text, on=on, actor=actor, at=at)
    log_interaction(
        client=row.client,
        kind=InteractionKind.NOTE,
        direction=Direction.OUT,
        occurred_at=at,
        subject=_("Appeal %(number)s: %(outcome)s") % {"number": row.pk, "outcome": to.label},
        body=letter,
        about=row,
        actor=actor,
        at=at,
    )
    return row


def _follow(row: Appeal, text: str, *, on: dt.date, actor: User, at: dt.datetime) -> None:
    """What an outcome leads to: a behaviour overturned, or something for the handler to do."""
    if row.state == S.REJECTED:
        return
    if row.behaviour is not None and row.state == S.UPHELD:
        if row.behaviour.state == BehaviourState.CONFIRMED:
            overturn_behaviour(behaviour=row.behaviour, reason=text, actor=actor, at=at)
        return
    if row.free_entry is not None and row.state == S.UPHELD:
        if verdict_on(row.free_entry) is not None:
            judge_free_work(
                entry=row.free_entry, verdict=FreeVerdict.OURS, reason=text, on=on, actor=actor,
                at=at,
            )  # fmt: skip
        return
    words = {
        AppealAgainst.GRADE: _("Look at the grade again: an appeal was upheld"),
        AppealAgainst.HOLD: _("Decide on releasing the hold: an appeal was upheld"),
    }
    what = words.get(AppealAgainst(row.against), _("Carry out what follows from an appeal"))
    add_follow_up(
        client=row.client, due_on=on, owner=actor, text=f"{what}. {row.follows}", actor=actor, at=at
    )


@in_transaction
def withdraw_appeal(*, appeal: Appeal, reason: str, actor: User, at: dt.datetime) -> Appeal:
    """The client took it back; how and why is noted."""
    text = reason.strip()
    if not text:
        raise UnableToHandleAppeal(_("Say why."), field="reason")
    return _move(appeal, S.WITHDRAWN, "withdraw", note=text, actor=actor, at=at, closed_at=at)


@in_transaction
def set_answer_time(*, days: int, reason: str, actor: User, at: dt.datetime) -> AppealTerms:
    """Within how many days appeals are answered from now on; running deadlines stay."""
    if not 1 <= days <= _MOST_DAYS:
        raise UnableToHandleAppeal(_("Between 1 and 60 days."), field="days")
    if not reason.strip():
        raise UnableToHandleAppeal(_("Say why."), field="reason")
    row = AppealTerms.objects.create(
        answer_days=days, reason=reason.strip(), created_at=at, created_by=actor
    )
    payload = {"days": days, "reason": reason.strip()}
    audit.record(action="credit.appeal_terms", actor=actor, at=at, subject=row, payload=payload)
    return row


def _move(
    appeal: Appeal,
    to: AppealState,
    action: str,
    *,
    note: str,
    actor: User,
    at: dt.datetime,
    said: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Appeal:
    """Write a change of state that the map has; of two at once one wins."""
    before = S(appeal.state)
    if to not in APPEAL_TRANSITIONS[before]:
        allowed = [str(s.label) for s in S if s in APPEAL_TRANSITIONS[before]]
        raise UnableToHandleAppeal(
            _("From “%(before)s” this is not open. Allowed: %(allowed)s.")
            % {"before": before.label, "allowed": ", ".join(allowed) or "–"}
        )
    if not Appeal.objects.filter(pk=appeal.pk, state=before).update(state=to, **fields):
        raise UnableToHandleAppeal(
            _("Somebody decided about this meanwhile. Look again before you decide.")
        )
    AppealTransition.objects.create(
        appeal=appeal, from_state=before, to_state=to, at=at, actor=actor, note=note
    )
    _record(appeal, action, actor, at, {"from": before, "to": to, **(said or {})})
    for name, value in {"state": to, **fields}.items():
        setattr(appeal, name, value)
    return appeal


def _record(
    row: Appeal, action: str, actor: User | None, at: dt.datetime, payload: Mapping[str, Any]
) -> None:
    audit.record(
        action=f"credit.appeal_{action}",
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{row.client_id}",
        payload=dict(payload),
    )

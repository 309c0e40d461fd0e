"""Behaviours held against a client: proposed, confirmed or not, withdrawn, overturned by appeal.

Each edge is a compare-and-swap UPDATE, a row of the history and an act on the client's chain, in
one transaction. A rule only proposes; what counts was confirmed by somebody who did not propose it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client
from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from credit.models import BehaviourEvidence, BehaviourTransition, ProposalRule, RiskBehaviour
from credit.models.behaviours import COUNTS_DAYS, EVIDENCE
from credit.selectors.fairness import Found, found_by_rules
from credit.states import (
    BEHAVIOUR_TRANSITIONS,
    CONFIRMED_BY_PEOPLE,
    BehaviourState,
    Factor,
)

S = BehaviourState
#: One thing that proves it: a field of `BehaviourEvidence` and its row.
Proof = tuple[str, Any]
_MOST_TIMES = 50


class UnableToJudgeBehaviour(Refusal):
    """This step with a behaviour is not open, says too little, or is not this person's."""


@in_transaction
def propose_behaviour(
    *,
    client: Client,
    kind: str,
    what: str,
    happened_on: dt.date,
    evidence: Sequence[Proof],
    key: str,
    actor: User | None,
    on: dt.date,
    at: dt.datetime,
) -> RiskBehaviour:
    """Propose to hold something against a client; nothing counts before another confirms it.

    The same `key` again (a form sent twice) gives the proposal that was made. Without `actor` a
    rule proposes. Raises UnableToJudgeBehaviour without words or evidence, from the future or
    longer ago than a year, or with evidence of another client.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client.pk)
    known = RiskBehaviour.objects.filter(key=key[:64], client=client).first()
    if known is not None:
        return known
    _check(client, kind=kind, what=what, happened_on=happened_on, evidence=evidence, on=on)
    row = RiskBehaviour.objects.create(
        client=client,
        kind=kind,
        what=what.strip(),
        happened_on=happened_on,
        proposed_by=actor,
        proposed_at=at,
        key=key[:64],
    )
    BehaviourEvidence.objects.bulk_create(
        BehaviourEvidence(behaviour=row, **{name: thing}) for name, thing in evidence
    )
    BehaviourTransition.objects.create(behaviour=row, to_state=S.PROPOSED, at=at, actor=actor)
    proof = sorted(f"{name}:{thing.pk}" for name, thing in evidence)
    said = {"kind": kind, "happened_on": happened_on, "evidence": proof}
    _record(row, "propose", actor, at, said)
    return row


def _check(
    client: Client,
    *,
    kind: str,
    what: str,
    happened_on: dt.date,
    evidence: Sequence[Proof],
    on: dt.date,
) -> None:
    if kind not in CONFIRMED_BY_PEOPLE:
        raise UnableToJudgeBehaviour(_("This behaviour is counted by itself."), field="kind")
    if not what.strip():
        raise UnableToJudgeBehaviour(_("Say what happened."), field="what")
    if not on - dt.timedelta(days=COUNTS_DAYS) < happened_on <= on:
        raise UnableToJudgeBehaviour(
            _("It has to lie within the last %(days)s days.") % {"days": COUNTS_DAYS},
            field="happened_on",
        )
    if not evidence:
        raise UnableToJudgeBehaviour(_("Choose at least one piece of evidence."), field="evidence")
    if any(name not in EVIDENCE or thing.client_id != client.pk for name, thing in evidence):
        raise UnableToJudgeBehaviour(_("This belongs to another client."), field="evidence")


@in_transaction
def confirm_behaviour(
    *, behaviour: RiskBehaviour, reason: str, actor: User, at: dt.datetime
) -> RiskBehaviour:
    """Confirm it: from now on it takes its points. A manager who did not propose it."""
    return _decide(behaviour, S.CONFIRMED, "confirm", reason=reason, actor=actor, at=at)


@in_transaction
def reject_behaviour(
    *, behaviour: RiskBehaviour, reason: str, actor: User, at: dt.datetime
) -> RiskBehaviour:
    """Do not confirm it: it never counts. A manager who did not propose it."""
    return _decide(behaviour, S.REJECTED, "reject", reason=reason, actor=actor, at=at)


def _decide(
    behaviour: RiskBehaviour, to: BehaviourState, action: str, *, reason: str, actor: User,
    at: dt.datetime,
) -> RiskBehaviour:  # fmt: skip
    if not actor.may_approve:
        raise UnableToJudgeBehaviour(_("A manager decides this."))
    if behaviour.proposed_by_id == actor.pk:
        raise UnableToJudgeBehaviour(
            _("You proposed this yourself. Another manager decides whether it is so.")
        )
    fields = {"decided_by": actor, "decided_at": at, "reason": reason.strip()}
    return _move(behaviour, to, action, note=reason, actor=actor, at=at, **fields)


@in_transaction
def withdraw_behaviour(
    *, behaviour: RiskBehaviour, reason: str, actor: User, at: dt.datetime
) -> RiskBehaviour:
    """Take it back: one's own proposal, or as a manager what was confirmed."""
    if not may_withdraw(behaviour, actor):
        raise UnableToJudgeBehaviour(
            _("Only who proposed it takes a proposal back; what was confirmed, a manager.")
        )
    return _move(behaviour, S.WITHDRAWN, "withdraw", note=reason, actor=actor, at=at)


def may_withdraw(behaviour: RiskBehaviour, user: User) -> bool:
    """Whether this person may take it back as it stands."""
    if behaviour.state == S.PROPOSED:
        return behaviour.proposed_by_id == user.pk
    return user.may_approve


@in_transaction
def overturn_behaviour(
    *, behaviour: RiskBehaviour, reason: str, actor: User, at: dt.datetime
) -> RiskBehaviour:
    """An appeal was right: it counts no more. Called by the decision on the appeal."""
    return _move(behaviour, S.OVERTURNED, "overturn", note=reason, actor=actor, at=at)


def propose_by_rules(*, on: dt.date, at: dt.datetime) -> int:
    """Propose what rules find; how many are new. Twice on a day proposes nothing twice."""
    return sum(_propose_found(one, on, at) for one in found_by_rules(on=on))


def _propose_found(found: Found, on: dt.date, at: dt.datetime) -> int:
    """One proposal in its own transaction, in the words of what was found."""
    key = hashlib.sha256(
        ":".join([found.kind, *(f"{name}{row.pk}" for name, row in found.evidence)]).encode()
    ).hexdigest()
    if RiskBehaviour.objects.filter(key=key).exists():
        return 0
    propose_behaviour(
        client=Client.objects.get(pk=found.client_id),
        kind=found.kind,
        what=_words(found),
        happened_on=min(found.last_on, on),
        evidence=found.evidence,
        key=key,
        actor=None,
        on=on,
        at=at,
    )
    return 1


def _words(found: Found) -> str:
    texts = {
        Factor.RETURNS: ngettext(
            "%(n)s credit note for returned goods within %(days)s days.",
            "%(n)s credit notes for returned goods within %(days)s days.",
            found.times,
        ),
        Factor.DEMANDS: ngettext(
            "%(n)s complaint “not as agreed” that ended without agreement within %(days)s days.",
            "%(n)s complaints “not as agreed” that ended without agreement within %(days)s days.",
            found.times,
        ),
        Factor.ABUSE: ngettext(
            "%(n)s incident of abuse or threats within %(days)s days.",
            "%(n)s incidents of abuse or threats within %(days)s days.",
            found.times,
        ),
    }
    return texts[found.kind] % {"n": found.times, "days": found.days}


@in_transaction
def set_proposal_rule(
    *, kind: str, times: int, days: int, reason: str, actor: User, at: dt.datetime
) -> ProposalRule:
    """From now on a rule proposes at other figures. Earlier rows stay."""
    if kind not in CONFIRMED_BY_PEOPLE:
        raise UnableToJudgeBehaviour(_("No rule proposes this behaviour."))
    if not (0 <= times <= _MOST_TIMES and 1 <= days <= COUNTS_DAYS):
        raise UnableToJudgeBehaviour(
            _("Up to %(times)s times, within 1 to %(days)s days.")
            % {"times": _MOST_TIMES, "days": COUNTS_DAYS}
        )
    if not reason.strip():
        raise UnableToJudgeBehaviour(_("Say why."), field="reason")
    row = ProposalRule.objects.create(
        kind=kind, times=times, days=days, reason=reason.strip(), created_at=at, created_by=actor
    )
    payload = {"kind": kind, "times": times, "days": days, "reason": reason.strip()}
    audit.record(action="credit.proposal_rule", actor=actor, at=at, subject=row, payload=payload)
    return row


def _move(
    behaviour: RiskBehaviour,
    to: BehaviourState,
    action: str,
    *,
    note: str,
    actor: User,
    at: dt.datetime,
    **fields: Any,
) -> RiskBehaviour:
    """Write a change of state that the map has; of two at once one wins."""
    text = note.strip()
    if not text:
        raise UnableToJudgeBehaviour(_("Say why."), field="reason")
    before = S(behaviour.state)
    if to not in BEHAVIOUR_TRANSITIONS[before]:
        allowed = [str(s.label) for s in S if s in BEHAVIOUR_TRANSITIONS[before]]
        raise UnableToJudgeBehaviour(
            _("From “%(before)s” this is not open. Allowed: %(allowed)s.")
            % {"before": before.label, "allowed": ", ".join(allowed) or "–"}
        )
    if not RiskBehaviour.objects.filter(pk=behaviour.pk, state=before).update(state=to, **fields):
        raise UnableToJudgeBehaviour(
            _("Somebody decided about this meanwhile. Look again before you decide.")
        )
    BehaviourTransition.objects.create(
        behaviour=behaviour, from_state=before, to_state=to, at=at, actor=actor, note=text
    )
    _record(behaviour, action, actor, at, {"from": before, "to": to, "kind": behaviour.kind})
    for name, value in {"state": to, **fields}.items():
        setattr(behaviour, name, value)
    return behaviour


def _record(
    row: RiskBehaviour,
    action: str,
    actor: User | None,
    at: dt.datetime,
    payload: Mapping[str, Any],
) -> None:
    audit.record(
        action=f"credit.behaviour_{action}",
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{row.client_id}",
        payload=dict(payload),
    )

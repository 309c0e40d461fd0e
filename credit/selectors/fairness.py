"""Reads of behaviours and appeals: what may prove one, what rules find, what weighs how much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, OuterRef, QuerySet, Subquery

from clients.models import Client
from core.models import User
from core.verify import check
from credit.models import (
    Appeal,
    AppealTerms,
    BehaviourEvidence,
    CreditHold,
    FactorWeight,
    FreeEntry,
    FreeJudgement,
    ProposalRule,
    RiskBehaviour,
)
from credit.models.behaviours import EVIDENCE
from credit.selectors.behaviour_counts import clients_by_behaviour
from credit.states import (
    CONFIRMED_BY_PEOPLE,
    AppealAgainst,
    AppealState,
    BehaviourState,
    Factor,
    FreeVerdict,
    HoldState,
    StandingPart,
)
from disputes.models import Complaint
from disputes.states import ComplaintReason, ComplaintState, DisputeState
from interactions.models import Incident
from interactions.states import IncidentCategory
from payments.models import CreditNote

#: So many of the newest of each kind are offered as evidence.
OFFERED: Final = 15
#: Words by which a credit note says that goods came back.
RETURN_WORDS: Final = r"(return|sent back|退货|退回|退貨)"
ABUSE_CATEGORIES: Final = (
    IncidentCategory.ABUSE,
    IncidentCategory.THREAT,
    IncidentCategory.HARASSMENT,
    IncidentCategory.DISCRIMINATION,
)
#: The fields of evidence with what a list of it needs.
_RELATED: Final[Mapping[str, str]] = {
    "interaction": "interaction",
    "document": "document__document",
    "dispute": "dispute__invoice",
    "contract": "contract",
    "incident": "incident",
    "credit_note": "credit_note",
    "complaint": "complaint",
}


# --- evidence ---------------------------------------------------------------------------------


def evidence_of(behaviour: RiskBehaviour) -> list[tuple[str, Any]]:
    """What proves a behaviour: pairs of a field of `BehaviourEvidence` and its row."""
    rows = behaviour.evidence.select_related(*_RELATED.values()).order_by("pk")
    return [proof_in(row) for row in rows]


def proof_in(row: BehaviourEvidence) -> tuple[str, Any]:
    """The one thing that a row of evidence names."""
    return next((name, thing) for name in EVIDENCE if (thing := getattr(row, name)) is not None)


def evidence_offered(client: Client) -> list[tuple[str, Any]]:
    """The newest of a client's log, files, disputes, contracts, incidents, notes, complaints."""
    found: dict[str, QuerySet[Any]] = {
        "interaction": client.interactions.standing().order_by("-occurred_at", "-pk"),
        "document": client.documents.select_related("document").order_by("-pk"),
        "dispute": client.disputes.select_related("invoice").order_by("-opened_on", "-pk"),
        "contract": client.contracts.order_by("-pk"),
        "incident": client.incidents.order_by("-occurred_at", "-pk"),
        "credit_note": client.credit_notes.order_by("-issued_on", "-pk"),
        "complaint": client.complaints.order_by("-received_at", "-pk"),
    }
    return [(name, row) for name, rows in found.items() for row in rows[:OFFERED]]


# --- rules that propose -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found of a client: the rows, and when the last of them happened."""

    client_id: int
    kind: Factor
    times: int
    days: int
    evidence: tuple[tuple[str, Any], ...]
    last_on: dt.date


def rules_now() -> dict[Factor, ProposalRule]:
    """The rule that counts for each behaviour."""
    rows = ProposalRule.objects.order_by("kind", "-pk").distinct("kind")
    return {Factor(one.kind): one for one in rows}


def found_by_rules(*, on: dt.date) -> Iterator[Found]:
    """Clients that did something so often that a person should look; one entry per behaviour.

    What was evidence of a behaviour of the same kind before, however that ended, is not used
    again: nobody is accused twice of the same.
    """
    rules = rules_now()
    for kind in CONFIRMED_BY_PEOPLE:
        rule = rules.get(kind)
        if rule is not None and rule.times:
            yield from _found(rule, on)


def _found(rule: ProposalRule, on: dt.date) -> Iterator[Found]:
    kind = Factor(rule.kind)
    name, rows, day_of = _HAPPENINGS[kind](on - dt.timedelta(days=rule.days), on)
    used = BehaviourEvidence.objects.filter(behaviour__kind=kind, **{f"{name}__isnull": False})
    fresh = rows.exclude(pk__in=used.values(name))
    busy = (
        fresh.order_by().values("client").annotate(times=Count("pk")).filter(times__gte=rule.times)
    )
    by_client: dict[int, list[Any]] = {}
    for row in fresh.filter(client__in=busy.values("client")).order_by("client", "pk"):
        by_client.setdefault(row.client_id, []).append(row)
    for client_id, happened in by_client.items():
        yield Found(
            client_id=client_id,
            kind=kind,
            times=len(happened),
            days=rule.days,
            evidence=tuple((name, row) for row in happened),
            last_on=max(day_of(row) for row in happened),
        )


def _returns(since: dt.date, on: dt.date) -> tuple[str, QuerySet[Any], Any]:
    """Credit notes for goods that came back; not where a dispute showed that we were at fault."""
    rows = CreditNote.objects.filter(
        issued_on__gt=since, issued_on__lte=on, reason__iregex=RETURN_WORDS
    ).exclude(invoice__disputes__state=DisputeState.UPHELD)
    return "credit_note", rows, lambda row: row.issued_on


def _demands(since: dt.date, on: dt.date) -> tuple[str, QuerySet[Any], Any]:
    """Complaints “not as agreed” that ended without agreement; a dispute counts by itself."""
    rows = Complaint.objects.filter(
        reason=ComplaintReason.QUALITY_SPEC,
        state=ComplaintState.CLOSED,
        is_accepted=False,
        dispute=None,
        received_at__date__gt=since,
        received_at__date__lte=on,
    )
    return "complaint", rows, lambda row: row.received_at.date()


def _abuse(since: dt.date, on: dt.date) -> tuple[str, QuerySet[Any], Any]:
    rows = Incident.objects.filter(
        category__in=ABUSE_CATEGORIES, occurred_at__date__gt=since, occurred_at__date__lte=on
    )
    return "incident", rows, lambda row: row.occurred_at.date()


_HAPPENINGS: Final = {Factor.RETURNS: _returns, Factor.DEMANDS: _demands, Factor.ABUSE: _abuse}


# --- weights ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a behaviour takes, since when, and how many clients have it within the year."""

    factor: Factor
    row: FactorWeight | None
    clients: int


def weights_now() -> dict[Factor, FactorWeight]:
    """The weight that counts for each behaviour."""
    rows = FactorWeight.objects.select_related("created_by").order_by("factor", "-pk")
    return {Factor(one.factor): one for one in rows.distinct("factor")}


def weights_with_effect(*, on: dt.date) -> list[Weighed]:
    """Every behaviour with its weight and how many clients have it within the year."""
    now, clients = weights_now(), clients_by_behaviour(on=on)
    return [Weighed(one, now.get(one), clients[one.value]) for one in Factor if one.is_behaviour]


# --- appeals ----------------------------------------------------------------------------------


def answer_days() -> int:
    """Within how many days an appeal that comes in now is answered."""
    return AppealTerms.objects.order_by("-pk").values_list("answer_days", flat=True)[0]


def hold_in_force(client: Client) -> CreditHold | None:
    """The hold that a client has now."""
    return client.credit_holds.filter(state=HoldState.HELD).select_related("decided_by").first()


def verdict_on(entry: FreeEntry) -> FreeJudgement | None:
    """The verdict by which an entry counts as obtained for free; None where it does not count."""
    if FreeEntry.objects.filter(reverses=entry).exists():
        return None
    last = entry.judgements.select_related("judged_by").order_by("-pk").first()
    return last if last is not None and last.verdict == FreeVerdict.CONFIRMED else None


def free_work_counted(client: Client) -> QuerySet[FreeEntry]:
    """Entries that a manager confirmed to be obtained for free, the newest first."""
    last = FreeJudgement.objects.filter(entry=OuterRef("pk")).order_by("-pk")
    rows = FreeEntry.objects.filter(client=client).standing()
    judged = rows.alias(verdict=Subquery(last.values("verdict")[:1]))
    return judged.filter(verdict=FreeVerdict.CONFIRMED).order_by("-happened_on", "-pk")


def who_decided(
    *,
    client: Client,
    against: str,
    on: dt.date,
    behaviour: RiskBehaviour | None = None,
    free_entry: FreeEntry | None = None,
) -> User | None:
    """Who took the decision that an appeal is against; None where no person did."""
    if behaviour is not None:
        return behaviour.decided_by
    if free_entry is not None:
        verdict = verdict_on(free_entry)
        return verdict.judged_by if verdict is not None else None
    if against == AppealAgainst.HOLD:
        hold = hold_in_force(client)
        return hold.decided_by if hold is not None else None
    if against == AppealAgainst.GRADE:
        by_hand = client.standing_overrides.in_force(on=on).filter(part=StandingPart.GRADE)
        override = by_hand.select_related("approver").first()
        return override.approver if override is not None else None
    return None


@check("credit: the history of a behaviour and of an appeal ends in its state")
def fairness_histories() -> Iterator[str]:
    """The last step of every behaviour and appeal, for `verify_ledger`."""
    for name, model, first in (
        ("behaviour", RiskBehaviour, BehaviourState.PROPOSED),
        ("appeal", Appeal, AppealState.RECEIVED),
    ):
        rows: Any = model.objects.prefetch_related("transitions").order_by("pk")
        for row in rows.iterator(chunk_size=500):
            steps = list(row.transitions.all())
            last = steps[-1].to_state if steps else ""
            if last != row.state or steps[0].to_state != first:
                yield f"{name} {row.pk} is {row.state}, its history ends in {last or 'nothing'}"


@check("credit: every behaviour has evidence")
def behaviours_proven() -> Iterator[str]:
    """Behaviours without a single row of evidence, for `verify_ledger`."""
    bare = RiskBehaviour.objects.filter(evidence=None).order_by("pk")
    yield from (f"behaviour {pk} has no evidence" for pk in bare.values_list("pk", flat=True))

"""Behaviours: proposed with evidence, confirmed by somebody else, and then only counted."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.urls import reverse

from clients.models import Client
from core.models import AuditEvent, User
from core.states import Role
from credit.models import FactorWeight, ProposalRule, RiskBehaviour
from credit.rules.columns import FACTS
from credit.selectors.behaviour_counts import clients_by_behaviour
from credit.selectors.facts import facts_on
from credit.selectors.fairness import (
    behaviours_proven,
    evidence_of,
    fairness_histories,
    found_by_rules,
    weights_with_effect,
)
from credit.services.behaviours import (
    UnableToJudgeBehaviour,
    confirm_behaviour,
    overturn_behaviour,
    propose_behaviour,
    propose_by_rules,
    reject_behaviour,
    set_proposal_rule,
    withdraw_behaviour,
)
from credit.services.weights import UnableToWeigh, set_weight
from credit.states import BEHAVIOUR_TRANSITIONS, BehaviourState, Factor
from disputes.services import close_dispute, open_dispute
from disputes.states import DisputeState
from interactions.services import log_interaction
from interactions.services.talk import report_incident
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_credit_note,
    make_creditor,
    make_invoice,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
S = BehaviourState
DAY = dt.timedelta(days=1)
_keys = itertools.count()


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner() -> User:
    return make_user(Role.SALES, name="Sally")


@pytest.fixture
def boss() -> User:
    return make_user(Role.MANAGER, name="Boss")


@pytest.fixture
def client(owner: User) -> Client:
    return make_client(owner=owner, legal_name="Far East Ltd")


def said(client: Client) -> Any:
    return log_interaction(
        client=client, kind="CALL", direction="IN", occurred_at=NOW, body="Shouted", actor=None,
        at=NOW,
    )  # fmt: skip


def proposed(client: Client, **changed: Any) -> RiskBehaviour:
    given: dict[str, Any] = {
        "kind": "abuse",
        "what": "Shouted at the person on the telephone",
        "happened_on": TODAY,
        "evidence": changed.pop("evidence", None) or [("interaction", said(client))],
        "key": f"key-{next(_keys)}",
        "actor": client.owner,
        "on": TODAY,
        "at": NOW,
    }
    return propose_behaviour(client=client, **{**given, **changed})


def counted(client: Client, kind: str = "abuse", on: dt.date = TODAY) -> float:
    make_invoice(client, make_creditor()) if not client.invoices.exists() else None
    found = facts_on(on=on, clients=[client.pk])
    return float(found.rows[0, FACTS.index(kind)])


def test_a_proposal_counts_nothing_until_another_person_confirms_it(
    client: Client, boss: User
) -> None:
    row = proposed(client)
    assert (row.state, counted(client)) == (S.PROPOSED, 0)
    confirm_behaviour(behaviour=row, reason="Heard the recording", actor=boss, at=NOW)
    assert (row.state, row.decided_by, counted(client)) == (S.CONFIRMED, boss, 1)
    assert [one.to_state for one in row.transitions.all()] == [S.PROPOSED, S.CONFIRMED]
    acts = AuditEvent.objects.filter(
        stream__name=f"client:{client.pk}", action__startswith="credit."
    )
    assert [one.action for one in acts.order_by("seq")] == [
        "credit.behaviour_propose",
        "credit.behaviour_confirm",
    ]


def test_it_counts_for_a_year_from_the_day_it_happened_and_not_before_it_was_confirmed(
    client: Client, boss: User
) -> None:
    row = proposed(client, happened_on=TODAY - 3 * DAY)
    confirm_behaviour(behaviour=row, reason="So it was", actor=boss, at=NOW)
    assert counted(client, on=TODAY - DAY) == 0  # nobody had confirmed it by then
    assert counted(client, on=row.counts_until) == 1
    assert counted(client, on=row.counts_until + DAY) == 0


def test_nobody_confirms_what_he_proposed_himself(client: Client, boss: User) -> None:
    row = proposed(client, actor=boss)
    for service in (confirm_behaviour, reject_behaviour):
        with pytest.raises(UnableToJudgeBehaviour, match="yourself"):
            service(behaviour=row, reason="I know", actor=boss, at=NOW)
    with pytest.raises(IntegrityError, match="behaviour_four_eyes"), transaction.atomic():
        RiskBehaviour.objects.filter(pk=row.pk).update(
            state="CONFIRMED", decided_by=boss, decided_at=NOW, reason="I know"
        )


@pytest.mark.parametrize("role", [Role.SALES, Role.FINANCE])
def test_only_a_manager_decides(client: Client, role: Role) -> None:
    row = proposed(client)
    with pytest.raises(UnableToJudgeBehaviour, match="manager"):
        confirm_behaviour(behaviour=row, reason="So it was", actor=make_user(role), at=NOW)
    assert counted(client) == 0


def walk(row: RiskBehaviour, to: BehaviourState, actor: User) -> None:
    """One step, by somebody who may take it."""
    acts = {
        S.CONFIRMED: confirm_behaviour,
        S.REJECTED: reject_behaviour,
        S.WITHDRAWN: withdraw_behaviour,
        S.OVERTURNED: overturn_behaviour,
    }
    own = (to, row.state) == (S.WITHDRAWN, S.PROPOSED)
    who = row.proposed_by if own and row.proposed_by else actor
    acts[to](behaviour=row, reason="Because", actor=who, at=NOW)


#: How to come to each state.
PATHS: dict[BehaviourState, tuple[BehaviourState, ...]] = {
    S.PROPOSED: (),
    S.CONFIRMED: (S.CONFIRMED,),
    S.REJECTED: (S.REJECTED,),
    S.WITHDRAWN: (S.WITHDRAWN,),
    S.OVERTURNED: (S.CONFIRMED, S.OVERTURNED),
}


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("to", [one for one in S if one != S.PROPOSED])
def test_every_edge_is_allowed_or_refused_by_service_and_database(
    client: Client, boss: User, before: BehaviourState, to: BehaviourState
) -> None:
    row = proposed(client)
    for step in PATHS[before]:
        walk(row, step, boss)
    steps = row.transitions.count()
    if to in BEHAVIOUR_TRANSITIONS[before]:
        walk(row, to, boss)
        assert (row.state, row.transitions.count()) == (to, steps + 1)
        assert counted(client) == (1 if to == S.CONFIRMED else 0)
    else:
        with pytest.raises(UnableToJudgeBehaviour):
            walk(row, to, boss)
        assert row.transitions.count() == steps
        if to != before:
            with pytest.raises(DatabaseError), transaction.atomic():
                RiskBehaviour.objects.filter(pk=row.pk).update(
                    state=to, decided_by=boss, decided_at=NOW, reason="By hand"
                )
    assert not list(fairness_histories())


def test_of_two_managers_at_once_one_wins(client: Client, boss: User) -> None:
    row = proposed(client)
    same = RiskBehaviour.objects.get(pk=row.pk)
    confirm_behaviour(behaviour=row, reason="So it was", actor=boss, at=NOW)
    with pytest.raises(UnableToJudgeBehaviour, match="meanwhile"):
        reject_behaviour(behaviour=same, reason="Not so", actor=make_user(Role.ADMIN), at=NOW)
    assert RiskBehaviour.objects.get().state == S.CONFIRMED


def test_who_takes_it_back(client: Client, boss: User, owner: User) -> None:
    row = proposed(client)
    with pytest.raises(UnableToJudgeBehaviour, match="who proposed"):
        withdraw_behaviour(behaviour=row, reason="Leave it", actor=boss, at=NOW)
    confirm_behaviour(behaviour=row, reason="So it was", actor=boss, at=NOW)
    with pytest.raises(UnableToJudgeBehaviour, match="a manager"):
        withdraw_behaviour(behaviour=row, reason="Leave it", actor=owner, at=NOW)
    withdraw_behaviour(behaviour=row, reason="It was another firm", actor=boss, at=NOW)
    assert counted(client) == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"what": "  "},
        {"kind": "broken_promises"},
        {"happened_on": TODAY + DAY},
        {"happened_on": TODAY - 365 * DAY},
        {"evidence": ()},
    ],
)
def test_a_proposal_that_says_too_little_is_refused_and_leaves_nothing(
    client: Client, changed: dict[str, Any]
) -> None:
    entry = said(client)
    given = {"evidence": [("interaction", entry)], **changed}
    with pytest.raises(UnableToJudgeBehaviour):
        propose_behaviour(
            client=client,
            **{
                "kind": "abuse", "what": "Shouted", "happened_on": TODAY, "key": "k",
                "actor": client.owner, "on": TODAY, "at": NOW, **given,
            },
        )  # fmt: skip
    assert not RiskBehaviour.objects.exists()


def test_evidence_of_another_client_is_refused_by_service_and_database(client: Client) -> None:
    foreign = said(make_client(owner=client.owner))
    with pytest.raises(UnableToJudgeBehaviour, match="another client"):
        proposed(client, evidence=[("interaction", foreign)])
    row = proposed(client)
    with pytest.raises(IntegrityError, match="the client itself"), transaction.atomic():
        row.evidence.create(interaction=foreign)
    with pytest.raises(IntegrityError, match="one thing"), transaction.atomic():
        row.evidence.create()


def test_the_database_knows_no_behaviour_without_evidence_and_none_that_begins_confirmed(
    client: Client, boss: User
) -> None:
    bare = {"client": client, "kind": "abuse", "what": "x", "happened_on": TODAY}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="has evidence"), transaction.atomic():
        RiskBehaviour.objects.create(**bare, proposed_at=NOW, key="bare")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    with pytest.raises(IntegrityError, match="begins"), transaction.atomic():
        RiskBehaviour.objects.create(
            **bare, proposed_at=NOW, key="b", state="CONFIRMED", decided_by=boss, decided_at=NOW,
            reason="x",
        )  # fmt: skip
    assert not list(behaviours_proven())


def test_the_same_form_twice_is_one_proposal(client: Client) -> None:
    first = proposed(client, key="form-1")
    assert proposed(client, key="form-1").pk == first.pk
    assert proposed(client, key="form-2").pk != first.pk


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE credit_riskbehaviour SET what = 'something else'",
        "UPDATE credit_riskbehaviour SET happened_on = happened_on - 1",
        "DELETE FROM credit_riskbehaviour",
        "DELETE FROM credit_behaviourevidence",
        "UPDATE credit_behaviourtransition SET note = 'x'",
        "UPDATE credit_proposalrule SET times = 1",
        "UPDATE credit_factorweight SET each = 1",
        "UPDATE credit_appealterms SET answer_days = 60",
    ],
)
def test_what_was_said_stays_as_it_was(client: Client, sql: str) -> None:
    proposed(client)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


# --- rules ------------------------------------------------------------------------------------


def test_three_returns_within_half_a_year_are_proposed_once_and_never_confirmed_by_themselves(
    client: Client,
) -> None:
    creditor = make_creditor()
    notes = [make_credit_note(client, creditor, issued_on=TODAY - n * 30 * DAY) for n in range(2)]
    make_credit_note(client, creditor, issued_on=TODAY - 180 * DAY)  # too long ago
    make_credit_note(client, creditor, reason="Price agreed anew")  # no return
    assert propose_by_rules(on=TODAY, at=NOW) == 0
    notes.append(make_credit_note(client, creditor, reason="客户退货", issued_on=TODAY - 60 * DAY))
    assert propose_by_rules(on=TODAY, at=NOW) == 1
    assert propose_by_rules(on=TODAY, at=NOW) == 0
    row = RiskBehaviour.objects.get()
    assert (row.kind, row.proposed_by, row.state) == ("returns", None, S.PROPOSED)
    assert {thing.pk for _name, thing in evidence_of(row)} == {one.pk for one in notes}
    assert "3 credit notes" in row.what
    assert counted(client, "returns") == 0


def test_what_was_evidence_before_is_not_used_again_however_it_ended(
    client: Client, boss: User
) -> None:
    creditor = make_creditor()
    for _n in range(3):
        make_credit_note(client, creditor)
    propose_by_rules(on=TODAY, at=NOW)
    reject_behaviour(behaviour=RiskBehaviour.objects.get(), reason="Our fault", actor=boss, at=NOW)
    make_credit_note(client, creditor)
    assert propose_by_rules(on=TODAY, at=NOW) == 0
    make_credit_note(client, creditor)
    make_credit_note(client, creditor)
    assert propose_by_rules(on=TODAY, at=NOW) == 1


def test_returns_that_were_our_fault_are_not_held_against_a_client(client: Client) -> None:
    creditor = make_creditor()
    invoice = make_invoice(client, creditor, "500.00")
    dispute = open_dispute(
        invoice=invoice, amount=invoice.open_amount, reason="QUALITY", note="Broken", on=TODAY,
        actor=None, at=NOW,
    )  # fmt: skip
    for _n in range(3):
        make_credit_note(client, creditor, "10.00", invoice=invoice)
    assert [one.kind for one in found_by_rules(on=TODAY)] == [Factor.RETURNS]
    close_dispute(
        dispute=dispute,
        state=DisputeState.UPHELD,
        resolution="It was",
        on=TODAY,
        actor=None,
        at=NOW,
    )
    assert not list(found_by_rules(on=TODAY))


def test_an_incident_of_abuse_is_proposed_with_its_words_as_evidence(
    client: Client, owner: User
) -> None:
    incident = report_incident(
        client=client, category="THREAT", severity="SERIOUS", quote="You will regret this",
        note="", occurred_at=NOW, manager=None, actor=owner, at=NOW,
    )  # fmt: skip
    propose_by_rules(on=TODAY, at=NOW)
    assert evidence_of(RiskBehaviour.objects.get()) == [("incident", incident)]


def test_a_manager_sets_when_a_rule_proposes_and_switches_it_off(
    client: Client, boss: User
) -> None:
    make_credit_note(client, make_creditor())
    given: dict[str, Any] = {"reason": "Too many", "actor": boss, "at": NOW}
    for times, days in ((51, 10), (1, 0), (1, 366)):
        with pytest.raises(UnableToJudgeBehaviour):
            set_proposal_rule(kind="returns", times=times, days=days, **given)
    with pytest.raises(UnableToJudgeBehaviour):
        set_proposal_rule(kind="freeloading", times=1, days=10, **given)
    with pytest.raises(UnableToJudgeBehaviour):
        set_proposal_rule(kind="returns", times=1, days=10, **{**given, "reason": " "})
    set_proposal_rule(kind="returns", times=0, days=10, **given)
    assert propose_by_rules(on=TODAY, at=NOW) == 0
    set_proposal_rule(kind="returns", times=1, days=10, **given)
    assert propose_by_rules(on=TODAY, at=NOW) == 1
    assert ProposalRule.objects.filter(kind="returns").count() == 3


# --- weights ----------------------------------------------------------------------------------


def test_a_weight_is_a_new_row_with_a_reason_within_its_bounds(client: Client, boss: User) -> None:
    row = proposed(client)
    confirm_behaviour(behaviour=row, reason="So it was", actor=boss, at=NOW)
    assert clients_by_behaviour(on=TODAY)["abuse"] == 1
    given: dict[str, Any] = {"factor": "abuse", "reason": "Heavier", "actor": boss, "at": NOW}
    for wrong in (
        {"each": 80, "most": 70},
        {"each": 10, "most": 251},
        {"each": -1, "most": 5},
        {"each": 1, "most": 5, "reason": ""},
        {"each": 1, "most": 5, "factor": "late_7"},
    ):
        with pytest.raises(UnableToWeigh):
            set_weight(**{**given, **wrong})
    set_weight(**given, each=40, most=80)
    shown = {one.factor: one for one in weights_with_effect(on=TODAY)}
    weight = shown[Factor.ABUSE]
    assert weight.row is not None
    assert (weight.row.each, weight.row.most, weight.clients) == (40, 80, 1)
    assert FactorWeight.objects.filter(factor="abuse").count() == 2
    assert AuditEvent.objects.filter(action="credit.weigh").count() == 1


# --- pages ------------------------------------------------------------------------------------


def test_a_salesperson_proposes_and_a_manager_confirms_on_pages(
    client: Client, owner: User, boss: User
) -> None:
    entry = said(client)
    browser = signed_in(owner)
    address = reverse("credit:behaviour_new", args=[client.pk])
    assert "Shouted" in browser.get(address).content.decode()
    fields = {"kind": "abuse", "happened_on": "2026-06-15", "what": "Shouted", "key": "k1"}
    refused = browser.post(address, fields)
    assert "at least one piece of evidence" in refused.content.decode()
    foreign = said(make_client())
    wrong = browser.post(address, {**fields, "evidence": [f"interaction:{foreign.pk}"]})
    assert wrong.status_code == 200
    assert not RiskBehaviour.objects.exists()
    browser.post(address, {**fields, "evidence": [f"interaction:{entry.pk}"]})
    row = RiskBehaviour.objects.get()
    assert (
        "Another manager"
        in browser.get(reverse("credit:behaviour", args=[row.pk])).content.decode()
    )
    manager = signed_in(boss)
    assert client.legal_name in manager.get(reverse("credit:behaviours")).content.decode()
    decide = reverse("credit:behaviour_decide", args=[row.pk, "confirm"])
    assert manager.post(decide, {"reason": ""}).status_code == 200
    assert manager.post(decide, {"reason": "Heard it"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.decided_by) == (S.CONFIRMED, boss)
    assert manager.get(reverse("credit:behaviour_decide", args=[row.pk, "eat"])).status_code == 404


def test_the_pages_of_weights_show_the_effect_and_keep_the_history(
    client: Client, boss: User
) -> None:
    confirm_behaviour(behaviour=proposed(client), reason="So it was", actor=boss, at=NOW)
    browser = signed_in(boss)
    page = reverse("credit:weight", args=["abuse"])
    assert "1 client has this" in browser.get(page).content.decode()
    refused = browser.post(page, {"each": 90, "most": 60, "reason": "More"})
    assert "no more than" in refused.content.decode()
    assert browser.post(page, {"each": 50, "most": 60, "reason": "More"}).status_code == 302
    assert "50 each time" in browser.get(page).content.decode()
    rule = reverse("credit:proposal_rule", args=["returns"])
    assert browser.post(rule, {"times": 5, "days": 90, "reason": "Fewer"}).status_code == 302
    text = browser.get(reverse("credit:weights")).content.decode()
    assert "from 5 within 90 days" in text
    for name in ("late_7", "nothing"):
        assert browser.get(reverse("credit:weight", args=[name])).status_code == 404
    assert browser.get(reverse("credit:proposal_rule", args=["freeloading"])).status_code == 404


def test_lists_cost_the_same_however_long(client: Client, boss: User, owner: User) -> None:
    browser = signed_in(boss)
    pages = (
        reverse("credit:behaviours"),
        reverse("credit:client_behaviours", args=[client.pk]),
        reverse("credit:weights"),
    )
    proposed(client)
    for page in pages:  # the first visit of a process fills caches
        browser.get(page)
    before = [count_queries(partial(browser.get, page)) for page in pages]
    for _n in range(4):
        proposed(client)
    assert [count_queries(partial(browser.get, page)) for page in pages] == before
    assert max(before) <= 15

"""Appeals are looked at by somebody who did not decide, and what follows from it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from clients.models import Client
from core.models import User
from core.states import Role
from credit.models import (
    Appeal,
)
from credit.selectors.fairness import fairness_histories
from credit.selectors.freeloading import freeloading_facts
from credit.services.appeals import (
    UnableToHandleAppeal,
    decide_appeal,
    take_up_appeal,
    withdraw_appeal,
)
from credit.services.holds import place_hold
from credit.states import APPEAL_TRANSITIONS, AppealState
from interactions.models import FollowUp, Interaction
from tests.credit.appeals.cast import (
    behaviour_of,
    decided,
    free_work_of,
    received,
)
from tests.factories import (
    NOW,
    TODAY,
    make_user,
)

S = AppealState
DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


def test_upheld_a_behaviour_is_overturned_in_the_same_breath(
    client: Client, boss: User, other: User
) -> None:
    behaviour = behaviour_of(client, boss)
    row = received(client, against="BEHAVIOUR", behaviour=behaviour, decision="")
    assert row.decided_by == boss
    decided(row, other)
    behaviour.refresh_from_db()
    assert (behaviour.state, row.state) == ("OVERTURNED", S.UPHELD)
    assert "You are right." in row.letter
    assert "not held against you any more" in row.letter
    assert row.letter in Interaction.objects.order_by("-pk")[0].body
    assert not list(fairness_histories())


def test_upheld_free_work_is_our_own_choice_from_then_on(
    client: Client, boss: User, other: User
) -> None:
    noted_by = make_user(Role.MANAGER, name="Who noted it")
    entry = free_work_of(client, noted_by, boss)
    row = received(client, against="FREE_WORK", free_entry=entry, decision="")
    assert row.decided_by == boss
    with pytest.raises(UnableToHandleAppeal, match="looked at already"):
        received(client, against="FREE_WORK", free_entry=entry, decision="")
    for involved in (boss, noted_by):
        with pytest.raises(UnableToHandleAppeal, match="does not look"):
            take_up_appeal(appeal=row, handler=involved, actor=other, at=NOW)
    assert freeloading_facts(on=TODAY)[client.pk].times == 1
    decided(row, other)
    assert freeloading_facts(on=TODAY) == {}
    assert "work of 15 June 2026" in row.letter
    assert "not held against you any more" in row.letter
    with pytest.raises(UnableToHandleAppeal, match="nothing to undo"):
        received(client, against="FREE_WORK", free_entry=entry, decision="")


@pytest.mark.parametrize("outcome", ["PARTLY", "REJECTED"])
def test_otherwise_a_behaviour_stays(client: Client, boss: User, other: User, outcome: str) -> None:
    behaviour = behaviour_of(client, boss)
    row = received(client, against="BEHAVIOUR", behaviour=behaviour, decision="")
    decided(row, other, outcome)
    behaviour.refresh_from_db()
    assert behaviour.state == "CONFIRMED"
    assert FollowUp.objects.filter(owner=other).count() == (1 if outcome == "PARTLY" else 0)


def test_who_decided_does_not_look_at_the_appeal(client: Client, boss: User, other: User) -> None:
    row = received(client, against="BEHAVIOUR", behaviour=behaviour_of(client, boss), decision="")
    with pytest.raises(UnableToHandleAppeal, match="took the decision"):
        take_up_appeal(appeal=row, handler=boss, actor=other, at=NOW)
    with pytest.raises(IntegrityError, match="appeal_four_eyes"), transaction.atomic():
        Appeal.objects.filter(pk=row.pk).update(state="IN_WORK", handler=boss)
    take_up_appeal(appeal=row, handler=other, actor=boss, at=NOW)
    with pytest.raises(UnableToHandleAppeal, match="Only who looks"):
        decide_appeal(
            appeal=row, outcome="REJECTED", answer="No", follows="", actor=boss, on=TODAY, at=NOW
        )


@pytest.mark.parametrize("role", [Role.SALES, Role.FINANCE])
def test_only_a_manager_looks_at_it(client: Client, boss: User, role: Role) -> None:
    row, person = received(client), make_user(role)
    with pytest.raises(UnableToHandleAppeal, match="manager"):
        take_up_appeal(appeal=row, handler=person, actor=boss, at=NOW)
    with pytest.raises(UnableToHandleAppeal, match="manager"):
        take_up_appeal(appeal=row, handler=boss, actor=person, at=NOW)


def test_a_hold_is_released_by_a_person(client: Client, boss: User, other: User) -> None:
    with pytest.raises(UnableToHandleAppeal, match="not on hold"):
        received(client, against="HOLD", decision="")
    hold = place_hold(
        client=client, reason="Owes much", expires_on=TODAY + 30 * DAY, actor=boss, at=NOW
    )
    row = received(client, against="HOLD", decision="")
    assert (row.hold, row.decided_by) == (hold, boss)
    decided(row, other, follows="Release it today")
    hold.refresh_from_db()
    assert hold.state == "HELD"
    assert "hold" in FollowUp.objects.get(owner=other).text


@pytest.mark.parametrize("changed", [{"answer": " "}, {"follows": ""}, {"outcome": "WITHDRAWN"}])
def test_a_decision_without_reason_or_consequence_is_refused(
    client: Client, boss: User, changed: dict[str, str]
) -> None:
    row = received(client)
    with pytest.raises(UnableToHandleAppeal):
        decided(row, boss, **changed)
    assert Appeal.objects.get().state == S.IN_WORK


PATHS: dict[AppealState, tuple[AppealState, ...]] = {
    S.RECEIVED: (),
    S.IN_WORK: (S.IN_WORK,),
    S.UPHELD: (S.IN_WORK, S.UPHELD),
    S.PARTLY: (S.IN_WORK, S.PARTLY),
    S.REJECTED: (S.IN_WORK, S.REJECTED),
    S.WITHDRAWN: (S.WITHDRAWN,),
}


def walk(row: Appeal, to: AppealState, boss: User) -> None:
    if to == S.IN_WORK:
        take_up_appeal(appeal=row, handler=boss, actor=boss, at=NOW)
    elif to == S.WITHDRAWN:
        withdraw_appeal(appeal=row, reason="By mail", actor=boss, at=NOW)
    else:
        decide_appeal(
            appeal=row, outcome=to, answer="So", follows="Nothing", actor=boss, on=TODAY, at=NOW
        )


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("to", [one for one in S if one != S.RECEIVED])
def test_every_edge_is_allowed_or_refused_by_service_and_database(
    client: Client, boss: User, before: AppealState, to: AppealState
) -> None:
    row = received(client)
    for step in PATHS[before]:
        walk(row, step, boss)
    steps = row.transitions.count()
    if to in APPEAL_TRANSITIONS[before]:
        walk(row, to, boss)
        assert (row.state, row.transitions.count()) == (to, steps + 1)
    else:
        with pytest.raises(UnableToHandleAppeal):
            walk(row, to, boss)
        if to != before:
            with pytest.raises(DatabaseError), transaction.atomic():
                Appeal.objects.filter(pk=row.pk).update(
                    state=to, handler=boss, answer="x", letter="x", closed_at=NOW
                )
    assert not list(fairness_histories())


def test_of_two_decisions_at_once_one_wins(client: Client, boss: User) -> None:
    row = received(client)
    take_up_appeal(appeal=row, handler=boss, actor=boss, at=NOW)
    same = Appeal.objects.get(pk=row.pk)
    walk(row, S.REJECTED, boss)
    with pytest.raises(UnableToHandleAppeal, match="meanwhile"):
        walk(same, S.UPHELD, boss)

"""Appeals reach us: by when they are answered, and which are refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from clients.models import Client
from core.models import AuditEvent, User
from core.states import Role
from credit.models import (
    Appeal,
    AppealTerms,
)
from credit.services.appeals import (
    UnableToHandleAppeal,
    set_answer_time,
)
from credit.states import AppealState
from interactions.models import Interaction
from tests.credit.appeals.cast import (
    behaviour_of,
    decided,
    free_work_of,
    keys,
    received,
)
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_user,
)

S = AppealState
DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


def test_an_appeal_is_answered_within_fifteen_days_and_is_in_the_log(client: Client) -> None:
    row = received(client, received_on=TODAY - DAY)
    assert (row.state, row.answer_by) == (S.RECEIVED, TODAY + 14 * DAY)
    entry = Interaction.objects.get()
    assert (entry.kind, entry.direction, entry.body) == ("LETTER", "IN", row.grounds)
    assert AuditEvent.objects.filter(
        action="credit.appeal_receive", stream__name=f"client:{client.pk}"
    ).exists()


def test_the_days_to_answer_change_for_later_appeals_only(client: Client, boss: User) -> None:
    before = received(client)
    given: dict[str, Any] = {"actor": boss, "at": NOW}
    wrong: dict[str, Any]
    for wrong in (
        {"days": 0, "reason": "x"},
        {"days": 61, "reason": "x"},
        {"days": 5, "reason": ""},
    ):
        with pytest.raises(UnableToHandleAppeal):
            set_answer_time(**{**wrong, **given})
    set_answer_time(days=5, reason="We are quick", **given)
    assert received(client).answer_by == TODAY + 5 * DAY
    before.refresh_from_db()
    assert before.answer_by == TODAY + 15 * DAY
    assert AppealTerms.objects.count() == 2


def test_the_database_knows_no_appeal_against_free_work_without_it(client: Client) -> None:
    for wrong in ({"against": "FREE_WORK"}, {"against": "BEHAVIOUR"}, {"against": "HOLD"}):
        with pytest.raises(UnableToHandleAppeal):
            received(client, **wrong)
        with (
            pytest.raises(IntegrityError, match="appeal_against_one_thing"),
            transaction.atomic(),
        ):
            Appeal.objects.create(
                client=client, **wrong, channel="CALL", grounds="x", received_on=TODAY,
                answer_by=TODAY, key=f"a{next(keys)}", created_at=NOW,
            )  # fmt: skip


def test_free_work_of_another_client_is_refused(client: Client, boss: User) -> None:
    foreign = free_work_of(make_client(), make_user(Role.SALES), boss)
    with pytest.raises(UnableToHandleAppeal, match="another client"):
        received(client, against="FREE_WORK", free_entry=foreign, decision="")


@pytest.mark.parametrize(
    "changed",
    [
        {"grounds": " "},
        {"received_on": TODAY + DAY},
        {"decision": " "},
        {"against": "BEHAVIOUR"},
    ],
)
def test_an_appeal_that_says_too_little_is_refused_and_leaves_nothing(
    client: Client, changed: dict[str, Any]
) -> None:
    with pytest.raises(UnableToHandleAppeal):
        received(client, **changed)
    assert not Appeal.objects.exists()
    assert not Interaction.objects.exists()


def test_one_appeal_at_a_time_against_a_behaviour_and_none_against_what_does_not_count(
    client: Client, boss: User, other: User
) -> None:
    behaviour = behaviour_of(client, boss)
    given = {"against": "BEHAVIOUR", "behaviour": behaviour, "decision": ""}
    row = received(client, **given)
    with pytest.raises(UnableToHandleAppeal, match="already"):
        received(client, **given)
    decided(row, other)
    behaviour.refresh_from_db()
    with pytest.raises(UnableToHandleAppeal, match="does not count"):
        received(client, **given)
    stranger = make_client()
    with pytest.raises(UnableToHandleAppeal, match="another client"):
        received(stranger, **{**given, "behaviour": behaviour_of(client, boss)}, actor=boss)


def test_the_same_form_twice_is_one_appeal(client: Client) -> None:
    assert received(client, key="f").pk == received(client, key="f").pk
    assert (Appeal.objects.count(), Interaction.objects.count()) == (1, 1)


@pytest.mark.parametrize("change", [{"grounds": "y"}, {"answer_by": TODAY + 90 * DAY}])
def test_what_was_said_and_by_when_it_is_answered_stays(
    client: Client, change: dict[str, Any]
) -> None:
    received(client)
    with pytest.raises(DatabaseError), transaction.atomic():
        Appeal.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Appeal.objects.all().delete()

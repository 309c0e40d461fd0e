"""The ledger of free work: only added to, judged by somebody else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import DatabaseError, IntegrityError

from clients.models import Client, Creditor
from core.models import AuditEvent, User
from credit.models import (
    FreeEntry,
)
from credit.selectors.freeloading import freeloading_facts
from credit.selectors.margins import margins_of, twelve_months
from credit.services.freeloading import (
    UnableToJudge,
    UnableToNoteFreeWork,
    decide_course,
    read_credit,
    reverse_free_work,
)
from credit.states import FreeWork
from tests.credit.freeloading.cast import DAY, L, gift, judged, margin, noted, proven, said
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_credit_note,
)

pytestmark = pytest.mark.django_db


def test_an_entry_of_two_fields_costs_its_hours_at_the_rate_of_its_day(client: Client) -> None:
    entry = noted(client)
    assert (entry.work, entry.hours, entry.amount) == ("CONSULTING", Decimal(2), Decimal(0))
    assert margin(client).of(L.CONSULTATION) == 2 * 300
    event = AuditEvent.objects.get(action="credit.note_free_work")
    assert event.stream_id == f"client:{client.pk}"


def test_the_same_form_sent_twice_is_one_entry(client: Client) -> None:
    first = noted(client, key="same")
    assert noted(client, key="same").pk == first.pk
    assert FreeEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"hours": Decimal(0)}, "hours"),
        ({"amount": Decimal("1.005")}, "amount"),
        ({"happened_on": TODAY + DAY}, "happened_on"),
    ],
)
def test_an_entry_says_how_much_and_lies_in_the_past(
    client: Client, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(UnableToNoteFreeWork) as refused:
        noted(client, gift(**changed))
    assert refused.value.field == field
    assert not FreeEntry.objects.exists()


def test_what_the_ledger_has_is_not_typed_again(client: Client, creditor: Creditor) -> None:
    note = make_credit_note(client, creditor, "80.00", reason="Goodwill")
    with pytest.raises(UnableToNoteFreeWork, match=note.number):
        noted(client, gift(FreeWork.CONCESSION, amount=Decimal(80)))
    assert noted(client, gift(FreeWork.CONCESSION, amount=Decimal(81))).amount == 81


def test_an_entry_names_nothing_of_another_client(client: Client) -> None:
    other = make_client(owner=client.owner)
    with pytest.raises(UnableToNoteFreeWork, match="another client"):
        noted(client, gift(interaction=said(other)))


def test_a_reversal_stays_beside_what_it_takes_back(client: Client, owner: User) -> None:
    entry = noted(client)
    row = reverse_free_work(entry=entry, reason="Wrong client", on=TODAY, actor=owner, at=NOW)
    assert (row.hours, row.reverses_id, row.note) == (Decimal(-2), entry.pk, "Wrong client")
    assert not margins_of([client], twelve_months(TODAY))
    for again in (entry, row):
        with pytest.raises(UnableToNoteFreeWork):
            reverse_free_work(entry=again, reason="again", on=TODAY, actor=owner, at=NOW)


def test_a_judged_entry_is_taken_back_by_managers_only(
    client: Client, owner: User, manager: User
) -> None:
    entry = proven(client)
    judged(entry, manager)
    with pytest.raises(UnableToNoteFreeWork, match="manager"):
        reverse_free_work(entry=entry, reason="no", on=TODAY, actor=owner, at=NOW)
    row = reverse_free_work(entry=entry, reason="no", on=TODAY, actor=manager, at=NOW)
    assert row.reverses == entry


@pytest.mark.parametrize(
    "table",
    ["freeentry", "freejudgement", "marginassumption", "coursedecision", "creditreading"],
)
def test_history_is_only_added_to(
    client: Client, creditor: Creditor, manager: User, table: str
) -> None:
    judged(proven(client), manager)
    decide_course(client=client, course="KEEP", reason="x", on=TODAY, actor=manager, at=NOW)
    note = make_credit_note(client, creditor)
    read_credit(row=note, nature="GIVEN", reason="x", on=TODAY, actor=manager, at=NOW)
    for act in (f"UPDATE credit_{table} SET id = id", f"DELETE FROM credit_{table}"):
        with (
            pytest.raises((InternalError, DatabaseError), match="corrected by adding"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act)


def test_the_database_refuses_a_reversal_that_does_not_mirror(client: Client) -> None:
    entry = noted(client)
    with pytest.raises(IntegrityError, match="mirrors"), transaction.atomic():
        FreeEntry.objects.create(
            client=client, kind=entry.kind, work=entry.work, currency="CNY", hours=-1,
            happened_on=TODAY, note="x", reverses=entry, key="r", created_at=NOW,
        )  # fmt: skip


def test_only_what_a_manager_confirmed_counts_against_a_client(
    client: Client, owner: User, manager: User
) -> None:
    first, second = proven(client, happened_on=TODAY - 9 * DAY), proven(client)
    noted(client)
    assert freeloading_facts(on=TODAY) == {}
    judged(first, manager)
    judged(second, manager, "OURS")
    (facts,) = freeloading_facts(on=TODAY, client_ids=[client.pk]).values()
    assert (facts.times, facts.hours, facts.entries) == (1, Decimal(2), (first.pk,))
    assert facts.last_on == TODAY - 9 * DAY
    assert freeloading_facts(on=TODAY, client_ids=[]) == {}
    assert freeloading_facts(on=TODAY, since=TODAY) == {}
    judged(first, manager, "OURS")
    assert freeloading_facts(on=TODAY) == {}, "the latest verdict holds"


def test_nothing_that_came_later_changes_what_counted_on_a_day(
    client: Client, manager: User
) -> None:
    entry = proven(client, happened_on=TODAY - 20 * DAY)
    judged(entry, manager, on=TODAY - 10 * DAY)
    before = freeloading_facts(on=TODAY - 5 * DAY)
    assert before[client.pk].times == 1
    assert freeloading_facts(on=TODAY - 11 * DAY) == {}
    judged(entry, manager, "OURS", on=TODAY - 2 * DAY)
    reverse_free_work(entry=entry, reason="no", on=TODAY - DAY, actor=manager, at=NOW)
    assert freeloading_facts(on=TODAY - 5 * DAY) == before
    assert freeloading_facts(on=TODAY) == {}


def test_nobody_judges_what_he_entered_or_what_has_no_proof(client: Client, manager: User) -> None:
    with pytest.raises(UnableToJudge, match="yourself"):
        judged(noted(client, gift(interaction=said(client)), actor=manager), manager)
    words = noted(client)
    with pytest.raises(UnableToJudge, match="Nothing stands behind") as refused:
        judged(words, manager)
    assert refused.value.field == "verdict"
    assert judged(words, manager, "OURS")
    with pytest.raises(UnableToJudge, match="cost"):
        judged(noted(client, gift(FreeWork.COLLECTION, interaction=said(client))), manager)
    with pytest.raises(UnableToJudge, match="rests on"):
        judged(proven(client), manager, reason=" ")

"""Answers to a balance: the rule, and what is kept of one client's."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Client
from core.models import AuditEvent, User
from core.verify import run_checks
from interactions.models import FollowUp, Interaction
from portal.models import StatementAnswer, StatementLine
from portal.rules import CONFIRMED, OBJECTED, PARTLY, AnswerUnclear, Mark, settle_statement
from portal.selectors.balances import acknowledged_invoices
from portal.services.acknowledgements import on_acknowledgement
from tests.factories import make_invoice
from tests.portal.conftest import Issue, answer, opened

pytestmark = pytest.mark.django_db


AMOUNT = st.decimals(Decimal("0.01"), Decimal("99999999.99"), places=2)
MARK = st.builds(Mark, st.none() | st.decimals(0, 10**6, places=2), st.just("not ours"))


@given(
    opens=st.lists(AMOUNT, min_size=1, max_size=30),
    choice=st.sampled_from([CONFIRMED, PARTLY, OBJECTED]),
    marks=st.dictionaries(st.integers(1, 30), MARK, max_size=30),
    remark=st.sampled_from(["", "no"]),
)
def test_totals_are_those_of_the_lines(
    opens: list[Decimal], choice: str, marks: dict[int, Mark], remark: str
) -> None:
    try:
        settled = settle_statement(opens, choice=choice, marks=marks, remark=remark)
    except AnswerUnclear:
        return
    contested = [one for one in settled.lines if not one.is_confirmed]
    assert settled.stated == sum(opens)
    assert settled.confirmed + sum(one.open_amount for one in contested) == settled.stated
    assert (settled.outcome == CONFIRMED) == (not contested)
    assert (settled.outcome == OBJECTED) == (len(contested) == len(opens))
    if settled.outcome == PARTLY:
        assert 0 < settled.confirmed < settled.stated
        marked = {place for place, one in enumerate(settled.lines, 1) if not one.is_confirmed}
        assert marked == set(marks)


@pytest.mark.parametrize(
    ("choice", "marks", "remark"),
    [
        ("", {}, ""),
        (CONFIRMED, {1: Mark(Decimal(1))}, ""),
        (PARTLY, {}, "some"),
        (PARTLY, {3: Mark(Decimal(1))}, ""),
        (PARTLY, {1: Mark()}, ""),
        (OBJECTED, {}, " "),
    ],
)
def test_an_unclear_answer_is_refused(choice: str, marks: dict[int, Mark], remark: str) -> None:
    with pytest.raises(AnswerUnclear):
        settle_statement([Decimal(1), Decimal(2)], choice=choice, marks=marks, remark=remark)


def by_number(link_answer: StatementAnswer) -> dict[str, tuple[str, Decimal | None, str]]:
    return {
        one.invoice.number: (one.said, one.believed, one.remark)
        for one in link_answer.lines.select_related("invoice")
    }


def test_a_confirmed_balance_is_kept_line_by_line(
    issue: Issue, phone: Browser, client: Client
) -> None:
    url = opened(phone, issue())
    assert phone.post(url, answer()).status_code == 302
    kept = StatementAnswer.objects.get()
    assert (kept.outcome, kept.stated, kept.confirmed) == (
        "CONFIRMED",
        Decimal("1250.5"),
        Decimal("1250.5"),
    )
    assert by_number(kept) == {
        "INV-1": ("CONFIRMED", None, ""),
        "INV-2": ("CONFIRMED", None, ""),
    }
    assert kept.grade == "C"  # handed over in a way that is not on record
    event = AuditEvent.objects.get(action="portal.acknowledge_debt")
    assert '"amount":"1250.500"' in event.payload
    assert "Wang" not in event.payload
    assert [one for one in run_checks() if one.problems] == []
    said = acknowledged_invoices(client)
    assert [(one.invoice.number, one.answer.act.typed_name) for one in said] == [
        ("INV-1", "Wang Fang"),
        ("INV-2", "Wang Fang"),
    ]


def test_a_part_is_confirmed_and_the_rest_contested(
    issue: Issue, phone: Browser, owner: User
) -> None:
    url = opened(phone, issue())
    form = answer(choice="PARTLY", amount_2="200.00", remark_2="Two boxes came back")
    assert phone.post(url, form).status_code == 302
    kept = StatementAnswer.objects.get()
    assert (kept.outcome, kept.confirmed) == ("PARTLY", Decimal(1000))
    assert by_number(kept)["INV-2"] == ("OBJECTED", Decimal(200), "Two boxes came back")
    assert FollowUp.objects.get().owner == owner
    entry = Interaction.objects.get()
    assert "INV-2" in entry.body
    assert "Two boxes came back" in entry.body
    receipt = phone.get(url).content.decode()
    assert "Two boxes came back" in receipt


def test_an_objection_as_a_whole_acknowledges_nothing(issue: Issue, phone: Browser) -> None:
    phone.post(opened(phone, issue()), answer(choice="OBJECTED", remark="We owe nothing"))
    kept = StatementAnswer.objects.get()
    assert (kept.outcome, kept.confirmed) == ("OBJECTED", Decimal(0))
    assert not AuditEvent.objects.filter(action="portal.acknowledge_debt").exists()
    assert StatementLine.objects.filter(said="OBJECTED").count() == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"choice": "PARTLY"},
        {"choice": "CONFIRMED", "amount_1": "1"},
        {"choice": "PARTLY", "amount_1": "-5"},
        {"choice": "PARTLY", "amount_1": "many"},
        {"choice": "OBJECTED"},
        {"choice": "MAYBE"},
    ],
)
def test_an_answer_that_does_not_hold_together_keeps_nothing(
    changed: dict[str, str], issue: Issue, phone: Browser
) -> None:
    url = opened(phone, issue())
    assert phone.post(url, answer(**changed)).status_code == 200
    assert not StatementAnswer.objects.exists()


def test_the_same_form_twice_is_one_answer(issue: Issue, phone: Browser) -> None:
    url, form = opened(phone, issue()), answer()
    phone.post(url, form)
    phone.post(url, form)
    assert StatementAnswer.objects.count() == 1
    assert phone.post(url, answer(choice="OBJECTED", remark="no")).status_code == 410


def test_an_acknowledgement_is_told_to_who_listens(
    issue: Issue, phone: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.services import acknowledgements

    told: list[tuple[Decimal, str]] = []
    monkeypatch.setattr(acknowledgements, "_handlers", [])
    on_acknowledgement(lambda kept, _at: told.append((kept.confirmed, kept.grade)))
    phone.post(opened(phone, issue()), answer())
    assert told == [(Decimal("1250.5"), "C")]


def test_lines_that_do_not_add_up_are_refused_by_the_database(issue: Issue, phone: Browser) -> None:
    phone.post(opened(phone, issue()), answer())
    kept = StatementAnswer.objects.get()
    other = make_invoice(kept.client, kept.creditor, "5.00")
    with transaction.atomic(), connection.cursor() as cursor:
        StatementLine.objects.create(
            answer=kept, invoice=other, place=3, open_amount=5, said="CONFIRMED"
        )
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE portal_statementanswer SET confirmed = 0, outcome = 'OBJECTED'",
        "UPDATE portal_statementline SET said = 'OBJECTED'",
        "DELETE FROM portal_statementline",
        "UPDATE portal_linkreminder SET may_mail = true",
        "DELETE FROM portal_linkreminder",
    ],
)
def test_raw_sql_cannot_rewrite_what_was_confirmed(
    statement: str, issue: Issue, phone: Browser
) -> None:
    phone.post(opened(phone, issue()), answer())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

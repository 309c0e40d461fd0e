"""Free work: noted once, taken back by a row, judged by another; and the margin from its rows."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.urls import reverse

from clients.models import Client, Creditor
from contracts.models import Amendment, Contract
from contracts.services import create_contract
from contracts.services.amendments import Changes, propose_amendment
from contracts.services.lines import add_line
from contracts.states import AmendmentKind
from core.models import AuditEvent, User
from core.states import Role
from credit.models import (
    ClientMargin,
    CourseDecision,
    CreditReading,
    FreeEntry,
    MarginAssumption,
)
from credit.rules.freeloading import NetMargin, guessed_nature
from credit.selectors.freeloading import credit_notes_read, freeloading_facts
from credit.selectors.margins import WorkedOut, line_rows, margins_of, twelve_months
from credit.services.freeloading import (
    Gift,
    UnableToJudge,
    UnableToNoteFreeWork,
    decide_course,
    judge_free_work,
    note_free_work,
    read_credit,
    reverse_free_work,
)
from credit.services.freeloading_demo import tell_free_work
from credit.services.margins import UnableToAssume, refresh_margins, set_assumption
from credit.states import Assumed, ClientAdvice, FreeWork, MarginLine
from interactions.models import Interaction
from interactions.services import log_interaction
from payments.services import refund_receipt
from payments.states import RefundKind
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_credit_note,
    make_creditor,
    make_invoice,
    make_receipt,
    make_user,
    pay,
    signed_in,
)

pytestmark = pytest.mark.django_db
L = MarginLine
DAY = dt.timedelta(days=1)
_keys = itertools.count(1)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner() -> User:
    return make_user(Role.SALES, name="Sally")


@pytest.fixture
def manager() -> User:
    return make_user(Role.MANAGER, name="Max")


@pytest.fixture
def client(owner: User) -> Client:
    return make_client(owner=owner, legal_name="Far East Ltd")


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor(country="CN")


def gift(kind: FreeWork = FreeWork.CONSULTATION, **changed: Any) -> Gift:
    size = {} if "amount" in changed else {"hours": Decimal(2)}
    return Gift(**{"kind": kind, "happened_on": TODAY, "currency": "CNY", **size, **changed})


def noted(client: Client, what: Gift | None = None, **changed: Any) -> FreeEntry:
    given: dict[str, Any] = {
        "client": client,
        "gift": what or gift(),
        "key": f"k{next(_keys)}",
        "on": TODAY,
        "actor": client.owner,
        "at": NOW,
        **changed,
    }
    return note_free_work(**given)


def said(client: Client, **changed: Any) -> Interaction:
    given: dict[str, Any] = {
        "client": client,
        "kind": "CALL",
        "direction": "OUT",
        "occurred_at": NOW - DAY,
        "body": "when will you pay",
        "actor": client.owner,
        "at": NOW,
        **changed,
    }
    return log_interaction(**given)


def proven(client: Client, **changed: Any) -> FreeEntry:
    return noted(client, gift(interaction=said(client), **changed))


def judged(entry: FreeEntry, manager: User, verdict: str = "CONFIRMED", **changed: Any) -> Any:
    given: dict[str, Any] = {"reason": "Asked for in writing", "on": TODAY, "at": NOW, **changed}
    return judge_free_work(entry=entry, verdict=verdict, actor=manager, **given)


def worked_out(client: Client, currency: str = "CNY", on: dt.date = TODAY) -> WorkedOut:
    (found,) = (
        one for one in margins_of([client], twelve_months(on)) if one.margin.currency == currency
    )
    return found


def margin(client: Client, **given: Any) -> NetMargin:
    return worked_out(client, **given).margin


# Entries --------------------------------------------------------------------------------------


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


# What counts against a client -----------------------------------------------------------------


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


# The margin -----------------------------------------------------------------------------------


def test_goods_that_came_back_and_what_was_given_are_told_apart(
    client: Client, creditor: Creditor, manager: User
) -> None:
    make_invoice(client, creditor, "1000.00", due_on=TODAY)
    make_credit_note(client, creditor, "100.00", reason="Goods returned")
    given_away = make_credit_note(client, creditor, "50.00", reason="Goodwill")
    found = margin(client)
    assert (int(found.of(L.RETURNED)), int(found.of(L.CREDITED))) == (100, 50)
    assert found.net == Decimal("900") * 30 / 100 - 50
    read_credit(
        row=given_away, nature="CORRECTED", reason="our error", on=TODAY, actor=manager, at=NOW
    )
    found = margin(client)
    assert (int(found.of(L.RETURNED)), int(found.of(L.CREDITED))) == (150, 0)


@pytest.mark.parametrize("reason", ["Goods RETURNED", "退货", "Duplicate", "开错", "Goodwill", ""])
def test_the_database_reads_the_words_as_the_rule_does(
    client: Client, creditor: Creditor, reason: str
) -> None:
    make_credit_note(client, creditor, "10.00", reason=reason)
    expected = guessed_nature(reason)
    (row,) = credit_notes_read(client, TODAY, TODAY)
    assert row.nature == expected  # type: ignore[attr-defined]  # annotated
    line = L.CREDITED if expected == "GIVEN" else L.RETURNED
    assert worked_out(client).counts == {line: 1}


def test_a_refund_is_a_gift_only_when_somebody_says_so(
    client: Client, creditor: Creditor, manager: User
) -> None:
    make_invoice(client, creditor, due_on=TODAY)
    row = refund_receipt(
        receipt=make_receipt(client, creditor, "90.00"), amount=Decimal(40),
        kind=RefundKind.REFUND, reason="paid twice", on=TODAY, actor=None, at=NOW,
    )  # fmt: skip
    assert margin(client).of(L.REFUNDED) == 0
    read_credit(row=row, nature="GIVEN", reason="kindness", on=TODAY, actor=manager, at=NOW)
    assert margin(client).of(L.REFUNDED) == 40
    with pytest.raises(UnableToNoteFreeWork, match="refund"):
        noted(client, gift(FreeWork.REFUND, amount=Decimal(40)))


def test_a_discount_by_amendment_is_taken_from_the_contract(
    client: Client, creditor: Creditor, owner: User
) -> None:
    contract = create_contract(
        creditor=creditor, client=client, number="A", currency="CNY", actor=None, at=NOW
    )
    line = add_line(
        contract=contract, description="work", unit_price=Decimal(900), actor=None, at=NOW
    )
    Contract.objects.filter(pk=contract.pk).update(state="ACTIVE")
    amendment = propose_amendment(
        contract=contract, kind=AmendmentKind.DISCOUNT,
        changes=Changes(lines={line.pk: {"unit_price": Decimal(800)}}),
        reason="asked", actor=owner, at=NOW,
    )  # fmt: skip
    assert not margins_of([client], twelve_months(TODAY)), "a proposal gives nothing away"
    Amendment.objects.filter(pk=amendment.pk).update(
        state="APPROVED", decided_at=NOW, decided_by=owner
    )
    Amendment.objects.filter(pk=amendment.pk).update(state="ACCEPTED", ended_at=NOW)
    assert margin(client).of(L.DISCOUNT) == 100
    amendment.refresh_from_db()
    with pytest.raises(UnableToNoteFreeWork, match="counted already"):
        noted(client, gift(FreeWork.CONCESSION, amount=Decimal(100), amendment=amendment))


def test_contacts_about_debts_cost_the_minutes_of_their_kind(
    client: Client, creditor: Creditor
) -> None:
    invoice = make_invoice(client, creditor, due_on=TODAY)
    said(client, about=invoice)  # 15 minutes at 150 an hour
    said(client, about=invoice, kind="VISIT")  # 3 hours
    said(client, kind="VISIT")  # about nothing owed
    said(client, about=invoice, direction="IN")
    said(client, about=invoice, kind="NOTE")
    said(client, about=invoice, occurred_at=NOW - 400 * DAY)
    wrong = said(client, about=invoice, kind="LETTER")
    said(client, about=invoice, kind="LETTER", corrects=wrong)  # 45 minutes, once
    found = worked_out(client)
    assert found.counts[L.CONTACTS] == 3
    assert found.margin.of(L.CONTACTS) == Decimal("37.5") + 450 + Decimal("112.5")


def test_hours_entered_for_a_contact_stand_for_its_usual_minutes(
    client: Client, creditor: Creditor, owner: User
) -> None:
    entry = said(client, about=make_invoice(client, creditor, due_on=TODAY))
    mine = noted(client, gift(FreeWork.COLLECTION, interaction=entry))
    assert margin(client).of(L.CONTACTS) == 0
    assert margin(client).of(L.COLLECTION) == 300
    reverse_free_work(entry=mine, reason="no", on=TODAY, actor=owner, at=NOW)
    assert margin(client).of(L.CONTACTS) == Decimal("37.5")


def test_money_paid_late_costs_its_days(client: Client, creditor: Creditor) -> None:
    invoice = make_invoice(client, creditor, "36500.00", due_on=TODAY - 20 * DAY)
    pay(invoice, "18250.00", on=TODAY - 10 * DAY)
    # All of it on days 1 to 9, half of it on days 10 to 20, at 6 a day for the whole.
    assert margin(client).of(L.MONEY) == 9 * 6 + 11 * 3


def test_money_paid_in_time_costs_nothing(client: Client, creditor: Creditor) -> None:
    pay(make_invoice(client, creditor, due_on=TODAY - 20 * DAY), on=TODAY - 20 * DAY)
    pay(make_invoice(client, creditor, due_on=TODAY - 20 * DAY), on=TODAY - 19 * DAY)
    found = worked_out(client)
    assert L.MONEY not in found.counts


def test_only_the_days_of_the_period_cost(client: Client, creditor: Creditor) -> None:
    """Due two years ago and open still: a year of it, and lost long before the period."""
    make_invoice(client, creditor, "36500.00", due_on=TODAY - 800 * DAY)
    found = margin(client)
    assert found.of(L.MONEY) == 365 * 6
    assert found.of(L.LOST) == 0


def test_what_grew_too_old_within_the_period_is_likely_lost(
    client: Client, creditor: Creditor
) -> None:
    old = make_invoice(client, creditor, "1000.00", due_on=TODAY - 180 * DAY)
    make_invoice(client, creditor, "500.00", due_on=TODAY - 179 * DAY)
    assert margin(client).of(L.LOST) == 500
    pay(old, "600.00")
    assert margin(client).of(L.LOST) == 200


def test_the_cost_of_money_ties_to_a_walk_over_the_days(client: Client, creditor: Creditor) -> None:
    paid = make_invoice(client, creditor, "365000.00", due_on=TODAY - 500 * DAY)
    pay(paid, "100000.00", on=TODAY - 400 * DAY)
    pay(paid, "65000.00", on=TODAY - 100 * DAY)
    pay(paid, on=TODAY - 3 * DAY)
    since = twelve_months(TODAY).since
    total = Decimal(0)
    for back in range(600):
        day = TODAY - back * DAY
        if day < since or day <= paid.due_on:
            continue
        settled = sum(a.amount for a in paid.allocations.all() if a.effective_on <= day)
        total += (paid.amount - settled) * 6 / 36500
    assert margin(client).of(L.MONEY) == round(total, 2)


def test_every_line_is_the_sum_of_its_rows(
    client: Client, creditor: Creditor, manager: User
) -> None:
    for number in range(3):
        invoice = make_invoice(client, creditor, "777.77", due_on=TODAY - 200 * DAY)
        said(client, about=invoice, kind="CALL")
        noted(client, gift(FreeWork.TRIAL, hours=Decimal("1.37"), amount=Decimal(number)))
    pay(invoice, "333.33", on=TODAY - 33 * DAY)
    make_credit_note(client, creditor, "5.00", reason="Goodwill")
    found = worked_out(client)
    assert len(found.counts) == 6
    for line, count in found.counts.items():
        rows, number, total = line_rows(
            client, line, "CNY", twelve_months(TODAY), limit=50, offset=0
        )
        assert (number, len(rows)) == (count, count)
        assert round(total, 2) == found.margin.of(line)
        assert sum((row.amount for row in rows), Decimal(0)) == total


def test_currencies_are_never_mixed(client: Client, creditor: Creditor) -> None:
    make_invoice(client, creditor, "100.00", due_on=TODAY)
    make_invoice(client, creditor, "200.00", due_on=TODAY, currency="EUR")
    noted(client, gift(currency="EUR"))
    assert margin(client, currency="CNY").net == 30
    assert margin(client, currency="EUR").net == 60 - 2 * 60


def test_hours_without_a_cost_are_told_and_not_guessed(client: Client) -> None:
    noted(client, gift(currency="SEK"))
    found = worked_out(client, "SEK")
    assert found.margin.of(L.CONSULTATION) == 0
    assert found.unpriced == {L.CONSULTATION: 2}


# Assumptions ----------------------------------------------------------------------------------


def assumed(manager: User, name: Assumed, value: str, **changed: Any) -> MarginAssumption:
    given: dict[str, Any] = {
        "of": "", "currency": "", "effective_on": TODAY, "source": "books", **changed,
    }  # fmt: skip
    return set_assumption(name=name, value=Decimal(value), actor=manager, at=NOW, **given)


def test_a_new_row_holds_from_its_day_and_earlier_days_keep_theirs(
    client: Client, manager: User
) -> None:
    noted(client, gift(happened_on=TODAY - DAY))
    assumed(manager, Assumed.HOUR_COST, "500", of="CONSULTING", currency="CNY")
    assert margin(client).of(L.CONSULTATION) == 600
    noted(client)
    assert margin(client).of(L.CONSULTATION) == 600 + 1000


def test_a_segment_may_have_a_margin_of_its_own(
    client: Client, creditor: Creditor, manager: User
) -> None:
    make_invoice(client, creditor, "100.00", due_on=TODAY)
    Client.objects.filter(pk=client.pk).update(segment="Design")
    client.refresh_from_db()
    assumed(manager, Assumed.GROSS_MARGIN, "55.5", of="Design")
    assert margin(client).net == Decimal("55.50")
    assumed(manager, Assumed.GROSS_MARGIN, "1", of="Design", effective_on=TODAY + DAY)
    assert margin(client).net == Decimal("55.50")


def test_the_cost_of_money_of_a_currency_goes_before_the_one_for_all(
    client: Client, creditor: Creditor, manager: User
) -> None:
    make_invoice(client, creditor, "36500.00", due_on=TODAY - DAY)
    assumed(manager, Assumed.CAPITAL, "12", currency="CNY", effective_on=TODAY - 9 * DAY)
    assumed(manager, Assumed.CAPITAL, "24")
    assert margin(client).of(L.MONEY) == 12


@pytest.mark.parametrize(
    ("name", "value", "changed", "field"),
    [
        (Assumed.GROSS_MARGIN, "101", {}, "value"),
        (Assumed.MIN_INVOICES, "2.5", {}, "value"),
        (Assumed.HOUR_COST, "5", {"of": "CONSULTING"}, "currency"),
        (Assumed.MINUTES, "5", {"of": "DREAM"}, "of"),
        (Assumed.KEEP_AT, "5", {"currency": "CNY"}, "currency"),
        (Assumed.KEEP_AT, "5", {"source": " "}, "source"),
    ],
)
def test_an_assumption_holds_together(
    manager: User, name: Assumed, value: str, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(UnableToAssume) as refused:
        assumed(manager, name, value, **changed)
    assert refused.value.field == field


# Advice, decisions, lists ---------------------------------------------------------------------


def invoiced(client: Client, creditor: Creditor, times: int = 3) -> None:
    for _number in range(times):
        make_invoice(client, creditor, "1000.00", due_on=TODAY)


def test_the_advice_turns_with_what_was_given(client: Client, creditor: Creditor) -> None:
    invoiced(client, creditor, 2)
    assert margin(client).advice == ClientAdvice.TOO_LITTLE
    invoiced(client, creditor, 1)
    assert margin(client).advice == ClientAdvice.KEEP
    noted(client, gift(FreeWork.COLLECTION, hours=Decimal("6.5")))  # 975 of 900
    assert margin(client).advice == ClientAdvice.PREPAY
    noted(client, gift(hours=Decimal("3.1")))  # 930
    assert margin(client).advice == ClientAdvice.EXIT


def test_a_decision_keeps_the_arithmetic_and_changes_nothing_else(
    client: Client, creditor: Creditor, manager: User
) -> None:
    invoiced(client, creditor)
    before = Client.objects.filter(pk=client.pk).values().get()
    with pytest.raises(UnableToJudge, match="why"):
        decide_course(client=client, course="EXIT", reason=" ", on=TODAY, actor=manager, at=NOW)
    row = decide_course(client=client, course="EXIT", reason="x", on=TODAY, actor=manager, at=NOW)
    assert row.shown[0] | {"net": "900.00", "advice": "KEEP", "invoices": 3} == row.shown[0]
    assert row.shown[0]["lines"] == {"INVOICED": "3000.00"}
    assert Client.objects.filter(pk=client.pk).values().get() == before


def test_margins_are_kept_for_lists_and_follow_the_rows(client: Client, creditor: Creditor) -> None:
    invoiced(client, creditor)
    make_client()  # never invoiced
    assert refresh_margins(on=TODAY, at=NOW) == 1
    assert refresh_margins(on=TODAY, at=NOW) == 1
    row = ClientMargin.objects.get()
    assert (row.net_sales, row.net, row.advice) == (Decimal(3000), Decimal(900), "KEEP")
    noted(client)
    row.refresh_from_db()
    assert (row.given, row.net) == (Decimal(600), Decimal(300))
    refresh_margins(on=TODAY + 800 * DAY, at=NOW)
    assert ClientMargin.objects.get().net_sales == 0
    pay(client.invoices.all()[0])
    pay(client.invoices.all()[1])
    pay(client.invoices.all()[2])
    refresh_margins(on=TODAY + 800 * DAY, at=NOW)
    assert not ClientMargin.objects.exists()


def test_many_clients_are_worked_out_in_few_statements(creditor: Creditor) -> None:
    def more(number: int) -> None:
        for _each in range(number):
            invoiced(make_client(), creditor, 1)

    more(2)
    few = count_queries(lambda: refresh_margins(on=TODAY, at=NOW))
    more(6)
    assert count_queries(lambda: refresh_margins(on=TODAY, at=NOW)) == few
    assert ClientMargin.objects.count() == 8


# Pages ----------------------------------------------------------------------------------------


def test_two_fields_note_an_entry(client: Client, owner: User) -> None:
    browser, url = signed_in(owner), reverse("credit:free_entry_new", args=[client.pk])
    form = browser.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value()}
    reply = browser.post(url, {**data, "kind": "TRIAL", "hours": "1.5"})
    assert reply.status_code == 302, reply.context["form"].errors
    row = FreeEntry.objects.get()
    assert (row.kind, row.hours, row.happened_on) == ("TRIAL", Decimal("1.5"), TODAY)
    assert row.created_by == owner


def test_a_file_stands_behind_an_entry(client: Client, owner: User, manager: User) -> None:
    browser, url = signed_in(owner), reverse("credit:free_entry_new", args=[client.pk])
    form = browser.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value()}
    proof = SimpleUploadedFile("proof.txt", b"they asked for it")
    browser.post(url, {**data, "kind": "TRIAL", "amount": "1,500.00", "upload": proof})
    row = FreeEntry.objects.get()
    assert (row.amount, row.has_evidence) == (Decimal(1500), True)
    file = browser.get(reverse("credit:free_document", args=[row.pk]))
    assert b"".join(file.streaming_content) == b"they asked for it"  # type: ignore[attr-defined]
    page = signed_in(manager).get(reverse("credit:free_entry", args=[row.pk])).content.decode()
    assert "proof.txt" in page


def test_a_file_is_kept_by_the_service_too(client: Client) -> None:
    assert noted(client, upload=BytesIO(b"said"), filename="a.txt").document is not None


def test_verdict_reversal_reading_and_decision_have_pages(
    client: Client, creditor: Creditor, manager: User
) -> None:
    invoiced(client, creditor)
    entry, note = proven(client), make_credit_note(client, creditor, reason="Goodwill")
    browser = signed_in(manager)
    steps: list[tuple[str, list[Any], dict[str, str]]] = [
        ("free_judge", [entry.pk], {"verdict": "CONFIRMED", "reason": "asked"}),
        ("free_reverse", [entry.pk], {"reason": "wrong"}),
        ("credit_read", ["note", note.pk], {"nature": "CORRECTED", "reason": "ours"}),
        ("course", [client.pk], {"course": "PREPAY", "reason": "late again"}),
    ]
    for name, args, data in steps:
        url = reverse(f"credit:{name}", args=args)
        assert browser.get(url).status_code == 200
        assert browser.post(url, {}).status_code == 200, "nothing is written without a reason"
        assert browser.post(url, data).status_code == 302
    assert entry.judgements.count() == 1
    assert FreeEntry.objects.filter(reverses=entry).exists()
    assert CreditReading.objects.get(credit_note=note).nature == "CORRECTED"
    assert CourseDecision.objects.get().course == "PREPAY"
    page = browser.get(reverse("credit:freeloading_client", args=[client.pk])).content.decode()
    assert "late again" in page
    assert "taken back" in page


def test_a_refusal_is_told_on_the_page(client: Client, manager: User) -> None:
    entry = noted(client)
    data = {"verdict": "CONFIRMED", "reason": "asked"}
    reply = signed_in(manager).post(reverse("credit:free_judge", args=[entry.pk]), data)
    assert "Nothing stands behind this entry" in reply.content.decode()


def test_the_page_of_a_client_shows_each_line_and_leads_to_its_rows(
    client: Client, creditor: Creditor, owner: User
) -> None:
    invoiced(client, creditor)
    noted(client, gift(note="at their office"))
    browser = signed_in(owner)
    page = browser.get(reverse("credit:freeloading_client", args=[client.pk])).content.decode()
    assert "Keep" in page
    rows = reverse("credit:margin_rows", args=[client.pk, "CONSULTATION"]) + "?currency=CNY"
    assert rows in page
    shown = browser.get(rows).content.decode()
    assert "at their office" in shown
    assert "2.00 h at" in shown


def test_the_overview_is_paged_and_sorted_by_what_is_left(
    creditor: Creditor, manager: User, owner: User
) -> None:
    for number in range(3):
        one = make_client(owner=owner if number == 1 else None)
        invoiced(one, creditor, 3)
        noted(one, gift(hours=Decimal(number + 1)))
    url = reverse("credit:freeloading")
    rows = signed_in(manager).get(url).context["rows"]
    assert [one["net"] for one in rows] == ["CN¥0.00", "CN¥300.00", "CN¥600.00"]
    assert len(signed_in(owner).get(url).context["rows"]) == 1
    assert signed_in(manager).get(url, {"advice": "EXIT"}).context["rows"] == []


def test_lists_cost_the_same_whatever_their_length(
    client: Client, creditor: Creditor, manager: User
) -> None:
    browser = signed_in(manager)
    urls = [
        reverse("credit:freeloading"),
        reverse("credit:freeloading_client", args=[client.pk]),
        reverse("credit:margin_rows", args=[client.pk, "CONSULTATION"]) + "?currency=CNY",
        reverse("credit:assumptions"),
    ]

    def more() -> None:
        invoiced(client, creditor, 1)
        judged(proven(client), manager)
        make_credit_note(client, creditor)
        other = make_client()
        invoiced(other, creditor, 1)
        refresh_margins(on=TODAY, at=NOW)
        assumed(manager, Assumed.KEEP_AT, "1")

    more()
    for url in urls:
        browser.get(url)
    few = [count_queries(lambda url=url: browser.get(url)) for url in urls]  # type: ignore[misc]
    for _again in range(4):
        more()
    assert [count_queries(lambda url=url: browser.get(url)) for url in urls] == few  # type: ignore[misc]
    assert few == [9, 17, 13, 9]


def test_an_assumption_has_a_page_of_its_own(manager: User) -> None:
    browser = signed_in(manager)
    for name in Assumed:
        url = reverse("credit:assumption_new", args=[name])
        assert browser.get(url).status_code == 200
    url = reverse("credit:assumption_new", args=["HOUR_COST"]) + "?of=SALES&currency=EUR"
    form = browser.get(url).context["form"]
    assert form["value"].value() == 45
    data = {name: form[name].value() for name in form.fields}
    assert browser.post(url, {**data, "value": "48", "source": "payroll"}).status_code == 302
    assert "payroll" in browser.get(reverse("credit:assumptions")).content.decode()
    assert browser.get(reverse("credit:assumption_new", args=["DREAM"])).status_code == 404


def test_the_page_of_the_client_has_a_card(client: Client, creditor: Creditor, owner: User) -> None:
    invoiced(client, creditor)
    refresh_margins(on=TODAY, at=NOW)
    page = signed_in(owner).get(reverse("clients:client", args=[client.pk])).content.decode()
    assert "CN¥900.00" in page
    assert reverse("credit:free_entry_new", args=[client.pk]) in page


def test_the_demonstration_tells_of_clients_who_got_much(
    creditor: Creditor, owner: User, manager: User
) -> None:
    for number in range(10):
        one = make_client(owner=owner, language="zh-hans" if number % 2 else "en")
        invoiced(one, creditor, 3)
        said(one)
    tell_free_work(on=TODAY, at=NOW)
    assert FreeEntry.objects.count() == 2 * 6 + 3 * 2
    assert CourseDecision.objects.get().course == "PREPAY"
    assert {facts.times for facts in freeloading_facts(on=TODAY).values()} == {3}
    before = FreeEntry.objects.count()
    tell_free_work(on=TODAY, at=NOW)
    assert FreeEntry.objects.count() == before

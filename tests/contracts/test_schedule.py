"""The payment schedule: it always comes to the price, and nothing else is kept."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.models import Contract, ContractLine, ScheduleEntry
from contracts.rules.schedule import (
    DoesNotFit,
    Share,
    balanced,
    equal_shares,
    instalment_days,
    months_later,
)
from contracts.selectors.schedule import schedule_of
from contracts.services import create_contract
from contracts.services.schedule import (
    Entry,
    UnableToSchedule,
    balance_schedule,
    change_entry,
    plan_instalments,
    set_schedule,
)
from contracts.states import ContractState, ScheduleKind
from core.models import AuditEvent
from core.money import minor_unit
from core.states import Role
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_creditor,
    make_user,
    signed_in,
)

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD"])


# --- Rules ---------------------------------------------------------------------------------------


@given(units=st.integers(1, 10**12), count=st.integers(1, 60), currency=CURRENCIES)
def test_equal_shares_sum_exactly_and_differ_by_one_minor_unit_at_most(
    units: int, count: int, currency: str
) -> None:
    unit = minor_unit(currency)
    if units < count:
        with pytest.raises(DoesNotFit):
            equal_shares(units * unit, count, currency)
        return
    shares = equal_shares(units * unit, count, currency)
    assert sum(shares) == units * unit
    assert len(shares) == count
    assert max(shares) - min(shares) <= unit
    assert all(share % unit == 0 for share in shares)


@pytest.mark.parametrize(
    ("start", "frequency", "days"),
    [
        ("2026-01-31", "MONTHLY", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2027-12-31", "MONTHLY", ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"]),
        ("2026-01-30", "MONTHLY", ["2026-01-30", "2026-02-28", "2026-03-30", "2026-04-30"]),
        ("2026-11-30", "QUARTERLY", ["2026-11-30", "2027-02-28", "2027-05-30", "2027-08-30"]),
        ("2026-08-31", "QUARTERLY", ["2026-08-31", "2026-11-30", "2027-02-28", "2027-05-31"]),
        ("2026-12-28", "WEEKLY", ["2026-12-28", "2027-01-04", "2027-01-11", "2027-01-18"]),
    ],
)
def test_instalments_keep_their_day_of_the_month(
    start: str, frequency: str, days: list[str]
) -> None:
    found = instalment_days(dt.date.fromisoformat(start), frequency, len(days))
    assert [day.isoformat() for day in found] == days


@given(
    start=st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)),
    frequency=st.sampled_from(["WEEKLY", "MONTHLY", "QUARTERLY"]),
    count=st.integers(1, 40),
)
def test_instalments_rise_and_are_never_later_than_their_day(
    start: dt.date, frequency: str, count: int
) -> None:
    days = instalment_days(start, frequency, count)
    assert days[0] == start
    assert days == sorted(set(days))
    if frequency != "WEEKLY":
        assert all(day.day <= start.day for day in days)
        assert all(day.day == start.day or (day + dt.timedelta(1)).day == 1 for day in days)


def test_a_schedule_has_at_least_one_instalment() -> None:
    with pytest.raises(ValueError, match="at least one"):
        instalment_days(TODAY, "MONTHLY", 0)
    with pytest.raises(ValueError, match="year"):
        months_later(dt.date(9999, 12, 1), 1)


shares_drawn = st.lists(
    st.builds(Share, st.integers(1, 10**6).map(Decimal), st.booleans()), min_size=1, max_size=12
)


@given(shares=shares_drawn, total=st.integers(1, 10**7).map(Decimal))
def test_the_last_free_share_balances_and_no_other_moves(
    shares: list[Share], total: Decimal
) -> None:
    free = [i for i, share in enumerate(shares) if not share.is_fixed]
    last = free[-1] if free else -1
    others = sum((s.amount for i, s in enumerate(shares) if i != last), Decimal(0))
    left = total - others
    if left <= 0 if free else left != 0:
        with pytest.raises(DoesNotFit) as refused:
            balanced(shares, total)
        assert refused.value.left == left
        return
    amounts = balanced(shares, total)
    assert sum(amounts) == total
    assert min(amounts) > 0
    pairs = enumerate(zip(amounts, shares, strict=True))
    assert all(a == s.amount for i, (a, s) in pairs if i != last)


# --- Services ------------------------------------------------------------------------------------


def draft(price: str = "1000.00", **fields: Any) -> Contract:
    return create_contract(
        creditor=make_creditor(),
        client=fields.pop("client", None) or make_client(),
        number=fields.pop("number", "K-1"),
        currency=fields.pop("currency", "CNY"),
        amount=Decimal(price) if price else None,
        starts_on=fields.pop("starts_on", TODAY),
        actor=None,
        at=NOW,
        **fields,
    )


def on_date(amount: str, day: dt.date | None = TODAY, **fields: Any) -> Entry:
    return Entry(ScheduleKind.DATE, Decimal(amount), day, **fields)


def keep(contract: Contract, *entries: Entry) -> list[ScheduleEntry]:
    return set_schedule(contract=contract, entries=entries, actor=None, at=NOW)


def amounts(contract: Contract) -> list[Decimal]:
    return list(contract.schedule.order_by("position").values_list("amount", flat=True))


pytestmark = pytest.mark.django_db


def test_a_schedule_that_comes_to_the_price_is_kept_and_recorded() -> None:
    contract = draft()
    advance = Entry(ScheduleKind.PREPAYMENT, Decimal(300), TODAY - dt.timedelta(days=5))
    keep(contract, advance, on_date("700.00"))
    assert amounts(contract) == [Decimal(300), Decimal(700)]
    assert schedule_of(contract).fits
    assert AuditEvent.objects.filter(action="contracts.set_schedule").count() == 1
    keep(contract, on_date("1000.00"))
    assert amounts(contract) == [Decimal(1000)]


@pytest.mark.parametrize(
    ("entries", "field", "row"),
    [
        ([on_date("999.99")], "amount", None),
        ([on_date("600.00"), on_date("400.01")], "amount", None),
        ([on_date("1200.00"), on_date("-200.00")], "amount", 1),
        ([on_date("0"), on_date("1000.00")], "amount", 0),
        ([on_date("999.999"), on_date("0.001")], "amount", 0),
        ([on_date("1" + "0" * 18)], "amount", 0),
        ([on_date("1000.00", TODAY - dt.timedelta(days=1))], "due_on", 0),
        ([on_date("1000.00", None)], "due_on", 0),
        ([Entry(ScheduleKind.MILESTONE, Decimal(1000))], "line", 0),
        (
            [
                Entry(ScheduleKind.PREPAYMENT, Decimal(500)),
                Entry(ScheduleKind.PREPAYMENT, Decimal(500)),
            ],
            "kind",
            None,
        ),
        ([], None, None),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field_and_nothing_is_written(
    entries: list[Entry], field: str | None, row: int | None
) -> None:
    contract = draft()
    keep(contract, on_date("1000.00", label="as it was"))
    with pytest.raises(UnableToSchedule) as refused:
        keep(contract, *entries)
    assert (refused.value.field, refused.value.row) == (field, row)
    assert [e.label for e in contract.schedule.all()] == ["as it was"]


def test_the_refusal_says_what_is_left_over_or_too_much() -> None:
    contract = draft()
    with pytest.raises(UnableToSchedule, match=r"100\.00 of the price"):
        keep(contract, on_date("900.00"))
    with pytest.raises(UnableToSchedule, match=r"100\.00 above the price"):
        keep(contract, on_date("1100.00"))


def test_a_line_of_another_contract_is_no_milestone() -> None:
    contract, other = draft(), draft(number="K-2")
    line = ContractLine.objects.create(
        contract=other, position=1, description="x", unit_price=1, net=1, tax=0
    )
    with pytest.raises(UnableToSchedule) as refused:
        keep(contract, Entry(ScheduleKind.MILESTONE, Decimal(1000), line=line))
    assert refused.value.field == "line"


def test_without_a_price_or_out_of_the_desk_nothing_is_scheduled() -> None:
    with pytest.raises(UnableToSchedule, match="no price"):
        keep(draft(""), on_date("1.00"))
    contract = draft(number="K-2")
    Contract.objects.filter(pk=contract.pk).update(state=ContractState.APPROVED)
    with pytest.raises(UnableToSchedule, match="amendment"):
        keep(contract, on_date("1000.00"))


def test_instalments_are_split_to_the_cent_after_the_prepayment() -> None:
    contract = draft("1000.00", starts_on=dt.date(2026, 1, 1))
    plan_instalments(
        contract=contract,
        start=dt.date(2026, 1, 31),
        frequency="MONTHLY",
        count=3,
        prepayment=Decimal("300.00"),
        actor=None,
        at=NOW,
    )
    assert amounts(contract) == [
        Decimal("300.00"),
        Decimal("233.34"),
        Decimal("233.33"),
        Decimal("233.33"),
    ]
    days = list(contract.schedule.order_by("position").values_list("due_on", flat=True))
    assert days == [None, dt.date(2026, 1, 31), dt.date(2026, 2, 28), dt.date(2026, 3, 31)]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 1000}, "count"),
        ({"start": TODAY - dt.timedelta(days=1)}, "start"),
        ({"start": dt.date(9999, 12, 1)}, "start"),
        ({"prepayment": Decimal("1000.00")}, "prepayment"),
        ({"prepayment": Decimal("-1.00")}, "prepayment"),
        ({"prepayment": Decimal("999.99")}, "count"),
    ],
)
def test_instalments_that_cannot_be_are_refused_with_their_field(
    fields: dict[str, Any], field: str
) -> None:
    contract = draft()
    plan: dict[str, Any] = {"start": TODAY, "frequency": "MONTHLY", "count": 3, **fields}
    with pytest.raises(UnableToSchedule) as refused:
        plan_instalments(contract=contract, **plan, actor=None, at=NOW)
    assert refused.value.field == field
    assert not contract.schedule.exists()


def instalments(contract: Contract, count: int = 3) -> list[ScheduleEntry]:
    return plan_instalments(
        contract=contract, start=TODAY, frequency="MONTHLY", count=count, actor=None, at=NOW
    )


def change(entry: ScheduleEntry, amount: str) -> list[ScheduleEntry]:
    return change_entry(
        entry=entry, amount=Decimal(amount), due_on=entry.due_on, label="", actor=None, at=NOW
    )


def test_any_entry_is_edited_and_the_last_unedited_one_balances() -> None:
    contract = draft("900.00")
    rows = change(instalments(contract)[0], "500.00")
    assert amounts(contract) == [Decimal(500), Decimal(300), Decimal(100)]
    rows = change(rows[2], "50.00")
    assert amounts(contract) == [Decimal(500), Decimal(350), Decimal(50)]
    with pytest.raises(UnableToSchedule, match=r"0\.01 of the price"):
        change(rows[1], "349.99")
    assert amounts(contract) == [Decimal(500), Decimal(350), Decimal(50)]


def test_an_edit_that_leaves_nothing_for_the_last_one_is_refused() -> None:
    contract = draft("900.00")
    rows = instalments(contract)
    with pytest.raises(UnableToSchedule) as refused:
        change(rows[0], "600.00")
    assert refused.value.field == "amount"
    assert amounts(contract) == [Decimal(300)] * 3


def test_after_the_price_changed_the_last_one_balances_and_a_prepayment_never_does() -> None:
    contract = draft("900.00")
    plan_instalments(
        contract=contract,
        start=TODAY,
        frequency="MONTHLY",
        count=2,
        prepayment=Decimal(300),
        actor=None,
        at=NOW,
    )
    Contract.objects.filter(pk=contract.pk).update(amount=Decimal(1000))
    contract.refresh_from_db()
    assert schedule_of(contract).missing == Decimal(100)
    balance_schedule(contract=contract, actor=None, at=NOW)
    assert amounts(contract) == [Decimal(300), Decimal(300), Decimal(400)]


# --- Pages ---------------------------------------------------------------------------------------


def table(*rows: dict[str, str], initial: int = 0) -> dict[str, str]:
    data = {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": str(initial)}
    for number, row in enumerate(rows):
        data |= {f"form-{number}-{name}": value for name, value in row.items()}
    return data


def test_the_page_writes_the_whole_schedule_without_javascript() -> None:
    sales = make_user(Role.SALES)
    contract = draft(client=make_client(owner=sales))
    page = signed_in(sales)
    url = f"/contracts/{contract.pk}/schedule/"
    first = {"kind": "PREPAYMENT", "amount": "400.00"}
    second = {"kind": "DATE", "amount": "500", "due_on": "2026-07-01"}
    wrong = page.post(url, table(first, second, {}))
    assert wrong.status_code == 200
    assert "100.00 of the price" in wrong.content.decode()
    assert not contract.schedule.exists()
    late = page.post(url, table(first, {**second, "amount": "600", "due_on": "2026-01-01"}))
    assert "before the contract starts" in late.content.decode()
    right = page.post(url, table(first, {**second, "amount": "600"}, {}))
    assert right.status_code == 302
    assert amounts(contract) == [Decimal(400), Decimal(600)]
    shown = page.get(url).content.decode()
    assert "400" in shown
    gone = table({**first, "DELETE": "on"}, {**second, "amount": "1000"}, initial=2)
    assert page.post(url, gone).status_code == 302
    assert amounts(contract) == [Decimal(1000)]


@pytest.mark.parametrize(
    "rows",
    [
        [{"kind": "", "amount": "1000"}],
        [{"kind": "DATE", "amount": "", "due_on": "2026-07-01"}],
        [{"kind": "DATE", "amount": "a lot", "due_on": "2026-07-01"}],
        [{"kind": "DATE", "amount": "-1000", "due_on": "2026-07-01"}],
        [{"kind": "DATE", "amount": "1000", "due_on": "soon"}],
        [{"kind": "MILESTONE", "amount": "1000", "line": "999999"}],
    ],
)
def test_the_page_answers_bad_rows_with_a_reason(rows: list[dict[str, str]]) -> None:
    sales = make_user(Role.SALES)
    contract = draft(client=make_client(owner=sales))
    answer = signed_in(sales).post(f"/contracts/{contract.pk}/schedule/", table(*rows))
    assert answer.status_code == 200
    assert "dw-errors" in answer.content.decode()
    assert not contract.schedule.exists()


def test_a_table_that_was_tampered_with_is_no_error_of_ours() -> None:
    sales = make_user(Role.SALES)
    contract = draft(client=make_client(owner=sales))
    page = signed_in(sales)
    for data in ({}, {"form-TOTAL_FORMS": "x"}, {"form-TOTAL_FORMS": "100000000"}):
        assert page.post(f"/contracts/{contract.pk}/schedule/", data).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_instalments_and_one_entry_are_edited_on_pages(language: str) -> None:
    sales = make_user(Role.SALES, language=language)
    contract = draft("900.00", client=make_client(owner=sales))
    page = signed_in(sales)
    form = f"/contracts/{contract.pk}/schedule/instalments/"
    assert page.get(form).status_code == 200
    answer = page.post(form, {"count": "3", "frequency": "MONTHLY", "start": "2026-07-31"})
    assert answer.status_code == 302
    entry = contract.schedule.first()
    assert entry is not None
    one = f"/contracts/schedule/{entry.pk}/"
    assert page.get(one).status_code == 200
    refused = page.post(one, {"amount": "900", "due_on": "2026-07-31"})
    assert "dw-errors" in refused.content.decode()
    assert page.post(one, {"amount": "100", "due_on": "2026-07-31"}).status_code == 302
    assert amounts(contract) == [Decimal(100), Decimal(300), Decimal(500)]
    Contract.objects.filter(pk=contract.pk).update(amount=Decimal(800))
    assert page.post(f"/contracts/{contract.pk}/schedule/balance/").status_code == 302
    assert amounts(contract) == [Decimal(100), Decimal(300), Decimal(400)]
    Contract.objects.filter(pk=contract.pk).update(state=ContractState.ACTIVE)
    assert page.get(f"/contracts/{contract.pk}/schedule/").status_code == 200
    again = {"count": "2", "frequency": "WEEKLY", "start": "2026-07-31"}
    assert page.post(form, again).status_code == 200


def test_the_page_reads_as_many_statements_however_long_the_schedule_is() -> None:
    sales = make_user(Role.SALES)
    page = signed_in(sales)
    short, long = (
        draft(client=make_client(owner=sales)),
        draft(number="K-2", client=make_client(owner=sales)),
    )
    instalments(short, 2)
    instalments(long, 24)
    for contract in (short, long):
        Contract.objects.filter(pk=contract.pk).update(state=ContractState.ACTIVE)
    page.get(f"/contracts/{short.pk}/schedule/")
    few = count_queries(lambda: page.get(f"/contracts/{short.pk}/schedule/"))
    assert count_queries(lambda: page.get(f"/contracts/{long.pk}/schedule/")) == few

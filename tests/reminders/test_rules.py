"""The table of decisions: every reason, its facts, and which one wins."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.rules import decisions
from reminders.rules.decisions import (
    FRESH,
    ClientFacts,
    CycleFacts,
    Decision,
    DisputeFact,
    HoldFact,
    InvoiceFacts,
    PendingFact,
    PlanFact,
    Policy,
    PromiseFact,
    Reach,
    Step,
    decide,
)
from reminders.rules.ladder import DEFAULT_LADDER
from reminders.states import Channel, Outcome, Reason

ON = dt.date(2026, 6, 15)
POLICY = Policy(
    steps=tuple(
        Step(r.level, r.day, is_person=r.channel == Channel.PERSON) for r in DEFAULT_LADDER
    ),
    tolerance=Decimal(1),
    min_gap_days=6,
    max_feed_age_days=3,
)
HOLD = HoldFact("Waiting for the statement", "Fay", ON - dt.timedelta(days=2), None)
PLAN = PlanFact(7, ON - dt.timedelta(days=9), ON + dt.timedelta(days=5), Decimal(50))
DISPUTE = DisputeFact(Decimal(100), ON - dt.timedelta(days=4), "QUALITY")


def days_ago(days: int) -> dt.date:
    return ON - dt.timedelta(days=days)


def invoice(days: int = 10, open_amount: Any = 100, collectible: Any = None, pk: int = 1) -> Any:
    asked = open_amount if collectible is None else collectible
    return InvoiceFacts(pk, days_ago(days), Decimal(open_amount), Decimal(asked))


def promise(amount: Any = 100, *, last_day: int = 0, invoice_id: int | None = None) -> PromiseFact:
    due_on = days_ago(last_day)
    return PromiseFact(invoice_id, Decimal(amount), days_ago(30), due_on, due_on)


def judge(
    *invoices: InvoiceFacts,
    client: ClientFacts | None = None,
    cycle: CycleFacts = FRESH,
    policy: Policy = POLICY,
) -> list[Decision]:
    return decide(invoices, client=client or ClientFacts(), cycle=cycle, policy=policy, on=ON)


def reasons(*args: Any, **kwargs: Any) -> list[Reason]:
    return [decision.reason for decision in judge(*args, **kwargs)]


class Case(NamedTuple):
    """A row of the table: what decides, its facts, and what had to be out of its way."""

    reason: Reason
    facts: dict[str, Any]
    gone: int = 0
    cycle: CycleFacts = CycleFacts(level=1, last_sent_on=days_ago(1))
    debt: InvoiceFacts = invoice(10)
    reach: Reach = Reach.OPTED_OUT


# What stands in the way all at once, in the order of precedence; a case takes the first few away.
IN_THE_WAY: tuple[tuple[str, Any], ...] = (
    ("hold", HOLD),
    ("plans", {1: PLAN}),
    ("promises", (promise(invoice_id=1),)),
    ("credit", Decimal(100)),
    ("pending", PendingFact(3, "QUEUED", 1)),
    ("reach", Reach.OPTED_OUT),
    ("feed_through_on", days_ago(9)),
)
RECENT = {"last_sent_on": "2026-06-14", "days_ago": 1, "next_on": "2026-06-20"}
WAITING = {"level": 1, "next_level": 2, "next_on": "2026-06-16"}
STALE = {"read_through": "2026-06-06", "days_ago": 9, "allowed_days": 3}

TABLE = (
    Case(Reason.PAID, {}, debt=invoice(10, 0)),
    Case(Reason.NOT_DUE, {"in_days": 4, "due_on": "2026-06-19"}, debt=invoice(-4, 100, 0)),
    Case(Reason.DISPUTED, {"amount": "100", "since": "2026-06-11"}, debt=invoice(10, 100, 0)),
    Case(Reason.ON_HOLD, {"by": "Fay", "hold_reason": HOLD.reason, "until": None}),
    Case(Reason.ON_PLAN, {"plan": 7, "next_on": "2026-06-20", "next_amount": "50"}, gone=1),
    Case(Reason.PROMISED, {"amount": "100", "until": "2026-06-15"}, gone=2),
    Case(Reason.CREDIT_COVERS, {"credit": "100", "applied": "100"}, gone=3),
    Case(Reason.UNDER_TOLERANCE, {"total": "0.5"}, gone=4, debt=invoice(10, "0.5")),
    Case(Reason.MESSAGE_PENDING, {"message": 3, "state": "QUEUED", "level": 1}, gone=4),
    Case(Reason.RECENTLY_REMINDED, RECENT, gone=5),
    Case(Reason.WAIT_NEXT_STEP, WAITING, 5, CycleFacts(1, days_ago(20)), invoice(9)),
    Case(Reason.PERSON_DECIDES, {"level": 4}, 5, CycleFacts(4, days_ago(30)), invoice(60)),
    Case(Reason.OPTED_OUT, {}, 5, FRESH),
    Case(Reason.NO_CONTACT, {}, 5, FRESH, reach=Reach.NO_CONTACT),
    Case(Reason.FEED_STALE, STALE, 6, FRESH),
    Case(Reason.DUE, {}, 7, FRESH),
)


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.reason.value)
def test_the_first_reason_in_the_order_of_precedence_wins(case: Case) -> None:
    known = dict(IN_THE_WAY[case.gone :])
    if "reach" in known:
        known["reach"] = case.reach
    found = judge(case.debt, client=ClientFacts(disputes={1: DISPUTE}, **known), cycle=case.cycle)

    assert [decision.reason for decision in found] == [case.reason]
    assert {key: found[0].facts.get(key) for key in case.facts} == case.facts
    assert found[0].outcome is (Outcome.SEND if case.reason is Reason.DUE else Outcome.SKIP)


def test_the_table_has_every_reason() -> None:
    assert [case.reason for case in TABLE] == [
        *(reason for reason in _DOCUMENTED_ORDER if reason is not Reason.DUE),
        Reason.DUE,
    ]
    assert {case.reason for case in TABLE} == set(Reason)


_DOCUMENTED_ORDER = [
    Reason(name)
    for name in re.findall(r"^ ?\d+\. +([A-Z_]+)", str(decisions.__doc__), flags=re.MULTILINE)
]


class TestTheDisputedPart:
    def test_the_rest_is_still_asked_for(self) -> None:
        (found,) = judge(invoice(10, 100, 60))
        assert (found.reason, found.asked) == (Reason.DUE, Decimal(60))

    def test_nothing_is_asked_when_all_of_it_is_disputed(self) -> None:
        (found,) = judge(invoice(10, 100, 0), client=ClientFacts(disputes={1: DISPUTE}))
        assert found.reason is Reason.DISPUTED
        assert found.facts == {"amount": "100", "since": "2026-06-11", "dispute_reason": "QUALITY"}


class TestCredit:
    def test_it_is_applied_oldest_first(self) -> None:
        found = judge(invoice(9, pk=2), invoice(20, pk=1), client=ClientFacts(credit=Decimal(130)))
        assert [(d.invoice.id, d.reason, d.asked) for d in found] == [
            (1, Reason.CREDIT_COVERS, None),
            (2, Reason.DUE, Decimal(70)),
        ]
        assert found[1].facts == {"applied": "30"}

    def test_it_is_not_spent_on_what_is_not_asked_for_anyway(self) -> None:
        found = judge(
            invoice(20, pk=1),
            invoice(9, pk=2),
            client=ClientFacts(credit=Decimal(100), plans={1: PLAN}),
        )
        assert [d.reason for d in found] == [Reason.ON_PLAN, Reason.CREDIT_COVERS]

    def test_nobody_in_credit_is_reminded(self) -> None:
        assert set(
            reasons(invoice(9, pk=1), invoice(40, pk=2), client=ClientFacts(credit=Decimal(500)))
        ) == {Reason.CREDIT_COVERS}


class TestPromises:
    def test_it_holds_until_its_last_day_and_not_longer(self) -> None:
        assert reasons(invoice(), client=ClientFacts(promises=(promise(),))) == [Reason.PROMISED]
        late = ClientFacts(promises=(promise(last_day=1),))
        assert reasons(invoice(), client=late) == [Reason.DUE]

    def test_one_for_the_balance_covers_the_oldest_up_to_its_amount(self) -> None:
        client = ClientFacts(promises=(promise(150),))
        found = judge(invoice(30, pk=1), invoice(20, pk=2), invoice(10, pk=3), client=client)
        assert [d.reason for d in found] == [Reason.PROMISED, Reason.PROMISED, Reason.DUE]

    def test_one_yuan_promised_does_not_stop_the_whole_ledger(self) -> None:
        client = ClientFacts(promises=(promise(1),))
        assert reasons(invoice(30, pk=1), invoice(20, pk=2), client=client) == [
            Reason.PROMISED,
            Reason.DUE,
        ]

    def test_one_for_an_invoice_leaves_the_others_alone(self) -> None:
        client = ClientFacts(promises=(promise(invoice_id=2),))
        assert reasons(invoice(30, pk=1), invoice(20, pk=2), client=client) == [
            Reason.DUE,
            Reason.PROMISED,
        ]


class TestTheLevel:
    @pytest.mark.parametrize("age", [3, 10, 21, 45, 59, 60, 400])
    def test_a_backlog_starts_at_the_calm_first_level(self, age: int) -> None:
        assert [d.level for d in judge(invoice(age))] == [1]

    @pytest.mark.parametrize(("level", "age", "expected"), [(1, 10, 2), (2, 400, 3), (3, 45, 4)])
    def test_it_climbs_one_step_above_the_last_sent(
        self, level: int, age: int, expected: int
    ) -> None:
        (found,) = judge(invoice(age), cycle=CycleFacts(level, days_ago(6)))
        assert (found.reason, found.level) == (Reason.DUE, expected)

    def test_it_never_climbs_within_the_gap(self) -> None:
        assert reasons(invoice(400), cycle=CycleFacts(1, days_ago(5))) == [Reason.RECENTLY_REMINDED]

    def test_the_gap_outlives_the_cycle(self) -> None:
        assert reasons(invoice(10), cycle=CycleFacts(-1, days_ago(5))) == [Reason.RECENTLY_REMINDED]

    def test_it_is_the_oldest_invoice_that_counts(self) -> None:
        found = judge(invoice(1, pk=1), invoice(12, pk=2), cycle=CycleFacts(1, days_ago(9)))
        assert {d.level for d in found} == {2}

    def test_an_old_invoice_on_a_plan_does_not_raise_the_level_of_the_rest(self) -> None:
        client = ClientFacts(plans={1: PLAN})
        found = judge(
            invoice(200, pk=1), invoice(4, pk=2), client=client, cycle=CycleFacts(1, days_ago(30))
        )
        assert [d.reason for d in found] == [Reason.ON_PLAN, Reason.WAIT_NEXT_STEP]

    def test_a_step_not_in_use_is_climbed_over(self) -> None:
        policy = Policy(steps=(Step(1, 3), Step(3, 21)), min_gap_days=6)
        (found,) = judge(invoice(30), cycle=CycleFacts(1, days_ago(9)), policy=policy)
        assert found.level == 3

    def test_after_the_last_step_a_person_decides_even_without_such_a_step(self) -> None:
        policy = Policy(steps=(Step(1, 3), Step(2, 10)))
        assert reasons(invoice(30), cycle=CycleFacts(2, days_ago(9)), policy=policy) == [
            Reason.PERSON_DECIDES
        ]

    def test_waiting_names_the_day_of_the_next_step(self) -> None:
        (found,) = judge(invoice(1))
        assert found.reason is Reason.WAIT_NEXT_STEP
        assert found.facts["next_on"] == "2026-06-17"


class TestCourtesy:
    def test_a_client_with_nothing_overdue_gets_a_note_ahead_of_time(self) -> None:
        (found,) = judge(invoice(-3))
        assert (found.reason, found.level) == (Reason.DUE, 0)

    def test_due_today_is_not_overdue(self) -> None:
        assert [d.level for d in judge(invoice(0))] == [0]

    def test_it_waits_for_its_window(self) -> None:
        assert reasons(invoice(-4)) == [Reason.NOT_DUE]

    def test_it_is_left_out_while_something_is_overdue(self) -> None:
        assert reasons(invoice(10, pk=1), invoice(-2, pk=2)) == [Reason.DUE, Reason.NOT_DUE]

    def test_what_is_overdue_but_wholly_disputed_does_not_count(self) -> None:
        assert reasons(invoice(10, 100, 0, pk=1), invoice(-2, pk=2)) == [
            Reason.DISPUTED,
            Reason.DUE,
        ]

    def test_it_comes_once_in_a_cycle(self) -> None:
        assert reasons(invoice(-1), cycle=CycleFacts(0, days_ago(9))) == [Reason.WAIT_NEXT_STEP]

    def test_after_it_the_first_overdue_level_follows(self) -> None:
        assert [d.level for d in judge(invoice(4), cycle=CycleFacts(0, days_ago(7)))] == [1]

    def test_without_such_a_step_nothing_goes_before_the_due_date(self) -> None:
        assert reasons(invoice(-1), policy=Policy(steps=(Step(1, 3),))) == [Reason.NOT_DUE]


amounts = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(10_000), places=2)
debts = st.lists(
    st.tuples(st.integers(-40, 400), amounts, st.integers(0, 100)), min_size=1, max_size=8
)


@given(
    debts,
    st.one_of(st.just(Decimal(0)), amounts),
    st.integers(-1, 5),
    st.one_of(st.none(), st.integers(0, 30)),
)
def test_every_invoice_gets_one_decision_and_never_more_than_its_due_is_asked(
    rows: list[tuple[int, Decimal, int]], credit: Decimal, level: int, gap: int | None
) -> None:
    invoices = [
        InvoiceFacts(pk, days_ago(age), amount, (amount * share / 100).quantize(Decimal("0.01")))
        for pk, (age, amount, share) in enumerate(rows)
    ]
    last_sent = None if gap is None else days_ago(gap)
    found = judge(*invoices, client=ClientFacts(credit=credit), cycle=CycleFacts(level, last_sent))

    assert sorted(d.invoice.id for d in found) == [i.id for i in invoices]
    sent = [d for d in found if d.outcome is Outcome.SEND]
    assert all(d.asked is not None and 0 < d.asked <= d.invoice.collectible for d in sent)
    late = [d for d in found if d.days_past_due > 0]
    asked = sum((d.asked or Decimal(0) for d in sent), Decimal(0))
    if any(d.days_past_due > 0 for d in sent):
        assert asked <= max(
            sum((d.invoice.collectible for d in late), Decimal(0)) - credit, Decimal(0)
        )
    assert len({d.level for d in sent}) <= 1
    assert all(d.level is not None and d.level > level for d in sent)
    assert not (sent and gap is not None and gap < POLICY.min_gap_days)
    assert all((d.reason is Reason.DUE) == (d.outcome is Outcome.SEND) for d in found)

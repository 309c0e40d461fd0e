"""What was known of a client before an invoice: against a plain walk, and no look ahead."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from credit.rules.forecast import walk
from credit.rules.history import HALF_LIFE, HORIZONS, OPEN, Ledger, known_at_issue

Row = tuple[int, int, int, float, int | None]


def ledger_of(rows: list[Row]) -> Ledger:
    """Rows of client, issued, due, amount, paid (None: open), in the order of issue."""
    rows = sorted(rows, key=lambda row: row[1])
    return Ledger(
        client=np.array([row[0] for row in rows], np.int64),
        issued=np.array([row[1] for row in rows], np.int64),
        due=np.array([row[2] for row in rows], np.int64),
        amount=np.array([row[3] for row in rows], np.float64),
        paid=np.array([OPEN if row[4] is None else row[4] for row in rows], np.int64),
        counts=np.ones(len(rows), bool),
    )


@st.composite
def ledgers(draw: st.DrawFn, most: int = 30) -> list[Row]:
    """Small ledgers around the year 2024."""
    rows = []
    for _number in range(draw(st.integers(1, most))):
        issued = 738_900 + draw(st.integers(0, 200))
        due = issued + draw(st.integers(0, 60))
        paid = draw(st.none() | st.integers(0, 120))
        amount = draw(st.integers(1, 10_000))
        client = draw(st.integers(0, 3))
        rows.append((client, issued, due, float(amount), None if paid is None else issued + paid))
    return rows


@given(ledgers())
@settings(max_examples=60)
def test_the_columns_say_what_a_plain_walk_says(rows: list[Row]) -> None:
    ledger = ledger_of(rows)
    known = known_at_issue(ledger)
    for place in range(len(ledger)):
        day, client = ledger.issued[place], ledger.client[place]
        same = [i for i in range(len(ledger)) if ledger.client[i] == client]
        paid = [i for i in same if ledger.paid[i] < day]
        weights = {i: 2 ** (-(day - ledger.paid[i]) / HALF_LIFE) for i in paid}
        assert np.isclose(known.settled[place], sum(weights.values()))
        for horizon in HORIZONS:
            late = sum(w for i, w in weights.items() if ledger.paid[i] - ledger.due[i] > horizon)
            assert np.isclose(known.late[horizon][place], late)
            overdue = [
                i
                for i in same
                if ledger.issued[i] < day <= ledger.paid[i] and day - ledger.due[i] > horizon
            ]
            assert known.overdue[horizon][place] == len(overdue)
        assert known.waiting[place] == sum(
            1 for i in same if ledger.issued[i] < day <= ledger.paid[i]
        )


@given(ledgers(), st.integers(0, 200))
@settings(max_examples=60)
def test_what_comes_later_changes_no_forecast(rows: list[Row], cut: int) -> None:
    """Invoices issued and settlements made from a day on are taken away: the same to the bit."""
    day = 738_900 + cut
    before = [
        (client, issued, due, amount, paid if paid is not None and paid < day else None)
        for client, issued, due, amount, paid in sorted(rows, key=lambda row: row[1])
        if issued < day
    ]
    if not before:
        return
    whole, part = walk(ledger_of(rows)), walk(ledger_of(before))
    for horizon in HORIZONS:
        same = whole.log_odds[horizon][: len(before)]
        np.testing.assert_allclose(same, part.log_odds[horizon], rtol=0, atol=1e-9)


def test_a_settlement_on_the_day_of_issue_is_not_known_yet() -> None:
    known = known_at_issue(
        ledger_of([(0, 100, 110, 5.0, 150), (0, 150, 160, 5.0, None), (0, 151, 161, 5.0, None)])
    )
    assert known.count.tolist() == [0, 0, 1]


def test_a_ledger_far_apart_in_time_stays_exact() -> None:
    """A typing mistake of eighty years does not drown the rest."""
    rows: list[Row] = [(0, 738_900 + n, 738_930 + n, 10.0, 738_931 + n) for n in range(0, 300, 10)]
    near = known_at_issue(ledger_of(rows))
    far = known_at_issue(ledger_of([*rows, (1, 768_000, 768_030, 10.0, 768_040)]))
    np.testing.assert_allclose(far.settled[: len(rows)], near.settled, rtol=1e-6)

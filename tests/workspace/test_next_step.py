"""The next step with a client, from its facts."""

import datetime as dt

import pytest

from workspace.rules import ClientFacts, NextStep, next_step

ON = dt.date(2026, 6, 15)


def ago(days: int) -> dt.date:
    return ON - dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, NextStep.NOTHING),
        ({"follow_up_due_on": ON}, NextStep.FOLLOW_UP),
        ({"follow_up_due_on": ON + dt.timedelta(days=1)}, NextStep.NOTHING),
        ({"broken_promise_on": ago(3)}, NextStep.BROKEN_PROMISE),
        ({"broken_promise_on": ago(3), "last_contact_on": ago(1)}, NextStep.NOTHING),
        ({"broken_promise_on": ago(31)}, NextStep.NOTHING),
        ({"oldest_dispute_on": ago(15)}, NextStep.ANSWER_DISPUTE),
        ({"oldest_dispute_on": ago(14)}, NextStep.NOTHING),
        ({"has_unapplied_credit": True}, NextStep.NOTHING),
        ({"has_unapplied_credit": True, "has_open_invoices": True}, NextStep.APPLY_CREDIT),
        ({"has_contact": False}, NextStep.NOTHING),
        ({"has_contact": False, "has_open_invoices": True}, NextStep.ADD_CONTACT),
        ({"waiting_promise_on": ON, "oldest_overdue_on": ago(90)}, NextStep.WAIT_FOR_PROMISE),
        ({"oldest_overdue_on": ago(22)}, NextStep.SEND_LETTER),
        ({"oldest_overdue_on": ago(21)}, NextStep.CALL),
        (
            {"oldest_overdue_on": ago(60), "last_letter_on": ago(10), "last_contact_on": ago(10)},
            NextStep.WATCH,
        ),
        (
            {"oldest_overdue_on": ago(60), "last_letter_on": ago(10), "last_contact_on": ago(15)},
            NextStep.CALL,
        ),
        ({"oldest_overdue_on": ago(60), "last_letter_on": ago(22)}, NextStep.SEND_LETTER),
    ],
)
def test_the_most_pressing_thing_comes_first(
    facts: dict[str, dt.date | bool], expected: NextStep
) -> None:
    assert next_step(ClientFacts(on=ON, **facts)) == expected  # type: ignore[arg-type]  # by name

"""What a decided screening leaves behind."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from clients.models import Client
from clients.services import set_standing
from clients.states import Grade
from contracts.selectors.completeness import contract_gaps
from core.verify import run_checks
from credit.models import Screening
from credit.selectors import (
    Cooperation,
    cooperation,
)
from credit.services import (
    withdraw_screening,
)
from credit.states import ScreeningState as S
from tests.contracts.cast import whole_draft
from tests.credit.screening_cast import NEXT_YEAR, at_state, begun, submitted
from tests.factories import NOW, TODAY, make_client, make_creditor, make_invoice, pay

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_conditions_reach_the_standing_and_leave_the_rest_of_it() -> None:
    client = make_client()
    set_standing(
        client=client, grade=Grade.C, credit_limit=Decimal(99), deposit_ratio=None,
        on_credit_hold=True, hold_reason="Late", actor=None, at=NOW,
    )  # fmt: skip
    at_state(S.CONDITIONAL, client)
    client.refresh_from_db()
    assert (client.credit_limit, client.deposit_ratio) == (Decimal(20_000), Decimal("0.5"))
    assert (client.grade, client.on_credit_hold, client.hold_reason) == ("C", True, "Late")
    assert (client.screening_outcome, client.screened_until) == ("CONDITIONAL", NEXT_YEAR)
    assert client.terms_days == 15
    until = client.standing_overrides.values_list("part", "expires_on", "reason")
    assert set(until) == {(part, NEXT_YEAR, "Young") for part in ("DEPOSIT", "LIMIT", "TERMS")}


@pytest.mark.parametrize("state", [S.ACCEPTED, S.REJECTED])
def test_a_decision_without_conditions_leaves_the_standing_alone(state: S) -> None:
    client = make_client()
    at_state(state, client)
    client.refresh_from_db()
    assert (client.credit_limit, client.deposit_ratio, client.terms_days) == (None, None, None)
    assert client.screening_outcome == state
    assert not client.standing_overrides.exists()


def flagged(client: Client, on: dt.date = TODAY) -> str:
    """What the completeness check of a draft says of the client's screening."""
    contract = client.contracts.first() or whole_draft(client=client)
    shown = contract_gaps(contract, on)
    return " ".join(one.sentence for one in shown if one.gap.code == "CLIENT_UNSCREENED")


def test_the_completeness_check_follows_the_screening() -> None:
    client = make_client(country="CN", address="1 Renmin Road")
    assert "not screened" in flagged(client)
    at_state(S.IN_WORK, client)
    assert "not screened" in flagged(client)
    withdraw_screening(screening=client.screenings.get(), reason="x", actor=None, at=NOW)
    at_state(S.REJECTED, client)
    assert "rejected in its screening" in flagged(client)
    at_state(S.CONDITIONAL, client)
    assert flagged(client) == ""
    assert "ran out on 15 Jun 2027" in flagged(client, NEXT_YEAR + DAY)
    contract = client.contracts.get()
    contract.terms_days = 30
    contract.save()
    long = [one.sentence for one in contract_gaps(contract, TODAY) if one.gap.code == "LONG_TERMS"]
    assert long == ["Payment terms of 30 days; this client gets 15."]


def test_what_our_ledger_says_is_kept_as_it_stood() -> None:
    client, own = make_client(), make_creditor()
    pay(make_invoice(client, own, "100.00", due_on=TODAY - 40 * DAY))
    pay(make_invoice(client, own, "50.00", due_on=TODAY + 40 * DAY))
    make_invoice(client, own, "7.00")
    known = cooperation(client, TODAY)
    assert (known.invoices, known.paid, known.late, known.overdue) == (3, 2, 1, 1)
    assert known.since == TODAY - 70 * DAY
    assert known.sales == {"CNY": Decimal("157.00")}
    assert known.late_percent == 50
    row = submitted(client)
    make_invoice(client, own, "1000.00")
    row.refresh_from_db()
    assert row.facts is not None
    assert Cooperation.from_json(row.facts) == known
    assert cooperation(make_client(), TODAY).late_percent is None


def test_it_expires_the_day_after_its_date() -> None:
    row = at_state(S.ACCEPTED)
    assert row.shown_state(NEXT_YEAR) == S.ACCEPTED
    assert row.shown_state(NEXT_YEAR + DAY) == S.EXPIRED
    assert at_state(S.REJECTED).shown_state(NEXT_YEAR + DAY) == S.REJECTED


def test_due_again_are_those_without_a_later_one() -> None:
    soon, later = TODAY + 20 * DAY, TODAY + 60 * DAY
    due = at_state(S.ACCEPTED, review_on=soon)
    at_state(S.ACCEPTED, review_on=later)
    at_state(S.REJECTED)
    client = make_client()
    at_state(S.CONDITIONAL, client, review_on=soon)
    given_up = make_client()
    still_due = at_state(S.ACCEPTED, given_up, review_on=soon)
    at_state(S.WITHDRAWN, given_up)
    begun(client)
    found = Screening.objects.due_again(by=TODAY + 30 * DAY).order_by("pk")
    assert list(found) == [due, still_due]


def test_verify_ledger_finds_a_snapshot_that_is_not_what_was_decided() -> None:
    client = make_client()
    at_state(S.REJECTED, client)
    begun(make_client())

    def problems() -> list[str]:
        return [p for one in run_checks() if one.name.startswith("credit") for p in one.problems]

    assert problems() == []
    Client.objects.filter(pk=client.pk).update(screening_outcome="")
    assert len(problems()) == 1

"""Every open invoice of a creditor with its decision, as a plan of the day would make it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from clients.models import Creditor
from payments.models import Invoice
from reminders.rules.decisions import Decision, decide
from reminders.selectors.explain import explain
from reminders.selectors.facts import Debts, Scope, debts
from reminders.selectors.policy import ladder_of
from reminders.states import Outcome, Reason

_CHUNK = 2_000


class Explained(NamedTuple):
    """An open invoice and why it would be reminded of on the day, or why not."""

    number: str
    client_code: str
    client_name: str
    currency: str
    due_on: dt.date
    days_past_due: int
    open_amount: Decimal
    outcome: Outcome
    reason: Reason
    level: int | None
    asked: Decimal | None
    sentence: str


def explained_invoices(*, creditor: Creditor, on: dt.date) -> Iterator[Explained]:
    """Decide on every open invoice, also those not due yet; nothing is stored."""
    policy = ladder_of(creditor).policy
    waiting: list[tuple[Debts, Decision]] = []
    for group in debts(Scope(creditor, on)):
        decisions = decide(
            group.invoices, client=group.client, cycle=group.cycle, policy=policy, on=on
        )
        waiting.extend((group, decision) for decision in decisions)
        if len(waiting) >= _CHUNK:
            yield from _named(waiting)
            waiting = []
    yield from _named(waiting)


def _named(found: list[tuple[Debts, Decision]]) -> Iterator[Explained]:
    rows = Invoice.objects.filter(pk__in=[decision.invoice.id for _group, decision in found])
    names = {
        pk: (number, code, name)
        for pk, number, code, name in rows.values_list(
            "pk", "number", "client__code", "client__legal_name"
        )
    }
    for group, decision in found:
        number, code, name = names[decision.invoice.id]
        yield Explained(
            number=number,
            client_code=code,
            client_name=name,
            currency=group.currency,
            due_on=decision.invoice.due_on,
            days_past_due=decision.days_past_due,
            open_amount=decision.invoice.open_amount,
            outcome=decision.outcome,
            reason=decision.reason,
            level=decision.level,
            asked=decision.asked,
            sentence=explain(
                decision.reason,
                decision.facts,
                currency=group.currency,
                days_past_due=decision.days_past_due,
                level=decision.level,
                asked=decision.asked,
            ),
        )

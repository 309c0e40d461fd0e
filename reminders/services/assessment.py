"""What holds for one client now, and the message that would go: for the preview and the claim."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from clients.models import Client, Creditor
from clients.selectors import letter_account, reminder_contact
from core.money import ZERO
from payments.models import Invoice
from reminders.rules.decisions import NO_FACTS, Decision, Facts, decide
from reminders.selectors.facts import Scope, debts
from reminders.selectors.policy import Ladder
from reminders.services.texts import AskedInvoice, Draft
from reminders.states import Outcome, Reason, Tone


@dataclass(frozen=True, slots=True)
class Assessment:
    """The decisions on one client's open invoices in one currency, on a day."""

    decisions: tuple[Decision, ...]

    @property
    def asked(self) -> tuple[Decision, ...]:
        """The invoices that would be asked for."""
        return tuple(d for d in self.decisions if d.outcome is Outcome.SEND)

    @property
    def level(self) -> int | None:
        """The level a message would have now; None when none would go."""
        return self.asked[0].level if self.asked else None

    def reason_for(self, invoice_ids: Sequence[int]) -> tuple[Reason, Facts]:
        """Why nothing goes for these invoices, and the facts: of the oldest still open."""
        wanted = set(invoice_ids)
        for decision in self.decisions:
            if decision.invoice.id in wanted and decision.reason is not Reason.PAID:
                return decision.reason, decision.facts
        return Reason.PAID, NO_FACTS


def assess(
    *,
    creditor: Creditor,
    client_id: int,
    currency: str,
    ladder: Ladder,
    on: dt.date,
    message_id: int | None = None,
) -> Assessment:
    """Judge one client as a plan would, today; `message_id` does not stand in its own way."""
    scope = Scope(creditor, on, client_id, currency, message_id)
    found: tuple[Decision, ...] = ()
    for group in debts(scope):
        found = tuple(
            decide(
                group.invoices,
                client=group.client,
                cycle=group.cycle,
                policy=ladder.policy,
                on=on,
            )
        )
    return Assessment(found)


def draft_message(
    *,
    creditor: Creditor,
    client: Client,
    currency: str,
    assessment: Assessment,
    ladder: Ladder,
    on: dt.date,
    tone: Tone | None = None,
    wrote_before: bool,
) -> Draft | None:
    """The message that asks for what was decided; None when nobody or nothing is to be asked."""
    level, contact = assessment.level, reminder_contact(client)
    if level is None or contact is None:
        return None
    return Draft(
        creditor=creditor,
        client=client,
        contact=contact,
        account=letter_account(creditor, currency),
        currency=currency,
        level=level,
        tone=tone or ladder.tone(level),
        on=on,
        wrote_before=wrote_before,
        sender_name=ladder.sender_name,
        invoices=_asked_invoices(assessment.asked),
    )


def _asked_invoices(decisions: Sequence[Decision]) -> tuple[AskedInvoice, ...]:
    rows = Invoice.objects.in_bulk([decision.invoice.id for decision in decisions])
    return tuple(
        AskedInvoice(
            id=invoice.id,
            number=rows[invoice.id].number,
            issued_on=rows[invoice.id].issued_on,
            due_on=invoice.due_on,
            amount=rows[invoice.id].amount,
            open_amount=invoice.open_amount,
            collectible=invoice.collectible,
            credit=invoice.collectible - _asked(decision),
        )
        for decision in decisions
        for invoice in (decision.invoice,)
    )


def _asked(decision: Decision) -> Decimal:
    return decision.asked if decision.asked is not None else ZERO

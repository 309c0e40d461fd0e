"""What happened with a client, from several rooms, in one order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clients.models import Client
from contracts.models import ContractTransition
from core.dates import start_of_day
from disputes.models import Dispute
from interactions.models import Interaction
from interactions.selectors import ENTRY_PARTS
from payments.models import CreditNote, InstalmentPlan, Invoice, Promise, Receipt, Refund

Happening = (
    Interaction
    | Invoice
    | Receipt
    | CreditNote
    | Refund
    | Promise
    | InstalmentPlan
    | Dispute
    | ContractTransition
)


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened; what has a day but no hour (`on`) stands at the end of it."""

    at: dt.datetime
    on: dt.date | None
    what: Happening


def client_timeline(*, client: Client, limit: int, time_zone: str) -> list[Moment]:
    """The latest happenings, the newest first. One query per kind, each of at most `limit`."""
    entries = (
        client.interactions.select_related("recorded_by", "contact")
        .prefetch_related(*ENTRY_PARTS)
        .order_by("-occurred_at", "-pk")[:limit]
    )
    moments = [Moment(one.occurred_at, None, one) for one in entries]

    def on(day: dt.date, what: Happening) -> Moment:
        last = start_of_day(day + dt.timedelta(days=1), time_zone) - dt.timedelta(seconds=1)
        return Moment(last, day, what)

    invoices = client.invoices.order_by("-issued_on", "-pk")[:limit]
    moments += [on(one.issued_on, one) for one in invoices]
    receipts = client.receipts.order_by("-received_on", "-pk")[:limit]
    moments += [on(one.received_on, one) for one in receipts]
    notes = client.credit_notes.order_by("-issued_on", "-pk")[:limit]
    moments += [on(one.issued_on, one) for one in notes]
    promises = client.promises.order_by("-promised_on", "-pk")[:limit]
    moments += [on(one.promised_on, one) for one in promises]
    refunds = Refund.objects.filter(receipt__client=client).select_related("receipt")
    moments += [on(one.refunded_on, one) for one in refunds.order_by("-refunded_on", "-pk")[:limit]]
    plans = client.plans.order_by("-agreed_on", "-pk")[:limit]
    moments += [on(one.agreed_on, one) for one in plans]
    disputes = client.disputes.select_related("invoice").order_by("-opened_on", "-pk")[:limit]
    moments += [on(one.opened_on, one) for one in disputes]
    changes = ContractTransition.objects.filter(contract__client=client).select_related(
        "contract", "actor"
    )
    moments += [Moment(one.at, None, one) for one in changes.order_by("-at", "-pk")[:limit]]
    moments.sort(key=lambda one: (one.at, one.what.pk), reverse=True)
    return moments[:limit]

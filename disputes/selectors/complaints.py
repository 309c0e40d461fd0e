"""Reads of complaints: whose creditor, what they may be about, and the facts around one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from clients.models import Client, Creditor
from clients.selectors import default_creditor
from contracts.models import Delivery, DeliveryAnswer
from contracts.states import DeliveryState
from core.dates import day_in
from core.verify import check
from disputes.models import Complaint
from disputes.states import ComplaintState
from interactions.models import Interaction
from payments.models import Invoice, Promise

#: What the log's entries of a demand are about; rooms further up write them.
DEMANDS: Final = ("reminders.message", "reminders.demandletter")
YEAR: Final = dt.timedelta(days=365)
OFFERED: Final = 30


def creditor_of_client(client: Client) -> Creditor | None:
    """Whose client it mainly is: owed most, or with the latest contract, else the only one."""
    largest = client.balances.select_related("creditor").order_by("-open_amount", "pk").first()
    if largest is not None:
        return largest.creditor
    latest = client.contracts.select_related("creditor").order_by("-created_at", "-pk").first()
    return latest.creditor if latest else default_creditor()


def invoices_to_complain_of(client: Client) -> list[Invoice]:
    """The newest invoices of a client."""
    found = client.invoices.select_related("creditor", "contract")
    return list(found.order_by("-issued_on", "-pk")[:OFFERED])


def deliveries_to_complain_of(client: Client) -> list[Delivery]:
    """The newest deliveries to a client."""
    found = Delivery.objects.filter(contract__client=client)
    return list(
        found.select_related("contract__creditor").order_by("-delivered_on", "-pk")[:OFFERED]
    )


@dataclass(frozen=True, slots=True)
class Fact:
    """Something on record that came before a complaint, or nothing of its kind.

    `code` says what; `days` are when, the first and the last; `count` how often.
    """

    code: str
    is_so: bool
    days: tuple[dt.date, ...] = ()
    count: int = 0


def facts_before(complaint: Complaint) -> list[Fact]:
    """What had happened when the complaint came in. Facts with their days, no judgement."""
    zone = complaint.creditor.time_zone
    day = day_in(complaint.received_at, zone)
    facts = [_demands(complaint, zone)]
    invoice = complaint.invoice
    if invoice is not None:
        facts.append(Fact("due", is_so=day > invoice.due_on, days=(invoice.due_on,)))
    accepted = _accepted_on(complaint, day)
    if accepted is not None:
        facts.append(Fact("accepted", is_so=bool(accepted), days=tuple(accepted)))
    facts.append(_promises(complaint, day))
    earlier = Complaint.objects.filter(
        client=complaint.client_id,
        received_at__lt=complaint.received_at,
        received_at__gte=complaint.received_at - YEAR,
    ).count()
    facts.append(Fact("earlier", is_so=earlier > 0, count=earlier))
    return facts


def _demands(complaint: Complaint, zone: str) -> Fact:
    sent = Interaction.objects.filter(
        client=complaint.client_id,
        about_type__in=DEMANDS,
        direction="OUT",
        occurred_at__lt=complaint.received_at,
    ).order_by("occurred_at", "pk")
    moments = list(sent.values_list("occurred_at", flat=True))
    days = [day_in(one, zone) for one in moments[:1] + moments[1:][-1:]]
    return Fact("demand", is_so=bool(days), days=tuple(days), count=len(moments))


def _accepted_on(complaint: Complaint, day: dt.date) -> list[dt.date] | None:
    """When what it is about was accepted before it; None where nothing is known to accept."""
    answers = DeliveryAnswer.objects.filter(outcome=DeliveryState.ACCEPTED, answered_on__lte=day)
    contract = complaint.contract_id or (complaint.invoice and complaint.invoice.contract_id)
    if complaint.delivery_id is not None:
        answers = answers.filter(delivery=complaint.delivery_id)
    elif contract:
        answers = answers.filter(delivery__contract=contract)
    else:
        return None
    found = list(answers.order_by("answered_on", "pk").values_list("answered_on", flat=True))
    return found[:1] + found[1:][-1:]


def _promises(complaint: Complaint, day: dt.date) -> Fact:
    found = Promise.objects.filter(client=complaint.client_id, promised_on__lt=day)
    if complaint.invoice_id is not None:
        found = found.filter(invoice__in=[complaint.invoice_id]) | found.filter(invoice=None)
    days = list(found.order_by("promised_on", "pk").values_list("promised_on", flat=True))
    shown = days[:1] + days[1:][-1:]
    return Fact("promise", is_so=bool(days), days=tuple(shown), count=len(days))


@check("disputes: the history of a complaint ends in its state")
def complaint_histories() -> Iterator[str]:
    """The last transition of every complaint, for `verify_ledger`."""
    rows = Complaint.objects.prefetch_related("transitions").order_by("pk")
    for row in rows.iterator(chunk_size=500):
        steps = list(row.transitions.all())
        last = steps[-1].to_state if steps else ""
        if last != row.state or (steps and steps[0].to_state != ComplaintState.RECEIVED):
            yield f"complaint {row.pk} is {row.state}, its history ends in {last or 'nothing'}"

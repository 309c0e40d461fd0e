"""What the records hold on one client and one creditor, as of a day."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q

from cases.models import Packet
from clients.models import Client, Contact, Creditor
from contracts.models import Amendment, Contract, ContractAcceptance, Delivery
from contracts.states import AmendmentState
from core.dates import start_of_day
from core.models import Document, User
from core.verify import check
from disputes.models import Complaint, Dispute
from interactions.models import (
    Interaction,
    MailAttachment,
    MailMessage,
    Minutes,
    NoticeAcknowledgement,
)
from interactions.selectors import ENTRY_PARTS
from payments.models import Allocation, CreditNote, Invoice, Promise, Receipt
from payments.selectors.interest import InvoiceInterest, interest_for_invoices
from reminders.models import DemandLetter, Message
from reminders.states import LetterState, MessageState

# A packet is read by people: more than this is another kind of case, and says so.
MOST_ROWS = 5_000


@dataclass(frozen=True)
class OpenInvoice:
    """An invoice with what had settled it by the day of the packet."""

    invoice: Invoice
    settled: Decimal

    @property
    def open_amount(self) -> Decimal:
        """What was open on that day."""
        return self.invoice.amount - self.settled

    @property
    def disputed(self) -> Decimal:
        """What is contested of it, at most what is open."""
        return min(self.invoice.disputed, self.open_amount)


@dataclass(frozen=True)
class AcknowledgedLine:
    """What a debtor said of one invoice."""

    number: str
    open_amount: Decimal
    is_confirmed: bool
    believed: Decimal | None
    remark: str


@dataclass(frozen=True)
class Acknowledgement:
    """A balance that the debtor answered: to which text, by which name, when and from where."""

    on: dt.date
    currency: str
    stated: Decimal
    confirmed: Decimal
    name: str
    at: dt.datetime
    address: str
    remark: str
    text_sha256: str
    lines: Sequence[AcknowledgedLine]
    document: Document | None


AcknowledgementSource = Callable[[Client, Creditor, dt.date], list[Acknowledgement]]
_acknowledgements: list[AcknowledgementSource] = []


def register_acknowledgements(source: AcknowledgementSource) -> None:
    """Name who knows the balances a debtor answered; rooms above do, so this one asks them."""
    if source not in _acknowledgements:
        _acknowledgements.append(source)


@dataclass(frozen=True)
class Evidence:
    """Everything on file, in the order in which it is shown."""

    creditor: Creditor
    client: Client
    as_of_on: dt.date
    contacts: Sequence[Contact]
    contracts: Sequence[Contract]
    consents: Sequence[ContractAcceptance]
    amendments: Sequence[Amendment]
    deliveries: Sequence[Delivery]
    invoices: Sequence[OpenInvoice]
    receipts: Sequence[Receipt]
    credit_notes: Sequence[CreditNote]
    disputes: Sequence[Dispute]
    acknowledgements: Sequence[NoticeAcknowledgement]
    complaints: Sequence[Complaint]
    balances: Sequence[Acknowledgement]
    minutes: Sequence[Minutes]
    promises: Sequence[Promise]
    interactions: Sequence[Interaction]
    mails: Sequence[MailMessage]
    messages: Sequence[Message]
    letters: Sequence[DemandLetter]
    interest: Sequence[InvoiceInterest]

    def open_by_currency(self) -> dict[str, Decimal]:
        """Open principal per currency."""
        totals: dict[str, Decimal] = {}
        for row in self.invoices:
            currency = row.invoice.currency
            totals[currency] = totals.get(currency, Decimal(0)) + row.open_amount
        return {currency: total for currency, total in totals.items() if total}


def evidence_of(*, client: Client, creditor: Creditor, as_of_on: dt.date) -> Evidence:
    """Gather what was on file by a day: at most 5,000 rows of each kind, the newest."""
    invoices = _invoices(client, creditor, as_of_on)
    overdue = [
        row.invoice for row in invoices if row.open_amount > 0 and row.invoice.due_on < as_of_on
    ]
    own = {"client": client, "creditor": creditor}
    return Evidence(
        creditor=creditor,
        client=client,
        as_of_on=as_of_on,
        contacts=list(client.contacts.order_by("-is_primary", "pk")),
        **_agreed(own, creditor, as_of_on),
        invoices=invoices,
        **_money(own, as_of_on),
        balances=[
            one for source in _acknowledgements for one in source(client, creditor, as_of_on)
        ],
        minutes=_minutes(own, creditor, as_of_on),
        **_contested(own, as_of_on),
        acknowledgements=list(
            NoticeAcknowledgement.objects.filter(
                Q(version__notice__creditor=creditor) | Q(version__notice__creditor=None),
                client=client,
                at__lt=_end_of(creditor, as_of_on),
            )
            .select_related("version__notice")
            .order_by("at", "pk")[:MOST_ROWS]
        ),
        promises=list(
            Promise.objects.filter(**own, promised_on__lte=as_of_on)
            .select_related("invoice")
            .order_by("promised_on", "pk")[:MOST_ROWS]
        ),
        interactions=_interactions(client, creditor, as_of_on),
        mails=_mails(client, creditor, as_of_on),
        messages=list(
            Message.objects.filter(**own, state=MessageState.SENT).order_by("sent_at", "pk")[
                :MOST_ROWS
            ]
        ),
        letters=list(
            DemandLetter.objects.filter(**own, state=LetterState.READY)
            .select_related("document")
            .order_by("created_at", "pk")[:MOST_ROWS]
        ),
        interest=interest_for_invoices(invoices=overdue, until=as_of_on) if overdue else [],
    )


def _agreed(own: dict[str, Any], creditor: Creditor, as_of_on: dt.date) -> dict[str, Any]:
    """Contracts, which text of them was accepted, changes in force by the day, deliveries."""
    end = _end_of(creditor, as_of_on)
    contracts = Contract.objects.filter(**own).select_related("document")
    consents = ContractAcceptance.objects.filter(version__contract__in=contracts, at__lt=end)
    changes = Amendment.objects.filter(
        contract__in=contracts, state=AmendmentState.ACCEPTED, ended_at__lt=end
    )
    return {
        "contracts": list(contracts.order_by("signed_on", "pk")),
        "consents": list(consents.select_related("version__document").order_by("at", "pk")),
        "amendments": list(
            changes.select_related(
                "contract", "base", "version__document", "version__acceptance", "document"
            ).order_by("ended_at", "pk")
        ),
        "deliveries": list(
            Delivery.objects.filter(contract__in=contracts, delivered_on__lte=as_of_on)
            .select_related("line", "document", "answer__document")
            .order_by("delivered_on", "pk")[:MOST_ROWS]
        ),
    }


def _contested(own: dict[str, Any], as_of_on: dt.date) -> dict[str, Any]:
    """Disputes of the creditor's invoices and complaints, with what became of them."""
    return {
        "disputes": list(
            Dispute.objects.filter(
                client=own["client"],
                invoice__creditor=own["creditor"],
                opened_on__lte=as_of_on,
            )
            .select_related("invoice")
            .order_by("opened_on", "pk")[:MOST_ROWS]
        ),
        "complaints": list(
            Complaint.objects.filter(**own, received_at__lt=_end_of(own["creditor"], as_of_on))
            .select_related("contract", "invoice", "delivery", "dispute__invoice", "owner")
            .prefetch_related("transitions__actor")
            .order_by("received_at", "pk")[:MOST_ROWS]
        ),
    }


def _money(own: dict[str, Any], as_of_on: dt.date) -> dict[str, Any]:
    """Payments and credit notes, each with what it settled by the day."""
    allocations = Prefetch(
        "allocations",
        Allocation.objects.filter(effective_on__lte=as_of_on)
        .select_related("invoice")
        .order_by("effective_on", "pk"),
    )
    return {
        "receipts": list(
            Receipt.objects.filter(**own, received_on__lte=as_of_on)
            .prefetch_related(allocations)
            .order_by("received_on", "pk")[:MOST_ROWS]
        ),
        "credit_notes": list(
            CreditNote.objects.filter(**own, issued_on__lte=as_of_on)
            .prefetch_related(allocations)
            .order_by("issued_on", "pk")[:MOST_ROWS]
        ),
    }


def _minutes(own: dict[str, Any], creditor: Creditor, as_of_on: dt.date) -> list[Minutes]:
    """Minutes that went to the client by the day, answered or not, in the order of the meetings."""
    meetings = {f"meeting__{name}": value for name, value in own.items()}
    found = Minutes.objects.filter(**meetings, sent_at__lt=_end_of(creditor, as_of_on))
    return list(
        found.select_related("meeting", "answer", "document", "answered_document")
        .prefetch_related("answer__objections")
        .order_by("meeting__starts_at", "meeting_id", "number")[:MOST_ROWS]
    )


def _invoices(client: Client, creditor: Creditor, as_of_on: dt.date) -> list[OpenInvoice]:
    """Invoices issued by the day, each with what had settled it by then; three queries."""
    newest = list(
        Invoice.objects.filter(client=client, creditor=creditor, issued_on__lte=as_of_on)
        .select_related("contract")
        .order_by("-issued_on", "-pk")[:MOST_ROWS]
    )
    later: dict[int, Decimal] = {}
    rows = Allocation.objects.filter(invoice__in=newest, effective_on__gt=as_of_on)
    for invoice_id, amount in rows.values_list("invoice_id", "amount"):
        later[invoice_id] = later.get(invoice_id, Decimal(0)) + amount
    return [
        OpenInvoice(invoice=one, settled=one.allocated - later.get(one.pk, Decimal(0)))
        for one in reversed(newest)
    ]


def _end_of(creditor: Creditor, day: dt.date) -> dt.datetime:
    return start_of_day(day + dt.timedelta(days=1), creditor.time_zone)


def _mails(client: Client, creditor: Creditor, as_of_on: dt.date) -> list[MailMessage]:
    """Archived mails with the client, in the order in which they were written."""
    rows = (
        MailMessage.objects.filter(client=client, occurred_at__lt=_end_of(creditor, as_of_on))
        .select_related("raw")
        .prefetch_related(Prefetch("attachments", MailAttachment.objects.order_by("position")))
        .defer("html")
        .order_by("-occurred_at", "-pk")[:MOST_ROWS]
    )
    return list(reversed(rows))


def _interactions(client: Client, creditor: Creditor, as_of_on: dt.date) -> list[Interaction]:
    """Newest entries, told in the order in which they happened."""
    rows = (
        Interaction.objects.filter(client=client, occurred_at__lt=_end_of(creditor, as_of_on))
        .select_related("recorded_by", "contact", "corrects")
        .prefetch_related(*ENTRY_PARTS)
        .order_by("-occurred_at", "-pk")[:MOST_ROWS]
    )
    return list(reversed(rows))


def creditors_of(client: Client) -> list[Creditor]:
    """Creditors that have dealings with a client, for choosing whose packet is made."""
    return list(Creditor.objects.filter(pk__in=client.balances.values("creditor")).order_by("code"))


def packets_visible_to(user: User) -> list[Packet]:
    """The newest packets this user may open."""
    rows = Packet.objects.visible_to(user).select_related("client", "creditor", "created_by")
    return list(rows.order_by("-created_at", "-pk")[:200])


@check("cases: finished packets have their files")
def _packets() -> Iterator[str]:
    for packet in Packet.objects.filter(state="READY").select_related("pdf", "zip"):
        if packet.pdf is None or packet.zip is None:
            yield f"packet {packet.pk} is ready without its files"

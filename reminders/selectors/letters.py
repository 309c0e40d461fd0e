"""What a demand letter would claim: open, undisputed balances on a day, with interest."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from clients.models import BankAccount, Client, Creditor
from clients.selectors import letter_account
from contracts.models import Contract
from core.models import Document, User
from core.money import ZERO
from payments.models import Allocation, ClientBalance, Invoice, PlanInvoice, Promise
from payments.selectors.interest import (
    InterestRules,
    InvoiceInterest,
    interest_for_invoices,
    interest_rules,
)
from payments.selectors.interest_words import ProblemCode
from payments.states import PlanState
from reminders.models import DemandLetter, ReminderHold
from reminders.states import LetterState

#: A letter with more invoices than this is no longer read by anybody.
MAX_INVOICES: Final = 1_000


@dataclass(frozen=True, slots=True)
class LetterInvoice:
    """One overdue invoice as it stood on the day: what was open, and what of it is claimed."""

    invoice: Invoice
    open_on: Decimal
    disputed: Decimal
    days_late: int

    @property
    def paid(self) -> Decimal:
        """Payments and credit notes up to the day."""
        return self.invoice.amount - self.open_on

    @property
    def claimed(self) -> Decimal:
        """The open part that is not disputed."""
        return self.open_on - self.disputed


@dataclass(frozen=True)
class LetterFigures:
    """All figures of a letter to one client, in one currency, on one day."""

    client: Client
    creditor: Creditor
    currency: str
    on: dt.date
    invoices: Sequence[LetterInvoice]
    interest: Sequence[InvoiceInterest]
    account: BankAccount | None
    credit: Decimal
    on_plan: int
    wholly_disputed: int
    promised_until: dt.date | None
    hold: str

    @property
    def principal(self) -> Decimal:
        """Open and undisputed."""
        return sum((line.claimed for line in self.invoices), ZERO)

    @property
    def interest_total(self) -> Decimal:
        """Interest accrued and not paid, over all invoices that bear it."""
        return sum(
            (one.calculation.interest_open for one in self.interest if one.calculation), ZERO
        )

    @property
    def compensation(self) -> Decimal:
        """The statutory lump sums."""
        return sum((one.calculation.fixed_sum for one in self.interest if one.calculation), ZERO)

    @property
    def daily_accrual(self) -> Decimal:
        """What one more day costs."""
        return sum(
            (one.calculation.daily_accrual for one in self.interest if one.calculation), ZERO
        )

    @property
    def total(self) -> Decimal:
        """What the letter asks for."""
        return self.principal + self.interest_total + self.compensation

    @property
    def contracts(self) -> list[Contract]:
        """The contracts the invoices arise under, oldest first."""
        found = {line.invoice.contract for line in self.invoices if line.invoice.contract}
        return sorted(found, key=lambda one: (one.signed_on or dt.date.max, one.pk))


def letter_figures(
    *,
    client: Client,
    creditor: Creditor,
    currency: str,
    on: dt.date,
    with_interest: bool = True,
    preset: str = "",
    rules: InterestRules | None = None,
) -> LetterFigures:
    """Read the ledger for a letter. Invoices on an active plan, or wholly disputed, stay out.

    Interest follows each contract's clause; `preset` is the statutory rule for invoices whose
    contract says nothing. An invoice whose interest cannot be worked out is claimed without.
    """
    planned = set(
        PlanInvoice.objects.filter(
            invoice__client=client, plan__state=PlanState.ACTIVE
        ).values_list("invoice", flat=True)
    )
    overdue = [
        _line(invoice, on)
        for invoice in _overdue(client, creditor, currency, on)
        .exclude(pk__in=planned)
        .select_related("contract", "creditor")
        .order_by("due_on", "pk")[: MAX_INVOICES + 1]
    ]
    lines = [line for line in overdue if line.claimed > 0]
    balance = ClientBalance.objects.filter(client=client, creditor=creditor, currency=currency)
    return LetterFigures(
        client=client,
        creditor=creditor,
        currency=currency,
        on=on,
        invoices=lines,
        interest=_interest(lines, on, preset, rules) if with_interest else (),
        account=letter_account(creditor, currency),
        credit=balance.values_list("credit", flat=True).first() or ZERO,
        on_plan=_overdue(client, creditor, currency, on).filter(pk__in=planned).count(),
        wholly_disputed=len(overdue) - len(lines),
        promised_until=_promised_until(client, creditor, currency, on),
        hold=_hold(client, on),
    )


def _overdue(client: Client, creditor: Creditor, currency: str, on: dt.date) -> QuerySet[Invoice]:
    later = (
        Allocation.objects.filter(invoice=OuterRef("pk"), effective_on__gt=on)
        .order_by()
        .values("invoice")
        .annotate(sum=Sum("amount"))
        .values("sum")
    )
    return (
        Invoice.objects.filter(
            client=client,
            creditor=creditor,
            currency=currency,
            issued_on__lte=on,
            due_on__lt=on,
        )
        .filter(Q(open_amount__gt=0) | Q(closed_on__gt=on))
        .annotate(open_on=F("open_amount") + Coalesce(Subquery(later), ZERO))
        .filter(open_on__gt=0)
    )


def _line(invoice: Invoice, on: dt.date) -> LetterInvoice:
    open_on: Decimal = invoice.open_on  # type: ignore[attr-defined]  # annotated above
    return LetterInvoice(
        invoice=invoice,
        open_on=open_on,
        disputed=min(invoice.disputed, open_on),
        days_late=(on - invoice.due_on).days,
    )


def _interest(
    lines: Sequence[LetterInvoice], on: dt.date, preset: str, rules: InterestRules | None
) -> list[InvoiceInterest]:
    if not lines:
        return []
    rules = rules or interest_rules()
    found = interest_for_invoices(invoices=[line.invoice for line in lines], until=on, rules=rules)
    silent = [one.invoice for one in found if _says_nothing(one)] if preset else []
    if silent:
        statutory = interest_for_invoices(invoices=silent, until=on, preset=preset, rules=rules)
        by_invoice = {one.invoice.pk: one for one in statutory}
        found = [by_invoice.get(one.invoice.pk, one) for one in found]
    return found


def _says_nothing(one: InvoiceInterest) -> bool:
    return one.problem is not None and one.problem.code is ProblemCode.NOTHING_AGREED


def _promised_until(
    client: Client, creditor: Creditor, currency: str, on: dt.date
) -> dt.date | None:
    waiting = Promise.objects.filter(client=client, creditor=creditor, currency=currency)
    return waiting.waiting(on=on).order_by("-due_on").values_list("due_on", flat=True).first()


def _hold(client: Client, on: dt.date) -> str:
    held = ReminderHold.objects.filter(client=client, invoice=None).active(on=on)
    return held.order_by("-pk").values_list("reason", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class Debtor:
    """A client that could be sent a letter: what is overdue and undisputed today."""

    client: Client
    overdue: Decimal
    invoices: int
    oldest_due_on: dt.date
    last_letter: DemandLetter | None


def overdue_debtors(
    *,
    user: User,
    creditor: Creditor,
    currency: str,
    on: dt.date,
    min_days: int,
    limit: int,
) -> list[Debtor]:
    """Clients with something at least `min_days` past due, the largest sum first."""
    rows = list(
        Invoice.objects.visible_to(user)
        .filter(
            creditor=creditor,
            currency=currency,
            collectible__gt=0,
            due_on__lte=on - dt.timedelta(days=max(min_days, 1)),
        )
        .exclude(plan_lines__plan__state=PlanState.ACTIVE)
        .order_by()
        .values("client")
        .annotate(overdue=Sum("collectible"), invoices=Count("pk"), oldest=Min("due_on"))
        .order_by("-overdue", "client")[:limit]
    )
    keys = [row["client"] for row in rows]
    clients = Client.objects.in_bulk(keys)
    letters = {
        letter.client_id: letter
        for letter in DemandLetter.objects.filter(
            client__in=keys, creditor=creditor, currency=currency
        ).order_by("created_at", "pk")
    }
    return [
        Debtor(
            client=clients[row["client"]],
            overdue=row["overdue"],
            invoices=row["invoices"],
            oldest_due_on=row["oldest"],
            last_letter=letters.get(row["client"]),
        )
        for row in rows
    ]


def letter_files(client: Client) -> list[tuple[Document, str]]:
    """The finished letters to a client, the latest first: files that a mail may carry."""
    rows = DemandLetter.objects.filter(client=client, state=LetterState.READY)
    rows = rows.exclude(document=None).select_related("document").order_by("-created_at", "-pk")
    return [(row.document, row.reference) for row in rows if row.document is not None]

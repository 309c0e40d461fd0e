"""The ledger: invoices, receipts, credit notes, refunds and allocations.

Facts never change once written (triggers refuse it); a correction is a row that reverses.
The counters `allocated`, `refunded`, `disputed` and `last_allocated_on` are moved only by
triggers (see `payments/sql/`), and bounded by CHECK, so that no two transactions together
can allocate more than there is.
"""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _

from clients.models import BankAccount, Client, Creditor
from contracts.models import Contract, ScheduleEntry
from core.models import User
from payments.states import InvoiceState, ReceiptMethod, RefundKind


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Invoices, in the words of the domain."""

    def visible_to(self, user: User) -> Self:
        """Invoices of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def open(self) -> Self:
        """Something is still to be paid, today."""
        return self.filter(open_amount__gt=0)

    def overdue(self, *, on: dt.date) -> Self:
        """Open today and past the due date on the day given."""
        return self.open().filter(due_on__lt=on)


class Invoice(models.Model):
    """A claim for money. `open_amount` and `collectible` are computed by the database."""

    # Foreign keys without an index of their own: the indexes below begin with them, or nobody
    # looks rows up by them, and each index costs every import and every payment.
    # Creditor and client are held by the balance of both, which is written with each invoice and
    # has the foreign keys: one check a client and not one a row (payments/sql/09_references.sql).
    creditor = models.ForeignKey(
        Creditor,
        on_delete=models.PROTECT,
        related_name="invoices",
        db_index=False,
        db_constraint=False,
    )
    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        related_name="invoices",
        db_index=False,
        db_constraint=False,
    )
    contract = models.ForeignKey(
        Contract,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invoices",
        db_index=False,
    )
    # Its index is partial (migration 0006): an import of a million invoices fills no index with
    # nothing.
    schedule_entry = models.OneToOneField(
        ScheduleEntry,
        verbose_name=_("entry of the payment schedule"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="invoice",
    )
    number = models.CharField(_("invoice number"), max_length=80)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=3)
    issued_on = models.DateField(_("issued"))
    due_on = models.DateField(_("due"))
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    source = models.CharField(max_length=60, blank=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # Counters: moved by triggers only.
    allocated = models.DecimalField(max_digits=18, decimal_places=3, default=0, editable=False)
    disputed = models.DecimalField(max_digits=18, decimal_places=3, default=0, editable=False)
    last_allocated_on = models.DateField(null=True, editable=False)
    open_amount = models.GeneratedField(
        expression=F("amount") - F("allocated"),
        output_field=models.DecimalField(max_digits=18, decimal_places=3),
        db_persist=True,
    )
    collectible = models.GeneratedField(
        expression=F("amount")
        - F("allocated")
        - Least(F("disputed"), F("amount") - F("allocated")),
        output_field=models.DecimalField(max_digits=18, decimal_places=3),
        db_persist=True,
    )
    closed_on = models.GeneratedField(
        expression=Case(When(amount=F("allocated"), then=F("last_allocated_on"))),
        output_field=models.DateField(null=True),
        db_persist=True,
    )

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ("due_on", "pk")
        constraints = (
            models.UniqueConstraint(fields=["creditor", "number"], name="invoice_number_once"),
            models.CheckConstraint(condition=~Q(number=""), name="invoice_number_given"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="invoice_amount_positive"),
            models.CheckConstraint(
                condition=Q(allocated__gte=0, allocated__lte=F("amount")),
                name="invoice_not_over_allocated",
            ),
            models.CheckConstraint(
                condition=Q(disputed__gte=0, disputed__lte=F("amount")),
                name="invoice_disputed_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="invoice_currency_iso"
            ),
        )
        indexes = (
            # The partial covering indexes that aging, worklists and planning read, and nothing
            # but them: by client, and by due date.
            models.Index(
                fields=["client", "creditor", "currency", "due_on"],
                include=["id", "open_amount", "collectible", "issued_on"],
                condition=Q(open_amount__gt=0),
                name="invoice_open_client",
            ),
            models.Index(
                fields=["creditor", "currency", "due_on", "id"],
                include=["client", "open_amount", "collectible", "issued_on"],
                condition=Q(open_amount__gt=0),
                name="invoice_open_due",
            ),
            models.Index(fields=["client", "-issued_on", "-id"], name="invoice_client"),
            models.Index(
                fields=["creditor", "currency", "closed_on"],
                condition=Q(closed_on__isnull=False),
                name="invoice_closed",
            ),
            models.Index(
                fields=["contract"],
                condition=Q(contract__isnull=False),
                name="invoice_contract",
            ),
        )

    def __str__(self) -> str:
        return self.number

    def state_on(self, on: dt.date) -> InvoiceState:
        """The one state its badge shows on a day, from today's figures."""
        if self.open_amount <= 0:
            return InvoiceState.PAID
        if self.collectible < self.open_amount:
            return InvoiceState.DISPUTED
        if self.due_on < on:
            return InvoiceState.OVERDUE
        return InvoiceState.PARTLY_PAID if self.allocated else InvoiceState.OPEN

    def days_past_due(self, on: dt.date) -> int:
        """Days after the due date; zero or less while it is not overdue."""
        return (on - self.due_on).days


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    """Money that came in."""

    def visible_to(self, user: User) -> Self:
        """Receipts of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def unapplied(self) -> Self:
        """With money that settles nothing yet and may settle anything of its client.

        Money of a prepayment waits for its own contract and is not among it.
        """
        return self.filter(unallocated__gt=0, prepayment=None)


class Receipt(models.Model):
    """Money received from a client."""

    creditor = models.ForeignKey(
        Creditor,
        on_delete=models.PROTECT,
        related_name="receipts",
        db_index=False,
        db_constraint=False,
    )
    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        related_name="receipts",
        db_index=False,
        db_constraint=False,
    )
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=3)
    received_on = models.DateField(_("received"))
    method = models.CharField(
        _("method"), max_length=14, choices=ReceiptMethod, default=ReceiptMethod.BANK_TRANSFER
    )
    payer_name = models.CharField(_("paid by"), max_length=200, blank=True)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    external_ref = models.CharField(max_length=160, null=True, blank=True, editable=False)  # noqa: DJ001  # NULL means none, so that the unique key holds only where there is one
    bank_account = models.ForeignKey(
        BankAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="receipts",
        db_index=False,
    )
    # Set at birth and never changed: what it may settle follows from it.
    prepayment = models.ForeignKey(
        "payments.Prepayment",
        verbose_name=_("prepayment"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="receipts",
        db_index=False,
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    allocated = models.DecimalField(max_digits=18, decimal_places=3, default=0, editable=False)
    refunded = models.DecimalField(max_digits=18, decimal_places=3, default=0, editable=False)
    unallocated = models.GeneratedField(
        expression=F("amount") - F("allocated") - F("refunded"),
        output_field=models.DecimalField(max_digits=18, decimal_places=3),
        db_persist=True,
    )

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ("-received_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["creditor", "external_ref"], name="receipt_external_ref_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_amount_positive"),
            models.CheckConstraint(
                condition=Q(allocated__gte=0)
                & Q(refunded__gte=0)
                & Q(amount__gte=F("allocated") + F("refunded")),
                name="receipt_not_over_used",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="receipt_currency_iso"
            ),
        )
        indexes = (
            models.Index(fields=["client", "-received_on", "-id"], name="receipt_client"),
            models.Index(fields=["-received_on", "-id"], name="receipt_recent"),
            models.Index(
                fields=["client", "currency"],
                include=["unallocated"],
                condition=Q(unallocated__gt=0),
                name="receipt_unapplied",
            ),
            models.Index(
                fields=["prepayment"],
                condition=Q(prepayment__isnull=False),
                name="receipt_prepayment",
            ),
        )

    def __str__(self) -> str:
        return f"{self.received_on} {self.currency} {self.amount}"


class CreditNoteQuerySet(models.QuerySet["CreditNote"]):
    """Credit notes."""

    def visible_to(self, user: User) -> Self:
        """Credit notes of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class CreditNote(models.Model):
    """A claim taken back, wholly or in part; it settles invoices like money does."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="credit_notes")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="credit_notes")
    invoice = models.ForeignKey(
        Invoice,
        verbose_name=_("corrects invoice"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="credit_notes",
    )
    number = models.CharField(_("credit note number"), max_length=80)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=3)
    issued_on = models.DateField(_("issued"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    allocated = models.DecimalField(max_digits=18, decimal_places=3, default=0, editable=False)
    unallocated = models.GeneratedField(
        expression=F("amount") - F("allocated"),
        output_field=models.DecimalField(max_digits=18, decimal_places=3),
        db_persist=True,
    )

    objects = CreditNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")
        ordering = ("-issued_on", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["creditor", "number"], name="credit_note_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_note_amount_positive"),
            models.CheckConstraint(
                condition=Q(allocated__gte=0, allocated__lte=F("amount")),
                name="credit_note_not_over_used",
            ),
        )
        indexes = (
            models.Index(fields=["client", "-issued_on", "-id"], name="credit_note_client"),
            models.Index(
                fields=["client", "currency"],
                include=["unallocated"],
                condition=Q(unallocated__gt=0),
                name="credit_note_unapplied",
            ),
        )

    def __str__(self) -> str:
        return self.number


class RefundQuerySet(models.QuerySet["Refund"]):
    """Money that left again."""

    def visible_to(self, user: User) -> Self:
        """Refunds of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(receipt__client__owner=user)


class Refund(models.Model):
    """Part of a receipt that left again, or never really came. Insert-only."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="refunds")
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=3)
    refunded_on = models.DateField(_("refunded"))
    kind = models.CharField(_("kind"), max_length=12, choices=RefundKind)
    release = models.ForeignKey(
        "payments.PrepaymentRelease",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="refunds",
    )
    reason = models.CharField(_("reason"), max_length=300)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        ordering = ("-refunded_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="refund_reason_given"),
        )

    def __str__(self) -> str:
        return f"{self.refunded_on} {self.amount}"


class AllocationQuerySet(models.QuerySet["Allocation"]):
    """What settled what."""

    def visible_to(self, user: User) -> Self:
        """Allocations of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(invoice__client__owner=user)


class Allocation(models.Model):
    """Part of a receipt or credit note that settles part of an invoice. Insert-only.

    A reversal is a row with the negative amount that names the row it reverses; one row can
    be reversed once. `effective_on` is the day from which it counts in every dated figure.
    """

    # Of receipts and invoices, which are never deleted, all that a statement names are looked up
    # at once (payments/sql/09_references.sql) and not row by row.
    receipt = models.ForeignKey(
        Receipt,
        on_delete=models.PROTECT,
        null=True,
        related_name="allocations",
        db_constraint=False,
    )
    credit_note = models.ForeignKey(
        CreditNote,
        on_delete=models.PROTECT,
        null=True,
        related_name="allocations",
        db_index=False,
    )
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="allocations", db_constraint=False
    )
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=3)
    effective_on = models.DateField(_("counts from"))
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        ordering = ("effective_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(receipt=None, credit_note__isnull=False)
                | Q(receipt__isnull=False, credit_note=None),
                name="allocation_one_source",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses=None) | Q(amount__lt=0, reverses__isnull=False),
                name="allocation_sign",
            ),
        )
        indexes = (
            models.Index(
                fields=["effective_on"], include=["invoice", "amount"], name="allocation_effective"
            ),
            models.Index(
                fields=["credit_note"],
                condition=Q(credit_note__isnull=False),
                name="allocation_credit_note",
            ),
        )

    def __str__(self) -> str:
        return f"{self.amount} → {self.invoice_id}"

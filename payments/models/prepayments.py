"""Money before the work: what was asked for, and who let which part of it go again.

What came in are ordinary receipts that name their prepayment. The balance is what those
receipts have left, so it is bounded by the same CHECK as every receipt and cannot go below
zero, whoever writes.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import BankAccount, Creditor
from contracts.models import Contract, ScheduleEntry
from contracts.states import PrepaymentKind
from core.models import Document, User
from payments.states import PrepaymentState, ReleaseKind, ReleaseState


class PrepaymentQuerySet(models.QuerySet["Prepayment"]):
    """Prepayments."""

    def visible_to(self, user: User) -> Self:
        """Prepayments of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(contract__client__owner=user)


class Prepayment(models.Model):
    """A sum asked for before the work of one contract. Its facts never change."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="prepayments")
    number = models.CharField(_("number"), max_length=90)
    kind = models.CharField(_("kind"), max_length=12, choices=PrepaymentKind)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=3)
    applies_to_price = models.BooleanField(
        _("counts towards the price"),
        help_text=_("Its money settles the invoices of the contract."),
    )
    clause = models.CharField(
        _("clause"), max_length=120, blank=True, help_text=_("Where the contract says so.")
    )
    requested_on = models.DateField(_("requested"))
    due_on = models.DateField(_("due"))
    language = models.CharField(_("language"), max_length=10)
    bank_account = models.ForeignKey(
        BankAccount,
        verbose_name=_("to be paid to"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    document = models.ForeignKey(
        Document,
        verbose_name=_("payment request"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PrepaymentState, default=PrepaymentState.REQUESTED
    )
    cleared_on = models.DateField(_("cleared"), null=True, blank=True)
    closing_reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = PrepaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("prepayment")
        verbose_name_plural = _("prepayments")
        ordering = ("-requested_on", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["contract", "number"], name="prepayment_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="prepayment_amount_positive"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("requested_on")), name="prepayment_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PrepaymentState.values), name="prepayment_state_known"
            ),
            # A prepayment is part of the price, a security deposit is not; earnest money is what
            # the contract makes of it.
            models.CheckConstraint(
                condition=Q(kind="EARNEST")
                | Q(kind="PREPAYMENT", applies_to_price=True)
                | Q(kind="DEPOSIT", applies_to_price=False),
                name="prepayment_kinds_apart",
            ),
        )
        indexes = (models.Index(fields=["state", "due_on"], name="prepayment_waiting"),)

    def __str__(self) -> str:
        return self.number


class PrepaymentReleaseQuerySet(models.QuerySet["PrepaymentRelease"]):
    """Requests to let money of a prepayment go."""

    def visible_to(self, user: User) -> Self:
        """Of the clients this user may see."""
        if user.sees_all_clients:
            return self
        return self.filter(prepayment__contract__client__owner=user)


class PrepaymentRelease(models.Model):
    """Money of a prepayment is to leave it: asked for by one person, decided by another.

    Approval writes the refunds of its receipts. Earnest money that we return twice leaves once
    from its receipts; the same sum again is our own debt, `extra_owed`, until it is paid.
    """

    prepayment = models.ForeignKey(Prepayment, on_delete=models.PROTECT, related_name="releases")
    kind = models.CharField(_("kind"), max_length=12, choices=ReleaseKind)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=3)
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(
        _("state"), max_length=10, choices=ReleaseState, default=ReleaseState.ASKED
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decision_note = models.CharField(_("note"), max_length=300, blank=True)
    extra_owed = models.DecimalField(max_digits=18, decimal_places=3, default=0, editable=False)
    extra_paid_on = models.DateField(null=True, blank=True)
    extra_reference = models.CharField(_("reference"), max_length=120, blank=True)

    objects = PrepaymentReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release of a prepayment")
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="release_amount_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="release_reason_given"),
            models.CheckConstraint(
                condition=Q(state="ASKED", decided_at=None)
                | (~Q(state="ASKED") & Q(decided_at__isnull=False)),
                name="release_decided_with_time",
            ),
            # Four eyes, whoever writes.
            models.CheckConstraint(
                condition=~Q(state="APPROVED")
                | (
                    Q(decided_by__isnull=False, decided_on__isnull=False)
                    & ~Q(decided_by=F("asked_by"))
                ),
                name="release_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(kind="TWICE", extra_owed=F("amount"))
                | (~Q(kind="TWICE") & Q(extra_owed=0)),
                name="release_owed_twice",
            ),
            models.CheckConstraint(
                condition=Q(extra_paid_on=None) | Q(kind="TWICE", state="APPROVED"),
                name="release_extra_paid",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class MilestoneAcceptance(models.Model):
    """What an entry of a payment schedule waited for was accepted on a day. Append-only."""

    entry = models.OneToOneField(ScheduleEntry, on_delete=models.PROTECT, related_name="acceptance")
    accepted_on = models.DateField(_("accepted"))
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("accepted milestone")

    def __str__(self) -> str:
        return f"{self.entry_id} {self.accepted_on}"


class InvoiceNumbering(models.Model):
    """How a creditor numbers the invoices that the product issues by itself."""

    creditor = models.OneToOneField(
        Creditor, on_delete=models.PROTECT, related_name="invoice_numbering"
    )
    prefix = models.CharField(
        _("begins with"),
        max_length=40,
        default="{year}-",
        help_text=_("{year} and {month} stand for those of the invoice date."),
    )
    digits = models.PositiveSmallIntegerField(_("digits"), default=5)
    next_number = models.PositiveIntegerField(_("next number"), default=1)

    class Meta:
        verbose_name = _("numbering of invoices")
        constraints = (
            models.CheckConstraint(
                condition=Q(digits__gte=1, digits__lte=12), name="numbering_digits"
            ),
        )

    def __str__(self) -> str:
        return self.prefix

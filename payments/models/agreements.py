"""What the client said it would pay, and when: promises and instalment plans."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from core.models import User
from interactions.models import Interaction
from payments.models.ledger import CreditNote, Invoice, Receipt
from payments.rules.promises import IN_FORCE, TOTALS_ONLY
from payments.states import PlanState, PromiseState


class PromiseQuerySet(models.QuerySet["Promise"]):
    """Promises to pay."""

    def visible_to(self, user: User) -> Self:
        """Promises of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def waiting(self, *, on: dt.date) -> Self:
        """Still open on a day: reminders wait for these."""
        return self.filter(state=PromiseState.OPEN, due_on__gte=on)


class Promise(models.Model):
    """A promise to pay an amount by a day; for one invoice, or for the balance."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="promises")
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, null=True, blank=True, related_name="promises"
    )
    interaction = models.ForeignKey(
        Interaction, on_delete=models.PROTECT, null=True, related_name="promises"
    )
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount promised"), max_digits=18, decimal_places=3)
    promised_on = models.DateField(_("promised"))
    due_on = models.DateField(_("to be paid by"))
    state = models.CharField(
        _("state"), max_length=10, choices=PromiseState, default=PromiseState.OPEN
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    # Older ones were judged, for good, by a rule that wrote down less: see payments.rules.promises.
    rule = models.PositiveSmallIntegerField(default=IN_FORCE, db_default=IN_FORCE, editable=False)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise to pay")
        verbose_name_plural = _("promises to pay")
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="promise_amount_positive"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("promised_on")), name="promise_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PromiseState.values), name="promise_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=PromiseState.OPEN, judged_at=None)
                | (~Q(state=PromiseState.OPEN) & Q(judged_at__isnull=False)),
                name="promise_judged_when_closed",
            ),
            models.CheckConstraint(
                condition=Q(rule=IN_FORCE)
                | Q(rule__gte=TOTALS_ONLY, rule__lt=IN_FORCE, judged_at__isnull=False),
                name="promise_rule_known",
            ),
        )
        indexes = (
            models.Index(
                fields=["client", "currency", "due_on"],
                condition=Q(state="OPEN"),
                name="promise_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.currency} {self.amount} by {self.due_on}"


class PromiseMoney(models.Model):
    """How much of a receipt (or credit note) a judged promise counted: no money counts twice."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="money")
    # Their indexes are those of the constraints below.
    receipt = models.ForeignKey(
        Receipt, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    credit_note = models.ForeignKey(
        CreditNote, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=3)

    class Meta:
        verbose_name = _("money counted for a promise")
        verbose_name_plural = _("money counted for promises")
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="promise_money_positive"),
            models.CheckConstraint(
                condition=Q(receipt__isnull=False, credit_note=None)
                | Q(receipt=None, credit_note__isnull=False),
                name="promise_money_of_one_source",
            ),
            models.UniqueConstraint(fields=["receipt", "promise"], name="promise_receipt_once"),
            models.UniqueConstraint(fields=["credit_note", "promise"], name="promise_note_once"),
        )

    def __str__(self) -> str:
        return f"{self.promise_id}: {self.amount}"


class InstalmentPlanQuerySet(models.QuerySet["InstalmentPlan"]):
    """Instalment plans."""

    def visible_to(self, user: User) -> Self:
        """Plans of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class InstalmentPlan(models.Model):
    """An agreement to pay named invoices in instalments; reminders leave those alone."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="plans")
    currency = models.CharField(_("currency"), max_length=3)
    agreed_on = models.DateField(_("agreed"))
    state = models.CharField(_("state"), max_length=10, choices=PlanState, default=PlanState.ACTIVE)
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = InstalmentPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("instalment plan")
        verbose_name_plural = _("instalment plans")
        ordering = ("-agreed_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=PlanState.values), name="plan_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.client_id} {self.agreed_on}"


class PlanInvoice(models.Model):
    """An invoice that a plan covers."""

    plan = models.ForeignKey(InstalmentPlan, on_delete=models.PROTECT, related_name="lines")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="plan_lines")

    class Meta:
        verbose_name = _("invoice in a plan")
        constraints = (
            models.UniqueConstraint(fields=["plan", "invoice"], name="plan_invoice_once"),
        )

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.invoice_id}"


class PlanInstalment(models.Model):
    """One payment of a plan."""

    plan = models.ForeignKey(InstalmentPlan, on_delete=models.PROTECT, related_name="instalments")
    due_on = models.DateField(_("due"))
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=3)

    class Meta:
        verbose_name = _("instalment")
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="instalment_positive"),
            models.UniqueConstraint(fields=["plan", "due_on"], name="instalment_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.due_on} {self.amount}"

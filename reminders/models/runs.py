"""A plan of reminders: one decision per invoice, with its reason and facts."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from core.models import User
from payments.models import Invoice
from reminders.states import Outcome, Reason, RunState


class ReminderRun(models.Model):
    """What would be sent on a day, and why; waits for a person's approval."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="reminder_runs")
    on = models.DateField(_("as of"))
    state = models.CharField(_("state"), max_length=12, choices=RunState, default=RunState.PLANNED)
    planned_at = models.DateTimeField(_("planned"))
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(_("approved"), null=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    send_count = models.PositiveIntegerField(_("invoices to remind of"), default=0)
    skip_count = models.PositiveIntegerField(_("invoices left alone"), default=0)
    message_count = models.PositiveIntegerField(_("messages"), default=0)

    class Meta:
        verbose_name = _("reminder run")
        verbose_name_plural = _("reminder runs")
        ordering = ("-on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["creditor", "on"],
                condition=~Q(state="SUPERSEDED"),
                name="run_once_a_day",
            ),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_known"),
            models.CheckConstraint(
                condition=~Q(state="APPROVED") | Q(approved_at__isnull=False),
                name="run_approved_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.creditor_id} {self.on}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Decisions."""

    def visible_to(self, user: User) -> Self:
        """Decisions on the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class Decision(models.Model):
    """Why an invoice is reminded of, or why not, in one run. Append-only."""

    # The composite indexes below begin with these keys: an index of their own would only slow
    # a plan of 200,000 rows down.
    run = models.ForeignKey(
        ReminderRun, on_delete=models.PROTECT, related_name="decisions", db_index=False
    )
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="decisions", db_index=False
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    outcome = models.CharField(max_length=4, choices=Outcome)
    reason = models.CharField(max_length=20, choices=Reason)
    level = models.SmallIntegerField(null=True)
    days_past_due = models.IntegerField()
    open_amount = models.DecimalField(max_digits=18, decimal_places=3)
    collectible = models.DecimalField(max_digits=18, decimal_places=3)
    asked = models.DecimalField(
        _("asked for"),
        max_digits=18,
        decimal_places=3,
        null=True,
        help_text=_("What is collectible, less the client's credit."),
    )
    facts = models.JSONField(default=dict)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder decision")
        ordering = ("run", "client", "pk")
        constraints = (
            models.UniqueConstraint(fields=["run", "invoice"], name="decision_once"),
            models.CheckConstraint(
                condition=Q(
                    outcome="SEND",
                    reason="DUE",
                    level__isnull=False,
                    asked__gt=0,
                    asked__lte=F("collectible"),
                )
                | (Q(outcome="SKIP", asked=None) & ~Q(reason="DUE")),
                name="decision_reason_fits",
            ),
        )
        indexes = (
            models.Index(fields=["run", "outcome", "reason", "client"], name="decision_browse"),
            models.Index(fields=["invoice", "-run"], name="decision_of_invoice"),
        )

    def __str__(self) -> str:
        return f"{self.outcome} {self.reason}"


class RunExclusion(models.Model):
    """A client that a person took out of a plan before approving it."""

    run = models.ForeignKey(
        ReminderRun, on_delete=models.PROTECT, related_name="exclusions", db_index=False
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("exclusion from a run")
        ordering = ("run", "client")
        constraints = (
            models.UniqueConstraint(fields=["run", "client"], name="run_exclusion_once"),
        )

    def __str__(self) -> str:
        return f"{self.run_id}: {self.client_id}"

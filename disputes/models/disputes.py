"""What is contested: disputes on part or all of an invoice."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from core.models import User
from disputes.states import DisputeReason, DisputeState
from payments.models import Invoice


class DisputeQuerySet(models.QuerySet["Dispute"]):
    """Disputes."""

    def visible_to(self, user: User) -> Self:
        """Disputes of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def open(self) -> Self:
        """Not settled: their amounts are held apart."""
        return self.filter(state=DisputeState.OPEN)


class Dispute(models.Model):
    """An amount of an invoice that the client contests.

    While it is open a trigger keeps the invoice's `disputed` counter at the sum of its open
    disputes, so the rest stays collectible and the contested part is never demanded.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="disputes")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="disputes")
    amount = models.DecimalField(_("disputed amount"), max_digits=18, decimal_places=3)
    reason = models.CharField(_("reason"), max_length=16, choices=DisputeReason)
    note = models.CharField(_("what the client says"), max_length=500, blank=True)
    opened_on = models.DateField(_("opened"))
    state = models.CharField(
        _("state"), max_length=10, choices=DisputeState, default=DisputeState.OPEN
    )
    resolved_on = models.DateField(_("resolved"), null=True, blank=True)
    resolution = models.CharField(_("resolution"), max_length=500, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ("-opened_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_amount_positive"),
            models.CheckConstraint(
                condition=Q(state__in=DisputeState.values), name="dispute_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=DisputeState.OPEN, resolved_on=None)
                | (~Q(state=DisputeState.OPEN) & Q(resolved_on__gte=F("opened_on"))),
                name="dispute_resolved_when_closed",
            ),
        )
        indexes = (
            models.Index(fields=["client", "-opened_on"], name="dispute_client"),
            models.Index(
                fields=["invoice"], condition=Q(state="OPEN"), name="dispute_open_invoice"
            ),
        )

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.amount}"

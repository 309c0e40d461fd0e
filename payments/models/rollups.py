"""Figures kept by triggers, so that a dashboard never has to read the whole ledger.

They are additive: no row is ever set, only added to, so they tie to the ledger by
construction, and `verify_ledger` proves that they do.
"""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from core.models import User
from payments.states import Measure


class AgingFlow(models.Model):
    """What moved a figure on a day. The sum over all days up to D is the figure at D.

    An invoice enters PAST_30 on the later of its issue date and the 31st day after its due
    date; an allocation leaves it on the later of its own date and that day. So receivables
    by age at any past date are prefix sums over a few thousand rows. Rows are only added
    (never updated by a payment, so two payments never wait for each other) and compacted by
    a job.
    """

    # Written by triggers only, from rows whose own foreign key was checked: checking it again
    # eight times per payment would prove nothing.
    creditor = models.ForeignKey(
        Creditor,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    currency = models.CharField(max_length=3)
    measure = models.SmallIntegerField(choices=Measure)
    day = models.DateField()
    amount = models.DecimalField(max_digits=20, decimal_places=3)

    class Meta:
        verbose_name = _("aging flow")
        indexes = (
            models.Index(
                fields=["creditor", "currency", "measure", "day"],
                include=["amount"],
                name="agingflow_sum",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.currency} {self.measure} {self.amount}"


class ClientBalanceQuerySet(models.QuerySet["ClientBalance"]):
    """Balances of clients, today."""

    def visible_to(self, user: User) -> Self:
        """Balances of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class ClientBalance(models.Model):
    """What one client owes one creditor in one currency today, and what it has to its credit."""

    creditor = models.ForeignKey(
        Creditor, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="balances", db_index=False
    )
    currency = models.CharField(max_length=3)
    open_amount = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    disputed = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    credit = models.DecimalField(max_digits=20, decimal_places=3, default=0)

    objects = ClientBalanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("client balance")
        constraints = (
            models.UniqueConstraint(
                fields=["client", "creditor", "currency"], name="client_balance_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["creditor", "currency", "-open_amount", "client"],
                name="client_balance_largest",
            ),
        )

    def __str__(self) -> str:
        return f"{self.client_id} {self.currency} {self.open_amount}"

"""Credit holds: proposed, decided by a person, with a reason and an end."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from core.models import User
from credit.states import HOLD_OPEN, HoldState


class CreditHoldQuerySet(models.QuerySet["CreditHold"]):
    """Holds."""

    def visible_to(self, user: User) -> Self:
        """Of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class CreditHold(models.Model):
    """A hold of one client from its proposal to its end; one open at a time.

    `matches` are the rules that spoke for it when it was proposed, each with what was found and
    its threshold; empty where a person asked for it.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="credit_holds")
    state = models.CharField(_("state"), max_length=10, choices=HoldState)
    matches = models.JSONField(default=list)
    proposed_on = models.DateField(_("proposed"))
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposal = models.CharField(_("why it is proposed"), max_length=300, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    expires_on = models.DateField(_("until"), null=True)
    # After a refusal the rules do not propose again before this day.
    not_before = models.DateField(_("not proposed again before"), null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(_("why it ended"), max_length=300, blank=True)

    objects = CreditHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit hold")
        verbose_name_plural = _("credit holds")
        ordering = ("-proposed_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["client"], condition=Q(state__in=HOLD_OPEN), name="credit_hold_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=HoldState.values), name="credit_hold_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["HELD", "RELEASED", "EXPIRED"])
                | (~Q(reason="") & Q(expires_on__isnull=False, decided_at__isnull=False)),
                name="credit_hold_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=HOLD_OPEN, ended_at=None)
                | (~Q(state__in=HOLD_OPEN) & Q(ended_at__isnull=False)),
                name="credit_hold_ended_with_time",
            ),
        )
        indexes = (
            models.Index(fields=["client", "-proposed_at", "-id"], name="credit_hold_client"),
            models.Index(
                fields=["state", "expires_on", "id"],
                condition=Q(state__in=HOLD_OPEN),
                name="credit_hold_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.client_id} {self.state}"


class HoldTransition(models.Model):
    """One change of state of a hold: who, when, why. Append-only."""

    hold = models.ForeignKey(CreditHold, on_delete=models.PROTECT, related_name="transitions")
    from_state = models.CharField(max_length=10, choices=HoldState, blank=True)
    to_state = models.CharField(max_length=10, choices=HoldState)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("hold transition")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"

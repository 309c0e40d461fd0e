"""A contract over its client's limit: asked for, decided, each decision kept."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from contracts.models import Contract
from core.models import User
from credit.states import APPROVERS, LimitOutcome, LimitRequestState


class LimitRequestQuerySet(models.QuerySet["LimitRequest"]):
    """Requests to let a contract pass over the limit."""

    def visible_to(self, user: User) -> Self:
        """Of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class LimitRequest(models.Model):
    """Somebody asks to let one version of a contract pass in spite of the limit."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="limit_requests")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="limit_requests")
    version_number = models.PositiveSmallIntegerField(_("version of the contract"))
    amount = models.DecimalField(_("contract price"), max_digits=18, decimal_places=3)
    currency = models.CharField(_("currency of the limit"), max_length=3)
    limit = models.DecimalField(_("credit limit"), max_digits=18, decimal_places=3)
    exposure = models.DecimalField(_("exposure with it"), max_digits=18, decimal_places=3)
    note = models.CharField(_("why it should pass"), max_length=300)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=LimitRequestState,
        default=LimitRequestState.ASKED,
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = LimitRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request over the limit")
        verbose_name_plural = _("requests over the limit")
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["contract"], condition=Q(state="ASKED"), name="limit_request_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=LimitRequestState.values), name="limit_request_state_known"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="limit_request_says_why"),
        )
        indexes = (models.Index(fields=["state", "-asked_at", "-id"], name="limit_request_queue"),)

    def __str__(self) -> str:
        return f"{self.contract_id} {self.state}"


class LimitDecision(models.Model):
    """What was decided on a request, by whom and in which role. Append-only.

    A release covers the version and price of the contract as they were, up to the exposure that
    the decider saw, until a day.
    """

    request = models.ForeignKey(LimitRequest, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(_("decision"), max_length=8, choices=LimitOutcome)
    reason = models.CharField(_("reason"), max_length=300)
    exposure = models.DecimalField(_("exposure with it"), max_digits=18, decimal_places=3)
    limit = models.DecimalField(_("credit limit"), max_digits=18, decimal_places=3, null=True)
    expires_on = models.DateField(_("until"), null=True)
    role = models.CharField(_("decided as"), max_length=10, choices=APPROVERS)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("decision over the limit")
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=LimitOutcome.values) & ~Q(reason=""),
                name="limit_decision_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="RELEASE") | Q(expires_on__isnull=False),
                name="limit_release_expires",
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(outcome__in=["RELEASE", "REJECT"]),
                name="limit_decided_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.request_id} {self.outcome}"

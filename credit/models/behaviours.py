"""Behaviours held against a client: proposed with evidence, confirmed by a second person."""

from __future__ import annotations

import datetime as dt
from typing import Final, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientDocument
from contracts.models import Contract
from core.models import User
from credit.states import CONFIRMED_BY_PEOPLE, BehaviourState, Factor
from disputes.models import Complaint, Dispute
from interactions.models import Incident, Interaction
from payments.models import CreditNote

#: A confirmed behaviour counts for so many days after it happened.
COUNTS_DAYS: Final = 365
#: What may prove a behaviour: the fields of `BehaviourEvidence`, one of them per row.
EVIDENCE: Final = (
    "interaction",
    "document",
    "dispute",
    "contract",
    "incident",
    "credit_note",
    "complaint",
)


class BehaviourQuerySet(models.QuerySet["RiskBehaviour"]):
    """Behaviours."""

    def visible_to(self, user: User) -> Self:
        """Those of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def proposed(self) -> Self:
        """Waiting for a manager."""
        return self.filter(state=BehaviourState.PROPOSED)

    def counted(self, *, on: dt.date) -> Self:
        """Confirmed, standing, and not older than a year."""
        return self.filter(
            state=BehaviourState.CONFIRMED,
            happened_on__gt=on - dt.timedelta(days=COUNTS_DAYS),
            happened_on__lte=on,
        )


class RiskBehaviour(models.Model):
    """Something a client did that is held against it, once another person has confirmed it.

    What happened, when, and its evidence never change (a trigger); the state does, each time with
    a row of its history. Without `proposed_by` a rule proposed it.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="behaviours")
    kind = models.CharField(_("behaviour"), max_length=16, choices=Factor)
    what = models.TextField(_("what happened"))
    happened_on = models.DateField(_("when"))
    proposed_by = models.ForeignKey(
        User, verbose_name=_("proposed by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed"))
    state = models.CharField(
        _("state"), max_length=10, choices=BehaviourState, default=BehaviourState.PROPOSED
    )
    decided_by = models.ForeignKey(
        User, verbose_name=_("decided by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    reason = models.TextField(_("reason of the decision"), blank=True)
    key = models.CharField(max_length=64, unique=True, editable=False)

    objects = BehaviourQuerySet.as_manager()

    class Meta:
        verbose_name = _("behaviour")
        verbose_name_plural = _("behaviours")
        ordering = ("-happened_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in CONFIRMED_BY_PEOPLE]),
                name="behaviour_kind_of_people",
            ),
            models.CheckConstraint(
                condition=Q(state__in=BehaviourState.values), name="behaviour_state_known"
            ),
            models.CheckConstraint(condition=~Q(what=""), name="behaviour_says_what"),
            models.CheckConstraint(
                condition=Q(proposed_by=None) | ~Q(proposed_by=F("decided_by")),
                name="behaviour_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["CONFIRMED", "REJECTED", "OVERTURNED"])
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
                name="behaviour_decided_by_somebody",
            ),
        )
        indexes = (
            models.Index(fields=["client", "-happened_on", "-id"], name="behaviour_client"),
            models.Index(fields=["state", "-proposed_at", "-id"], name="behaviour_state"),
            models.Index(fields=["-proposed_at", "-id"], name="behaviour_order"),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.kind}"

    @property
    def counts_until(self) -> dt.date:
        """The last day on which it takes points, once confirmed."""
        return self.happened_on + dt.timedelta(days=COUNTS_DAYS - 1)


class BehaviourEvidence(models.Model):
    """One thing that proves a behaviour: exactly one of its fields is set. Append-only."""

    behaviour = models.ForeignKey(RiskBehaviour, on_delete=models.PROTECT, related_name="evidence")
    interaction = models.ForeignKey(
        Interaction, on_delete=models.PROTECT, null=True, related_name="+"
    )
    document = models.ForeignKey(
        ClientDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, null=True, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True, related_name="+")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="+")
    credit_note = models.ForeignKey(
        CreditNote, on_delete=models.PROTECT, null=True, related_name="+"
    )
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("evidence of a behaviour")
        verbose_name_plural = _("evidence of behaviours")
        ordering = ("pk",)
        constraints = tuple(
            models.UniqueConstraint(
                fields=["behaviour", name],
                condition=Q(**{f"{name}__isnull": False}),
                name=f"behaviour_proof_{name}_once",
            )
            for name in EVIDENCE
        )

    def __str__(self) -> str:
        return f"{self.behaviour_id}"


class BehaviourTransition(models.Model):
    """One change of state: who, when, why. Append-only."""

    behaviour = models.ForeignKey(
        RiskBehaviour, on_delete=models.PROTECT, related_name="transitions"
    )
    from_state = models.CharField(max_length=10, choices=BehaviourState, blank=True)
    to_state = models.CharField(max_length=10, choices=BehaviourState)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("step of a behaviour")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class ProposalRule(models.Model):
    """When a rule proposes a behaviour: so many times within so many days. The latest row counts.

    Nothing is ever confirmed by a rule. `times` 0 proposes nothing.
    """

    kind = models.CharField(_("behaviour"), max_length=16, choices=Factor)
    times = models.PositiveSmallIntegerField(_("times"))
    days = models.PositiveSmallIntegerField(_("within days"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("from"))
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("rule that proposes a behaviour")
        verbose_name_plural = _("rules that propose behaviours")
        ordering = ("kind", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in CONFIRMED_BY_PEOPLE]),
                name="proposal_rule_kind",
            ),
            models.CheckConstraint(
                condition=Q(times__lte=50, days__gte=1, days__lte=COUNTS_DAYS),
                name="proposal_rule_bounded",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.times}/{self.days}"

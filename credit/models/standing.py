"""A client's standing: what it rests on, what a person set for a time, every change of it."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from clients.states import Grade
from core.models import User
from credit.states import OverrideEnd, StandingCause, StandingPart


class StandingQuerySet(models.QuerySet["Standing"]):
    """What standings rest on."""

    def visible_to(self, user: User) -> Self:
        """Of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class Standing(models.Model):
    """What a client's standing rests on. The standing itself is the snapshot on the client.

    `grade` is what the score gave; a grade set by hand stands above it for its time.
    `deposit_cap` bounds the ratio of the policy until a person confirms a rise that a machine's
    grade would bring.
    """

    client = models.OneToOneField(
        Client, on_delete=models.PROTECT, primary_key=True, related_name="standing"
    )
    grade = models.CharField(_("grade"), max_length=1, choices=Grade)
    graded_at = models.DateTimeField(_("graded"))
    graded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    grade_reason = models.CharField(_("why"), max_length=300, blank=True)
    deposit_cap = models.DecimalField(
        _("ratio kept until confirmed"), max_digits=5, decimal_places=4, null=True
    )

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        constraints = (
            models.CheckConstraint(
                condition=Q(grade__in=Grade.values), name="standing_grade_known"
            ),
            models.CheckConstraint(
                condition=Q(deposit_cap=None) | Q(deposit_cap__gte=0, deposit_cap__lte=1),
                name="standing_cap_share",
            ),
        )
        indexes = (
            models.Index(
                fields=["client"], condition=Q(deposit_cap__isnull=False), name="standing_capped"
            ),
        )

    def __str__(self) -> str:
        return f"{self.client_id} {self.grade}"


class StandingOverrideQuerySet(models.QuerySet["StandingOverride"]):
    """Settings by hand."""

    def visible_to(self, user: User) -> Self:
        """Of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def in_force(self, *, on: dt.date) -> Self:
        """Which count on a day."""
        return self.filter(ended_at=None, expires_on__gte=on)


class StandingOverride(models.Model):
    """A person set a part of a client's standing for a time, and said why.

    The facts never change; that it ended is written once.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="standing_overrides")
    part = models.CharField(
        _("what"), max_length=8, choices=[c for c in StandingPart.choices if c[0] != "HOLD"]
    )
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=4, null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    grade = models.CharField(_("grade"), max_length=1, choices=Grade, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    starts_on = models.DateField(_("from"))
    expires_on = models.DateField(_("until"))
    at = models.DateTimeField()
    approver = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_how = models.CharField(max_length=8, choices=OverrideEnd, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)

    objects = StandingOverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("setting by hand")
        verbose_name_plural = _("settings by hand")
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["client", "part"], condition=Q(ended_at=None), name="standing_override_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="standing_override_says_why"),
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("starts_on")), name="standing_override_expires"
            ),
            models.CheckConstraint(
                condition=Q(part="GRADE", value=None, currency="", grade__in=Grade.values)
                | Q(part="LIMIT", value__gte=0, currency__regex=r"^[A-Z]{3}$", grade="")
                | Q(part="DEPOSIT", value__gte=0, value__lte=1, currency="", grade="")
                | Q(part="TERMS", value__gte=0, value__lte=365, currency="", grade=""),
                name="standing_override_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_how="")
                | Q(ended_at__isnull=False, ended_how__in=OverrideEnd.values),
                name="standing_override_ended_whole",
            ),
        )
        indexes = (
            models.Index(
                fields=["expires_on"], condition=Q(ended_at=None), name="standing_override_expiry"
            ),
        )

    def __str__(self) -> str:
        return f"{self.client_id} {self.part}"


class StandingChangeQuerySet(models.QuerySet["StandingChange"]):
    """Changes of standings."""

    def visible_to(self, user: User) -> Self:
        """Of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class StandingChange(models.Model):
    """One change of one part of a standing: from, to, why, by whom. Append-only.

    `before` and `after` are a figure or a grade as text; empty where there was none.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="standing_changes")
    part = models.CharField(_("what"), max_length=8, choices=StandingPart)
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)
    cause = models.CharField(_("why"), max_length=10, choices=StandingCause)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = StandingChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a standing")
        verbose_name_plural = _("changes of standings")
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["client", "-at", "-id"], name="standing_change_client"),)

    def __str__(self) -> str:
        return f"{self.client_id} {self.part}: {self.before} → {self.after}"

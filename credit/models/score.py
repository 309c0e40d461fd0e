"""Scores over time, and the portfolio they were weighed on."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from clients.states import Grade
from core.models import User
from credit.states import Factor


class Calibration(models.Model):
    """What scores were weighed on: the portfolio's level on a day. Never changed.

    `shares` are the portfolio's shares late beyond 0, 7 and 30 days, `levels` by how much the
    log odds are raised so that late outcomes come out right, `mean_late` is in days. `weights`
    are those of the forecast of invoices, by horizon and name; `measures` what a look back said.
    """

    on = models.DateField(_("as of"))
    invoices = models.PositiveIntegerField(_("invoices"))
    shares = ArrayField(models.FloatField(), size=3)
    levels = ArrayField(models.FloatField(), size=3)
    mean_late = models.FloatField()
    weights = models.JSONField(default=dict)
    measures = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("calibration")
        verbose_name_plural = _("calibrations")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.on}"


class FactorWeight(models.Model):
    """Points a behaviour takes each time, and at most; the latest row of a factor counts."""

    factor = models.CharField(_("behaviour"), max_length=16, choices=Factor)
    each = models.PositiveSmallIntegerField(_("points each time"))
    most = models.PositiveSmallIntegerField(_("at most"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("from"))
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("weight of a behaviour")
        verbose_name_plural = _("weights of behaviour")
        ordering = ("factor", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(factor__in=[one for one in Factor if one.is_behaviour]),
                name="factor_weight_of_behaviour",
            ),
            models.CheckConstraint(
                condition=Q(each__lte=F("most"), most__lte=250), name="factor_weight_bounded"
            ),
        )

    def __str__(self) -> str:
        return f"{self.factor} {self.each}/{self.most}"


class SnapshotQuerySet(models.QuerySet["ScoreSnapshot"]):
    """Snapshots of scores."""

    def visible_to(self, user: User) -> Self:
        """Those of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class ScoreSnapshot(models.Model):
    """The score of a client on a day, with all that it is made of. Never changed.

    `computed` is the grade of the score, `granted` the one that counts: it falls by one band at a
    time, more only where a person says so. `points` has an entry per factor, `facts` what they
    were made from (`credit.rules.columns.FACTS`). `late_0`, `late_7`, `late_30` are the chances
    of an invoice being later than so many days.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="scores")
    on = models.DateField(_("as of"))
    calibration = models.ForeignKey(Calibration, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(_("score"))
    start = models.FloatField()
    computed = models.CharField(_("grade of the score"), max_length=1, choices=Grade)
    granted = models.CharField(_("grade"), max_length=1, choices=Grade)
    late_0 = models.FloatField(_("chance to be late"))
    late_7 = models.FloatField(_("chance to be over 7 days late"))
    late_30 = models.FloatField(_("chance to be over 30 days late"))
    warning = models.FloatField(_("early warning"))
    points = ArrayField(models.FloatField())
    facts = ArrayField(models.FloatField())
    created_at = models.DateTimeField(_("created"))

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ("-on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(score__lte=1000), name="score_within_a_thousand"),
            models.CheckConstraint(
                condition=Q(computed__in=Grade.values, granted__in=Grade.values),
                name="score_grade_known",
            ),
            models.CheckConstraint(
                condition=Q(late_0__gte=0, late_0__lte=1)
                & Q(late_7__gte=0, late_7__lte=1)
                & Q(late_30__gte=0, late_30__lte=1),
                name="score_chances_are_shares",
            ),
        )
        indexes = (models.Index(fields=["client", "-on", "-id"], name="score_client"),)

    def __str__(self) -> str:
        return f"{self.client_id} {self.on}: {self.score}"


class CurrentScoreQuerySet(models.QuerySet["CurrentScore"]):
    """The latest scores."""

    def visible_to(self, user: User) -> Self:
        """Those of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class CurrentScore(models.Model):
    """The latest snapshot of a client, and from when on it is to be looked at again."""

    client = models.OneToOneField(
        Client, on_delete=models.PROTECT, primary_key=True, related_name="current_score"
    )
    snapshot = models.OneToOneField(ScoreSnapshot, on_delete=models.PROTECT, related_name="+")
    warning = models.FloatField()
    look_on = models.DateField(_("looked at again"))

    objects = CurrentScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("latest score")
        verbose_name_plural = _("latest scores")
        ordering = ("client",)
        indexes = (
            models.Index(fields=["look_on"], name="score_look"),
            models.Index(fields=["-warning", "client"], name="score_warning"),
        )

    def __str__(self) -> str:
        return f"{self.client_id}"


class ScoreRun(models.Model):
    """A scoring of the portfolio: up to which rows it read, so that the next looks at the rest."""

    on = models.DateField(_("as of"))
    is_whole = models.BooleanField(_("all clients"))
    clients = models.PositiveIntegerField(_("clients looked at"))
    changed = models.PositiveIntegerField(_("scores that changed"))
    last_invoice = models.BigIntegerField(default=0)
    last_allocation = models.BigIntegerField(default=0)
    last_event = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(_("ran"))

    class Meta:
        verbose_name = _("scoring")
        verbose_name_plural = _("scorings")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.on}: {self.changed}"

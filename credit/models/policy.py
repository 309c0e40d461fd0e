"""The credit policy in versions: rows by segment and grade, and when a hold is proposed.

Insert-only: a change is a new version, and every old one stays as it was.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.states import Grade
from core.models import User
from core.states import Role
from credit.rules.policy import PolicyLine, Threshold
from credit.states import APPROVERS, HoldRuleCode, LimitAction


class CreditPolicy(models.Model):
    """A version: since when it counts, who saved it, and why."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    valid_from = models.DateField(_("valid from"))
    note = models.CharField(_("why"), max_length=300)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("credit policy")
        verbose_name_plural = _("credit policies")
        ordering = ("-number",)
        constraints = (models.CheckConstraint(condition=~Q(note=""), name="policy_says_why"),)

    def __str__(self) -> str:
        return str(self.number)

    @property
    def why(self) -> str:
        """The note as it was written; that of the version we supply, in the reader's language."""
        supplied = {"Where a company begins": gettext("Where a company begins")}
        return self.note if self.created_by_id else supplied.get(self.note, self.note)


class PolicyRow(models.Model):
    """What clients of a grade get: in one segment, or everywhere where `segment` is empty."""

    policy = models.ForeignKey(CreditPolicy, on_delete=models.PROTECT, related_name="rows")
    segment = models.CharField(_("segment"), max_length=60, blank=True)
    grade = models.CharField(_("grade"), max_length=1, choices=Grade)
    deposit_ratio = models.DecimalField(_("deposit ratio"), max_digits=5, decimal_places=4)
    terms_days = models.PositiveSmallIntegerField(_("payment terms (days)"))
    limit_factor = models.DecimalField(_("limit factor"), max_digits=5, decimal_places=2)
    monitor_days = models.PositiveSmallIntegerField(_("looked at every … days"))
    approver = models.CharField(_("who approves"), max_length=10, choices=APPROVERS)
    limit_action = models.CharField(_("over the limit"), max_length=5, choices=LimitAction)

    class Meta:
        verbose_name = _("row of the credit policy")
        ordering = ("policy", "segment", "grade")
        constraints = (
            models.UniqueConstraint(fields=["policy", "segment", "grade"], name="policy_row_once"),
            models.CheckConstraint(
                condition=Q(grade__in=Grade.values)
                & Q(limit_action__in=LimitAction.values)
                & Q(approver__in=[Role.FINANCE, Role.MANAGER, Role.ADMIN]),
                name="policy_row_known",
            ),
            models.CheckConstraint(
                condition=Q(deposit_ratio__gte=0, deposit_ratio__lte=1)
                & Q(terms_days__lte=365)
                & Q(limit_factor__gte=0, limit_factor__lte=24)
                & Q(monitor_days__gte=1, monitor_days__lte=730),
                name="policy_row_sane",
            ),
        )

    def __str__(self) -> str:
        return f"{self.segment} {self.grade}".strip()

    @property
    def line(self) -> PolicyLine:
        """As the rules read it."""
        return PolicyLine(
            segment=self.segment,
            grade=self.grade,
            deposit_ratio=self.deposit_ratio,
            terms_days=self.terms_days,
            limit_factor=self.limit_factor,
            monitor_days=self.monitor_days,
            approver=self.approver,
            limit_action=self.limit_action,
        )


class HoldRule(models.Model):
    """From when on a hold is proposed; a person decides."""

    policy = models.ForeignKey(CreditPolicy, on_delete=models.PROTECT, related_name="hold_rules")
    rule = models.CharField(_("rule"), max_length=16, choices=HoldRuleCode)
    threshold = models.DecimalField(_("threshold"), max_digits=7, decimal_places=2)
    within_days = models.PositiveSmallIntegerField(_("within days"), null=True, blank=True)
    is_on = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("rule of holds")
        ordering = ("policy", "rule")
        constraints = (
            models.UniqueConstraint(fields=["policy", "rule"], name="hold_rule_once"),
            models.CheckConstraint(
                condition=Q(rule__in=HoldRuleCode.values, threshold__gte=0),
                name="hold_rule_known",
            ),
        )

    def __str__(self) -> str:
        return self.rule

    @property
    def plain(self) -> Threshold:
        """As the rules read it."""
        return Threshold(self.rule, self.threshold, self.within_days, self.is_on)


class PolicyDraft(models.Model):
    """What a manager is trying out: the next version before it is saved, one a person."""

    owner = models.OneToOneField(User, on_delete=models.CASCADE, related_name="policy_draft")
    based_on = models.PositiveIntegerField()
    rows = models.JSONField()
    hold_rules = models.JSONField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft of the credit policy")

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.based_on}"

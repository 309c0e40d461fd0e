"""Credit reports of third parties: who gave them, what they say, until when they count.

Nothing here is ever changed (triggers in `credit/sql/reports.sql`). A correction is a new report
that names the one it replaces; one that should never have been filed is withdrawn by a row.
"""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from core.models import Document, User
from credit.states import AdverseKind, CreditReportState, PaperKind, ReportFigure

#: So many days before a report runs out somebody is told.
RENEWAL_DAYS = 30


class ReportProvider(models.Model):
    """Who gives reports. Its default scale of scores is empty where it has several."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    website = models.URLField(_("website"), max_length=200, blank=True)
    is_own = models.BooleanField(
        _("our own enquiry"), default=False, help_text=_("A report of our own needs no file.")
    )
    score_worst = models.DecimalField(
        _("worst score"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    score_best = models.DecimalField(
        _("best score"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        verbose_name = _("provider of reports")
        verbose_name_plural = _("providers of reports")
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(score_worst=None, score_best=None)
                | Q(score_worst__isnull=False, score_best__isnull=False)
                & ~Q(score_worst=F("score_best")),
                name="provider_scale_whole",
            ),
        )

    def __str__(self) -> str:
        """The name as the person at the screen reads it."""
        is_chinese = (get_language() or "en") == "zh-hans"
        return (self.name_zh or self.name) if is_chinese else self.name


class ReportValidity(models.Model):
    """For how many days a provider's reports count, from a day on. Append-only."""

    provider = models.ForeignKey(ReportProvider, on_delete=models.PROTECT, related_name="validity")
    from_on = models.DateField(_("from"))
    days = models.PositiveSmallIntegerField(_("days"))
    reason = models.CharField(_("reason"), max_length=300)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("validity of reports")
        ordering = ("-from_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=1100), name="report_validity_sane"
            ),
        )

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.days}"


class CreditReportQuerySet(models.QuerySet["CreditReport"]):
    """Credit reports."""

    def visible_to(self, user: User) -> Self:
        """Reports on the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def standing(self) -> Self:
        """Neither corrected by another nor withdrawn."""
        return self.filter(replaced_by=None, withdrawal=None)

    def newest(self) -> Self:
        """Standing, and the newest of its client and provider: the ones that may be relied on."""
        newer = (
            CreditReport.objects.standing()
            .filter(client=OuterRef("client"), provider=OuterRef("provider"))
            .filter(
                Q(report_on__gt=OuterRef("report_on"))
                | Q(report_on=OuterRef("report_on"), pk__gt=OuterRef("pk"))
            )
        )
        return self.standing().filter(~Exists(newer))

    def with_state(self) -> Self:
        """Each with `is_newest`, so that its state can be told without another query."""
        newest = CreditReport.objects.newest().filter(pk=OuterRef("pk"))
        return self.select_related("replaced_by", "withdrawal").annotate(is_newest=Exists(newest))

    def in_state(self, state: str, *, on: dt.date) -> Self:
        """The ones in one state on a day."""
        soon = on + dt.timedelta(days=RENEWAL_DAYS)
        if state == CreditReportState.CORRECTED:
            return self.filter(withdrawal=None).exclude(replaced_by=None)
        if state == CreditReportState.WITHDRAWN:
            return self.exclude(withdrawal=None)
        if state == CreditReportState.EARLIER:
            return self.standing().exclude(pk__in=CreditReport.objects.newest().values("pk"))
        spans = {
            CreditReportState.VALID: Q(valid_until__gt=soon),
            CreditReportState.EXPIRING: Q(valid_until__gte=on, valid_until__lte=soon),
            CreditReportState.EXPIRED: Q(valid_until__lt=on),
        }
        return self.newest().filter(spans[CreditReportState(state)])


class CreditReport(models.Model):
    """What a third party says of a client on a day."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="credit_reports")
    provider = models.ForeignKey(ReportProvider, on_delete=models.PROTECT, related_name="reports")
    report_on = models.DateField(_("date of the report"))
    valid_until = models.DateField(_("valid until"))
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    subject_name = models.CharField(
        _("name in the report"),
        max_length=300,
        blank=True,
        help_text=_("As the provider writes it."),
    )
    registration_number = models.CharField(_("registration number"), max_length=60, blank=True)
    score = models.DecimalField(_("score"), max_digits=9, decimal_places=2, null=True, blank=True)
    score_worst = models.DecimalField(
        _("worst of its scale"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    score_best = models.DecimalField(
        _("best of its scale"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    rating = models.CharField(
        _("rating in words"), max_length=80, blank=True, help_text=_("As the provider gives it.")
    )
    recommended_limit = models.DecimalField(
        _("recommended limit"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    default_probability = models.DecimalField(
        _("probability of default (%)"), max_digits=6, decimal_places=3, null=True, blank=True
    )
    note = models.TextField(_("note"), blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    correction = models.CharField(_("what was corrected"), max_length=300, blank=True)
    is_looked_up = models.BooleanField(default=False)
    figure_count = models.PositiveSmallIntegerField(default=0)
    fact_count = models.PositiveSmallIntegerField(default=0)
    paper_count = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=64, unique=True, editable=False)
    filed_on = models.DateField(_("filed"))
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = CreditReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit report")
        verbose_name_plural = _("credit reports")
        ordering = ("-report_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("report_on")), name="report_valid_after_date"
            ),
            models.CheckConstraint(
                condition=Q(report_on__lte=F("filed_on")), name="report_not_in_future"
            ),
            models.CheckConstraint(
                condition=Q(score=None, score_worst=None, score_best=None)
                | Q(score__isnull=False, score_worst__isnull=False, score_best__isnull=False)
                & ~Q(score_worst=F("score_best")),
                name="report_score_has_scale",
            ),
            models.CheckConstraint(
                condition=Q(score=None)
                | Q(score__gte=F("score_worst"), score__lte=F("score_best"))
                | Q(score__lte=F("score_worst"), score__gte=F("score_best")),
                name="report_score_on_scale",
            ),
            models.CheckConstraint(
                condition=Q(recommended_limit=None) | Q(recommended_limit__gte=0) & ~Q(currency=""),
                name="report_limit_has_currency",
            ),
            models.CheckConstraint(
                condition=Q(default_probability=None)
                | Q(default_probability__gte=0, default_probability__lte=100),
                name="report_probability_share",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, correction="")
                | Q(replaces__isnull=False) & ~Q(correction=""),
                name="report_correction_says_what",
            ),
        )
        indexes = (
            models.Index(
                fields=["client", "provider", "-report_on", "-id"], name="report_newest_first"
            ),
            models.Index(fields=["valid_until", "id"], name="report_by_end"),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.client_id} {self.report_on}"

    def state_on(self, on: dt.date) -> CreditReportState:
        """Its state on a day; the row comes from `with_state`."""
        if getattr(self, "withdrawal", None) is not None:
            return CreditReportState.WITHDRAWN
        if getattr(self, "replaced_by", None) is not None:
            return CreditReportState.CORRECTED
        if not getattr(self, "is_newest", True):
            return CreditReportState.EARLIER
        if self.valid_until < on:
            return CreditReportState.EXPIRED
        if self.valid_until <= on + dt.timedelta(days=RENEWAL_DAYS):
            return CreditReportState.EXPIRING
        return CreditReportState.VALID


class CreditReportFigure(models.Model):
    """One figure: a number with its unit, or a word or day as the register keeps it."""

    report = models.ForeignKey(CreditReport, on_delete=models.PROTECT, related_name="figures")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("figure"), max_length=20, choices=ReportFigure)
    label = models.CharField(_("its name"), max_length=80, blank=True)
    number = models.DecimalField(_("value"), max_digits=20, decimal_places=3, null=True, blank=True)
    text = models.CharField(max_length=300, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)

    class Meta:
        verbose_name = _("figure of a report")
        ordering = ("report_id", "position")
        constraints = (
            models.UniqueConstraint(fields=["report", "position"], name="report_figure_place"),
            models.CheckConstraint(
                condition=Q(name__in=ReportFigure.values), name="report_figure_known"
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=False, text="") | Q(number__isnull=True) & ~Q(text=""),
                name="report_figure_one_value",
            ),
            models.CheckConstraint(
                condition=~Q(name="OTHER") | ~Q(label=""), name="report_figure_named"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.year or ''}".strip()


class CreditReportFact(models.Model):
    """Something a report holds against the company: in words, or what a register says in codes."""

    report = models.ForeignKey(CreditReport, on_delete=models.PROTECT, related_name="facts")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=16, choices=AdverseKind)
    dated_on = models.DateField(_("date"), null=True, blank=True)
    text = models.TextField(_("what it says"), blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("adverse fact of a report")
        ordering = ("report_id", "position")
        constraints = (
            models.UniqueConstraint(fields=["report", "position"], name="report_fact_place"),
            models.CheckConstraint(
                condition=Q(kind__in=AdverseKind.values), name="report_fact_known"
            ),
            models.CheckConstraint(
                condition=~Q(text="") | ~Q(details={}), name="report_fact_says_what"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.dated_on or ''}".strip()


class CreditReportPaper(models.Model):
    """A kept file of a report: the PDF, or an answer of the provider byte for byte."""

    report = models.ForeignKey(CreditReport, on_delete=models.PROTECT, related_name="papers")
    position = models.PositiveSmallIntegerField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=PaperKind)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("file of a report")
        ordering = ("report_id", "position")
        constraints = (
            models.UniqueConstraint(fields=["report", "position"], name="report_paper_place"),
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="paper_kind_known"),
        )

    def __str__(self) -> str:
        return f"{self.report_id}: {self.kind}"


class CreditReportWithdrawal(models.Model):
    """Says that a report should not have been filed, and why. Append-only."""

    report = models.OneToOneField(CreditReport, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(_("reason"), max_length=300)
    withdrawn_on = models.DateField()
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("withdrawal of a report")
        ordering = ("-at", "-pk")
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="withdrawal_says_why"),)

    def __str__(self) -> str:
        return f"{self.report_id}: {self.reason}"

"""What contracts are made of: services, clauses in versions, templates, terms by grade."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.states import Grade
from contracts.states import ClauseKind, ContractLanguage, LateChargeKind
from core.models import User


class ServiceType(models.Model):
    """A kind of work, with what its contracts begin with."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    prepayment_ratio = models.DecimalField(
        _("base prepayment"), max_digits=5, decimal_places=4, default=0
    )
    acceptance_days = models.PositiveSmallIntegerField(_("days to accept"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("service type")
        verbose_name_plural = _("service types")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=~Q(code=""), name="service_code_given"),
            models.CheckConstraint(
                condition=Q(prepayment_ratio__gte=0, prepayment_ratio__lte=1),
                name="service_prepayment_share",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Clause(models.Model):
    """A clause of the library. Its text is in its versions."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=ClauseKind)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_standard = models.BooleanField(
        _("first choice of its kind"),
        default=False,
        help_text=_("A gap is filled with it."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ("position", "code")
        constraints = (
            models.CheckConstraint(condition=~Q(code=""), name="clause_code_given"),
            models.CheckConstraint(
                condition=Q(kind__in=ClauseKind.values), name="clause_kind_known"
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(is_standard=True, is_active=True),
                name="clause_one_standard_each",
            ),
        )

    def __str__(self) -> str:
        return self.name


class ClauseVersion(models.Model):
    """A wording of a clause in both languages. Append-only: a better wording is a new version.

    The texts name facts of the contract in braces, e.g. {terms_days}; `contracts.rules.wording`
    has the list.
    """

    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    heading = models.CharField(_("heading"), max_length=120)
    heading_zh = models.CharField(_("heading in Chinese"), max_length=120)
    body = models.TextField(_("text"))
    body_zh = models.TextField(_("text in Chinese"))
    source = models.CharField(_("source"), max_length=200, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("clause version")
        ordering = ("clause", "-number")
        constraints = (
            models.UniqueConstraint(fields=["clause", "number"], name="clause_version_once"),
            models.CheckConstraint(
                condition=~Q(body="") & ~Q(body_zh="") & ~Q(heading="") & ~Q(heading_zh=""),
                name="clause_version_bilingual",
            ),
        )

    def __str__(self) -> str:
        return f"{self.clause_id}/{self.number}"


class ContractTemplate(models.Model):
    """What a contract for a service begins with."""

    service_type = models.ForeignKey(
        ServiceType, verbose_name=_("service"), on_delete=models.PROTECT, related_name="templates"
    )
    name = models.CharField(_("name"), max_length=120, unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=120)
    title = models.CharField(_("title of the contract"), max_length=200)
    title_zh = models.CharField(_("title in Chinese"), max_length=200)
    language = models.CharField(
        _("language of the contract"),
        max_length=10,
        choices=ContractLanguage,
        default=ContractLanguage.BOTH,
    )
    terms_days = models.PositiveSmallIntegerField(_("payment terms (days)"), default=30)
    late_charge_kind = models.CharField(
        _("late charge"), max_length=8, choices=LateChargeKind, default=LateChargeKind.NONE
    )
    late_charge_preset = models.CharField(_("preset"), max_length=40, blank=True)
    late_charge_rate = models.DecimalField(
        _("agreed rate (% a year)"), max_digits=9, decimal_places=5, null=True, blank=True
    )
    suspension_days = models.PositiveSmallIntegerField(
        _("days late before suspension"), null=True, blank=True
    )
    governing_law = models.CharField(_("governing law"), max_length=80, blank=True)
    forum = models.CharField(_("court or arbitration"), max_length=200, blank=True)
    clauses = models.ManyToManyField(
        Clause, verbose_name=_("clauses"), related_name="templates", blank=True
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("contract template")
        verbose_name_plural = _("contract templates")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class GradeTerms(models.Model):
    """What a client of a grade gets where nothing was set for the client alone."""

    grade = models.CharField(_("grade"), max_length=1, choices=Grade, unique=True)
    prepayment_ratio = models.DecimalField(
        _("prepayment ratio"), max_digits=5, decimal_places=4, default=0
    )
    max_terms_days = models.PositiveSmallIntegerField(_("longest payment terms (days)"))

    class Meta:
        verbose_name = _("terms of a grade")
        verbose_name_plural = _("terms by grade")
        ordering = ("grade",)
        constraints = (
            models.CheckConstraint(
                condition=Q(prepayment_ratio__gte=0, prepayment_ratio__lte=1),
                name="grade_prepayment_share",
            ),
        )

    def __str__(self) -> str:
        return self.grade

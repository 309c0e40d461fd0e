"""The parts of a contract's text: lines, clauses, the payment schedule."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models.catalogue import ClauseVersion, ServiceType
from contracts.models.contracts import Contract
from contracts.states import ClauseKind, ScheduleKind


class ContractLine(models.Model):
    """One service or item: what is delivered, when, at what price.

    `net` and `tax` are rounded to the currency by the service and checked against
    quantity x unit_price in `contracts.rules.totals`; the sum of the lines is the price.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    service_type = models.ForeignKey(
        ServiceType, verbose_name=_("service"), on_delete=models.PROTECT, null=True, blank=True
    )
    description = models.CharField(_("description"), max_length=300)
    deliverable = models.CharField(
        _("deliverable"), max_length=300, blank=True, help_text=_("What is handed over.")
    )
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=4, default=1)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    unit_price = models.DecimalField(_("unit price"), max_digits=18, decimal_places=4)
    tax_percent = models.DecimalField(_("tax (%)"), max_digits=6, decimal_places=3, default=0)
    deliver_on = models.DateField(_("delivery"), null=True, blank=True)
    net = models.DecimalField(_("net"), max_digits=18, decimal_places=3, editable=False)
    tax = models.DecimalField(_("tax"), max_digits=18, decimal_places=3, editable=False)
    total = models.GeneratedField(
        expression=F("net") + F("tax"),
        output_field=models.DecimalField(max_digits=18, decimal_places=3),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("contract line")
        verbose_name_plural = _("contract lines")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "position"],
                name="contract_line_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=~Q(description=""), name="contract_line_described"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_price__gte=0), name="contract_line_amounts"
            ),
            models.CheckConstraint(
                condition=Q(tax_percent__gte=0, tax_percent__lte=100), name="contract_line_tax"
            ),
        )

    def __str__(self) -> str:
        return self.description


class ContractClause(models.Model):
    """A clause as this contract has it: from the library, or written for it."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="clauses")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=12, choices=ClauseKind)
    version = models.ForeignKey(
        ClauseVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    heading = models.CharField(_("heading"), max_length=120)
    heading_zh = models.CharField(_("heading in Chinese"), max_length=120, blank=True)
    body = models.TextField(_("text"))
    body_zh = models.TextField(_("text in Chinese"), blank=True)

    class Meta:
        verbose_name = _("clause of a contract")
        verbose_name_plural = _("clauses of a contract")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "position"],
                name="contract_clause_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ClauseKind.values), name="contract_clause_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.heading


class ScheduleEntry(models.Model):
    """A part of the price and when it falls due: on a date, or when a line is accepted."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="schedule")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=12, choices=ScheduleKind)
    label = models.CharField(_("what for"), max_length=200, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    line = models.ForeignKey(
        ContractLine,
        verbose_name=_("when accepted"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="milestones",
    )
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=3)
    is_edited = models.BooleanField(
        default=False, help_text=_("Set by hand: the others balance around it.")
    )

    class Meta:
        verbose_name = _("entry of the payment schedule")
        verbose_name_plural = _("payment schedule")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "position"],
                name="schedule_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="schedule_amount_positive"),
            models.CheckConstraint(
                condition=Q(kind="PREPAYMENT")
                | Q(kind__in=["DATE", "INSTALMENT"], due_on__isnull=False)
                | Q(kind="MILESTONE", line__isnull=False),
                name="schedule_says_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.label} {self.amount}"

"""What clients were given for nothing: entries, what managers said of them, and what is assumed."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from contracts.models import Amendment, Contract, Delivery
from core.models import Document, User
from credit.states import (
    Assumed,
    ClientAdvice,
    ClientCourse,
    CreditNature,
    FreeVerdict,
    FreeWork,
    WorkKind,
)
from interactions.models import Interaction
from payments.models import CreditNote, Refund

PERCENTS = ("GROSS_MARGIN", "CAPITAL", "LOST_SHARE", "KEEP_AT")


class FreeEntryQuerySet(models.QuerySet["FreeEntry"]):
    """The ledger of what was given for nothing."""

    def visible_to(self, user: User) -> Self:
        """Entries of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def standing(self) -> Self:
        """What holds today: neither reversed nor a reversal."""
        return self.filter(reverses=None, reversed_by=None)


class FreeEntry(models.Model):
    """One thing given for nothing. Append-only: a reversal is a row that names what it reverses."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="free_entries")
    kind = models.CharField(_("what"), max_length=14, choices=FreeWork)
    happened_on = models.DateField(_("day"))
    hours = models.DecimalField(_("hours"), max_digits=8, decimal_places=2, default=0)
    work = models.CharField(_("whose hours"), max_length=12, choices=WorkKind)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=3, default=0)
    currency = models.CharField(_("currency"), max_length=3)
    note = models.CharField(_("note"), max_length=500, blank=True)
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    project = models.CharField(_("project"), max_length=120, blank=True)
    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    amendment = models.ForeignKey(
        Amendment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    interaction = models.ForeignKey(
        Interaction, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    url = models.URLField(_("link"), max_length=300, blank=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    key = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = FreeEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("free work")
        verbose_name_plural = _("free work")
        ordering = ("-happened_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=FreeWork.values, work__in=WorkKind.values),
                name="free_entry_kind_known",
            ),
            models.CheckConstraint(
                condition=(Q(reverses=None, hours__gte=0, amount__gte=0))
                | (Q(reverses__isnull=False, hours__lte=0, amount__lte=0) & ~Q(note="")),
                name="free_entry_sign",
            ),
            models.CheckConstraint(
                condition=~Q(hours=0) | ~Q(amount=0), name="free_entry_says_how_much"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="free_entry_currency_iso"
            ),
        )
        indexes = (
            models.Index(fields=["client", "-happened_on", "-id"], name="free_entry_client"),
            models.Index(
                fields=["interaction"],
                condition=Q(interaction__isnull=False),
                name="free_entry_interaction",
            ),
        )

    def __str__(self) -> str:
        return f"{self.happened_on} {self.kind}"

    @property
    def has_evidence(self) -> bool:
        """Whether anything but words stands behind it."""
        keys = (self.interaction_id, self.document_id, self.delivery_id, self.amendment_id)
        return bool(self.url or any(keys))


class FreeJudgement(models.Model):
    """A manager on an entry: whether it counts against the client. The latest row holds."""

    entry = models.ForeignKey(FreeEntry, on_delete=models.PROTECT, related_name="judgements")
    verdict = models.CharField(_("verdict"), max_length=10, choices=FreeVerdict)
    reason = models.CharField(_("what it rests on"), max_length=500)
    judged_on = models.DateField()
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("verdict on free work")
        ordering = ("entry", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="free_judgement_has_reason"),
            models.CheckConstraint(
                condition=Q(verdict__in=FreeVerdict.values), name="free_judgement_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry_id} {self.verdict}"


class CreditReading(models.Model):
    """A person on what a credit note or refund was. The latest row holds."""

    credit_note = models.ForeignKey(
        CreditNote, on_delete=models.PROTECT, null=True, related_name="readings"
    )
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, related_name="readings")
    nature = models.CharField(_("what it was"), max_length=10, choices=CreditNature)
    reason = models.CharField(_("why"), max_length=300)
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("reading of a credit note")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(credit_note=None, refund__isnull=False)
                | Q(credit_note__isnull=False, refund=None),
                name="credit_reading_of_one",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="credit_reading_has_reason"),
            models.CheckConstraint(
                condition=Q(nature__in=CreditNature.values), name="credit_reading_known"
            ),
        )

    def __str__(self) -> str:
        return self.nature


class MarginAssumption(models.Model):
    """One assumption from a day on; a change is a new row. "" is for all that have none."""

    name = models.CharField(_("assumption"), max_length=12, choices=Assumed)
    of = models.CharField(_("of"), max_length=60, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    effective_on = models.DateField(_("from"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=3)
    source = models.CharField(_("why"), max_length=300)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("assumption of the net margin")
        verbose_name_plural = _("assumptions of the net margin")
        ordering = ("name", "of", "currency", "-effective_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(name__in=Assumed.values, value__gte=0), name="assumption_sane"
            ),
            models.CheckConstraint(
                condition=~Q(name__in=PERCENTS) | Q(value__lte=100), name="assumption_share"
            ),
            models.CheckConstraint(
                condition=Q(name="HOUR_COST", currency__regex=r"^[A-Z]{3}$")
                | Q(name="CAPITAL", currency__regex=r"^([A-Z]{3})?$")
                | (~Q(name__in=["HOUR_COST", "CAPITAL"]) & Q(currency="")),
                name="assumption_currency",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="assumption_has_source"),
        )
        indexes = (
            models.Index(
                fields=["name", "of", "currency", "-effective_on", "-id"], name="assumption_of"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.of} {self.value}"


class CourseQuerySet(models.QuerySet["CourseDecision"]):
    """Decisions about clients."""

    def visible_to(self, user: User) -> Self:
        """Those about the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class CourseDecision(models.Model):
    """What a person decided about a client, and the advice that was shown then. Append-only."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="courses")
    course = models.CharField(_("decision"), max_length=8, choices=ClientCourse)
    reason = models.CharField(_("reason"), max_length=500)
    shown = models.JSONField()
    decided_on = models.DateField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision about a client")
        ordering = ("-decided_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="course_has_reason"),
            models.CheckConstraint(
                condition=Q(course__in=ClientCourse.values), name="course_known"
            ),
        )
        indexes = (models.Index(fields=["client", "-decided_at", "-id"], name="course_client"),)

    def __str__(self) -> str:
        return f"{self.client_id} {self.course}"


class ClientMarginQuerySet(models.QuerySet["ClientMargin"]):
    """Net margins as they were last worked out."""

    def visible_to(self, user: User) -> Self:
        """Those of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class ClientMargin(models.Model):
    """The net margin of a client in a currency as last worked out, so that a list can sort by it.

    Derived: the client's own page works it out anew from the rows.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="margins")
    currency = models.CharField(_("currency"), max_length=3)
    since_on = models.DateField()
    until_on = models.DateField()
    invoices = models.PositiveIntegerField()
    net_sales = models.DecimalField(max_digits=20, decimal_places=3)
    gross = models.DecimalField(max_digits=20, decimal_places=3)
    given = models.DecimalField(max_digits=20, decimal_places=3)
    effort = models.DecimalField(max_digits=20, decimal_places=3)
    money = models.DecimalField(max_digits=20, decimal_places=3)
    lost = models.DecimalField(max_digits=20, decimal_places=3)
    net = models.DecimalField(max_digits=20, decimal_places=3)
    advice = models.CharField(max_length=10, choices=ClientAdvice)
    worked_out_at = models.DateTimeField()

    objects = ClientMarginQuerySet.as_manager()

    class Meta:
        verbose_name = _("net margin of a client")
        ordering = ("currency", "net", "pk")
        constraints = (
            models.UniqueConstraint(fields=["client", "currency"], name="client_margin_once"),
        )
        indexes = (
            models.Index(fields=["currency", "net", "id"], name="client_margin_net"),
            models.Index(fields=["currency", "advice", "net", "id"], name="client_margin_advice"),
        )

    def __str__(self) -> str:
        return f"{self.client_id} {self.currency} {self.net}"

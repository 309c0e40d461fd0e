"""Demand letters: bytes, hash and balance snapshot frozen when the letter is made."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from clients.states import Language
from core.models import Document, Job, User
from reminders.states import LetterState, ServiceMethod


class LetterBatch(models.Model):
    """Letters made together, with one ZIP of all."""

    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, related_name="+")
    zip = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("letter batch")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"#{self.pk}"


class DemandLetterQuerySet(models.QuerySet["DemandLetter"]):
    """Demand letters."""

    def visible_to(self, user: User) -> Self:
        """Letters to the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class DemandLetter(models.Model):
    """A formal demand to one client. Once READY a trigger lets nothing about it change."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="letters")
    batch = models.ForeignKey(
        LetterBatch, on_delete=models.PROTECT, null=True, related_name="letters"
    )
    reference = models.CharField(_("reference"), max_length=60)
    currency = models.CharField(_("currency"), max_length=3)
    language = models.CharField(_("language"), max_length=10, choices=Language)
    as_of_on = models.DateField(_("figures as of"))
    deadline_on = models.DateField(_("pay by"))
    service_method = models.CharField(
        _("delivery"), max_length=12, choices=ServiceMethod, default=ServiceMethod.EMAIL
    )
    with_interest = models.BooleanField(_("with interest"), default=True)
    interest_preset = models.CharField(
        _("interest rule"),
        max_length=40,
        blank=True,
        help_text=_("For invoices whose contract says nothing about late payment."),
    )
    is_final = models.BooleanField(_("final demand"), default=False)
    attention = models.CharField(_("for the attention of"), max_length=120, blank=True)
    facts = models.TextField(
        _("facts"),
        blank=True,
        help_text=_("Delivery and acceptance, in the letter's language; one paragraph a line."),
    )
    state = models.CharField(
        _("state"), max_length=8, choices=LetterState, default=LetterState.QUEUED
    )
    context = models.JSONField(null=True, help_text="What was printed, frozen.")
    principal = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    interest = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    total = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ready_at = models.DateTimeField(null=True)

    objects = DemandLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("demand letter")
        verbose_name_plural = _("demand letters")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["creditor", "reference"], name="letter_reference_once"),
            models.UniqueConstraint(
                fields=["batch", "client", "creditor", "currency"], name="letter_once_in_batch"
            ),
            models.CheckConstraint(
                condition=Q(deadline_on__gt=F("as_of_on")), name="letter_deadline_after"
            ),
            models.CheckConstraint(
                condition=Q(state__in=LetterState.values), name="letter_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="READY")
                | (
                    Q(document__isnull=False)
                    & Q(context__isnull=False)
                    & Q(total__isnull=False)
                    & ~Q(sha256="")
                ),
                name="letter_frozen_when_ready",
            ),
        )
        indexes = (models.Index(fields=["client", "-created_at"], name="letter_client"),)

    def __str__(self) -> str:
        return self.reference

"""How we enforce. First form: evidence packets of one client and creditor."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.states import PacketState
from clients.models import Client, Creditor
from clients.states import Language
from core.models import Document, Job, User


class PacketQuerySet(models.QuerySet["Packet"]):
    """Evidence packets."""

    def visible_to(self, user: User) -> Self:
        """Managers and administrators; nobody else opens evidence."""
        return self if user.may_approve else self.none()


class Packet(models.Model):
    """One export of the evidence: a PDF, and a ZIP with originals and a manifest."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="packets")
    language = models.CharField(_("language"), max_length=10, choices=Language)
    as_of_on = models.DateField(_("figures as of"))
    state = models.CharField(
        _("state"), max_length=8, choices=PacketState, default=PacketState.QUEUED
    )
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, related_name="+")
    pdf = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")
    zip = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    exhibits = models.JSONField(default=list, help_text="The index as it was printed.")
    gaps = models.JSONField(default=list, help_text="What the packet could not show.")
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ready_at = models.DateTimeField(null=True)

    objects = PacketQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence packet")
        verbose_name_plural = _("evidence packets")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=PacketState.values), name="packet_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="READY")
                | (Q(pdf__isnull=False) & Q(zip__isnull=False) & ~Q(manifest_sha256="")),
                name="packet_whole_when_ready",
            ),
        )
        indexes = (models.Index(fields=["client", "-created_at"], name="packet_client"),)

    def __str__(self) -> str:
        return f"#{self.pk}"

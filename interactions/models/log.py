"""What was said: an append-only log per client."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Contact
from core.models import Document, User
from interactions.states import Direction, InteractionKind, Outcome


class InteractionQuerySet(models.QuerySet["Interaction"]):
    """The log."""

    def visible_to(self, user: User) -> Self:
        """Entries of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class Interaction(models.Model):
    """One thing that was said. Never edited: a correction is a new entry that names it."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="interactions")
    kind = models.CharField(_("kind"), max_length=10, choices=InteractionKind)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    occurred_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        User, verbose_name=_("recorded by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    contact = models.ForeignKey(
        Contact, verbose_name=_("with"), on_delete=models.PROTECT, null=True, blank=True
    )
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("what was said"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    # A soft link to what it was about, so that this room knows nothing of the ones above it.
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=60, blank=True)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True)

    objects = InteractionQuerySet.as_manager()

    class Meta:
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        ordering = ("-occurred_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=InteractionKind.values), name="interaction_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="interaction_direction_known"
            ),
            models.CheckConstraint(
                condition=Q(occurred_at__lte=F("recorded_at")), name="interaction_not_in_future"
            ),
            models.CheckConstraint(
                condition=~Q(subject="") | ~Q(body=""), name="interaction_says_something"
            ),
        )
        indexes = (
            models.Index(fields=["client", "-occurred_at", "-id"], name="interaction_timeline"),
            models.Index(fields=["about_type", "about_id"], name="interaction_about"),
        )

    def __str__(self) -> str:
        return self.subject or self.body[:60]

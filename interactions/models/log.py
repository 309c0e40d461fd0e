"""What was said: an append-only log per client, with what it was about and its files."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Contact
from core.models import Document, User
from interactions.states import Consent, Direction, InteractionKind, Outcome


def words_searched() -> Lower:
    """What the index of words holds; a query asks for exactly this, or is not helped by it."""
    return Lower(Concat("subject", Value(" "), "body", output_field=models.TextField()))


class InteractionQuerySet(models.QuerySet["Interaction"]):
    """The log."""

    def visible_to(self, user: User) -> Self:
        """Entries of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def standing(self) -> Self:
        """What holds today: entries that no later one corrects."""
        return self.filter(corrections=None)


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
    # The record that this entry tells of, or what it was first about: a soft link, so that this
    # room knows nothing of the ones above it. Everything it was about is in `links`.
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=60, blank=True)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )

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
                condition=~Q(subject="") | ~Q(body="") | ~Q(outcome=""),
                name="interaction_says_something",
            ),
        )
        indexes = (
            models.Index(fields=["client", "-occurred_at", "-id"], name="interaction_timeline"),
            models.Index(fields=["-occurred_at", "-id"], name="interaction_by_day"),
            models.Index(fields=["contact", "-occurred_at"], name="interaction_contact"),
            GinIndex(
                F("client"),
                OpClass(words_searched(), name="gin_trgm_ops"),
                name="interaction_words",
            ),
            models.Index(fields=["about_type", "about_id"], name="interaction_about"),
        )

    def __str__(self) -> str:
        return self.subject or self.body[:60] or self.get_outcome_display()


class InteractionLink(models.Model):
    """One thing that an entry was about: a contract, an invoice, a dispute, a promise."""

    interaction = models.ForeignKey(Interaction, on_delete=models.PROTECT, related_name="links")
    about_type = models.CharField(max_length=60)
    about_id = models.CharField(max_length=60)
    created_at = models.DateTimeField(_("linked"))

    class Meta:
        verbose_name = _("link of an interaction")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["interaction", "about_type", "about_id"], name="interaction_link_once"
            ),
            models.CheckConstraint(
                condition=~Q(about_type="") & ~Q(about_id=""), name="interaction_link_named"
            ),
        )
        indexes = (
            models.Index(
                fields=["about_type", "about_id", "interaction"], name="interaction_link_about"
            ),
        )

    def __str__(self) -> str:
        return f"{self.about_type}:{self.about_id}"


class InteractionDocumentQuerySet(models.QuerySet["InteractionDocument"]):
    """Files of the log."""

    def visible_to(self, user: User) -> Self:
        """Files of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(interaction__client__owner=user)


class InteractionDocument(models.Model):
    """A file that belongs to an entry: a screenshot, a scan, a recording."""

    interaction = models.ForeignKey(
        Interaction, on_delete=models.PROTECT, related_name="attachments"
    )
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("attached"))

    objects = InteractionDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an interaction")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["interaction", "document"], name="interaction_document_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.document)


class Recording(models.Model):
    """What is known of a recorded conversation: whether the other side agreed, and where it was."""

    attachment = models.OneToOneField(
        InteractionDocument, on_delete=models.PROTECT, related_name="recording"
    )
    consent = models.CharField(_("consent"), max_length=10, choices=Consent)
    jurisdiction = models.CharField(_("where the other side was"), max_length=10, blank=True)
    note = models.CharField(_("how it was asked"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("recording")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(consent__in=Consent.values), name="recording_consent_known"
            ),
        )

    def __str__(self) -> str:
        return str(self.attachment)

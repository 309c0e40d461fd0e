"""Mails written in the product, on their way. The bytes are frozen when a sender claims them."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Contact, Creditor
from clients.states import Language
from core.models import Document, MailOnItsWay, User
from interactions.models.log import Interaction
from interactions.models.mail import MailMessage
from interactions.models.texts import MessageTemplateVersion
from interactions.states import OutgoingState


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """Mails written in the product."""

    def visible_to(self, user: User) -> Self:
        """Mails to the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class OutgoingMail(MailOnItsWay):
    """A mail to one contact of one client; sent at most once."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="outgoing_mails")
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="+")
    template = models.ForeignKey(
        MessageTemplateVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    replies_to = models.ForeignKey(
        MailMessage, on_delete=models.PROTECT, null=True, related_name="answers"
    )
    language = models.CharField(_("language"), max_length=10, choices=Language)
    to_name = models.CharField(max_length=120, blank=True)
    to_email = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("text"))
    in_reply_to = models.CharField(max_length=400, blank=True)
    references = models.JSONField(default=list)
    state = models.CharField(
        _("state"), max_length=10, choices=OutgoingState, default=OutgoingState.QUEUED
    )
    key = models.CharField(max_length=64, help_text="From the form: sent twice is one mail.")
    message_id = models.CharField("Message-ID", max_length=200, unique=True)
    queued_at = models.DateTimeField(_("queued"))
    created_by = models.ForeignKey(
        User, verbose_name=_("written by"), on_delete=models.PROTECT, related_name="+"
    )
    interaction = models.OneToOneField(
        Interaction, on_delete=models.PROTECT, null=True, related_name="outgoing_mail"
    )
    mail = models.OneToOneField(
        MailMessage, on_delete=models.PROTECT, null=True, related_name="outgoing"
    )

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("written mail")
        verbose_name_plural = _("written mails")
        ordering = ("-queued_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["created_by", "key"], name="outgoing_form_once"),
            models.CheckConstraint(
                condition=Q(state__in=OutgoingState.values), name="outgoing_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["INFLIGHT", "SENT", "IN_DOUBT"]) | Q(raw__isnull=False),
                name="outgoing_frozen_before_sending",
            ),
            models.CheckConstraint(
                condition=~Q(state="SENT")
                | Q(sent_at__isnull=False, interaction__isnull=False, mail__isnull=False),
                name="outgoing_sent_is_logged",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["SENT", "IN_DOUBT"]) | Q(data_at__isnull=False),
                name="outgoing_handed_over_when",
            ),
        )
        indexes = (
            models.Index(
                fields=["state", "available_at", "id"],
                condition=Q(state__in=["QUEUED", "INFLIGHT", "IN_DOUBT"]),
                name="outgoing_waiting",
            ),
            models.Index(fields=["client", "-queued_at", "-id"], name="outgoing_client"),
            models.Index(fields=["-queued_at", "-id"], name="outgoing_order"),
        )

    def __str__(self) -> str:
        return self.subject


class OutgoingAttachment(models.Model):
    """A kept file that goes with a mail. Append-only."""

    outgoing = models.ForeignKey(OutgoingMail, on_delete=models.PROTECT, related_name="attachments")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("attachment of a written mail")
        ordering = ("outgoing", "position")
        constraints = (
            models.UniqueConstraint(
                fields=["outgoing", "document"], name="outgoing_attachment_once"
            ),
        )

    def __str__(self) -> str:
        return self.name


class OutgoingTransition(models.Model):
    """One change of a written mail's state. Append-only."""

    outgoing = models.ForeignKey(OutgoingMail, on_delete=models.PROTECT, related_name="transitions")
    from_state = models.CharField(max_length=10, choices=OutgoingState, blank=True)
    to_state = models.CharField(max_length=10, choices=OutgoingState)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("transition of a written mail")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"

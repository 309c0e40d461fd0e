"""One message per client, creditor, currency, cycle and level; sent at most once."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Contact, Creditor
from clients.states import Language
from core.models import MailOnItsWay, User
from payments.models import Invoice
from reminders.models.ladder import Cycle
from reminders.models.runs import ReminderRun
from reminders.states import MessageState, Reason, Tone


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages."""

    def visible_to(self, user: User) -> Self:
        """Messages to the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class Message(MailOnItsWay):
    """A reminder on its way. The text is frozen when a sender claims it."""

    # Keys without an index of their own are found through the composite ones below: a run of
    # 100,000 messages is queued in one statement, and each index is a third of a second of it.
    run = models.ForeignKey(ReminderRun, on_delete=models.PROTECT, related_name="messages")
    cycle = models.ForeignKey(
        Cycle, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    creditor = models.ForeignKey(
        Creditor, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    currency = models.CharField(max_length=3)
    level = models.SmallIntegerField(_("level"))
    tone = models.CharField(max_length=12, choices=Tone)
    language = models.CharField(max_length=10, choices=Language)
    to_email = models.EmailField(_("to"))
    state = models.CharField(
        _("state"), max_length=12, choices=MessageState, default=MessageState.QUEUED
    )
    suppressed_reason = models.CharField(max_length=20, choices=Reason, blank=True)
    suppressed_facts = models.JSONField(default=dict)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    amount = models.DecimalField(_("amount asked for"), max_digits=18, decimal_places=3, null=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-queued_at", "-pk")
        constraints = (
            # Never the policy's version: a changed policy must not send a level twice. A message
            # that certainly did not reach anybody leaves its place to another one.
            models.UniqueConstraint(
                fields=["client", "creditor", "currency", "cycle", "level"],
                condition=Q(state__in=["QUEUED", "INFLIGHT", "IN_DOUBT", "SENT"]),
                name="message_once_per_level",
            ),
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="message_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["INFLIGHT", "SENT", "IN_DOUBT"]) | Q(raw__isnull=False),
                name="message_frozen_before_sending",
            ),
            models.CheckConstraint(
                condition=~Q(state="SENT") | Q(sent_at__isnull=False), name="message_sent_when"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["SENT", "IN_DOUBT"]) | Q(data_at__isnull=False),
                name="message_handed_over_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="SUPPRESSED") | ~Q(suppressed_reason=""),
                name="message_suppressed_why",
            ),
        )
        indexes = (
            models.Index(
                fields=["state", "available_at", "id"],
                condition=Q(state__in=["QUEUED", "INFLIGHT", "IN_DOUBT"]),
                name="message_waiting",
            ),
            models.Index(fields=["client", "-queued_at", "-id"], name="message_client"),
        )

    def __str__(self) -> str:
        return self.message_id


class MessageInvoice(models.Model):
    """An invoice that one attempt of a message asks for, with its balance. Append-only."""

    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="message_lines")
    attempt = models.PositiveSmallIntegerField(help_text="Counts with the message's attempts.")
    open_amount = models.DecimalField(max_digits=18, decimal_places=3)
    asked = models.DecimalField(max_digits=18, decimal_places=3)

    class Meta:
        verbose_name = _("invoice in a message")
        constraints = (
            models.UniqueConstraint(
                fields=["message", "attempt", "invoice"], name="message_invoice_once"
            ),
            models.CheckConstraint(
                condition=Q(asked__gt=0, asked__lte=models.F("open_amount")),
                name="message_asks_within_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.asked}"


class MessageTransition(models.Model):
    """One change of a message's state. Append-only."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="transitions")
    from_state = models.CharField(max_length=12, choices=MessageState, blank=True)
    to_state = models.CharField(max_length=12, choices=MessageState)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("message transition")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"

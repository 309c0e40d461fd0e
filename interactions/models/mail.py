"""Mails as they came and went: raw bytes kept, matched to a client or waiting in the tray."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Contact
from core.models import Document, User
from interactions.models.log import Interaction
from interactions.states import (
    Direction,
    MailDismissal,
    MailKind,
    MailSource,
    MailState,
    ProposalKind,
    ProposalState,
)


class MailThreadQuerySet(models.QuerySet["MailThread"]):
    """Conversations by mail."""

    def visible_to(self, user: User) -> Self:
        """Conversations with the clients this user may see; the tray's are the back office's."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class MailThread(models.Model):
    """Mails that answer each other. Belongs to a client once one of them does."""

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, null=True, related_name="mail_threads"
    )
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    # The first Message-ID anybody named: mails join even when that mail was never archived.
    root_id = models.CharField(max_length=400, blank=True)
    started_at = models.DateTimeField()

    objects = MailThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail conversation")
        verbose_name_plural = _("mail conversations")
        ordering = ("-started_at", "-pk")
        indexes = (
            models.Index(fields=["root_id"], condition=~Q(root_id=""), name="mail_thread_root"),
        )

    def __str__(self) -> str:
        return self.subject


class MailMessageQuerySet(models.QuerySet["MailMessage"]):
    """Archived mails."""

    def visible_to(self, user: User) -> Self:
        """Mails of the clients this user may see, and what this user may see of the tray."""
        if user.sees_all_clients:
            return self
        suggested = MailSuggestion.objects.filter(client__owner=user).values("mail")
        return self.filter(
            Q(client__owner=user) | Q(state=MailState.TRAY, client=None, pk__in=suggested)
        )

    def in_tray(self) -> Self:
        """Waiting for a person to say whose they are."""
        return self.filter(state=MailState.TRAY)


class MailMessage(models.Model):
    """One archived mail. What it says never changes; only where it belongs is filled in once."""

    raw = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    raw_sha256 = models.CharField(_("hash of the raw mail"), max_length=64)
    # Copies of one mail differ by the way they took; this is over what it says.
    content_sha256 = models.CharField(max_length=64)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    kind = models.CharField(_("kind"), max_length=12, choices=MailKind, default=MailKind.NORMAL)
    source = models.CharField(_("source"), max_length=10, choices=MailSource)
    message_id = models.CharField("Message-ID", max_length=400, blank=True)
    in_reply_to = models.CharField(max_length=400, blank=True)
    references = models.JSONField(default=list)
    from_name = models.CharField(_("from"), max_length=200, blank=True)
    from_email = models.CharField(_("from"), max_length=320, blank=True)
    to = models.JSONField(default=list, help_text="Pairs of name and address.")
    cc = models.JSONField(default=list, help_text="Pairs of name and address.")
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    sent_at = models.DateTimeField(
        _("date of the mail"), null=True, help_text="As its Date header says."
    )
    received_at = models.DateTimeField(_("archived"))
    occurred_at = models.DateTimeField(
        _("happened"), help_text="The Date header, but not after it was archived."
    )
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    damage = models.JSONField(default=list, help_text="Codes of what was broken.")
    failures = models.JSONField(default=list, help_text="Of a bounce: address, status, words.")
    about_message_id = models.CharField(max_length=400, blank=True)
    forwarded_from = models.CharField(max_length=320, blank=True)
    thread = models.ForeignKey(MailThread, on_delete=models.PROTECT, related_name="mails")
    state = models.CharField(_("state"), max_length=10, choices=MailState, default=MailState.TRAY)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, related_name="mails")
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("contact")
    )
    interaction = models.OneToOneField(
        Interaction, on_delete=models.PROTECT, null=True, related_name="mail"
    )
    dismissal = models.CharField(
        _("why it was set aside"), max_length=10, choices=MailDismissal, blank=True
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = MailMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ("-occurred_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["raw_sha256", "direction"], name="mail_once"),
            models.UniqueConstraint(
                fields=["message_id", "direction", "content_sha256"],
                condition=~Q(message_id=""),
                name="mail_copy_once",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=[Direction.IN, Direction.OUT]),
                name="mail_direction_known",
            ),
            models.CheckConstraint(condition=Q(kind__in=MailKind.values), name="mail_kind_known"),
            models.CheckConstraint(
                condition=Q(source__in=MailSource.values), name="mail_source_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=MailState.values), name="mail_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.FILED, client__isnull=False, interaction__isnull=False)
                | (~Q(state=MailState.FILED) & Q(client=None, interaction=None)),
                name="mail_filed_with_client_and_entry",
            ),
            models.CheckConstraint(
                condition=(Q(state=MailState.DISMISSED) & ~Q(dismissal=""))
                | ~Q(state=MailState.DISMISSED),
                name="mail_dismissed_why",
            ),
            models.CheckConstraint(
                condition=Q(occurred_at__lte=models.F("received_at")), name="mail_not_in_future"
            ),
        )
        indexes = (
            models.Index(
                fields=["-received_at", "-id"], condition=Q(state="TRAY"), name="mail_tray"
            ),
            models.Index(
                fields=["-received_at", "-id"], condition=Q(state="DISMISSED"), name="mail_aside"
            ),
            models.Index(fields=["client", "-occurred_at", "-id"], name="mail_client"),
            models.Index(
                fields=["message_id"], condition=~Q(message_id=""), name="mail_message_id"
            ),
        )

    def __str__(self) -> str:
        return self.subject or self.message_id or f"#{self.pk}"


class MailAttachment(models.Model):
    """A file of a mail. Kinds that can do harm are named, hashed and left in the raw mail."""

    mail = models.ForeignKey(MailMessage, on_delete=models.PROTECT, related_name="attachments")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=200)
    declared_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    is_inline = models.BooleanField(default=False)
    withheld = models.CharField(max_length=10, blank=True, help_text="Why there is no document.")

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("mail", "position")
        constraints = (
            models.UniqueConstraint(fields=["mail", "position"], name="mail_attachment_once"),
            models.CheckConstraint(
                condition=(Q(document=None) & ~Q(withheld=""))
                | Q(document__isnull=False, withheld=""),
                name="mail_attachment_kept_or_why",
            ),
        )

    def __str__(self) -> str:
        return self.name


class MailSuggestion(models.Model):
    """A client that a mail in the tray may belong to, and why. For a person to confirm."""

    mail = models.ForeignKey(MailMessage, on_delete=models.PROTECT, related_name="suggestions")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="+")
    why = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ("mail", "position")
        constraints = (
            models.UniqueConstraint(fields=["mail", "client"], name="mail_suggestion_once"),
        )

    def __str__(self) -> str:
        return f"{self.mail_id}: {self.client_id}"


class MailProposalQuerySet(models.QuerySet["MailProposal"]):
    """Proposals read out of mails."""

    def visible_to(self, user: User) -> Self:
        """Proposals from mails of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(mail__client__owner=user)

    def open(self) -> Self:
        """Nobody has decided yet."""
        return self.filter(state=ProposalState.OPEN)


class MailProposal(models.Model):
    """A sentence that sounds like a promise or a dispute, and what could be recorded."""

    mail = models.ForeignKey(MailMessage, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(_("kind"), max_length=10, choices=ProposalKind)
    quote = models.TextField(_("sentence"))
    position = models.PositiveIntegerField(help_text="Which sentence of the mail.")
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=3, null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    due_on = models.DateField(_("by"), null=True)
    reason = models.CharField(max_length=20, blank=True, help_text="Of a dispute.")
    state = models.CharField(
        _("state"), max_length=10, choices=ProposalState, default=ProposalState.OPEN
    )
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    # What was recorded, in a room above this one.
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=60, blank=True)

    objects = MailProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["mail", "kind", "position"], name="mail_proposal_once"),
            models.CheckConstraint(
                condition=Q(kind__in=ProposalKind.values), name="mail_proposal_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ProposalState.values), name="mail_proposal_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.OPEN, decided_at=None)
                | (~Q(state=ProposalState.OPEN) & Q(decided_at__isnull=False)),
                name="mail_proposal_decided_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ProposalState.ACCEPTED, ProposalState.EDITED])
                | ~Q(about_id=""),
                name="mail_proposal_recorded_what",
            ),
        )
        indexes = (
            models.Index(
                fields=["-created_at", "-id"],
                condition=Q(state="OPEN"),
                name="mail_proposal_open",
            ),
        )

    def __str__(self) -> str:
        return self.quote[:60]


class MailFolder(models.Model):
    """A folder on a mail server that is polled, and how far it has been read."""

    name = models.CharField(max_length=300, unique=True, help_text="user@host/folder")
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    checked_at = models.DateTimeField(_("checked"), null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("mail folder")
        verbose_name_plural = _("mail folders")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class MailFetch(models.Model):
    """One mail of a folder that was taken, or refused and why. Append-only."""

    folder = models.ForeignKey(MailFolder, on_delete=models.PROTECT, related_name="fetches")
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    mail = models.ForeignKey(
        MailMessage, on_delete=models.PROTECT, null=True, related_name="fetches"
    )
    refusal = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("fetched mail")
        verbose_name_plural = _("fetched mails")
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["folder", "uid_validity", "uid"], name="mail_fetched_once"
            ),
            models.CheckConstraint(
                condition=(Q(mail=None) & ~Q(refusal="")) | Q(mail__isnull=False, refusal=""),
                name="mail_fetch_taken_or_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.folder_id}/{self.uid}"

"""Links that let a client do one thing about one text, who opened them, and what was answered."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Contact, Creditor
from clients.states import Language
from core.models import Document, User
from portal.rules import sha256_of
from portal.states import LinkMail, LinkState, VisitKind, WhyClosed

HASH = r"^[0-9a-f]{64}$"


class PortalLinkQuerySet(models.QuerySet["PortalLink"]):
    """Client links."""

    def visible_to(self, user: User) -> Self:
        """Links of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def in_state(self, state: LinkState, at: dt.datetime) -> Self:
        """Those that `state_at` would call so."""
        if state is LinkState.REVOKED:
            return self.exclude(revoked_at=None)
        kept = self.filter(revoked_at=None)
        if state is LinkState.ACTED:
            return kept.exclude(acted_at=None)
        asked = kept.filter(acted_at=None)
        if state is LinkState.EXPIRED:
            return asked.filter(expires_at__lte=at)
        return asked.filter(expires_at__gt=at, opened_at__isnull=state is LinkState.WAITING)


class PortalLink(models.Model):
    """An address that asks one client one thing about one exact text.

    The token in the address is never kept, only its SHA-256. Everything about a link is a fact
    and stays; only that it was opened, answered, sent or revoked is added, once (a trigger keeps
    it so).
    """

    reference = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="portal_links")
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(_("action"), max_length=40)
    is_repeatable = models.BooleanField(default=False)
    # A soft link to what it is about, so that every room may be asked about.
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    subject_sha256 = models.CharField(max_length=64, blank=True)
    text = models.TextField(_("text"))
    text_sha256 = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    language = models.CharField(_("language"), max_length=10, choices=Language)
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recipient_name = models.CharField(_("recipient"), max_length=120, blank=True)
    recipient_email = models.EmailField(_("e-mail"), blank=True)
    issue_key = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("made"))
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(_("valid until"))
    # Added once, never taken back.
    opened_at = models.DateTimeField(_("opened"), null=True)
    acted_at = models.DateTimeField(_("answered"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revoke_reason = models.CharField(_("reason"), max_length=300, blank=True)
    mail_state = models.CharField(
        max_length=10, choices=LinkMail, default=LinkMail.NONE, blank=True
    )
    mail_at = models.DateTimeField(null=True)
    mail_reply = models.CharField(max_length=500, blank=True)

    objects = PortalLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("client link")
        verbose_name_plural = _("client links")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["issue_key"], name="link_once_per_form"),
            models.CheckConstraint(
                condition=Q(token_sha256__regex=HASH, text_sha256__regex=HASH),
                name="link_hashes_whole",
            ),
            models.CheckConstraint(
                condition=Q(subject_sha256="") | Q(subject_sha256__regex=HASH),
                name="link_subject_hash_whole",
            ),
            models.CheckConstraint(
                condition=Q(action__regex=r"^[a-z_]+\.[a-z_]+$"), name="link_action_named"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="link_text_given"),
            models.CheckConstraint(
                condition=Q(language__in=Language.values), name="link_language_known"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="link_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None, revoke_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
                name="link_revoked_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(acted_at=None) | Q(acted_at__lt=F("expires_at")),
                name="link_acted_in_time",
            ),
            models.CheckConstraint(
                condition=Q(mail_state__in=LinkMail.values), name="link_mail_state_known"
            ),
        )
        indexes = (
            models.Index(fields=["client", "-created_at", "-id"], name="link_client"),
            models.Index(fields=["-created_at", "-id"], name="link_recent"),
            models.Index(fields=["subject_type", "subject_id"], name="link_subject"),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.reference}"

    def state_at(self, at: dt.datetime) -> LinkState:
        """The one state its badge shows at an instant."""
        if self.revoked_at is not None:
            return LinkState.REVOKED
        if self.acted_at is not None:
            return LinkState.ACTED
        if at >= self.expires_at:
            return LinkState.EXPIRED
        return LinkState.WAITING if self.opened_at is None else LinkState.OPENED

    def why_closed(self, at: dt.datetime) -> WhyClosed | None:
        """Why nobody may act through it at an instant; None while somebody may."""
        if self.revoked_at is not None:
            return WhyClosed.REVOKED
        if self.acted_at is not None and not self.is_repeatable:
            return WhyClosed.USED
        if at >= self.expires_at:
            return WhyClosed.EXPIRED
        return None if sha256_of(self.text) == self.text_sha256 else WhyClosed.ALTERED


class PortalVisit(models.Model):
    """Somebody opened a link, answered, or was turned away. Append-only."""

    link = models.ForeignKey(PortalLink, on_delete=models.PROTECT, related_name="visits")
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    what = models.CharField(max_length=10, choices=VisitKind)
    reason = models.CharField(max_length=16, choices=WhyClosed, blank=True)

    class Meta:
        verbose_name = _("visit")
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(what__in=VisitKind.values), name="visit_kind_known"),
            models.CheckConstraint(
                condition=(Q(what="REFUSED") & ~Q(reason="")) | (~Q(what="REFUSED") & Q(reason="")),
                name="visit_refused_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.what} {self.at}"


class PortalAct(models.Model):
    """What a client answered: to which text, by which name, when and from where. Append-only."""

    link = models.ForeignKey(PortalLink, on_delete=models.PROTECT, related_name="acts")
    is_single = models.BooleanField(default=True)
    typed_name = models.CharField(max_length=120)
    answer = models.JSONField(default=dict)
    text_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=10, choices=Language)
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("answer of a client")
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["link"], condition=Q(is_single=True), name="act_once_per_link"
            ),
            models.UniqueConstraint(fields=["link", "key"], name="act_once_per_key"),
            models.CheckConstraint(condition=~Q(typed_name=""), name="act_name_typed"),
        )

    def __str__(self) -> str:
        return f"{self.link_id} {self.at}"

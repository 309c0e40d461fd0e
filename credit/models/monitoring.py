"""Looking after clients: looks by the policy's cadence, and notices of what got worse."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from clients.states import Grade
from core.models import User
from credit.states import LookOutcome, NoticeLevel, NoticeSignal


class ClientLookQuerySet(models.QuerySet["ClientLook"]):
    """Looks at clients."""

    def visible_to(self, user: User) -> Self:
        """Those at the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class ClientLook(models.Model):
    """Somebody looked at a client: what was found, and when to look again. Append-only.

    `grade` and `score` are those of that day, so that the next look knows what has changed.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="looks")
    looked_on = models.DateField(_("looked at"))
    outcome = models.CharField(_("what was found"), max_length=5, choices=LookOutcome)
    found = models.TextField(_("in words"))
    grade = models.CharField(_("grade"), max_length=1, choices=Grade)
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    next_on = models.DateField(_("to be looked at again"))
    key = models.CharField(max_length=64, unique=True, editable=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ClientLookQuerySet.as_manager()

    class Meta:
        verbose_name = _("look at a client")
        verbose_name_plural = _("looks at clients")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=LookOutcome.values, grade__in=Grade.values),
                name="look_words_known",
            ),
            models.CheckConstraint(condition=~Q(found=""), name="look_says_what_was_found"),
            models.CheckConstraint(condition=Q(next_on__gt=F("looked_on")), name="look_goes_on"),
        )
        indexes = (models.Index(fields=["client", "-id"], name="look_client"),)

    def __str__(self) -> str:
        return f"{self.client_id} {self.looked_on}"


class MonitoringQuerySet(models.QuerySet["Monitoring"]):
    """Clients that are looked after."""

    def visible_to(self, user: User) -> Self:
        """The clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def due(self, *, on: dt.date) -> Self:
        """To be looked at by a day."""
        return self.filter(due_on__lte=on)


class Monitoring(models.Model):
    """When a client with something at stake is to be looked at; worked out from its rows.

    `since` is when it was first looked after, `over_since` when it went over its limit.
    """

    client = models.OneToOneField(
        Client, on_delete=models.PROTECT, primary_key=True, related_name="monitoring"
    )
    since = models.DateField()
    last_look = models.OneToOneField(
        ClientLook, on_delete=models.PROTECT, null=True, related_name="+"
    )
    every_days = models.PositiveSmallIntegerField(_("looked at every … days"))
    due_on = models.DateField(_("due"))
    over_since = models.DateField(_("over the limit since"), null=True)

    objects = MonitoringQuerySet.as_manager()

    class Meta:
        verbose_name = _("client looked after")
        verbose_name_plural = _("clients looked after")
        ordering = ("due_on", "client")
        indexes = (
            models.Index(fields=["due_on", "client"], name="monitoring_due"),
            models.Index(
                fields=["over_since"],
                condition=Q(over_since__isnull=False),
                name="monitoring_over",
            ),
        )

    def __str__(self) -> str:
        return f"{self.client_id}: {self.due_on}"


class CreditNoticeQuerySet(models.QuerySet["CreditNotice"]):
    """What happened to clients."""

    def visible_to(self, user: User) -> Self:
        """Of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class CreditNotice(models.Model):
    """Something that happened to a client and that people are told of, once. Append-only.

    `fact` names what happened (the key of the row it rests on), so that the same is never told
    twice; `facts` are the figures it is told with.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="credit_notices")
    signal = models.CharField(_("signal"), max_length=14, choices=NoticeSignal)
    fact = models.CharField(max_length=64)
    level = models.CharField(_("level"), max_length=7, choices=NoticeLevel)
    facts = models.JSONField(default=dict)
    happened_on = models.DateField(_("day"))
    at = models.DateTimeField()

    objects = CreditNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit notice")
        verbose_name_plural = _("credit notices")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["client", "signal", "fact"], name="notice_told_once"),
            models.CheckConstraint(
                condition=Q(signal__in=NoticeSignal.values, level__in=NoticeLevel.values),
                name="notice_words_known",
            ),
            models.CheckConstraint(condition=~Q(fact=""), name="notice_has_fact"),
        )
        indexes = (models.Index(fields=["client", "-happened_on"], name="notice_client"),)

    def __str__(self) -> str:
        return f"{self.client_id} {self.signal} {self.fact}"


class NoticeDigest(models.Model):
    """The one mail of a day that tells a member of staff what is new.

    `left_at` is written before the text leaves; a mail that left is never sent again.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    created_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("mail about credit notices")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["user", "on"], name="notice_digest_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.on}"


class NoticeToQuerySet(models.QuerySet["NoticeTo"]):
    """Who is told of what."""

    def visible_to(self, user: User) -> Self:
        """What this user is told of, about the clients the user may (still) see."""
        mine = self.filter(user=user)
        return mine if user.sees_all_clients else mine.filter(notice__client__owner=user)

    def unread(self) -> Self:
        """Not read yet."""
        return self.filter(seen_at=None)


class NoticeTo(models.Model):
    """One member of staff is told of one notice; read once, in one mail at most."""

    notice = models.ForeignKey(CreditNotice, on_delete=models.PROTECT, related_name="told")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="credit_notices")
    digest = models.ForeignKey(
        NoticeDigest, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    seen_at = models.DateTimeField(_("read"), null=True)

    objects = NoticeToQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader of a credit notice")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["notice", "user"], name="notice_to_person_once"),
        )
        indexes = (
            models.Index(fields=["user", "-id"], name="notice_to_user"),
            models.Index(
                fields=["user", "-id"], condition=Q(seen_at=None), name="notice_to_unread"
            ),
        )

    def __str__(self) -> str:
        return f"{self.notice_id} → {self.user_id}"

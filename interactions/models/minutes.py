"""Meetings, and versions of their minutes: a version is never edited, a later one replaces it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from core.models import Document, User
from interactions.models.follow_ups import FollowUp
from interactions.states import (
    MINUTES_OUTCOMES,
    MeetingSide,
    MeetingState,
    MinutesLanguage,
    MinutesState,
)

_HASH = r"^[0-9a-f]{64}$"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings."""

    def visible_to(self, user: User) -> Self:
        """Meetings with the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class Meeting(models.Model):
    """A meeting with a client, to come or held, and the draft of its minutes."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="meetings")
    creditor = models.ForeignKey(
        Creditor, verbose_name=_("creditor"), on_delete=models.PROTECT, related_name="+"
    )
    subject = models.CharField(_("subject"), max_length=200)
    starts_at = models.DateTimeField(_("time"))
    time_zone = models.CharField(_("time zone"), max_length=60)
    place = models.CharField(_("place"), max_length=200, blank=True)
    online_url = models.URLField(_("online address"), max_length=500, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=MeetingState, default=MeetingState.PLANNED
    )
    cancel_reason = models.CharField(_("reason"), max_length=300, blank=True)
    # A soft link to what was agreed before, so that this room knows nothing of the ones above it.
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=60, blank=True)
    # The draft as `interactions.rules.minutes.Draft` writes it; frozen in versions.
    draft = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("-starts_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(subject=""), name="meeting_subject_given"),
            models.CheckConstraint(
                condition=Q(state__in=MeetingState.values), name="meeting_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="CANCELLED") | ~Q(cancel_reason=""),
                name="meeting_cancelled_with_reason",
            ),
        )
        indexes = (
            models.Index(fields=["client", "-starts_at", "-id"], name="meeting_client"),
            models.Index(fields=["-starts_at", "-id"], name="meeting_recent"),
        )

    def __str__(self) -> str:
        return self.subject


class MeetingFile(models.Model):
    """A file that belongs to a meeting. Append-only; each version lists those of its time."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="files")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("file of a meeting")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.document.original_name


class MinutesQuerySet(models.QuerySet["Minutes"]):
    """Versions of minutes."""

    def visible_to(self, user: User) -> Self:
        """Minutes of meetings with the clients this user may see."""
        return self if user.sees_all_clients else self.filter(meeting__client__owner=user)


class Minutes(models.Model):
    """One version: the exact text that is confirmed, its hash, and how it was answered.

    The text and what it was made of never change; sent, counted as confirmed on, and the printed
    papers are added once (a trigger keeps it so).
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes")
    number = models.PositiveSmallIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=10, choices=MinutesLanguage)
    content = models.TextField()
    content_sha256 = models.CharField(max_length=64)
    text = models.TextField(_("text"))
    sha256 = models.CharField(max_length=64)
    state = models.CharField(
        _("state"), max_length=10, choices=MinutesState, default=MinutesState.ISSUED
    )
    deemed_days = models.PositiveSmallIntegerField(
        null=True, help_text=_("Without an objection in these days it counts as confirmed.")
    )
    sent_at = models.DateTimeField(_("sent"), null=True)
    #: The last day to object, fixed when the client demonstrably has it.
    deemed_on = models.DateField(_("last day to object"), null=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    answered_document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        ordering = ("meeting_id", "-number")
        constraints = (
            models.UniqueConstraint(fields=["meeting", "number"], name="minutes_version_once"),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=~Q(state="SUPERSEDED"),
                name="minutes_one_that_counts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=MinutesState.values), name="minutes_state_known"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=_HASH, content_sha256__regex=_HASH),
                name="minutes_hashes_whole",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="minutes_text_given"),
            models.CheckConstraint(
                condition=Q(state="ISSUED", sent_at=None)
                | Q(state="SUPERSEDED")
                | Q(sent_at__isnull=False),
                name="minutes_sent_with_time",
            ),
            models.CheckConstraint(
                condition=Q(deemed_on=None) | Q(deemed_days__isnull=False, sent_at__isnull=False),
                name="minutes_deemed_as_agreed",
            ),
            models.CheckConstraint(
                condition=~Q(state="DEEMED") | Q(deemed_on__isnull=False),
                name="minutes_deemed_with_day",
            ),
        )
        indexes = (
            models.Index(fields=["deemed_on"], condition=Q(state="SENT"), name="minutes_waiting"),
            models.Index(
                fields=["meeting"], condition=Q(state="OBJECTED"), name="minutes_objected"
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id}/{self.number}"


class MinutesTransition(models.Model):
    """One change of state of a version: who, when, why. Append-only."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="transitions")
    from_state = models.CharField(max_length=10, choices=MinutesState)
    to_state = models.CharField(max_length=10, choices=MinutesState)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("transition of minutes")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class MinutesAnswer(models.Model):
    """The client's answer to a version, or its silence. Append-only."""

    minutes = models.OneToOneField(Minutes, on_delete=models.PROTECT, related_name="answer")
    outcome = models.CharField(max_length=10, choices=MinutesState)
    name = models.CharField(_("name"), max_length=120, blank=True)
    remark = models.TextField(_("remark"), blank=True)
    answered_on = models.DateField()
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    text_sha256 = models.CharField(max_length=64)
    reference = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("answer to minutes")
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=[one.value for one in sorted(MINUTES_OUTCOMES)]),
                name="minutes_answer_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome="DEEMED", name="", address=None)
                | (~Q(outcome="DEEMED") & ~Q(name="") & Q(address__isnull=False)),
                name="minutes_answer_has_author",
            ),
        )

    def __str__(self) -> str:
        return f"{self.minutes_id} {self.outcome}"


class MinutesObjection(models.Model):
    """What the client says of one point of consensus. Append-only."""

    answer = models.ForeignKey(MinutesAnswer, on_delete=models.PROTECT, related_name="objections")
    point = models.PositiveSmallIntegerField(_("point"))
    remark = models.CharField(_("remark"), max_length=1000)

    class Meta:
        verbose_name = _("objection to a point")
        ordering = ("point", "pk")
        constraints = (
            models.UniqueConstraint(fields=["answer", "point"], name="objection_once_per_point"),
            models.CheckConstraint(condition=~Q(remark=""), name="objection_says_something"),
        )

    def __str__(self) -> str:
        return f"{self.point}: {self.remark}"


class MinutesActionQuerySet(models.QuerySet["MinutesAction"]):
    """What was agreed to be done."""

    def visible_to(self, user: User) -> Self:
        """Actions from meetings with the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def awaited(self) -> Self:
        """What clients have still to do, by the versions that count."""
        theirs = self.filter(side=MeetingSide.THEIRS, done_at=None)
        return theirs.exclude(minutes__state=MinutesState.SUPERSEDED)


class MinutesAction(models.Model):
    """One thing agreed to be done: what, by whom, by when. Ours stand as follow-ups too."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="actions")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(_("who"), max_length=6, choices=MeetingSide)
    what = models.CharField(_("what"), max_length=300)
    who = models.CharField(_("person"), max_length=120, blank=True)
    due_on = models.DateField(_("due"))
    follow_up = models.ForeignKey(
        FollowUp, on_delete=models.PROTECT, null=True, related_name="agreed_in"
    )
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = MinutesActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreed action")
        ordering = ("minutes_id", "number")
        constraints = (
            models.UniqueConstraint(fields=["minutes", "number"], name="minutes_action_once"),
            models.CheckConstraint(condition=~Q(what=""), name="minutes_action_named"),
            models.CheckConstraint(
                condition=Q(side="OURS", done_at=None, done_by=None)
                | Q(side="THEIRS", follow_up=None),
                name="minutes_action_of_its_side",
            ),
        )
        indexes = (
            models.Index(
                fields=["due_on", "id"],
                condition=Q(side="THEIRS", done_at=None),
                name="minutes_awaited",
            ),
        )

    def __str__(self) -> str:
        return self.what

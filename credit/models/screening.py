"""Screening of new clients: what is asked of them, what was found, and how it was decided."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from core.models import Document, User
from credit.states import (
    SCREENING_DECIDED,
    SCREENING_OPEN,
    SCREENING_PASSED,
    CheckKind,
    PaysOnTime,
    ScreeningState,
    Verdict,
)

_STORED = [one.value for one in ScreeningState if one != ScreeningState.EXPIRED]
_PASSED = [one.value for one in SCREENING_PASSED]
_DECIDED = [one.value for one in SCREENING_DECIDED]
_NO_CONDITIONS = Q(deposit_ratio=None, credit_limit=None, terms_days=None)


class Checklist(models.Model):
    """What is looked at in a segment, from a day on. A change is a new number; both are kept.

    The segment "" is for all clients whose segment has no list of its own.
    """

    segment = models.CharField(_("segment"), max_length=60, blank=True)
    number = models.PositiveSmallIntegerField(_("number"))
    starts_on = models.DateField(_("counts from"))
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ("segment", "-number")
        constraints = (
            models.UniqueConstraint(fields=["segment", "number"], name="checklist_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.segment or '*'} {self.number}"


class ChecklistItem(models.Model):
    """A line of a checklist, or a question of its interview, in both languages."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("about"), max_length=12, choices=CheckKind)
    text = models.CharField(_("in English"), max_length=300)
    text_zh = models.CharField(_("in Chinese"), max_length=300)
    is_required = models.BooleanField(_("needed"), default=True)

    class Meta:
        verbose_name = _("line of a checklist")
        ordering = ("checklist", "position")
        constraints = (
            models.UniqueConstraint(fields=["checklist", "position"], name="checklist_place_once"),
            models.CheckConstraint(
                condition=Q(kind__in=CheckKind.values), name="checklist_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(text_zh=""), name="checklist_both_languages"
            ),
        )

    def __str__(self) -> str:
        return self.text

    def text_in(self, language: str) -> str:
        """The line in the reader's language."""
        return self.text_zh if language == "zh-hans" else self.text


class ScreeningQuerySet(models.QuerySet["Screening"]):
    """Screenings."""

    def visible_to(self, user: User) -> Self:
        """Screenings of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def undecided(self) -> Self:
        """Somebody works on it, or has to decide."""
        return self.filter(state__in=SCREENING_OPEN)

    def due_again(self, *, by: dt.date) -> Self:
        """The last word on their client, to be looked at again by a day, with nothing begun."""
        later = Screening.objects.filter(
            client=models.OuterRef("client"), pk__gt=models.OuterRef("pk")
        )
        return self.filter(state__in=SCREENING_PASSED, review_on__lte=by).exclude(
            models.Exists(later.exclude(state=ScreeningState.WITHDRAWN))
        )


class Screening(models.Model):
    """One look at a client before, or again while, it is trusted.

    What it is about never changes, and a decided one not at all (triggers): a later look is a new
    row that names the one before.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="screenings")
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="+")
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        _("state"), max_length=12, choices=ScreeningState, default=ScreeningState.IN_WORK
    )
    started_at = models.DateTimeField(_("begun"))
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    summary = models.TextField(_("summary"), blank=True)
    facts = models.JSONField(null=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    deposit_ratio = models.DecimalField(
        _("deposit ratio"), max_digits=5, decimal_places=4, null=True
    )
    credit_limit = models.DecimalField(
        _("credit limit"), max_digits=18, decimal_places=3, null=True
    )
    terms_days = models.PositiveSmallIntegerField(_("days to pay, at most"), null=True)
    reason = models.TextField(_("reason"), blank=True)
    review_on = models.DateField(_("to be screened again on"), null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=_STORED), name="screening_state_known"),
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(state__in=["IN_WORK", "SUBMITTED"]),
                name="screening_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["IN_WORK", "WITHDRAWN"])
                | Q(submitted_at__isnull=False, submitted_by__isnull=False)
                & Q(facts__isnull=False),
                name="screening_submitted_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_DECIDED, decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(reason="")
                | ~Q(state__in=_DECIDED) & Q(decided_at=None, decided_by=None, reason=""),
                name="screening_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("submitted_by")),
                name="screening_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state="CONDITIONAL") & ~_NO_CONDITIONS
                | ~Q(state="CONDITIONAL") & _NO_CONDITIONS,
                name="screening_conditions_stated",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_PASSED, review_on__isnull=False)
                | ~Q(state__in=_PASSED) & Q(review_on=None),
                name="screening_passed_until",
            ),
            models.CheckConstraint(
                condition=Q(deposit_ratio=None) | Q(deposit_ratio__gte=0, deposit_ratio__lte=1),
                name="screening_deposit_share",
            ),
            models.CheckConstraint(
                condition=Q(credit_limit=None) | Q(credit_limit__gte=0),
                name="screening_limit_not_negative",
            ),
        )
        indexes = (
            models.Index(fields=["client", "-id"], name="screening_client"),
            models.Index(
                fields=["started_at", "id"],
                condition=Q(state="IN_WORK"),
                name="screening_in_work",
            ),
            models.Index(
                fields=["submitted_at", "id"],
                condition=Q(state="SUBMITTED"),
                name="screening_waiting",
            ),
            models.Index(
                fields=["review_on", "id"],
                condition=Q(state__in=["ACCEPTED", "CONDITIONAL"]),
                name="screening_review",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.state}"

    def shown_state(self, on: dt.date) -> ScreeningState:
        """The state as it is shown on a day: one that passed counts through its last day."""
        if self.state in SCREENING_PASSED and self.review_on is not None and self.review_on < on:
            return ScreeningState.EXPIRED
        return ScreeningState(self.state)


class ScreeningTransition(models.Model):
    """One change of state: who, when, and what was said with it. Append-only."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="transitions")
    from_state = models.CharField(max_length=12, choices=ScreeningState, blank=True)
    to_state = models.CharField(max_length=12, choices=ScreeningState)
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("change of a screening")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.screening_id}: {self.to_state}"


class ScreeningAnswer(models.Model):
    """What was found for a line, or answered to a question. Append-only: the last one counts."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="answers")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(_("finding"), max_length=12, choices=Verdict, blank=True)
    text = models.TextField(_("note"), blank=True)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("answer of a screening")
        ordering = ("screening", "item", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict="") | Q(verdict__in=Verdict.values),
                name="screening_verdict_known",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="CONCERN") | ~Q(text=""), name="screening_concern_explained"
            ),
        )

    def __str__(self) -> str:
        return f"{self.screening_id}/{self.item_id}"


class Reference(models.Model):
    """Somebody who knows how the client pays: whom we asked, and once, what they said."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="references")
    company = models.CharField(_("company"), max_length=200)
    contact = models.CharField(_("whom to ask"), max_length=200, blank=True)
    asked_on = models.DateField(_("asked on"))
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField(_("answered on"), null=True)
    answered_to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    volume = models.CharField(_("volume of business"), max_length=200, blank=True)
    pays = models.CharField(_("pays"), max_length=8, choices=PaysOnTime, blank=True)
    recommends = models.BooleanField(_("recommends the client"), null=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        ordering = ("screening", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(company=""), name="reference_names_company"),
            models.CheckConstraint(
                condition=Q(answered_on=None, pays="", recommends=None, volume="", note="")
                | Q(answered_on__gte=F("asked_on"), pays__in=PaysOnTime.values),
                name="reference_answered_whole",
            ),
        )

    def __str__(self) -> str:
        return self.company

"""Appeals of clients against what was decided about them."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientDocument
from core.models import User
from credit.models.behaviours import RiskBehaviour
from credit.models.freeloading import FreeEntry
from credit.models.holds import CreditHold
from credit.models.score import ScoreSnapshot
from credit.states import APPEAL_WAITING, AppealAgainst, AppealChannel, AppealState
from interactions.models import Interaction


class AppealTerms(models.Model):
    """Within how many days an appeal is answered. The latest row counts; running ones stay."""

    answer_days = models.PositiveSmallIntegerField(_("days to answer"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("from"))
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("time to answer an appeal")
        verbose_name_plural = _("times to answer an appeal")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(answer_days__gte=1, answer_days__lte=60), name="appeal_days_sane"
            ),
        )

    def __str__(self) -> str:
        return f"{self.answer_days}"


class AppealQuerySet(models.QuerySet["Appeal"]):
    """Appeals."""

    def visible_to(self, user: User) -> Self:
        """Appeals of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def waiting(self) -> Self:
        """The client waits for our answer."""
        return self.filter(state__in=APPEAL_WAITING)

    def late(self, *, on: dt.date) -> Self:
        """Not answered by their deadline."""
        return self.waiting().filter(answer_by__lt=on)


class Appeal(models.Model):
    """A client says that a decision about it is wrong.

    What was said, against what and when never changes (a trigger). `decided_by` took the decision
    appealed against, and never handles the appeal.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="appeals")
    against = models.CharField(_("against"), max_length=10, choices=AppealAgainst)
    behaviour = models.ForeignKey(
        RiskBehaviour, on_delete=models.PROTECT, null=True, related_name="appeals"
    )
    free_entry = models.ForeignKey(
        FreeEntry, on_delete=models.PROTECT, null=True, related_name="appeals"
    )
    snapshot = models.ForeignKey(
        ScoreSnapshot, on_delete=models.PROTECT, null=True, related_name="+"
    )
    hold = models.ForeignKey(
        CreditHold, on_delete=models.PROTECT, null=True, related_name="appeals"
    )
    decision = models.CharField(_("which decision"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        User,
        verbose_name=_("who took the decision"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    channel = models.CharField(_("how it reached us"), max_length=8, choices=AppealChannel)
    grounds = models.TextField(_("why the client says it is wrong"))
    interaction = models.ForeignKey(
        Interaction,
        verbose_name=_("entry of the log"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    document = models.ForeignKey(
        ClientDocument,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    received_on = models.DateField(_("received"))
    answer_by = models.DateField(_("answer by"))
    handler = models.ForeignKey(
        User,
        verbose_name=_("who looks at it"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=AppealState, default=AppealState.RECEIVED
    )
    answer = models.TextField(_("reason told to the client"), blank=True)
    letter = models.TextField(_("text to the client"), blank=True)
    follows = models.TextField(_("what follows"), blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    key = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ("answer_by", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    state__in=AppealState.values,
                    against__in=AppealAgainst.values,
                    channel__in=AppealChannel.values,
                ),
                name="appeal_words_known",
            ),
            models.CheckConstraint(condition=~Q(grounds=""), name="appeal_says_why"),
            models.CheckConstraint(
                condition=Q(
                    against="BEHAVIOUR",
                    behaviour__isnull=False,
                    free_entry=None,
                    snapshot=None,
                    hold=None,
                )
                | Q(
                    against="FREE_WORK",
                    behaviour=None,
                    free_entry__isnull=False,
                    snapshot=None,
                    hold=None,
                )
                | Q(against="GRADE", behaviour=None, free_entry=None, hold=None)
                | Q(
                    against="HOLD",
                    behaviour=None,
                    free_entry=None,
                    snapshot=None,
                    hold__isnull=False,
                )
                | Q(against="OTHER", behaviour=None, free_entry=None, snapshot=None, hold=None)
                & ~Q(decision=""),
                name="appeal_against_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("handler")),
                name="appeal_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["UPHELD", "PARTLY", "REJECTED"])
                | (
                    Q(handler__isnull=False, closed_at__isnull=False)
                    & ~Q(answer="")
                    & ~Q(letter="")
                ),
                name="appeal_answered_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="IN_WORK") | Q(handler__isnull=False),
                name="appeal_in_work_of_somebody",
            ),
            models.UniqueConstraint(
                fields=["behaviour"],
                condition=Q(state__in=["RECEIVED", "IN_WORK"]),
                name="appeal_of_a_behaviour_once",
            ),
            models.UniqueConstraint(
                fields=["free_entry"],
                condition=Q(state__in=["RECEIVED", "IN_WORK"]),
                name="appeal_of_free_work_once",
            ),
        )
        indexes = (
            models.Index(fields=["client", "-received_on", "-id"], name="appeal_client"),
            models.Index(fields=["answer_by", "id"], name="appeal_by_deadline"),
            models.Index(
                fields=["answer_by", "id"],
                condition=Q(state__in=["RECEIVED", "IN_WORK"]),
                name="appeal_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.against}"

    def is_late(self, on: dt.date) -> bool:
        """Whether the client still waits after the deadline."""
        return self.state in APPEAL_WAITING and self.answer_by < on


class AppealTransition(models.Model):
    """One change of state: who, when, and what was said with it. Append-only."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="transitions")
    from_state = models.CharField(max_length=10, choices=AppealState, blank=True)
    to_state = models.CharField(max_length=10, choices=AppealState)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("step of an appeal")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"

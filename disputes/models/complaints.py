"""Complaints: what a client is not content with, who answers it and by when."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from contracts.models import Contract, Delivery
from core.models import User
from disputes.models.disputes import Dispute
from disputes.states import (
    COMPLAINT_WAITING,
    ComplaintCategory,
    ComplaintChannel,
    ComplaintReason,
    ComplaintState,
)
from interactions.models import Interaction
from payments.models import Invoice

ANSWER_DAYS = 5


class ComplaintPolicy(models.Model):
    """Within how many working days a creditor answers; five where it never said."""

    creditor = models.OneToOneField(
        Creditor, on_delete=models.PROTECT, related_name="complaint_policy"
    )
    answer_days = models.PositiveSmallIntegerField(_("working days to answer"), default=ANSWER_DAYS)

    class Meta:
        verbose_name = _("complaint policy")
        verbose_name_plural = _("complaint policies")
        ordering = ("creditor",)
        constraints = (
            models.CheckConstraint(
                condition=Q(answer_days__gte=1, answer_days__lte=60), name="complaint_days_sane"
            ),
        )

    def __str__(self) -> str:
        return f"{self.creditor_id}: {self.answer_days}"


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    """Complaints."""

    def visible_to(self, user: User) -> Self:
        """Complaints of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def waiting(self) -> Self:
        """The client waits for our answer."""
        return self.filter(state__in=COMPLAINT_WAITING)

    def late(self, *, on: dt.date) -> Self:
        """Not answered by their deadline."""
        return self.waiting().filter(answer_by__lt=on)


class Complaint(models.Model):
    """Something a client is not content with.

    What was said, when and about what never changes (a trigger); who works on it, how it is sorted,
    what was answered and its state do, each with a row of its history.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="complaints")
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(_("channel"), max_length=8, choices=ComplaintChannel)
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    category = models.CharField(_("category"), max_length=10, choices=ComplaintCategory)
    reason = models.CharField(_("reason"), max_length=20, choices=ComplaintReason)
    what = models.TextField(_("what the client says"))
    wants = models.TextField(_("what the client wants"), blank=True)
    owner = models.ForeignKey(
        User, verbose_name=_("who answers"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    received_at = models.DateTimeField(_("received"))
    answer_by = models.DateField(_("answer by"))
    state = models.CharField(
        _("state"), max_length=10, choices=ComplaintState, default=ComplaintState.RECEIVED
    )
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    is_accepted = models.BooleanField(_("accepted by the client"), null=True)
    resolution = models.TextField(_("resolution"), blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    dispute = models.OneToOneField(
        Dispute, on_delete=models.PROTECT, null=True, related_name="complaint"
    )
    interaction = models.ForeignKey(
        Interaction, on_delete=models.PROTECT, null=True, related_name="+"
    )
    key = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ("answer_by", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=ComplaintState.values), name="complaint_state_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=ComplaintChannel.values), name="complaint_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(category__in=ComplaintCategory.values)
                & Q(reason__in=ComplaintReason.values)
                & Q(reason__startswith=F("category")),
                name="complaint_reason_in_category",
            ),
            models.CheckConstraint(condition=~Q(what=""), name="complaint_says_what"),
            models.CheckConstraint(
                condition=Q(contract=None, invoice=None)
                | Q(contract=None, delivery=None)
                | Q(invoice=None, delivery=None),
                name="complaint_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(received_at__lte=F("created_at")), name="complaint_not_in_future"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ANSWERED", "CLOSED"])
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="complaint_answered_with_answer",
            ),
            models.CheckConstraint(
                condition=Q(state="CLOSED", closed_at__isnull=False, is_accepted__isnull=False)
                & ~Q(resolution="")
                | ~Q(state="CLOSED") & Q(closed_at=None, is_accepted=None, resolution=""),
                name="complaint_closed_whole",
            ),
        )
        indexes = (
            models.Index(fields=["client", "-received_at"], name="complaint_client"),
            models.Index(fields=["answer_by", "id"], name="complaint_by_deadline"),
            models.Index(
                fields=["answer_by", "id"],
                condition=Q(state__in=["RECEIVED", "IN_WORK", "REOPENED"]),
                name="complaint_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.reason}"

    def is_late(self, on: dt.date) -> bool:
        """Whether the client still waits after the deadline."""
        return self.state in COMPLAINT_WAITING and self.answer_by < on


class ComplaintTransition(models.Model):
    """One change of state: who, when, and what was said with it. Append-only."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="transitions")
    from_state = models.CharField(max_length=10, choices=ComplaintState, blank=True)
    to_state = models.CharField(max_length=10, choices=ComplaintState)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("complaint transition")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"

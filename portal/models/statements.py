"""Balances that clients confirmed or contested, invoice by invoice; and asking many at once."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from core.models import Job, User
from payments.models import Invoice
from portal.models.links import PortalAct, PortalLink
from portal.states import BatchRowState, LineAnswer, StatementOutcome


class StatementAnswerQuerySet(models.QuerySet["StatementAnswer"]):
    """Answers to statements of account."""

    def visible_to(self, user: User) -> Self:
        """Answers of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class StatementAnswer(models.Model):
    """What a client said of its balance on a day. Append-only; its lines say it per invoice."""

    act = models.OneToOneField(PortalAct, on_delete=models.PROTECT, related_name="statement")
    link = models.OneToOneField(PortalLink, on_delete=models.PROTECT, related_name="statement")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    on = models.DateField(_("as of"))
    outcome = models.CharField(max_length=10, choices=StatementOutcome)
    stated = models.DecimalField(_("stated"), max_digits=18, decimal_places=3)
    confirmed = models.DecimalField(_("confirmed"), max_digits=18, decimal_places=3)
    remark = models.TextField(_("remark"), blank=True)
    # How far it proves that the client acknowledged the debt, as DOMAIN grades it: A, B or C.
    grade = models.CharField(_("evidence grade"), max_length=1)
    at = models.DateTimeField()

    objects = StatementAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a statement")
        verbose_name_plural = _("answers to statements")
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=StatementOutcome.values), name="statement_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(confirmed__gte=0, confirmed__lte=models.F("stated")),
                name="statement_confirmed_within",
            ),
            models.CheckConstraint(
                condition=Q(outcome="CONFIRMED", confirmed=models.F("stated"))
                | Q(outcome="OBJECTED", confirmed=0)
                | Q(outcome="PARTLY"),
                name="statement_outcome_agrees",
            ),
            models.CheckConstraint(
                condition=Q(grade__in=["A", "B", "C"]), name="statement_grade_known"
            ),
        )
        indexes = (models.Index(fields=["client", "-at", "-id"], name="statement_client"),)

    def __str__(self) -> str:
        return f"{self.client_id} {self.on} {self.outcome}"


class StatementLine(models.Model):
    """What a client said of one invoice on a statement. Append-only."""

    answer = models.ForeignKey(StatementAnswer, on_delete=models.PROTECT, related_name="lines")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    open_amount = models.DecimalField(_("open"), max_digits=18, decimal_places=3)
    said = models.CharField(max_length=10, choices=LineAnswer)
    believed = models.DecimalField(
        _("open by the client's books"), max_digits=18, decimal_places=3, null=True
    )
    remark = models.CharField(_("remark"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("line of a confirmed statement")
        ordering = ("answer_id", "place")
        constraints = (
            models.UniqueConstraint(fields=["answer", "invoice"], name="statement_line_once"),
            models.CheckConstraint(
                condition=Q(said="CONFIRMED", believed=None, remark="") | Q(said="OBJECTED"),
                name="statement_line_agrees",
            ),
            models.CheckConstraint(
                condition=Q(believed=None) | Q(believed__gte=0), name="statement_believed_sane"
            ),
        )

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.said}"


class StatementBatch(models.Model):
    """Many clients asked at once to confirm their balance at the end of a day."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    on = models.DateField(_("as of"))
    overdue_only = models.BooleanField(_("only with something overdue"), default=False)
    days = models.PositiveSmallIntegerField()
    may_remind = models.BooleanField(default=False)
    key = models.CharField(max_length=64, editable=False, unique=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("statements at a period's end")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.creditor_id} {self.on}"


class StatementBatchRowQuerySet(models.QuerySet["StatementBatchRow"]):
    """Clients of a batch."""

    def visible_to(self, user: User) -> Self:
        """Those of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class StatementBatchRow(models.Model):
    """One client of a batch. Claimed before its link is made and sent, so never sent twice."""

    batch = models.ForeignKey(StatementBatch, on_delete=models.PROTECT, related_name="rows")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=BatchRowState, default=BatchRowState.WAITING)
    link = models.OneToOneField(PortalLink, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    objects = StatementBatchRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("client of a batch of statements")
        ordering = ("batch_id", "pk")
        constraints = (
            models.UniqueConstraint(fields=["batch", "client"], name="batch_client_once"),
            models.CheckConstraint(
                condition=Q(state__in=BatchRowState.values), name="batch_row_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.client_id}"

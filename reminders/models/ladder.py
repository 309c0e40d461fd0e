"""The ladder, where each client stands on it, and who is left alone."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from core.models import User
from payments.models import Invoice
from reminders.states import Channel, Tone


class LadderPolicy(models.Model):
    """How a creditor reminds. A changed policy never restarts anybody's ladder."""

    creditor = models.OneToOneField(
        Creditor, on_delete=models.PROTECT, related_name="ladder_policy"
    )
    tolerance = models.DecimalField(
        _("tolerance"),
        max_digits=18,
        decimal_places=3,
        default=1,
        help_text=_("A client that owes less than this in a currency is not reminded."),
    )
    min_gap_days = models.PositiveSmallIntegerField(
        _("days between reminders"),
        default=6,
        help_text=_("At least so many days between two messages to one client."),
    )
    max_feed_age_days = models.PositiveSmallIntegerField(
        _("bank statements at most this old (days)"),
        null=True,
        blank=True,
        default=3,
        help_text=_("Nobody is reminded on old bank data. Empty: not watched."),
    )
    send_from = models.TimeField(
        _("send from"), null=True, blank=True, help_text=_("In the client's time zone.")
    )
    send_until = models.TimeField(_("send until"), null=True, blank=True)
    workdays_only = models.BooleanField(
        _("on working days only"),
        default=False,
        help_text=_("Weekends and public holidays of the client's country are left out."),
    )
    sender_name = models.CharField(_("sender's name"), max_length=120, blank=True)
    reply_to = models.EmailField(_("answers go to"), blank=True)

    class Meta:
        verbose_name = _("reminder policy")
        verbose_name_plural = _("reminder policies")
        constraints = (
            models.CheckConstraint(condition=Q(tolerance__gte=0), name="policy_tolerance"),
            models.CheckConstraint(
                condition=Q(send_from=None, send_until=None) | Q(send_from__lt=F("send_until")),
                name="policy_hours_in_order",
            ),
        )

    def __str__(self) -> str:
        return str(self.creditor)


class LadderStep(models.Model):
    """One step of the ladder: from which day past due, by which channel, in which tone."""

    policy = models.ForeignKey(LadderPolicy, on_delete=models.CASCADE, related_name="steps")
    level = models.PositiveSmallIntegerField(_("level"))
    day = models.SmallIntegerField(
        _("from day"), help_text=_("Days past due; negative before the due date.")
    )
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    tone = models.CharField(_("tone"), max_length=12, choices=Tone)
    enabled = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("ladder step")
        ordering = ("policy", "level")
        constraints = (
            models.UniqueConstraint(fields=["policy", "level"], name="ladder_level_once"),
            models.CheckConstraint(condition=Q(level__lte=9), name="ladder_level_small"),
        )

    def __str__(self) -> str:
        return f"{self.level}: {self.day}"


class Cycle(models.Model):
    """One climb of a client on the ladder, per creditor and currency.

    It opens with the first message and closes when the invoices it asked for are settled;
    what falls due later starts a new, calm climb.
    """

    creditor = models.ForeignKey(
        Creditor, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="cycles")
    currency = models.CharField(max_length=3)
    level = models.SmallIntegerField(_("level reached"), default=-1)
    last_sent_on = models.DateField(_("last sent"), null=True)
    opened_on = models.DateField(_("opened"))
    closed_on = models.DateField(_("closed"), null=True)

    class Meta:
        verbose_name = _("reminder cycle")
        ordering = ("-opened_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["client", "creditor", "currency"],
                condition=Q(closed_on=None),
                name="cycle_one_open",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                name="cycle_dates_in_order",
            ),
        )
        indexes = (
            models.Index(
                fields=["creditor", "last_sent_on"],
                include=["client", "currency"],
                name="cycle_last_sent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.client_id} {self.currency} {self.opened_on}"


class ReminderHoldQuerySet(models.QuerySet["ReminderHold"]):
    """Holds."""

    def visible_to(self, user: User) -> Self:
        """Holds on the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def active(self, *, on: dt.date) -> Self:
        """In force on a day."""
        return self.filter(Q(until_on=None) | Q(until_on__gte=on), released_at=None)


class ReminderHold(models.Model):
    """A person said: do not remind this client, or of this invoice, for a while."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="reminder_holds")
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, null=True, blank=True, related_name="reminder_holds"
    )
    reason = models.CharField(_("reason"), max_length=300)
    until_on = models.DateField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ReminderHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder hold")
        verbose_name_plural = _("reminder holds")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="reminder_hold_reason_given"),
        )
        indexes = (
            models.Index(
                fields=["client"], condition=Q(released_at=None), name="reminder_hold_active"
            ),
        )

    def __str__(self) -> str:
        return self.reason

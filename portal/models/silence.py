"""What happens when a client does not answer: once, after some working days."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Creditor
from core.models import User
from portal.models.links import PortalLink


class SilencePolicy(models.Model):
    """How long a creditor waits for an answer before it asks again."""

    creditor = models.OneToOneField(Creditor, on_delete=models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(
        _("working days without an answer"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )

    class Meta:
        verbose_name = _("policy on silence")
        constraints = (
            models.CheckConstraint(condition=Q(days__range=(1, 60)), name="silence_days_sane"),
        )

    def __str__(self) -> str:
        return f"{self.creditor_id}: {self.days}"


class LinkReminder(models.Model):
    """What is done once when a link is not answered: a follow-up, and one mail if approved.

    The mail carries a fresh link to the same text, because the address of the first is kept
    nowhere. That it was done is added once (a trigger keeps it so), before the mail leaves.
    """

    link = models.OneToOneField(PortalLink, on_delete=models.PROTECT, related_name="reminder")
    due_on = models.DateField()
    may_mail = models.BooleanField(default=False)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    followed_up_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    fresh = models.OneToOneField(
        PortalLink, on_delete=models.PROTECT, null=True, related_name="reminds_of"
    )

    class Meta:
        verbose_name = _("reminder of a link")
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(may_mail=False, mailed_at=None, fresh=None) | Q(may_mail=True),
                name="link_reminder_approved",
            ),
            models.CheckConstraint(
                condition=Q(fresh=None) | (~Q(fresh=F("link")) & Q(mailed_at__isnull=False)),
                name="link_reminder_fresh_with_time",
            ),
        )
        indexes = (
            models.Index(
                fields=["due_on"],
                condition=Q(followed_up_at=None) | Q(may_mail=True, mailed_at=None),
                name="link_reminder_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.link_id} {self.due_on}"

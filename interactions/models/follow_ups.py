"""What is to be done next with a client."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from core.models import User
from interactions.models.log import Interaction


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """What is to be done next."""

    def visible_to(self, user: User) -> Self:
        """Follow-ups of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def open(self) -> Self:
        """Not done yet."""
        return self.filter(done_at=None)


class FollowUp(models.Model):
    """The next action with a client: what, by when, by whom."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="follow_ups")
    interaction = models.ForeignKey(
        Interaction, on_delete=models.PROTECT, null=True, related_name="follow_ups"
    )
    due_on = models.DateField(_("due"))
    owner = models.ForeignKey(
        User, verbose_name=_("who"), on_delete=models.PROTECT, related_name="follow_ups"
    )
    text = models.CharField(_("what to do"), max_length=300)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ("due_on", "pk")
        indexes = (
            models.Index(
                fields=["owner", "due_on"], condition=Q(done_at=None), name="followup_open_owner"
            ),
            models.Index(
                fields=["client", "due_on"], condition=Q(done_at=None), name="followup_open_client"
            ),
        )

    def __str__(self) -> str:
        return self.text

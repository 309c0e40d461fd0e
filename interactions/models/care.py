"""Care of clients: service levels, and revisits planned from them."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from core.models import User
from interactions.models.log import Interaction
from interactions.states import RevisitState


class ServiceLevel(models.Model):
    """How often a client is visited, by whom and what for. Managers edit it."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=80)
    grades = models.CharField(
        _("suggested for grades"),
        max_length=6,
        blank=True,
        help_text=_("Letters of grades, like AB. Only a suggestion."),
    )
    interval_days = models.PositiveSmallIntegerField(_("days between revisits"))
    who = models.CharField(_("who visits"), max_length=120)
    who_zh = models.CharField(_("who visits, in Chinese"), max_length=120)
    what_to_do = models.CharField(_("what to do"), max_length=500)
    what_to_do_zh = models.CharField(_("what to do, in Chinese"), max_length=500)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("service level")
        verbose_name_plural = _("service levels")
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(interval_days__gte=1, interval_days__lte=1100),
                name="service_level_interval_sane",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(name_zh=""), name="service_level_named"
            ),
        )

    def __str__(self) -> str:
        return self._in("name")

    def _in(self, name: str) -> str:
        in_chinese: str = getattr(self, f"{name}_zh")
        plain: str = getattr(self, name)
        return in_chinese if (get_language() or "en") == "zh-hans" else plain

    @property
    def who_shown(self) -> str:
        """Who visits, for whoever reads the page."""
        return self._in("who")

    @property
    def what_shown(self) -> str:
        """What to do, for whoever reads the page."""
        return self._in("what_to_do")


class ClientCareQuerySet(models.QuerySet["ClientCare"]):
    """Which level a client has."""

    def visible_to(self, user: User) -> Self:
        """Those of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class ClientCare(models.Model):
    """The service level of one client, and from when on."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="care")
    level = models.ForeignKey(ServiceLevel, on_delete=models.PROTECT, related_name="clients")
    start_on = models.DateField(_("from"))
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ClientCareQuerySet.as_manager()

    class Meta:
        verbose_name = _("service level of a client")
        verbose_name_plural = _("service levels of clients")
        ordering = ("client",)

    def __str__(self) -> str:
        return f"{self.client_id}: {self.level_id}"


class RevisitQuerySet(models.QuerySet["Revisit"]):
    """Revisits."""

    def visible_to(self, user: User) -> Self:
        """Revisits of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def planned(self) -> Self:
        """Still to be made."""
        return self.filter(state=RevisitState.PLANNED)

    def due(self, *, on: dt.date) -> Self:
        """To be made by a day."""
        return self.planned().filter(due_on__lte=on)


class Revisit(models.Model):
    """One revisit: planned, then made or skipped with a reason. One is planned per client."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="revisits")
    level = models.ForeignKey(ServiceLevel, on_delete=models.PROTECT, related_name="revisits")
    due_on = models.DateField(_("due"))
    state = models.CharField(
        _("state"), max_length=8, choices=RevisitState, default=RevisitState.PLANNED
    )
    done_on = models.DateField(_("made on"), null=True)
    note = models.TextField(_("outcome, or why it was skipped"), blank=True)
    interaction = models.ForeignKey(
        Interaction, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = RevisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("revisit")
        verbose_name_plural = _("revisits")
        ordering = ("due_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["client"], condition=Q(state="PLANNED"), name="revisit_one_planned"
            ),
            models.CheckConstraint(
                condition=Q(state__in=RevisitState.values), name="revisit_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="PLANNED", decided_at=None)
                | (~Q(state="PLANNED") & Q(decided_at__isnull=False) & ~Q(note="")),
                name="revisit_decided_with_words",
            ),
            models.CheckConstraint(
                condition=(Q(state="DONE") & Q(done_on__isnull=False, interaction__isnull=False))
                | (~Q(state="DONE") & Q(done_on=None)),
                name="revisit_done_with_entry",
            ),
        )
        indexes = (
            models.Index(
                fields=["due_on", "id"], condition=Q(state="PLANNED"), name="revisit_planned"
            ),
            models.Index(fields=["client", "-due_on"], name="revisit_client"),
            models.Index(fields=["-decided_at", "-id"], name="revisit_decided"),
        )

    def __str__(self) -> str:
        return f"{self.client_id} {self.due_on}"

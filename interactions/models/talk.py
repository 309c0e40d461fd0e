"""Scripts of hard calls, in versions; incidents of abuse and what a manager decided."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from core.models import User
from interactions.models.log import Interaction
from interactions.states import (
    CallSituation,
    IncidentCategory,
    IncidentSeverity,
    IncidentState,
)

#: The steps of a call, in their order.
STEPS = ("opening", "ask", "listen", "offer", "close", "never")


class CallScriptQuerySet(models.QuerySet["CallScript"]):
    """Scripts."""

    def newest(self) -> Self:
        """The newest version for each situation."""
        newer = CallScript.objects.filter(
            situation=OuterRef("situation"), version__gt=OuterRef("version")
        )
        return self.filter(~Exists(newer))


class CallScript(models.Model):
    """One version of what to say in a hard call. Append-only."""

    situation = models.CharField(_("situation"), max_length=20, choices=CallSituation)
    version = models.PositiveSmallIntegerField(_("version"))
    opening = models.TextField(_("opening"))
    ask = models.TextField(_("ask"))
    listen = models.TextField(_("listen"))
    offer = models.TextField(_("offer"))
    close = models.TextField(_("close"))
    never = models.TextField(_("never say"))
    opening_zh = models.TextField(_("opening in Chinese"))
    ask_zh = models.TextField(_("ask in Chinese"))
    listen_zh = models.TextField(_("listen in Chinese"))
    offer_zh = models.TextField(_("offer in Chinese"))
    close_zh = models.TextField(_("close in Chinese"))
    never_zh = models.TextField(_("never say in Chinese"))
    created_at = models.DateTimeField(_("written"))
    created_by = models.ForeignKey(
        User, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = CallScriptQuerySet.as_manager()

    class Meta:
        verbose_name = _("script of a call")
        verbose_name_plural = _("scripts of calls")
        ordering = ("situation", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=["situation", "version"], name="call_script_version_once"
            ),
            models.CheckConstraint(
                condition=Q(situation__in=CallSituation.values), name="call_script_situation_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.situation} v{self.version}"

    def step_in(self, step: str, language: str) -> str:
        """One step in the language of the call."""
        return str(getattr(self, f"{step}_zh" if language == "zh-hans" else step))


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Incidents."""

    def visible_to(self, user: User) -> Self:
        """Incidents of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def unsettled(self) -> Self:
        """Not closed yet."""
        return self.exclude(state=IncidentState.CLOSED)


class Incident(models.Model):
    """A client abused or threatened somebody. For a manager; nothing follows from it by itself."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="incidents")
    interaction = models.ForeignKey(
        Interaction, on_delete=models.PROTECT, null=True, related_name="incidents"
    )
    category = models.CharField(_("what it was"), max_length=16, choices=IncidentCategory)
    severity = models.CharField(_("how bad"), max_length=10, choices=IncidentSeverity)
    quote = models.TextField(_("their words"))
    note = models.TextField(_("what else happened"), blank=True)
    occurred_at = models.DateTimeField(_("happened"))
    reported_at = models.DateTimeField(_("reported"))
    reported_by = models.ForeignKey(
        User, verbose_name=_("reported by"), on_delete=models.PROTECT, related_name="+"
    )
    manager = models.ForeignKey(
        User, verbose_name=_("for"), on_delete=models.PROTECT, null=True, related_name="incidents"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=IncidentState, default=IncidentState.OPEN
    )
    decision = models.TextField(_("decision"), blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ("-reported_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(quote=""), name="incident_quotes"),
            models.CheckConstraint(
                condition=Q(state__in=IncidentState.values), name="incident_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN") | ~Q(decision=""), name="incident_decided"
            ),
        )
        indexes = (
            models.Index(fields=["-reported_at", "-id"], name="incident_order"),
            models.Index(fields=["client", "-reported_at"], name="incident_client"),
        )

    def __str__(self) -> str:
        return self.quote[:60]


class IncidentTransition(models.Model):
    """One step of an incident, with what was decided. Append-only."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="transitions")
    from_state = models.CharField(max_length=10, choices=IncidentState, blank=True)
    to_state = models.CharField(max_length=10, choices=IncidentState)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("step of an incident")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"

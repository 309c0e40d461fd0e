"""Whom we may contact, when and how often; who has said stop; what was not kept."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Contact
from core.models import User
from interactions.models.log import Interaction
from interactions.states import ContactRule, RuleMode


class ContactPolicy(models.Model):
    """The rules of contact for a country from a day on; a change is a new row. "" is for all."""

    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("Empty: wherever no other row applies.")
    )
    effective_on = models.DateField(_("from"))
    opens = models.TimeField(_("contact from"))
    closes = models.TimeField(_("contact until"))
    hours_mode = models.CharField(_("contact hours"), max_length=5, choices=RuleMode)
    per_day = models.PositiveSmallIntegerField(_("calls a day"))
    per_week = models.PositiveSmallIntegerField(_("calls a week"))
    frequency_mode = models.CharField(_("how often"), max_length=5, choices=RuleMode)
    authorised_mode = models.CharField(
        _("authorised contacts only"), max_length=5, choices=RuleMode
    )
    refusal_mode = models.CharField(_("stop on refusal"), max_length=5, choices=RuleMode)
    opt_out_mode = models.CharField(_("opted out"), max_length=5, choices=RuleMode)
    source = models.CharField(_("source"), max_length=300)
    created_at = models.DateTimeField(_("entered"))
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )

    class Meta:
        verbose_name = _("contact policy")
        verbose_name_plural = _("contact policies")
        ordering = ("country", "-effective_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(opens__lt=F("closes")), name="contact_policy_hours_in_order"
            ),
            models.CheckConstraint(
                condition=Q(per_day__gte=1, per_week__gte=F("per_day")),
                name="contact_policy_caps_in_order",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="contact_policy_has_source"),
            models.CheckConstraint(
                condition=Q(
                    hours_mode__in=RuleMode.values,
                    frequency_mode__in=RuleMode.values,
                    authorised_mode__in=RuleMode.values,
                    refusal_mode__in=RuleMode.values,
                    opt_out_mode__in=RuleMode.values,
                ),
                name="contact_policy_modes_known",
            ),
        )
        indexes = (
            models.Index(fields=["country", "-effective_on", "-id"], name="contact_policy_of"),
        )

    def __str__(self) -> str:
        return f"{self.country or '*'} {self.effective_on}"


class RefusalLift(models.Model):
    """A person allows a contact to be called again who had refused to talk, and says why."""

    refusal = models.OneToOneField(Interaction, on_delete=models.PROTECT, related_name="lift")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why"), max_length=300)
    lifted_at = models.DateTimeField(_("lifted"))
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("lifted refusal")
        ordering = ("-lifted_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="refusal_lift_has_reason"),
        )

    def __str__(self) -> str:
        return self.reason


class ContactBreachQuerySet(models.QuerySet["ContactBreach"]):
    """Contacts that did not keep a rule."""

    def visible_to(self, user: User) -> Self:
        """Breaches with the clients this user may see."""
        return self if user.sees_all_clients else self.filter(interaction__client__owner=user)


class ContactBreach(models.Model):
    """A rule that a logged contact did not keep, noted with the entry: the log does not lie."""

    interaction = models.ForeignKey(Interaction, on_delete=models.PROTECT, related_name="breaches")
    rule = models.CharField(_("rule"), max_length=12, choices=ContactRule)
    mode = models.CharField(_("what the policy does"), max_length=5, choices=RuleMode)
    local_time = models.CharField(_("time at the client's"), max_length=40)
    calls_today = models.PositiveSmallIntegerField(_("calls that day"))
    calls_week = models.PositiveSmallIntegerField(_("calls that week"))

    objects = ContactBreachQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact outside the rules")
        verbose_name_plural = _("contacts outside the rules")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["interaction", "rule"], name="contact_breach_once"),
            models.CheckConstraint(
                condition=Q(rule__in=ContactRule.values), name="contact_breach_rule_known"
            ),
        )

    def __str__(self) -> str:
        return self.get_rule_display()

    @property
    def local_shown(self) -> str:
        """The time at the client's to the minute, without its offset."""
        return self.local_time[:16].replace("T", " ")


class RecordingNote(models.Model):
    """What the law of a place says about recording a call, from a day on, with its source."""

    jurisdiction = models.CharField(_("place"), max_length=10, blank=True)
    effective_on = models.DateField(_("from"))
    name = models.CharField(_("name"), max_length=80)
    name_zh = models.CharField(_("name in Chinese"), max_length=80)
    needs_consent = models.BooleanField(_("all sides must agree"))
    text = models.TextField(_("note"))
    text_zh = models.TextField(_("note in Chinese"))
    source = models.CharField(_("source"), max_length=300)
    verified_by = models.CharField(_("verified by"), max_length=120, blank=True)
    verified_on = models.DateField(_("verified on"), null=True, blank=True)

    class Meta:
        verbose_name = _("note on recordings")
        verbose_name_plural = _("notes on recordings")
        ordering = ("jurisdiction", "-effective_on")
        constraints = (
            models.UniqueConstraint(
                fields=["jurisdiction", "effective_on"], name="recording_note_once"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="recording_note_has_source"),
        )

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        """The place in the reader's language."""
        return self.name_zh if language == "zh-hans" else self.name

    def text_in(self, language: str) -> str:
        """The note in the reader's language."""
        return self.text_zh if language == "zh-hans" else self.text

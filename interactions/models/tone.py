"""The lexicon of the tone check, and what was sent although it warned. Append-only."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from clients.states import Language
from core.models import User
from interactions.states import PatternKind, ToneName, ToneSeverity


class ToneRuleQuerySet(models.QuerySet["ToneRule"]):
    """Entries of the lexicon."""

    def newest(self) -> Self:
        """The newest version of each entry."""
        newer = ToneRule.objects.filter(key=OuterRef("key"), version__gt=OuterRef("version"))
        return self.filter(~Exists(newer))


class ToneRule(models.Model):
    """One version of an entry: what is looked for, and what to say instead."""

    key = models.SlugField(_("entry"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"))
    rule = models.CharField(_("rule"), max_length=20, choices=ToneName)
    severity = models.CharField(_("what happens"), max_length=10, choices=ToneSeverity)
    language = models.CharField(_("language"), max_length=10, choices=Language)
    kind = models.CharField(_("looked for as"), max_length=10, choices=PatternKind)
    pattern = models.CharField(_("what is looked for"), max_length=500)
    unless = models.JSONField(_("does not count where"), default=list, blank=True)
    calmer = models.CharField(_("calmer wording"), max_length=500, blank=True)
    why = models.CharField(_("why (English)"), max_length=300)
    why_zh = models.CharField(_("why (Chinese)"), max_length=300)
    is_active = models.BooleanField(_("in use"), default=True)
    note = models.CharField(_("reason for the change"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("written"))
    created_by = models.ForeignKey(
        User, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ToneRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the tone lexicon")
        verbose_name_plural = _("entries of the tone lexicon")
        ordering = ("key", "-version")
        constraints = (
            models.UniqueConstraint(fields=["key", "version"], name="tone_rule_version_once"),
            models.CheckConstraint(condition=Q(rule__in=ToneName.values), name="tone_rule_known"),
            models.CheckConstraint(
                condition=Q(severity__in=ToneSeverity.values), name="tone_severity_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PatternKind.values), name="tone_kind_known"
            ),
            models.CheckConstraint(condition=~Q(pattern=""), name="tone_pattern_given"),
        )

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class ToneOverrideQuerySet(models.QuerySet["ToneOverride"]):
    """Texts sent although the check warned."""

    def visible_to(self, user: User) -> Self:
        """Those to the clients this user may see, and those to nobody in particular."""
        if user.sees_all_clients:
            return self
        return self.filter(Q(client__owner=user) | Q(client=None, decided_by=user))


class ToneOverride(models.Model):
    """A person sent a text although the check warned, and said why. Kept with what was sent."""

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, null=True, related_name="tone_overrides"
    )
    # A soft link to what was sent, so that this room knows nothing of the ones above it.
    about_type = models.CharField(max_length=60)
    about_id = models.CharField(max_length=60)
    hits = models.JSONField(_("what was warned of"))
    reason = models.CharField(_("why it was sent"), max_length=300)
    decided_at = models.DateTimeField(_("when"))
    decided_by = models.ForeignKey(
        User, verbose_name=_("who"), on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ToneOverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("text sent all the same")
        verbose_name_plural = _("texts sent all the same")
        ordering = ("-decided_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="tone_override_has_reason"),
        )
        indexes = (
            models.Index(fields=["about_type", "about_id"], name="tone_override_about"),
            models.Index(fields=["-decided_at", "-id"], name="tone_override_order"),
        )

    def __str__(self) -> str:
        return self.reason

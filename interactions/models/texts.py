"""The library of texts: what is said in a situation, in versions that stay."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.models import User
from interactions.states import Situation, TextChannel, TextTone


class MessageTemplate(models.Model):
    """A text for one situation. What it says is in its versions."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    situation = models.CharField(_("situation"), max_length=20, choices=Situation)
    channel = models.CharField(_("goes out by"), max_length=10, choices=TextChannel)
    tone = models.CharField(_("tone"), max_length=10, choices=TextTone)
    name = models.CharField(_("name"), max_length=80)
    name_zh = models.CharField(_("name in Chinese"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(situation__in=Situation.values), name="text_situation_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=TextChannel.values), name="text_channel_known"
            ),
        )

    def __str__(self) -> str:
        """The name as the person at the screen reads it."""
        return self.name_zh if get_language() == "zh-hans" else self.name


class MessageTemplateVersion(models.Model):
    """What a text says, in both languages. Append-only."""

    template = models.ForeignKey(MessageTemplate, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    subject_zh = models.CharField(_("subject in Chinese"), max_length=200, blank=True)
    body_zh = models.TextField(_("text in Chinese"))
    created_at = models.DateTimeField(_("written"))
    created_by = models.ForeignKey(
        User, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("version of a text")
        verbose_name_plural = _("versions of a text")
        ordering = ("template", "-number")
        constraints = (
            models.UniqueConstraint(fields=["template", "number"], name="text_version_once"),
            models.CheckConstraint(
                condition=~Q(body="") & ~Q(body_zh=""), name="text_in_both_languages"
            ),
        )

    def __str__(self) -> str:
        return f"{self.template_id} v{self.number}"

    def subject_in(self, language: str) -> str:
        """The subject in the reader's language."""
        return self.subject_zh if language == "zh-hans" else self.subject

    def body_in(self, language: str) -> str:
        """The text in the reader's language."""
        return self.body_zh if language == "zh-hans" else self.body

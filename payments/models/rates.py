"""Published rates and statutory presets, as dated rows with their source."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ReferenceRate(models.Model):
    """A published rate from a day on, in percent a year; with who verified it and when."""

    series = models.CharField(_("series"), max_length=40)
    effective_on = models.DateField(_("from"))
    percent = models.DecimalField(_("percent a year"), max_digits=9, decimal_places=5)
    source = models.CharField(_("source"), max_length=300)
    verified_by = models.CharField(_("verified by"), max_length=120, blank=True)
    verified_on = models.DateField(_("verified"), null=True, blank=True)

    class Meta:
        verbose_name = _("reference rate")
        verbose_name_plural = _("reference rates")
        ordering = ("series", "effective_on")
        constraints = (
            models.UniqueConstraint(fields=["series", "effective_on"], name="rate_once_a_day"),
            models.CheckConstraint(
                condition=Q(percent__gte=-5, percent__lte=100), name="rate_sane"
            ),
        )

    def __str__(self) -> str:
        return f"{self.series} {self.effective_on}: {self.percent}%"


class InterestPreset(models.Model):
    """A late-payment rule of law or usage; its parameters are read by `payments.rules`."""

    code = models.SlugField(_("code"), max_length=40)
    effective_on = models.DateField(_("from"))
    name = models.CharField(_("name"), max_length=160)
    name_zh = models.CharField(_("name in Chinese"), max_length=160)
    parameters = models.JSONField(_("parameters"))
    source = models.CharField(_("source"), max_length=300)
    verified_by = models.CharField(_("verified by"), max_length=120, blank=True)
    verified_on = models.DateField(_("verified"), null=True, blank=True)

    class Meta:
        verbose_name = _("interest preset")
        verbose_name_plural = _("interest presets")
        ordering = ("code", "effective_on")
        constraints = (
            models.UniqueConstraint(fields=["code", "effective_on"], name="preset_once_a_day"),
        )

    def __str__(self) -> str:
        return self.code

    def name_in(self, language: str) -> str:
        """Name in the reader's language."""
        return self.name_zh if language == "zh-hans" else self.name

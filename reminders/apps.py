"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    """How we ask: ladder, decisions, messages, demand letters."""

    name = "reminders"
    verbose_name = _("Reminders")

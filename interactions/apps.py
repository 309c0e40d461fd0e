"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InteractionsConfig(AppConfig):
    """What was said: an append-only log."""

    name = "interactions"
    verbose_name = _("Interactions")

"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    """Ledgers coming in: mapping, preview, report."""

    name = "imports"
    verbose_name = _("Imports")

"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisputesConfig(AppConfig):
    """What is contested."""

    name = "disputes"
    verbose_name = _("Disputes")

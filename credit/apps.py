"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CreditConfig(AppConfig):
    """How far we trust."""

    name = "credit"
    verbose_name = _("Credit")

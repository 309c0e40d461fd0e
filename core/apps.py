"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Ground floor: users and roles, money, dates, audit chain, documents, outbox, PDF."""

    name = "core"
    verbose_name = _("Ground floor")

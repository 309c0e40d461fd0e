"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """What is owed and paid."""

    name = "payments"
    verbose_name = _("Payments")

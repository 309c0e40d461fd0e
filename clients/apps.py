"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    """Who owes: creditors, clients, contacts, standing."""

    name = "clients"
    verbose_name = _("Clients")

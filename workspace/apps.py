"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkspaceConfig(AppConfig):
    """The pages that join the rooms."""

    name = "workspace"
    verbose_name = _("Workspace")

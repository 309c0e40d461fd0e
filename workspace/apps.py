"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkspaceConfig(AppConfig):
    """The pages that join the rooms."""

    name = "workspace"
    verbose_name = _("Workspace")

    def ready(self) -> None:
        """Tell the log how the things of the other rooms are named and opened."""
        from workspace.selectors import about  # models are loaded by now

        about.register()

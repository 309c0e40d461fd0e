"""Makes the Celery application the default one before any app defines its tasks."""

import gc

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CrmConfig(AppConfig):
    """The project itself as an app: it owns commands and pages that belong to no room."""

    name = "crm"
    verbose_name = "Dunwell"

    def ready(self) -> None:
        """Load Celery here, not in ``crm/__init__``: the supervisor must not import it."""
        from crm.celery import app

        app.set_default()
        # Jobs and outbox handlers are registered by the rooms' tasks, in web and commands too.
        autodiscover_modules("tasks")
        _begin_to_collect()


def _begin_to_collect() -> None:
    """The last app is ready: what is there now is looked through no more, and stays shared.

    (Settings switched the collector off. Processes forked later do not write to frozen objects.)
    """
    gc.freeze()
    gc.enable()

"""Celery application. Tasks are wake-ups: the outbox row in the database is the truth."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_postrun

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")

app = Celery("dunwell")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

SWEEPER = "core.tasks.sweep_outbox"


@task_postrun.connect
def note_sweeper(*, task: Any, state: str, **_: Any) -> None:
    """Leave a mark that /readyz can read whenever the sweeper got through."""
    if task.name == SWEEPER and state == "SUCCESS":
        from crm.health import note_sweeper_beat

        note_sweeper_beat()

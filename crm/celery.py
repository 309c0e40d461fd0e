"""Celery application. Tasks are wake-ups: the outbox row in the database is the truth."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_postrun
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")

app = Celery("dunwell")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)

SWEEPER = "core.tasks.sweep_outbox"


@setup_logging.connect
def log_like_the_rest(**_: Any) -> None:
    """Keep Celery from setting up logs of its own: one form for web and worker."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@task_postrun.connect
def note_sweeper(*, task: Any, state: str, **_: Any) -> None:
    """Leave a mark that /readyz can read whenever the sweeper got through."""
    if task.name == SWEEPER and state == "SUCCESS":
        from crm.health import note_sweeper_beat

        note_sweeper_beat()

"""The project: settings, routes, Celery, and the supervisor of the embedded services."""

from crm.celery import app as celery_app

__all__ = ["celery_app"]

"""Background work of this room. Importing it registers outbox handlers and Celery tasks."""

from interactions.tasks.outgoing import send_written

__all__ = ["send_written"]

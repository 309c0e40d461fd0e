"""Background work of this room. Importing it registers jobs, outbox handlers and Celery tasks."""

from reminders.tasks import letters as _letters
from reminders.tasks import planning as _planning
from reminders.tasks.sending import send_queued

__all__ = ["_letters", "_planning", "send_queued"]

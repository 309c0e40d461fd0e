"""Background work of this room. Importing it registers outbox handlers and Celery tasks."""

from interactions.tasks.mail import (
    poll_mail,
)
from interactions.tasks.minutes import (
    deem,
    print_issued_minutes,
)
from interactions.tasks.outgoing import (
    send_written,
)

__all__ = [
    "deem",
    "poll_mail",
    "print_issued_minutes",
    "send_written",
]

"""Background work of this room: each task reads the clock and makes one call."""

from interactions.tasks.mail import poll_mail
from interactions.tasks.minutes import deem, print_issued_minutes

__all__ = ["deem", "poll_mail", "print_issued_minutes"]

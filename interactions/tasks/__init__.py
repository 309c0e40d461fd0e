"""Background work of this room."""

from interactions.tasks.mail import poll_mail

__all__ = ["poll_mail"]

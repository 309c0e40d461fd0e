"""Wake-ups of the mail archive. What was taken is in the database."""

from dataclasses import asdict

from celery import shared_task

from core.dates import now
from interactions.services.mailbox import poll_mailbox


@shared_task(name="interactions.tasks.poll_mail")
def poll_mail() -> dict[str, object]:
    """Fetch what came to the mailbox of IMAP_URL; run by beat every three minutes."""
    polled = poll_mailbox(clock=now)
    return asdict(polled) if polled is not None else {}

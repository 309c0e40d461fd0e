"""Which mails are reminders: so that answers and returned mails find their client."""

from collections.abc import Mapping, Sequence

from interactions.selectors import SentMail
from reminders.models import Message


def reminders_sent(message_ids: Sequence[str]) -> Mapping[str, SentMail]:
    """Reminders by Message-ID. One that was never claimed has no text, and left nowhere."""
    rows = Message.objects.filter(message_id__in=message_ids, raw__isnull=False).order_by("pk")
    return {
        message_id: SentMail(client_id, email)
        for message_id, client_id, email in rows.values_list("message_id", "client_id", "to_email")
    }

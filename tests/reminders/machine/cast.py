"""An approved message, an hour later."""

from typing import Any

from clients.models import Client, Creditor
from core.models import User
from reminders.models import Message
from tests.factories import make_invoice
from tests.reminders.steps import approve, plan


def queued(creditor: Creditor, client: Client, finance: User, **fields: Any) -> Message:
    """One approved message."""
    make_invoice(client, creditor, **{"number": "late", **fields})
    approve(plan(creditor), finance)
    return Message.objects.get(client=client, state="QUEUED")

"""Mails written by hand: queued, sent, and looked at."""

from __future__ import annotations

import datetime as dt
from typing import Any

from clients.models import Client, Contact, Creditor
from core.models import User
from interactions.models import OutgoingMail
from interactions.services.outgoing import Letter, queue_mail
from interactions.services.outgoing_sending import send_written
from tests.factories import NOW

DAY = dt.timedelta(days=1)


def letter(client: Client, creditor: Creditor, contact: Contact, **fields: Any) -> Letter:
    values: dict[str, Any] = {
        "subject": "Invoice 12",
        "body": "Could you tell us when we can expect payment?",
        "language": client.language,
        **fields,
    }
    return Letter(client=client, creditor=creditor, contact=contact, **values)


def queued(
    client: Client, creditor: Creditor, contact: Contact, writer: User, **fields: Any
) -> OutgoingMail:
    key, at = fields.pop("key", "k1"), fields.pop("at", NOW)
    return queue_mail(
        letter=letter(client, creditor, contact, **fields), key=key, actor=writer, at=at
    )


def send(at: dt.datetime = NOW) -> dict[str, int]:
    return dict(send_written(clock=lambda: at))


def state_of(row: OutgoingMail) -> str:
    return OutgoingMail.objects.values_list("state", flat=True).get(pk=row.pk)

"""A confirmed balance is an acknowledgement of the debt: said once, to whoever listens.

A clock of limitation that it restarts is no matter of this room: it registers a listener, and
decides by the jurisdiction what an acknowledgement of this grade does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from core import audit
from portal.models import StatementAnswer

AcknowledgementHandler = Callable[[StatementAnswer, dt.datetime], None]
_handlers: list[AcknowledgementHandler] = []


def on_acknowledgement(handler: AcknowledgementHandler) -> None:
    """Register what an acknowledgement sets off; it runs in the transaction of the answer."""
    if handler not in _handlers:
        _handlers.append(handler)


def acknowledge(*, answer: StatementAnswer, at: dt.datetime) -> None:
    """Put the acknowledgement on record, with its grade as evidence, and tell who listens."""
    audit.record(
        action="portal.acknowledge_debt",
        actor=None,
        at=at,
        subject=answer,
        stream=f"client:{answer.client_id}",
        payload={
            "creditor": answer.creditor_id,
            "amount": answer.confirmed,
            "currency": answer.currency,
            "as_of": answer.on,
            "grade": answer.grade,
            "text": answer.link.text_sha256,
        },
    )
    for handler in _handlers:
        handler(answer, at)

"""A held meeting with a draft that is whole, and a version of its minutes that was sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from clients.models import Client, Creditor
from core import outbox
from interactions.models import Meeting, Minutes
from interactions.rules.minutes import OURS, THEIRS, Draft, Participant, Point, Task
from interactions.services.meetings import plan_meeting, save_draft
from interactions.services.minutes import issue_minutes, send_minutes
from tests.factories import NOW, TODAY, make_client, make_creditor, make_user

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def make_meeting(
    client: Client | None = None, creditor: Creditor | None = None, **fields: Any
) -> Meeting:
    """A meeting that was held an hour ago."""
    given: dict[str, Any] = {
        "client": client or make_client(),
        "creditor": creditor or make_creditor(),
        "subject": "Overdue invoices",
        "starts_at": NOW - HOUR,
        "time_zone": "Asia/Shanghai",
        "place": "Shanghai office",
        "actor": None,
        "at": NOW,
    }
    return plan_meeting(**{**given, **fields})


def make_draft(**changed: Any) -> Draft:
    """A draft with two points, and one action of each side."""
    if "tasks" not in changed:
        owner = make_user(name="Sally Owner")
        changed["tasks"] = (
            Task("Send the ledger", OURS, TODAY + 2 * DAY, who=owner.name, owner=owner.pk),
            Task("Pay INV-1", THEIRS, TODAY + 7 * DAY, who="Wang Fang"),
        )
    given: dict[str, Any] = {
        "language": "en",
        "content": "The open invoices were gone through.",
        "participants": (
            Participant(OURS, "Sally Owner"),
            Participant(THEIRS, "Wang Fang", "Finance manager"),
        ),
        "points": (Point("INV-1 is right."), Point("INV-1 is paid by 22 June.")),
    }
    return Draft(**{**given, **changed})


def written(meeting: Meeting | None = None, draft: Draft | None = None) -> Meeting:
    """A meeting with its draft."""
    row = meeting or make_meeting()
    row.refresh_from_db()
    return save_draft(
        meeting=row, draft=draft or make_draft(), revision=row.revision, actor=None, at=NOW
    )


def issued(meeting: Meeting | None = None, draft: Draft | None = None) -> Minutes:
    """A version of the minutes."""
    return issue_minutes(meeting=written(meeting, draft), actor=None, at=NOW)


def sent(meeting: Meeting | None = None, draft: Draft | None = None) -> Minutes:
    """A version that waits for the client."""
    return send_minutes(minutes=issued(meeting, draft), actor=None, at=NOW)


def printed(minutes: Minutes) -> Minutes:
    """The version with its paper, as the outbox makes it."""
    outbox.run_waiting(at=NOW + HOUR)
    minutes.refresh_from_db()
    assert minutes.document is not None
    return minutes

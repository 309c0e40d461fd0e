"""A screening at any place of its life, through the services."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from clients.models import Client
from core.models import User
from core.states import Role
from credit.models import Screening
from credit.selectors import Conditions, is_question, screening_lines
from credit.services import (
    Finding,
    accept_screening,
    accept_with_conditions,
    note_findings,
    note_interview,
    reject_screening,
    start_screening,
    submit_screening,
    withdraw_screening,
)
from credit.states import ScreeningState as S
from tests.factories import NOW, TODAY, make_client, make_user

NEXT_YEAR = TODAY + dt.timedelta(days=365)
HALF = Conditions(Decimal("0.5"), Decimal(20_000), 15)


def begun(client: Client | None = None, actor: User | None = None) -> Screening:
    """In work, with nothing found yet."""
    return start_screening(client=client or make_client(), on=TODAY, actor=actor, at=NOW)


def filled(client: Client | None = None, actor: User | None = None) -> Screening:
    """In work, with all that is needed."""
    row = begun(client, actor)
    lines = screening_lines(row)
    note_findings(
        screening=row,
        findings=[Finding(one.item, "GOOD") for one in lines if not is_question(one.item)],
        actor=actor,
        at=NOW,
    )
    answers = {one.item: "They buy steel." for one in lines if is_question(one.item)}
    note_interview(screening=row, answers=answers, actor=actor, at=NOW)
    return row


def submitted(client: Client | None = None, actor: User | None = None) -> Screening:
    """Waits for a decision."""
    actor = actor or make_user(Role.FINANCE)
    row = filled(client, actor)
    return submit_screening(screening=row, summary="Sound.", on=TODAY, actor=actor, at=NOW)


def at_state(
    state: S, client: Client | None = None, *, review_on: dt.date = NEXT_YEAR
) -> Screening:
    """At a stored state."""
    if state == S.IN_WORK:
        return begun(client)
    if state == S.WITHDRAWN:
        return withdraw_screening(screening=begun(client), reason="Gone", actor=None, at=NOW)
    row = submitted(client)
    manager = make_user(Role.MANAGER)
    if state == S.ACCEPTED:
        accept_screening(
            screening=row, reason="Sound", review_on=review_on, on=TODAY, actor=manager, at=NOW
        )
    if state == S.CONDITIONAL:
        accept_with_conditions(
            screening=row, conditions=HALF, reason="Young", review_on=review_on, on=TODAY,
            actor=manager, at=NOW,
        )  # fmt: skip
    if state == S.REJECTED:
        reject_screening(screening=row, reason="Hides", on=TODAY, actor=manager, at=NOW)
    row.refresh_from_db()
    return row

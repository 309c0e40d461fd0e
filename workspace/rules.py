"""What to do next with a client: one thing, chosen from the facts. Plain Python, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

#: A broken promise is talked about while it is fresh.
BROKEN_LATELY_DAYS: Final = 30
#: An open dispute is answered within two weeks.
DISPUTE_ANSWER_DAYS: Final = 14
#: Somebody who owes hears from us at least this often.
SILENCE_DAYS: Final = 14
#: From this many days past due a letter is due (step 3 of the ladder).
LETTER_DAYS: Final = 21


class NextStep(StrEnum):
    """What to do next, the most pressing first: the order here is the order of choice."""

    FOLLOW_UP = "FOLLOW_UP"
    BROKEN_PROMISE = "BROKEN_PROMISE"
    ANSWER_DISPUTE = "ANSWER_DISPUTE"
    APPLY_CREDIT = "APPLY_CREDIT"
    ADD_CONTACT = "ADD_CONTACT"
    WAIT_FOR_PROMISE = "WAIT_FOR_PROMISE"
    SEND_LETTER = "SEND_LETTER"
    CALL = "CALL"
    WATCH = "WATCH"
    NOTHING = "NOTHING"


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What is known about a client on a day. None: there is no such thing."""

    on: date
    follow_up_due_on: date | None = None
    broken_promise_on: date | None = None
    waiting_promise_on: date | None = None
    oldest_dispute_on: date | None = None
    oldest_overdue_on: date | None = None
    """Due date of the oldest invoice that is overdue, not disputed and on no plan."""
    last_letter_on: date | None = None
    last_contact_on: date | None = None
    has_open_invoices: bool = False
    has_unapplied_credit: bool = False
    has_contact: bool = True


def next_step(facts: ClientFacts) -> NextStep:
    """The one thing to do next."""
    checks = {
        NextStep.FOLLOW_UP: _reached(facts.follow_up_due_on, facts.on),
        NextStep.BROKEN_PROMISE: _broken_and_not_talked_about(facts),
        NextStep.ANSWER_DISPUTE: _older(facts.oldest_dispute_on, DISPUTE_ANSWER_DAYS, facts.on),
        NextStep.APPLY_CREDIT: facts.has_unapplied_credit and facts.has_open_invoices,
        NextStep.ADD_CONTACT: facts.has_open_invoices and not facts.has_contact,
        NextStep.WAIT_FOR_PROMISE: _ahead(facts.waiting_promise_on, facts.on),
        NextStep.SEND_LETTER: _letter_due(facts),
        NextStep.CALL: facts.oldest_overdue_on is not None
        and (
            facts.last_contact_on is None or _older(facts.last_contact_on, SILENCE_DAYS, facts.on)
        ),
        NextStep.WATCH: facts.oldest_overdue_on is not None,
    }
    return next((step for step, holds in checks.items() if holds), NextStep.NOTHING)


def _reached(day: date | None, on: date) -> bool:
    return day is not None and day <= on


def _ahead(day: date | None, on: date) -> bool:
    return day is not None and day >= on


def _older(day: date | None, days: int, on: date) -> bool:
    return day is not None and (on - day).days > days


def _broken_and_not_talked_about(facts: ClientFacts) -> bool:
    broken = facts.broken_promise_on
    if broken is None or _older(broken, BROKEN_LATELY_DAYS, facts.on):
        return False
    return facts.last_contact_on is None or facts.last_contact_on <= broken


def _letter_due(facts: ClientFacts) -> bool:
    if not _older(facts.oldest_overdue_on, LETTER_DAYS, facts.on):
        return False
    return facts.last_letter_on is None or _older(facts.last_letter_on, LETTER_DAYS, facts.on)

"""Use cases of screenings: begun, written, submitted, decided; each edge is one service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client
from clients.services import set_screening
from clients.states import ScreeningOutcome
from core import audit
from core.documents import store_document
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction, refusing
from credit.models import (
    ChecklistItem,
    Reference,
    Screening,
    ScreeningAnswer,
    ScreeningTransition,
)
from credit.selectors import (
    Conditions,
    checklist_for,
    cooperation,
    decided_screening,
    is_question,
    missing_lines,
)
from credit.services.standing import LONGEST_DAYS, set_override
from credit.states import (
    SCREENING_TRANSITIONS,
    PaysOnTime,
    ScreeningState,
    StandingPart,
    Verdict,
)

S = ScreeningState
MOST_TERMS_DAYS: Final = 365


class UnableToScreen(Refusal):
    """The screening does not go on like this."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in."""

    data: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a line of the checklist, with the paper that shows it."""

    item: ChecklistItem
    verdict: str
    note: str = ""
    file: Upload | None = None


@in_transaction
def start_screening(
    *, client: Client, on: dt.date, actor: User | None, at: dt.datetime
) -> Screening:
    """Begin to screen a client, by the checklist of its segment; one at a time.

    A client that was screened before is screened again by a row of its own that names the last.
    """
    held = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    if Screening.objects.undecided().filter(client=held).exists():
        raise UnableToScreen(_("This client is being screened already. Go on with that one."))
    checklist = checklist_for(held.segment, on)
    if checklist is None:
        raise UnableToScreen(_("There is no checklist. A manager writes one first."))
    taken = {
        "screening_one_at_a_time": _("This client is being screened already. Go on with that one.")
    }
    with refusing(UnableToScreen, taken):
        row = Screening.objects.create(
            client=held,
            checklist=checklist,
            previous=decided_screening(held),
            started_at=at,
            started_by=actor,
        )
    ScreeningTransition.objects.create(screening=row, to_state=S.IN_WORK, at=at, actor=actor)
    _record(row, "start", actor, at, {"checklist": checklist.pk, "previous": row.previous_id})
    return row


# --- Writing it ----------------------------------------------------------------------------------


@in_transaction
def note_findings(
    *, screening: Screening, findings: Sequence[Finding], actor: User | None, at: dt.datetime
) -> list[ScreeningAnswer]:
    """Note what was found for lines of the checklist; what was noted before stays on record.

    A concern is explained. Raises UnableToStoreDocument for a file that is not kept.
    """
    row = _in_work(screening)
    return [_finding(row, one, actor, at) for one in findings]


def _finding(
    row: Screening, found: Finding, actor: User | None, at: dt.datetime
) -> ScreeningAnswer:
    item, text = found.item, found.note.strip()
    if is_question(item) or item.checklist_id != row.checklist_id:
        raise UnableToScreen(_("This line is not on the checklist of this screening."))
    verdict = Verdict(found.verdict)
    if verdict == Verdict.CONCERN and not text:
        raise UnableToScreen(_("Say what the concern is."), field=f"note_{item.pk}")
    kept = None
    if found.file is not None:
        kept = store_document(data=found.file.data, name=found.file.name, actor=actor, at=at)
    answer = ScreeningAnswer.objects.create(
        screening=row, item=item, verdict=verdict, text=text, document=kept, at=at, actor=actor
    )
    said = {"item": item.pk, "verdict": verdict, "document": kept.pk if kept else None}
    _record(row, "finding", actor, at, said)
    return answer


@in_transaction
def note_interview(
    *,
    screening: Screening,
    answers: Mapping[ChecklistItem, str],
    actor: User | None,
    at: dt.datetime,
) -> int:
    """Note what the client answered in the interview; gives how many answers are new."""
    row = _in_work(screening)
    known = {one.item_id: one.text for one in row.answers.order_by("pk")}
    new = [
        ScreeningAnswer(screening=row, item=item, text=text.strip(), at=at, actor=actor)
        for item, text in answers.items()
        if text.strip() != known.get(item.pk, "")
    ]
    if any(not is_question(one.item) or one.item.checklist_id != row.checklist_id for one in new):
        raise UnableToScreen(_("This line is not on the checklist of this screening."))
    ScreeningAnswer.objects.bulk_create(new)
    if new:
        _record(row, "interview", actor, at, {"items": sorted(one.item_id for one in new)})
    return len(new)


@in_transaction
def ask_reference(
    *,
    screening: Screening,
    company: str,
    contact: str,
    asked_on: dt.date,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> Reference:
    """Note whom we asked how the client pays."""
    row = _in_work(screening)
    name = " ".join(company.split())
    if not name:
        raise UnableToScreen(_("Name the company that was asked."), field="company")
    if asked_on > on:
        raise UnableToScreen(_("This day has not come yet."), field="asked_on")
    made = Reference.objects.create(
        screening=row, company=name, contact=contact.strip(), asked_on=asked_on, asked_by=actor
    )
    _record(row, "ask_reference", actor, at, {"reference": made.pk})
    return made


@in_transaction
def note_reference(
    *,
    reference: Reference,
    pays: str,
    recommends: bool | None,
    volume: str,
    note: str,
    answered_on: dt.date,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> Reference:
    """Note what a reference said, once."""
    row = _in_work(reference.screening)
    if not reference.asked_on <= answered_on <= on:
        raise UnableToScreen(
            _("The answer came between the day of asking and today."), field="answered_on"
        )
    fields = {
        "pays": PaysOnTime(pays),
        "recommends": recommends,
        "volume": volume.strip(),
        "note": note.strip(),
        "answered_on": answered_on,
        "answered_to": actor,
    }
    if not Reference.objects.filter(pk=reference.pk, answered_on=None).update(**fields):
        raise UnableToScreen(_("This reference has answered already. Ask again as a new one."))
    for name, value in fields.items():
        setattr(reference, name, value)
    said = {"reference": reference.pk, "pays": pays, "recommends": recommends}
    _record(row, "note_reference", actor, at, said)
    return reference


def _in_work(screening: Screening) -> Screening:
    """The screening, held, while it may be written."""
    row = Screening.objects.select_for_update(no_key=True).get(pk=screening.pk)
    if row.state != S.IN_WORK:
        raise UnableToScreen(
            _("A screening is written while it is in work. This one: %(state)s.")
            % {"state": S(row.state).label}
        )
    return row


# --- The edges -----------------------------------------------------------------------------------


@in_transaction
def submit_screening(
    *, screening: Screening, summary: str, on: dt.date, actor: User, at: dt.datetime
) -> Screening:
    """Ask for a decision: every line that is needed has its finding. IN_WORK → SUBMITTED.

    What our own ledger says of the client is kept as it stood, so that the decision can be
    understood later.
    """
    missing = missing_lines(screening)
    if missing:
        raise UnableToScreen(
            ngettext(
                "%(count)s needed line is still open. Fill it in first.",
                "%(count)s needed lines are still open. Fill them in first.",
                len(missing),
            )
            % {"count": len(missing)}
        )
    text = summary.strip()
    if not text:
        raise UnableToScreen(_("Sum up what you found, and what you recommend."), field="summary")
    fields: dict[str, Any] = {
        "summary": text,
        "facts": cooperation(screening.client, on).as_json(),
        "submitted_at": at,
        "submitted_by": actor,
    }
    return _move(screening, S.SUBMITTED, "submit", note=text, actor=actor, at=at, **fields)


@in_transaction
def return_screening(*, screening: Screening, note: str, actor: User, at: dt.datetime) -> Screening:
    """Give it back, with what is missing. SUBMITTED → IN_WORK."""
    screening = _fresh(screening)
    _may_decide(screening, actor)
    text = note.strip()
    if not text:
        raise UnableToScreen(_("Say what is missing."), field="note")
    fields: dict[str, Any] = {"facts": None, "submitted_at": None, "submitted_by": None}
    return _move(screening, S.IN_WORK, "return", note=text, actor=actor, at=at, **fields)


@in_transaction
def withdraw_screening(
    *, screening: Screening, reason: str, actor: User | None, at: dt.datetime
) -> Screening:
    """Give it up: the client does not come. IN_WORK → WITHDRAWN."""
    text = reason.strip()
    if not text:
        raise UnableToScreen(_("Say why it is given up."), field="reason")
    return _move(screening, S.WITHDRAWN, "withdraw", note=text, actor=actor, at=at)


@in_transaction
def accept_screening(
    *,
    screening: Screening,
    reason: str,
    review_on: dt.date,
    on: dt.date,
    actor: User,
    at: dt.datetime,
) -> Screening:
    """Take the client on without conditions, until a day. SUBMITTED → ACCEPTED."""
    return _decide(
        screening, S.ACCEPTED, Conditions(), reason=reason, review_on=review_on, on=on,
        actor=actor, at=at,
    )  # fmt: skip


@in_transaction
def accept_with_conditions(
    *,
    screening: Screening,
    conditions: Conditions,
    reason: str,
    review_on: dt.date,
    on: dt.date,
    actor: User,
    at: dt.datetime,
) -> Screening:
    """Take the client on with a deposit, a limit or shorter terms. SUBMITTED → CONDITIONAL."""
    _check_conditions(conditions)
    row = _decide(
        screening, S.CONDITIONAL, conditions, reason=reason, review_on=review_on, on=on,
        actor=actor, at=at,
    )  # fmt: skip
    apply_conditions(client=row.client, screening=row, actor=actor, at=at)
    return row


@in_transaction
def reject_screening(
    *, screening: Screening, reason: str, on: dt.date, actor: User, at: dt.datetime
) -> Screening:
    """Do not take the client on: its contracts are flagged before they go into force.

    SUBMITTED → REJECTED. A hold is a decision of its own.
    """
    return _decide(
        screening,
        S.REJECTED,
        Conditions(),
        reason=reason,
        review_on=None,
        on=on,
        actor=actor,
        at=at,
    )


@in_transaction
def apply_conditions(*, client: Client, screening: Screening, actor: User, at: dt.datetime) -> None:
    """Bring a screening's conditions into the client's standing, until it is looked at again."""
    assert screening.review_on is not None  # noqa: S101  # one with conditions has its day
    asked: dict[StandingPart, Decimal | int | None] = {
        StandingPart.DEPOSIT: screening.deposit_ratio,
        StandingPart.LIMIT: screening.credit_limit,
        StandingPart.TERMS: screening.terms_days,
    }
    for part, value in asked.items():
        if value is not None:
            set_override(
                client=client,
                part=part,
                value=Decimal(value),
                reason=screening.reason,
                expires_on=screening.review_on,
                actor=actor,
                at=at,
            )


def _check_conditions(given: Conditions) -> None:
    ratio, limit, days = given.deposit_ratio, given.credit_limit, given.terms_days
    if ratio is None and limit is None and days is None:
        raise UnableToScreen(_("Name a condition, or accept without conditions."), field="outcome")
    if ratio is not None and not 0 <= ratio <= 1:
        raise UnableToScreen(_("A deposit is between 0 and 100 percent."), field="deposit_percent")
    if limit is not None and limit < 0:
        raise UnableToScreen(_("A limit is not below zero."), field="credit_limit")
    if days is not None and not 0 <= days <= MOST_TERMS_DAYS:
        raise UnableToScreen(_("Between 0 and 365 days."), field="terms_days")


def _check_review(review_on: dt.date | None, on: dt.date) -> None:
    """Ahead, and not so far that nobody would look again."""
    if review_on is None:
        return
    if review_on <= on:
        raise UnableToScreen(
            _("The day on which the client is screened again lies ahead."), field="review_on"
        )
    if (review_on - on).days > LONGEST_DAYS:
        raise UnableToScreen(_("At most a year: then somebody looks again."), field="review_on")


def _fresh(screening: Screening) -> Screening:
    """As it is now, with its client held, whatever the page showed."""
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=screening.client_id)
    return Screening.objects.select_related("client").get(pk=screening.pk)


def _may_decide(screening: Screening, actor: User) -> None:
    """A manager, and not who submitted it (four eyes)."""
    if not actor.may_approve:
        raise UnableToScreen(_("A manager decides on screenings."))
    if actor.pk == screening.submitted_by_id:
        raise UnableToScreen(_("You submitted this screening: another manager has to decide."))
    if actor.pk == screening.client.owner_id:
        raise UnableToScreen(_("This is your own client: another manager has to decide."))


def _decide(
    screening: Screening,
    to: ScreeningState,
    conditions: Conditions,
    *,
    reason: str,
    review_on: dt.date | None,
    on: dt.date,
    actor: User,
    at: dt.datetime,
) -> Screening:
    screening = _fresh(screening)
    _may_decide(screening, actor)
    text = reason.strip()
    if not text:
        raise UnableToScreen(_("Say why. The reason is kept for ever."), field="reason")
    _check_review(review_on, on)
    asked = {
        "deposit_ratio": conditions.deposit_ratio,
        "credit_limit": conditions.credit_limit,
        "terms_days": conditions.terms_days,
    }
    fields = {"reason": text, "review_on": review_on, "decided_at": at, "decided_by": actor}
    row = _move(
        screening, to, "decide", note=text, actor=actor, at=at,
        said={**asked, "review_on": review_on}, **asked, **fields,
    )  # fmt: skip
    set_screening(
        client=row.client,
        outcome=ScreeningOutcome(to.value),
        until=review_on,
        actor=actor,
        at=at,
    )
    return row


def _move(
    screening: Screening,
    to: ScreeningState,
    action: str,
    *,
    note: str,
    actor: User | None,
    at: dt.datetime,
    said: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Screening:
    """Write a change of state that the map has; of two at once one wins."""
    before = S(screening.state)
    if to not in SCREENING_TRANSITIONS[before]:
        allowed = [str(s.label) for s in S if s in SCREENING_TRANSITIONS[before]]
        raise UnableToScreen(
            _("From “%(before)s” this is not open. Allowed: %(allowed)s.")
            % {"before": before.label, "allowed": ", ".join(allowed) or _("nothing")}
        )
    found = Screening.objects.filter(pk=screening.pk, state=before)
    if not found.update(state=to, **fields):
        raise UnableToScreen(
            _("Somebody changed this screening meanwhile. Look again before you decide.")
        )
    ScreeningTransition.objects.create(
        screening=screening, from_state=before, to_state=to, at=at, actor=actor, note=note
    )
    _record(screening, action, actor, at, {"from": before, "to": to, **(said or {})})
    for name, value in {"state": to, **fields}.items():
        setattr(screening, name, value)
    return screening


def _record(
    row: Screening, action: str, actor: User | None, at: dt.datetime, payload: Mapping[str, Any]
) -> None:
    audit.record(
        action=f"credit.screening_{action}",
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{row.client_id}",
        payload=dict(payload),
    )

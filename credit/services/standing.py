"""A client's standing: given by the grade and the policy, set by a person for a time.

Every change goes through `refresh_standings`: it works out what each client should have, writes
those that differ onto the client and a row of history for every part that changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from clients.models import Client
from clients.selectors import default_creditor, our_zone
from clients.services import StandingFigures, write_standings
from clients.states import Grade
from core import audit
from core.dates import day_in
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from credit.models import Standing, StandingOverride
from credit.rules.policy import MAX_TERMS_DAYS, PolicyLine, line_for
from credit.selectors.standings import Different, changed_ids, differing, policy_lines
from credit.states import OverrideEnd, StandingCause, StandingPart

#: The longest a setting by hand may stand before somebody looks again.
LONGEST_DAYS: Final = 366
BATCH: Final = 2000


class UnableToSetStanding(Refusal):
    """This standing is not set like this."""


# --- The one way to write ----------------------------------------------------------------------


@in_transaction
def refresh_standings(
    *,
    client_ids: Collection[int],
    on: dt.date,
    cause: StandingCause,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> int:
    """Give these clients what policy, grade and settings say today; how many changed."""
    _lock(client_ids)
    found = differing(on=on, lines=policy_lines(), client_ids=client_ids)
    if not found:
        return 0
    write_standings(rows=[one.wanted for one in found])
    history = [change for one in found for change in _parts(one)]
    _write_history(history, cause=cause, reason=reason, actor=actor, at=at)
    audit.record(
        action="credit.refresh_standings",
        actor=actor,
        at=at,
        stream="policy" if len(found) > 1 else f"client:{found[0].wanted.client_id}",
        payload={"cause": cause, "clients": len(found), "reason": reason[:300]},
    )
    return len(found)


def refresh_all(*, on: dt.date, at: dt.datetime, cause: StandingCause = StandingCause.DAILY) -> int:
    """Refresh every client whose standing is not what it should be, in short transactions.

    Settings that have run out are ended first, each with its row of history.
    """
    changed = 0
    expired = expire_overrides(on=on, at=at)
    for some in _batches(expired):
        changed += refresh_standings(
            client_ids=some, on=on, cause=StandingCause.EXPIRED, actor=None, at=at
        )
    stale = changed_ids(differing(on=on, lines=policy_lines()))
    for some in _batches(stale):
        changed += refresh_standings(client_ids=some, on=on, cause=cause, actor=None, at=at)
    return changed


def _batches(client_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    yield from (client_ids[n : n + BATCH] for n in range(0, len(client_ids), BATCH))


def _lock(client_ids: Collection[int]) -> None:
    """Clients in the order of their keys, as everywhere."""
    rows = Client.objects.select_for_update(no_key=True).filter(pk__in=list(client_ids))
    list(rows.order_by("pk").values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class _Change:
    client_id: int
    part: StandingPart
    before: str
    after: str


def _parts(row: Different) -> Iterator[_Change]:
    was, now = row.current, row.wanted
    pairs = (
        (StandingPart.GRADE, was.grade, now.grade),
        (StandingPart.LIMIT, _limit_text(was), _limit_text(now)),
        (StandingPart.DEPOSIT, _deposit_text(was), _deposit_text(now)),
        (StandingPart.TERMS, _text(was.terms_days), _text(now.terms_days)),
    )
    for part, before, after in pairs:
        if before != after:
            yield _Change(row.wanted.client_id, part, before, after)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _limit_text(row: StandingFigures) -> str:
    if row.credit_limit is None:
        return ""
    return f"{row.credit_limit.normalize():f} {row.limit_currency}".strip()


def _deposit_text(row: StandingFigures) -> str:
    if row.deposit_ratio is None:
        return ""
    return f"{row.deposit_ratio.normalize():f} {row.deposit_basis}".strip()


_HISTORY: Final = """
INSERT INTO credit_standingchange (client_id, part, before, after, cause, reason, at, actor_id)
SELECT client_id, part, before, after, %s, %s, %s, %s
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS c (client_id, part, before, after)
"""


def _write_history(
    changes: Sequence[_Change],
    *,
    cause: StandingCause,
    reason: str,
    actor: User | None,
    at: dt.datetime,
) -> None:
    if not changes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _HISTORY,
            [
                cause.value,
                reason[:300],
                at,
                actor.pk if actor else None,
                [one.client_id for one in changes],
                [one.part.value for one in changes],
                [one.before for one in changes],
                [one.after for one in changes],
            ],
        )


# --- The grade ---------------------------------------------------------------------------------


def apply_grade(
    *, client: Client, grade: str, reason: str, actor: User | None, at: dt.datetime
) -> None:
    """Give a client the grade that a score or a person found, and all that follows from it."""
    apply_grades(grades={client.pk: (grade, reason)}, actor=actor, at=at)


@in_transaction
def apply_grades(
    *, grades: Mapping[int, tuple[str, str]], actor: User | None, at: dt.datetime
) -> int:
    """Give clients their grades, each with its reason; how many standings changed.

    A grade given by a machine (`actor` None) never raises a deposit by itself: the ratio stays
    as it is until a person confirms the rise.
    """
    unknown = {grade for grade, _why in grades.values()} - set(Grade.values)
    if unknown:
        raise UnableToSetStanding(_("There is no such grade."))
    _lock(grades)
    lines = policy_lines()
    current = _current(grades)
    rows = [
        (pk, grade, why[:300], _cap(lines, *current[pk], grade, by_person=actor is not None))
        for pk, (grade, why) in sorted(grades.items())
        if pk in current
    ]
    _write_grades(rows, actor=actor, at=at)
    why = rows[0][2] if len(rows) == 1 else ""
    return refresh_standings(
        client_ids=list(grades),
        on=_today(at),
        cause=StandingCause.GRADE,
        reason=why,
        actor=actor,
        at=at,
    )


def _current(client_ids: Collection[int]) -> dict[int, tuple[str, str, Decimal | None]]:
    """Segment, grade before any setting by hand, and the ratio kept so far."""
    rows = Client.objects.filter(pk__in=list(client_ids)).values_list(
        "pk", "segment", "grade", "standing__grade", "standing__deposit_cap"
    )
    return {pk: (segment, base or grade, cap) for pk, segment, grade, base, cap in rows}


def _cap(
    lines: Sequence[PolicyLine],
    segment: str,
    before: str,
    cap: Decimal | None,
    after: str,
    *,
    by_person: bool,
) -> Decimal | None:
    """The ratio to keep until a person confirms a higher one; None where none is higher."""
    old, new = line_for(lines, segment, before), line_for(lines, segment, after)
    if by_person or old is None or new is None:
        return None
    kept = old.deposit_ratio if cap is None else min(cap, old.deposit_ratio)
    return kept if new.deposit_ratio > kept else None


_GRADES: Final = """
INSERT INTO credit_standing AS s
    (client_id, grade, grade_reason, deposit_cap, graded_at, graded_by_id)
SELECT client_id, grade, why, cap, %s, %s
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::numeric[]) AS g (client_id, grade, why, cap)
ON CONFLICT (client_id) DO UPDATE SET grade = excluded.grade, grade_reason = excluded.grade_reason,
    deposit_cap = excluded.deposit_cap, graded_at = excluded.graded_at,
    graded_by_id = excluded.graded_by_id
"""


def _write_grades(
    rows: Sequence[tuple[int, str, str, Decimal | None]], *, actor: User | None, at: dt.datetime
) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], []]
    with connection.cursor() as cursor:
        cursor.execute(_GRADES, [at, actor.pk if actor else None, *columns])


@in_transaction
def confirm_rise(*, client: Client, reason: str, actor: User, at: dt.datetime) -> None:
    """A person confirms that the deposit rises to what the policy asks of the client's grade."""
    _check_approver(client, actor)
    said = _said(reason, _("Say why the deposit rises; the client may ask."))
    moved = Standing.objects.filter(client=client, deposit_cap__isnull=False).update(
        deposit_cap=None
    )
    if not moved:
        raise UnableToSetStanding(_("No rise waits for this client any more."))
    _refresh(client, StandingCause.CONFIRMED, said, actor, at)


# --- Settings by hand --------------------------------------------------------------------------


@in_transaction
def set_override(
    *,
    client: Client,
    part: StandingPart,
    value: Decimal | str,
    reason: str,
    expires_on: dt.date,
    actor: User,
    at: dt.datetime,
    currency: str = "",
) -> StandingOverride:
    """Set a part of a client's standing until a day; `value` is a grade for the grade.

    A manager or an administrator, and not who looks after the client. It takes the place of an
    earlier setting of the same part. After its last day the policy's value counts again.
    """
    _check_approver(client, actor)
    said = _said(reason, _("Say why. It stays with the client's history."))
    on = _today(at)
    _check_days(on, expires_on)
    fields = _fields(part, value, currency)
    _lock([client.pk])
    _ensure(client, actor, at)
    StandingOverride.objects.filter(client=client, part=part, ended_at=None).update(
        ended_at=at, ended_by=actor, ended_how=OverrideEnd.REPLACED
    )
    row = StandingOverride.objects.create(
        client=client,
        part=part,
        reason=said,
        starts_on=on,
        expires_on=expires_on,
        at=at,
        approver=actor,
        **fields,
    )
    payload = {"part": part, "value": value, "until": expires_on, "reason": said}
    _record("credit.set_override", client, actor, at, payload)
    _refresh(client, StandingCause.SET, said, actor, at)
    return row


@in_transaction
def end_override(*, override: StandingOverride, reason: str, actor: User, at: dt.datetime) -> None:
    """End a setting before its day: the policy's value counts again at once."""
    client = override.client
    _check_approver(client, actor)
    said = _said(reason, _("Say why it ends."))
    _lock([client.pk])
    ended = StandingOverride.objects.filter(pk=override.pk, ended_at=None).update(
        ended_at=at, ended_by=actor, ended_how=OverrideEnd.ENDED, end_reason=said
    )
    if not ended:
        raise UnableToSetStanding(_("This setting has ended already."))
    _record("credit.end_override", client, actor, at, {"part": override.part, "reason": said})
    _refresh(client, StandingCause.ENDED, said, actor, at)


@in_transaction
def expire_overrides(*, on: dt.date, at: dt.datetime) -> list[int]:
    """End the settings whose last day has passed; whose they were, in order."""
    late = StandingOverride.objects.filter(ended_at=None, expires_on__lt=on)
    clients = sorted(set(late.values_list("client_id", flat=True)))
    _lock(clients)
    ended = late.filter(client__in=clients).update(ended_at=at, ended_how=OverrideEnd.EXPIRED)
    if ended:
        audit.record(
            action="credit.expire_overrides",
            actor=None,
            at=at,
            stream="policy",
            payload={"on": on, "settings": ended},
        )
    return clients


def _fields(part: StandingPart, value: Decimal | str, currency: str) -> dict[str, object]:
    if part == StandingPart.GRADE:
        if value not in Grade.values:
            raise UnableToSetStanding(_("There is no such grade."), field="value")
        return {"grade": value}
    figure = Decimal(value)
    most = {StandingPart.DEPOSIT: Decimal(1), StandingPart.TERMS: Decimal(MAX_TERMS_DAYS)}
    if part not in {StandingPart.LIMIT, StandingPart.DEPOSIT, StandingPart.TERMS}:
        raise UnableToSetStanding(_("A hold is decided on its own page."))
    if figure < 0 or figure > most.get(part, figure):
        raise UnableToSetStanding(_("This figure cannot be."), field="value")
    if part == StandingPart.LIMIT:
        return {"value": figure, "currency": currency or _currency()}
    return {"value": figure}


def _ensure(client: Client, actor: User | None, at: dt.datetime) -> None:
    """Keep the grade that counts below a setting by hand."""
    grade = Client.objects.values_list("grade", flat=True).get(pk=client.pk)
    Standing.objects.get_or_create(
        client=client, defaults={"grade": grade, "graded_at": at, "graded_by": actor}
    )


def _check_days(on: dt.date, expires_on: dt.date) -> None:
    if expires_on <= on:
        raise UnableToSetStanding(_("Give a day after today."), field="expires_on")
    if (expires_on - on).days > LONGEST_DAYS:
        raise UnableToSetStanding(
            _("At most a year: then somebody looks again."), field="expires_on"
        )


def _check_approver(client: Client, actor: User) -> None:
    if not actor.may_approve:
        raise UnableToSetStanding(_("A manager decides this. Ask for it."))
    if client.owner_id == actor.pk:
        raise UnableToSetStanding(_("This is your own client: another manager has to decide."))


def _said(text: str, message: str) -> str:
    said = " ".join(text.split())[:300]
    if not said:
        raise UnableToSetStanding(message, field="reason")
    return said


def _refresh(
    client: Client, cause: StandingCause, reason: str, actor: User | None, at: dt.datetime
) -> None:
    refresh_standings(
        client_ids=[client.pk], on=_today(at), cause=cause, reason=reason, actor=actor, at=at
    )
    client.refresh_from_db()


def _record(
    action: str, client: Client, actor: User | None, at: dt.datetime, payload: Mapping[str, object]
) -> None:
    audit.record(
        action=action,
        actor=actor,
        at=at,
        subject=client,
        stream=f"client:{client.pk}",
        payload=payload,
    )


def _today(at: dt.datetime) -> dt.date:
    return day_in(at, our_zone())


def _currency() -> str:
    creditor = default_creditor()
    return creditor.currency if creditor else "CNY"

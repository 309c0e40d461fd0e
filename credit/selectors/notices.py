"""What happened to clients lately that somebody should know; a statement for each signal."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from clients.selectors import our_zone
from core.dates import day_in
from credit.models import CreditNotice, CreditReport, Monitoring, StandingChange
from credit.rules.notices import (
    FALL_DAYS,
    NOTICE,
    QUIET_DAYS,
    TOLD_DAYS,
    WARNING,
    bands_fallen,
    level_of_breach,
    level_of_fall,
    level_of_report,
)
from credit.rules.reports import NOT_HELD
from credit.selectors.exposure import exposures
from credit.selectors.reports import signs_of
from credit.selectors.warnings import URGENT as ACT_NOW
from credit.states import NoticeSignal, StandingPart


@dataclass(frozen=True, slots=True)
class Found:
    """Something that happened to a client, and how grave it is."""

    client_id: int
    signal: NoticeSignal
    fact: str
    level: str
    happened_on: dt.date
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, str, str]:
        """What is told once."""
        return (self.client_id, self.signal.value, self.fact)


def happened(*, on: dt.date, at: dt.datetime) -> list[Found]:
    """What happened within the last week and nobody was told of yet."""
    since = on - dt.timedelta(days=TOLD_DAYS)
    found = [
        *_falls(at - dt.timedelta(days=TOLD_DAYS), at),
        *_likely_late(since, on),
        *_breaches(since),
        *_bad_reports(since),
        *_expired_reports(since, on),
    ]
    told = CreditNotice.objects.filter(client__in={one.client_id for one in found})
    known = set(told.values_list("client_id", "signal", "fact"))
    return [one for one in found if one.key not in known]


def _falls(since: dt.datetime, at: dt.datetime) -> Iterator[Found]:
    rows = StandingChange.objects.filter(part=StandingPart.GRADE, at__gt=since, at__lte=at)
    fallen = [one for one in rows.order_by("pk") if bands_fallen([one.before], one.after)]
    zone = our_zone()
    earlier: dict[int, list[StandingChange]] = defaultdict(list)
    past = StandingChange.objects.filter(
        part=StandingPart.GRADE,
        client__in={one.client_id for one in fallen},
        at__gt=since - dt.timedelta(days=FALL_DAYS),
    )
    for one in past.order_by("pk"):
        earlier[one.client_id].append(one)
    for row in fallen:
        since_when = row.at - dt.timedelta(days=FALL_DAYS)
        before = [
            one.before for one in earlier[row.client_id] if one.pk <= row.pk and one.at > since_when
        ]
        bands = bands_fallen(before, row.after)
        best = min(one for one in before if one and one in "ABCDE")
        yield Found(
            row.client_id,
            NoticeSignal.GRADE,
            str(row.pk),
            level_of_fall(bands, row.after),
            day_in(row.at, zone),
            {"was": best, "is": row.after},
        )


_CROSSED: Final = """
    SELECT c.client_id, s.id, s."on", s.late_30
    FROM credit_currentscore c
    JOIN credit_scoresnapshot s ON s.id = c.snapshot_id AND s."on" >= %(since)s
    CROSS JOIN LATERAL (
        SELECT warning FROM credit_scoresnapshot p WHERE p.client_id = c.client_id AND p.id < s.id
        ORDER BY p.id DESC LIMIT 1
    ) b
    WHERE c.warning >= %(level)s AND b.warning < %(level)s AND NOT EXISTS (
        SELECT FROM credit_creditnotice n WHERE n.client_id = c.client_id
            AND n.signal = 'LIKELY_LATE' AND n.happened_on > %(quiet)s)
    ORDER BY c.client_id
"""


def _likely_late(since: dt.date, on: dt.date) -> Iterator[Found]:
    quiet = on - dt.timedelta(days=QUIET_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(_CROSSED, {"since": since, "quiet": quiet, "level": ACT_NOW})
        rows: Sequence[Any] = cursor.fetchall()
    for client_id, snapshot, day, chance in rows:
        facts = {"snapshot": snapshot, "chance": round(100 * chance)}
        yield Found(client_id, NoticeSignal.LIKELY_LATE, str(snapshot), WARNING, day, facts)


def _breaches(since: dt.date) -> Iterator[Found]:
    """Over the limit on a later day than that on which the client was first looked after."""
    rows = Monitoring.objects.filter(over_since__gte=since).select_related("client")
    new = [one for one in rows.order_by("pk") if one.over_since and one.over_since > one.since]
    used = exposures([one.client_id for one in new])
    for one in new:
        limit, currency = one.client.credit_limit, one.client.limit_currency
        exposure = used.get(one.client_id, {}).get(currency)
        if limit is None or exposure is None or one.over_since is None:
            continue
        yield Found(
            one.client_id,
            NoticeSignal.OVER_LIMIT,
            one.over_since.isoformat(),
            level_of_breach(exposure.amount, limit),
            one.over_since,
            {"used": str(exposure.amount), "limit": str(limit), "currency": currency},
        )


def _bad_reports(since: dt.date) -> Iterator[Found]:
    rows = CreditReport.objects.standing().filter(filed_on__gte=since)
    for one in rows.select_related("provider").prefetch_related("facts").order_by("pk"):
        kinds = [fact.kind for fact in one.facts.all() if fact.kind not in NOT_HELD]
        if kinds or signs_of(one):
            yield Found(
                one.client_id,
                NoticeSignal.BAD_REPORT,
                str(one.pk),
                level_of_report(kinds),
                one.filed_on,
                {"report": one.pk, **_named(one), "kinds": sorted(set(kinds))},
            )


def _expired_reports(since: dt.date, on: dt.date) -> Iterator[Found]:
    rows = CreditReport.objects.newest().filter(valid_until__gte=since, valid_until__lt=on)
    for one in rows.select_related("provider").order_by("pk"):
        facts = {"report": one.pk, **_named(one)}
        yield Found(
            one.client_id,
            NoticeSignal.EXPIRED_REPORT,
            str(one.pk),
            NOTICE,
            one.valid_until + dt.timedelta(days=1),
            facts,
        )


def _named(report: CreditReport) -> dict[str, str]:
    provider = report.provider
    return {"provider": provider.name, "provider_zh": provider.name_zh or provider.name}

"""How often each client did what takes points beyond payments, in one statement.

Only what the ledger shows, or what a person confirmed, judged or filed, is counted; what was
overturned, taken back or withdrawn is not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from clients.selectors import our_zone
from credit.rules.history import Floats
from credit.rules.reports import BAD_PROBABILITY, BAD_SHARE, NOT_HELD
from credit.rules.score import BEHAVIOUR_FACTORS
from credit.selectors.columns import read_columns
from credit.states import CONFIRMED_BY_PEOPLE, Factor

#: Behaviour counts against a client for so many days.
BEHAVIOUR_DAYS: Final = 365
#: Nothing about a client changes by the clock alone.
NEVER: Final = 999


def _confirmed(kind: Factor) -> str:
    """Behaviours that a person confirmed by the day, and that no appeal has overturned."""
    return f"""
        SELECT client_id, count(*), {_falls_away("happened_on")} FROM credit_riskbehaviour
        WHERE kind = '{kind.value}' AND state = 'CONFIRMED' AND happened_on > %(since)s
            AND happened_on <= %(on)s {{chosen}}
            AND (decided_at AT TIME ZONE %(zone)s)::date <= %(on)s
        GROUP BY client_id
    """  # noqa: S608  # a word of this room's own


def _falls_away(day: str) -> str:
    """In how many days the oldest of several happenings counts no more."""
    return f"min({day}) + {BEHAVIOUR_DAYS} - %(on)s::date"


#: The newest report of each client and provider that was known on the day.
_REPORTS: Final = """
    SELECT DISTINCT ON (r.client_id, r.provider_id) r.* FROM credit_creditreport r
    WHERE r.filed_on <= %(on)s {chosen}
        AND NOT EXISTS (SELECT FROM credit_creditreport c
                        WHERE c.replaces_id = r.id AND c.filed_on <= %(on)s)
        AND NOT EXISTS (SELECT FROM credit_creditreportwithdrawal w
                        WHERE w.report_id = r.id AND w.withdrawn_on <= %(on)s)
    ORDER BY r.client_id, r.provider_id, r.report_on DESC, r.id DESC
"""
_HELD: Final = ", ".join(f"'{kind}'" for kind in NOT_HELD)

#: By behaviour: how often it happened within the year before a day, and in how many days the clock
#: alone changes that: (client_id, times, days).
_SQL: Final[Mapping[str, str]] = {
    "broken_promises": f"""
        SELECT client_id, count(*), {_falls_away("due_on")} FROM payments_promise
        WHERE state = 'BROKEN' AND due_on > %(since)s AND due_on <= %(on)s {{chosen}}
        GROUP BY client_id
    """,  # noqa: S608  # constants of this module
    "disputes_lost": f"""
        SELECT client_id, count(*), {_falls_away("resolved_on")} FROM disputes_dispute
        WHERE state = 'REJECTED' AND resolved_on > %(since)s AND resolved_on <= %(on)s {{chosen}}
        GROUP BY client_id
    """,  # noqa: S608  # constants of this module
    **{one.value: _confirmed(one) for one in CONFIRMED_BY_PEOPLE},
    # What a manager judged to be obtained for free, and nobody took back.
    "freeloading": f"""
        SELECT client_id, count(*), {_falls_away("happened_on")} FROM credit_freeentry e
        JOIN (SELECT DISTINCT ON (entry_id) entry_id, verdict FROM credit_freejudgement
              WHERE judged_on <= %(on)s ORDER BY entry_id, id DESC) j ON j.entry_id = e.id
        WHERE j.verdict = 'CONFIRMED' AND reverses_id IS NULL AND kind <> 'COLLECTION'
            AND happened_on > %(since)s AND happened_on <= %(on)s {{chosen}}
            AND NOT EXISTS (SELECT FROM credit_freeentry t
                            WHERE t.reverses_id = e.id AND t.happened_on <= %(on)s)
        GROUP BY client_id
    """,  # noqa: S608  # constants of this module
    # Valid reports whose own conclusion is bad or that hold something against the client.
    "reports": f"""
        SELECT client_id, count(*), min(valid_until) + 1 - %(on)s::date FROM ({_REPORTS}) n
        WHERE valid_until >= %(on)s AND filed_by_id IS NOT NULL AND (
            recommended_limit <= 0 OR default_probability >= {BAD_PROBABILITY}
            OR (score - score_worst) / (score_best - score_worst) <= {BAD_SHARE}
            OR EXISTS (SELECT FROM credit_creditreportfact f
                       WHERE f.report_id = n.id AND f.kind NOT IN ({_HELD})))
        GROUP BY client_id
    """,  # noqa: S608  # constants of this module
    # Reports that ran out within the year, of clients about whom no report is valid.
    "expired_reports": f"""
        SELECT client_id,
            CASE WHEN bool_or(valid_until >= %(on)s) THEN 0
                 ELSE count(*) FILTER (WHERE valid_until > %(since)s) END,
            CASE WHEN bool_or(valid_until >= %(on)s) THEN max(valid_until) + 1 - %(on)s::date
                 ELSE coalesce(min(valid_until) FILTER (WHERE valid_until > %(since)s)
                               + {BEHAVIOUR_DAYS} - %(on)s::date, {NEVER}) END
        FROM ({_REPORTS}) n GROUP BY client_id
    """,  # noqa: S608  # constants of this module
}
_ALL: Final = " UNION ALL ".join(
    f"SELECT {place}, b.* FROM ({_SQL[name]}) b"  # noqa: S608  # constants of this module
    for place, name in enumerate(BEHAVIOUR_FACTORS)
)
_CLIENTS: Final = (
    f"SELECT place, count(*) FROM ({_ALL}) a (place, client_id, times, days) "  # noqa: S608  # as above
    "WHERE times > 0 GROUP BY place"
)


def behaviour_counts(*, on: dt.date, clients: Sequence[int] | None = None) -> Floats:
    """Rows of: the place in `BEHAVIOUR_FACTORS`, client, times, and in how many days the clock
    alone changes that. Of all clients unless named."""
    chosen = "" if clients is None else "AND client_id = ANY(%(clients)s)"
    return read_columns(_ALL.format(chosen=chosen), _params(on, clients), 4)


def clients_by_behaviour(*, on: dt.date) -> dict[str, int]:
    """How many clients did each behaviour within the year before a day."""
    rows = read_columns(_CLIENTS.format(chosen=""), _params(on, None), 2)
    found = dict.fromkeys(BEHAVIOUR_FACTORS, 0)
    return found | {BEHAVIOUR_FACTORS[int(place)]: int(count) for place, count in rows}


def _params(on: dt.date, clients: Sequence[int] | None) -> dict[str, Any]:
    return {
        "on": on,
        "since": on - dt.timedelta(days=BEHAVIOUR_DAYS),
        "zone": our_zone(),
        "clients": list(clients or ()),
    }

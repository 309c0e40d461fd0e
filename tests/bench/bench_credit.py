"""Scores of all clients and of those that moved, and the credit check of one, beside raw SQL.

The floor of a scoring makes the same sums by client in one statement, without what fairness asks
for (disputes, credit notes, weekends, days of grace), fetches them, and writes a row per client.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client, Creditor
from clients.selectors import default_creditor
from core.dates import today
from core.models import User
from core.states import Role
from credit.models import Calibration, CurrentScore, RelatedPair
from credit.rules.columns import FACTS
from credit.rules.score import FACTORS
from credit.selectors.exposure import credit_check
from credit.selectors.limits import limit_rooms
from credit.services.scores import Run, score_clients
from credit.states import RelatedState
from payments.models import Invoice
from tests.bench.bench_clients import usual_client
from tests.bench.bench_supervision import contracts_in_force
from tests.bench.measuring import LARGE, Row, compare, rounds_for

#: One client of so many has new facts between two scorings.
ONE_OF = 100
CONTRACTS = 10_000

_SUMS = """
SELECT client_id, count(late), coalesce(sum(slow), 0),
    coalesce(sum(slow) FILTER (WHERE late > 0), 0), coalesce(sum(slow) FILTER (WHERE late > 7), 0),
    coalesce(sum(slow) FILTER (WHERE late > 30), 0), coalesce(sum(fast * late), 0),
    coalesce(sum(fast), 0), count(*) FILTER (WHERE over > 0), count(*) FILTER (WHERE over > 7),
    count(*) FILTER (WHERE over > 30), max(over), max(late), %(on)s - min(issued_on)
FROM (
    SELECT client_id, issued_on, closed_on - due_on AS late,
        CASE WHEN closed_on IS NULL THEN %(on)s - due_on END AS over,
        exp((closed_on - %(on)s) * 0.002567::float8) AS slow,
        exp((closed_on - %(on)s) * 0.011552::float8) AS fast
    FROM payments_invoice
) days
GROUP BY client_id
"""
_UPDATE = """
SET LOCAL session_replication_role = replica;
UPDATE credit_currentscore SET warning = warning + 1;
SET LOCAL session_replication_role = origin;
"""
_INSERT = f"""
INSERT INTO credit_scoresnapshot (client_id, "on", calibration_id, score, start, computed, granted,
    late_0, late_7, late_30, warning, points, facts, created_at)
SELECT id, %(on)s, %(calibration)s, 500, 500, 'C', 'C', .5, .5, .5, 1,
    array_fill(1.5::float8, ARRAY[{len(FACTORS)}]), array_fill(1.5::float8, ARRAY[{len(FACTS)}]),
    now()
FROM clients_client WHERE id = ANY(%(ids)s)
"""
#: An invoice that is overdue since yesterday's scoring, for one client of so many.
NEW_FACTS = """
INSERT INTO payments_invoice (creditor_id, client_id, number, currency, amount, issued_on, due_on,
    reference, description, source, created_at, allocated, disputed)
SELECT %(creditor)s, client_id, 'SCORE-' || client_id, 'CNY', 1000, %(on)s - 50, %(on)s - 20, '',
    '', '', now(), 0, 0
FROM credit_currentscore WHERE client_id %% %(one_of)s = 0
"""
_ONE = """
SELECT k.credit_limit, (SELECT sum(open_amount) FROM payments_clientbalance
                        WHERE client_id = k.id AND open_amount > 0)
FROM clients_client k WHERE k.id = %s
"""


def run(*, quick: bool = False) -> list[Row]:
    """Rows of work, size, ours_ms, floor_ms, ratio and goal; what is written is rolled back."""
    creditor = default_creditor()
    assert creditor is not None
    size = Invoice.objects.count()
    rows: list[Row] = []
    for part in (_scorings, _one_client):
        with transaction.atomic():
            rows += part(creditor, size, quick=quick)
            transaction.set_rollback(True)
    return rows


def _execute(statement: str, **told: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return cursor.fetchall() if cursor.description else []


def _calibrated(on: dt.date, share: float) -> Calibration:
    """A portfolio's level. How it is found is the look back's work, once a week."""
    return Calibration.objects.create(
        on=on,
        invoices=0,
        shares=[share, share / 2, share / 10],
        levels=[0.0, 0.0, 0.0],
        mean_late=3.0,
        created_at=timezone.now(),
    )


def _settle() -> None:
    """As between two nights: checks are done, and the planner knows the tables."""
    _execute("SET CONSTRAINTS ALL IMMEDIATE")
    _execute("SET CONSTRAINTS ALL DEFERRED")
    _execute("ANALYZE credit_scoresnapshot, credit_currentscore")


def _score(on: dt.date, *, whole: bool = False) -> Run:
    return score_clients(on=on, at=timezone.now(), whole=whole)


def _scorings(creditor: Creditor, size: int, *, quick: bool) -> list[Row]:
    on, rounds = today(creditor.time_zone), rounds_for(size, quick=quick, usual=5)
    night = on + dt.timedelta(days=1)
    calibration = _calibrated(on, 0.4)
    told: dict[str, Any] = {"on": on, "calibration": calibration.pk, "one_of": ONE_OF}

    def sums_and(*statements: str) -> Callable[[], None]:
        def work() -> None:
            ids = [row[0] for row in _execute(_SUMS, **told)]
            for statement in statements:
                _execute(statement, ids=ids, **told)

        return work

    measure = partial(compare, size=size, rounds=rounds, writes=True, warm_up=size <= LARGE)
    rows = [
        measure(
            work="first scores of all clients, with grades and limits",
            ours=lambda: _score(on),
            floor=sums_and(_INSERT),
            rounds=1,
            note="once; floor: sums by client, and a snapshot of each inserted",
        )
    ]
    scored = _score(on)
    assert scored.changed == CurrentScore.objects.count() > 0
    _settle()
    found: dict[str, Run] = {}

    def scoring(name: str, day: dt.date, *, whole: bool) -> Callable[[], None]:
        def work() -> None:
            found[name] = _score(day, whole=whole)

        return work

    rows += [
        measure(
            work="scores of all clients, the night after",
            ours=scoring("whole", night, whole=True),
            floor=sums_and(_UPDATE),
            goal="<= 2",
            growth=1.1,
            note="floor: sums by client, and a row of each updated, no triggers",
        ),
        measure(
            work="scores of those whom the clock moved in a night",
            ours=scoring("clock", night, whole=False),
            floor=scoring("whole", night, whole=True),
        ),
    ]
    clock = found["clock"]
    assert 0 < clock.clients < scored.clients
    assert clock.changed == found["whole"].changed, "looking at few finds what looking at all does"
    rows[-1]["note"] = (
        f"{clock.clients / scored.clients:.1%} of the clients, nearly all of them changed;"
        " floor: our scoring of all clients that night"
    )
    rows.append(_after_new_facts(creditor, measure, scoring, found, on))
    _calibrated(night, 0.3)
    rows.append(
        measure(
            work="scores of all clients, each one moved by a new calibration",
            ours=scoring("moved", night, whole=True),
            floor=sums_and(_INSERT, _UPDATE),
            goal="<= 2",
            note="once a week, the look back not counted; floor: sums by client, a snapshot of"
            " each inserted, and a row of each updated",
        )
    )
    assert found["moved"].changed > 0.9 * scored.clients
    return rows


def _after_new_facts(
    creditor: Creditor,
    measure: Callable[..., Row],
    scoring: Callable[..., Callable[[], None]],
    found: dict[str, Run],
    on: dt.date,
) -> Row:
    """A small share of the clients had new facts, and the clock moved nobody since."""
    _score(on)  # what the first one read is read once more, and then no more
    _execute("SET LOCAL session_replication_role = replica")
    _execute(NEW_FACTS, creditor=creditor.pk, on=on, one_of=ONE_OF)
    _execute("SET LOCAL session_replication_role = origin")
    row = measure(
        work=f"scores after 1 client of {ONE_OF} had new facts",
        ours=scoring("some", on, whole=False),
        floor=scoring("whole", on + dt.timedelta(days=1), whole=True),
        goal="<= 0.1",
        note="floor: our scoring of all clients the night after",
    )
    assert found["some"].changed == found["some"].clients > 0
    return row


def _one_client(creditor: Creditor, size: int, *, quick: bool) -> list[Row]:
    on, rounds = today(creditor.time_zone), 1 if quick else 15
    client = usual_client()
    contracts_in_force(creditor, on, min(CONTRACTS, Client.objects.count()))
    _relate(client)
    (room,) = limit_rooms([client.pk]).values()
    group = credit_check(client.pk).group
    assert room.used > 0
    assert group is not None
    assert len(group.members) == 3  # itself and two relatives
    return [
        compare(
            work="credit check of one client and its group, as contracts ask",
            size=size,
            ours=lambda: limit_rooms([client.pk]),
            floor=lambda: _of_one(client.pk),
            goal="<= 3 ms",
            growth=0.15,
            rounds=rounds,
            note="reads only, no lock; floor: limit and balance of the client alone",
        ),
        _warnings(creditor, size, rounds),
    ]


def _of_one(client_id: int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(_ONE, [client_id])
        return cursor.fetchall()


def _relate(client: Client) -> None:
    """Two more clients of the same group."""
    at, manager = timezone.now(), User.objects.filter(role=Role.MANAGER).order_by("pk")[0]
    others = Client.objects.filter(pk__gt=client.pk).order_by("pk")[:2]
    _execute("SET LOCAL session_replication_role = replica")
    for other in others:
        RelatedPair.objects.create(
            left=client,
            right=other,
            state=RelatedState.CONFIRMED,
            points=90,
            found_at=at,
            reason="One owner.",
            decided_at=at,
            decided_by=manager,
        )
    _execute("SET LOCAL session_replication_role = origin")
    _execute("ANALYZE credit_relatedpair")


def _warnings(creditor: Creditor, size: int, rounds: int) -> Row:
    """The first page of the early warnings, of whom all see."""
    on = today(creditor.time_zone)
    _calibrated(on, 0.4)
    _score(on)
    _settle()
    browser = Browser()
    user = User.objects.filter(role=Role.MANAGER).order_by("pk")[0]
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def served() -> None:
        response = browser.get("/credit/warnings/")
        assert response.status_code == 200, response.status_code

    return compare(
        work="early warnings, the first page served",
        size=size,
        ours=served,
        growth=0.15,
        rounds=rounds,
    )

"""How well the forecast would have done on this ledger: each invoice from what was known before."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from clients.models import Client
from credit.rules.forecast import Walk, by_definition, client_part, probability, walk
from credit.rules.history import HORIZONS, OPEN, Floats, Known, known_at_issue
from credit.rules.measures import Measured, measure
from credit.selectors.ledger import Past, past_ledger

#: Without a cutoff, the latest invoices are judged: this share of all.
LATEST: Final = 0.35


@dataclass(frozen=True, slots=True)
class LookedBack:
    """A look back: what was forecast, and how it compares, by horizon.

    `measured` is the forecast, `by_client` the client's part alone, `by_share` the client's past
    late share: what a person would go by without a score.
    """

    on: dt.date
    cutoff: dt.date
    past: Past
    known: Known
    walked: Walk
    measured: dict[int, Measured]
    by_client: dict[int, Measured]
    by_share: dict[int, Measured]


def look_back(
    *,
    on: dt.date,
    cutoff: dt.date | None = None,
    told: Callable[[int, int], None] | None = None,
) -> LookedBack | None:
    """Forecast every invoice issued up to a day, and measure those issued from `cutoff` on.

    Each forecast is made of settlements strictly before its issue date, with weights from outcomes
    known before its month. An invoice is measured once its outcome is known on `on`. None when
    there is nothing to measure.
    """
    past = past_ledger(on=on)
    ledger = past.ledger
    if not len(ledger):
        return None
    known = known_at_issue(ledger)
    walked = walk(ledger, known, told=told)
    first = cutoff.toordinal() if cutoff else int(ledger.issued[int(len(ledger) * (1 - LATEST))])
    figures, base = client_part(known)
    forecasts: dict[str, dict[int, Floats]] = {
        "measured": {horizon: probability(walked.log_odds[horizon]) for horizon in HORIZONS},
        "by_client": {horizon: probability(by_definition(known, horizon)) for horizon in HORIZONS},
        "by_share": {
            horizon: probability(base[horizon] + figures[f"late_{horizon}"]) for horizon in HORIZONS
        },
    }
    found: dict[str, dict[int, Measured]] = {name: {} for name in forecasts}
    for horizon in HORIZONS:
        told_by = (ledger.paid < OPEN) | (ledger.due + horizon < on.toordinal())
        chosen = ledger.counts & told_by & (ledger.issued >= first)
        late = (ledger.paid - ledger.due > horizon)[chosen]
        for name, forecast in forecasts.items():
            found[name][horizon] = measure(forecast[horizon][chosen], late)
    return LookedBack(on, dt.date.fromordinal(first), past, known, walked, **found)


def predictions(looked: LookedBack) -> Iterator[tuple[str, ...]]:
    """Rows of customer (its code), issue, due, amount, and the chances by horizon."""
    codes = dict(
        Client.objects.filter(pk__in=looked.past.clients.tolist()).values_list("pk", "code")
    )
    ledger = looked.past.ledger
    chances = [probability(looked.walked.log_odds[horizon]) for horizon in HORIZONS]
    for row in range(len(ledger)):
        yield (
            codes[int(looked.past.clients[ledger.client[row]])],
            dt.date.fromordinal(int(ledger.issued[row])).isoformat(),
            dt.date.fromordinal(int(ledger.due[row])).isoformat(),
            f"{ledger.amount[row]:.3f}".rstrip("0").rstrip("."),
            *(f"{chance[row]:.6f}" for chance in chances),
        )


PREDICTION_COLUMNS: Final = ("customer", "issue", "due", "amount", "p0", "p7", "p30")


def write_predictions(looked: LookedBack, path: Path) -> int:
    """Write the forecasts of all invoices as CSV; gives how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(PREDICTION_COLUMNS)
        for row in predictions(looked):
            writer.writerow(row)
            count += 1
    return count


def as_json(looked: LookedBack) -> dict[str, Any]:
    """The measures as plain values: what a calibration keeps and a page shows."""
    return {
        "on": looked.on.isoformat(),
        "cutoff": looked.cutoff.isoformat(),
        "invoices": len(looked.past.ledger),
        "horizons": [
            {
                "horizon": horizon,
                "forecast": _plain(looked.measured[horizon]),
                "client": _plain(looked.by_client[horizon]),
                "share": _plain(looked.by_share[horizon]),
            }
            for horizon in HORIZONS
        ],
    }


def _plain(measured: Measured) -> dict[str, Any]:
    return {
        "count": measured.count,
        "late": measured.late,
        "auc": measured.auc,
        "pr_auc": measured.pr_auc,
        "brier": measured.brier,
        "calibration_error": measured.calibration_error,
        "by_chance": measured.by_chance,
        "lift": measured.lift,
        "steps": [[step.count, step.forecast, step.came] for step in measured.steps],
    }

"""Facts of clients as plain rows: how a snapshot keeps them, and how the database gives them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from credit.rules.history import HORIZONS, Floats
from credit.rules.score import BEHAVIOUR_FACTORS, FACTORS, Facts

#: The order of facts in a row: plain ones, then how often each behaviour happened.
FACTS = (
    *("settled", "late_0", "late_7", "late_30", "overdue_0", "overdue_7", "overdue_30"),
    *("recent", "recent_weight", "closed", "days", "oldest", "worst"),
    *BEHAVIOUR_FACTORS,
)
_PLAIN = len(FACTS) - len(BEHAVIOUR_FACTORS)


def facts_of(rows: Floats) -> Facts:
    """Facts from a table with a row per client and the columns of `FACTS`."""
    column = {name: rows[:, place] for place, name in enumerate(FACTS[:_PLAIN])}
    return Facts(
        settled=column["settled"],
        late={horizon: column[f"late_{horizon}"] for horizon in HORIZONS},
        overdue={horizon: column[f"overdue_{horizon}"] for horizon in HORIZONS},
        recent=column["recent"],
        recent_weight=column["recent_weight"],
        closed=column["closed"],
        days=column["days"],
        oldest=column["oldest"],
        worst=column["worst"],
        behaviour=rows[:, _PLAIN:],
    )


def named_facts(values: Sequence[float]) -> dict[str, float]:
    """Facts of a snapshot by name; behaviours that were not counted yet then are 0."""
    return dict(zip(FACTS, _padded(values, len(FACTS)), strict=True))


def named_points(values: Sequence[float]) -> dict[str, float]:
    """Points of a snapshot by factor; behaviours that were not counted yet then took none."""
    return dict(zip(FACTORS, _padded(values, len(FACTORS)), strict=True))


def _padded(values: Sequence[float], width: int) -> list[float]:
    return [*values, *[0.0] * (width - len(values))]


def facts_row(values: Sequence[float]) -> Facts:
    """Facts of one client as a snapshot kept them."""
    return facts_of(np.array([_padded(values, len(FACTS))], dtype=np.float64))

"""The presets and rates that ship with the product, for tests that need no database."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from payments.rules.interest import InterestTerms
from payments.rules.presets import Preset, PresetBook, PresetRow
from payments.rules.rates import RatePoint, RateTable

DATA = Path(__file__).resolve().parents[2] / "payments" / "data"


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one data file."""
    loaded: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return loaded


def preset_row(row: Mapping[str, Any]) -> PresetRow:
    """A row of `interest_presets.json` as the rules take it."""
    return PresetRow(
        code=row["code"],
        effective_on=date.fromisoformat(row["effective_on"]),
        parameters=row["parameters"],
        source=row["source"],
        verified=row["verified_on"] is not None,
    )


RATES = RateTable(
    RatePoint(
        series=row["series"],
        effective_on=date.fromisoformat(row["effective_on"]),
        percent=Decimal(row["percent"]),
        source=row["source"],
        verified=row["verified_on"] is not None,
    )
    for row in rows("reference_rates.json")
)

BOOK = PresetBook(preset_row(row) for row in rows("interest_presets.json"))


def preset(code: str, on: date = date(2026, 1, 1)) -> Preset:
    """A shipped preset in its wording of 2026."""
    return BOOK.preset(code, on)


def terms(code: str, currency: str, **facts: Any) -> InterestTerms:
    """Terms under a shipped preset."""
    return InterestTerms(preset=preset(code), currency=currency, **facts)

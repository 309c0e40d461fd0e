"""Providers of credit reports to begin with, each with its dated validity; managers add others."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data"
WRITTEN_AT = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)
FROM_ON = dt.date(2020, 1, 1)


def load(apps: Any, schema_editor: Any) -> None:
    """Insert the providers of `credit/data/report_providers.json` that are not there yet."""
    providers = apps.get_model("credit", "ReportProvider").objects
    validity = apps.get_model("credit", "ReportValidity").objects
    rows = json.loads((DATA / "report_providers.json").read_text(encoding="utf-8"))
    for position, row in enumerate(rows, start=1):
        days, reason = row.pop("days"), row.pop("reason")
        if providers.filter(code=row["code"]).exists():
            continue
        provider = providers.create(position=position * 10, **row)
        validity.create(
            provider=provider, from_on=FROM_ON, days=days, reason=reason, set_at=WRITTEN_AT
        )


class Migration(migrations.Migration):
    """Load the rows."""

    replaces = [("credit", "0017_screening_rules")]
    dependencies = [
        ("credit", "0004_starting_policy"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

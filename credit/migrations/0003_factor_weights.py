"""Scores stay as they were; what behaviour weighs until a manager says otherwise."""

import datetime as dt
from typing import Any

from django.db import migrations

#: Points each time and at most.
WEIGHTS = {
    "broken_promises": (15, 60),
    "disputes_lost": (15, 45),
    "returns": (30, 60),
    "demands": (20, 40),
    "abuse": (30, 60),
    "freeloading": (30, 60),
    "reports": (60, 120),
}
SINCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def load(apps: Any, schema_editor: Any) -> None:
    """Write the starting weights where there are none."""
    weight = apps.get_model("credit", "FactorWeight")
    if not weight.objects.exists():
        for factor, (each, most) in WEIGHTS.items():
            weight.objects.create(factor=factor, each=each, most=most, created_at=SINCE)


class Migration(migrations.Migration):
    """Load the rows."""

    replaces = [("credit", "0017_screening_rules")]
    dependencies = [
        ("credit", "0002_rules"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

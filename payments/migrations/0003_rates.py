"""The published rates and statutory presets known at release, each with its source.

An administrator adds later ones; a row that is already there is left as it is.
"""

import json
from pathlib import Path

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

DATA = Path(__file__).resolve().parent.parent / "data"


def load(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Insert the rows of `payments/data/`."""
    for model, name in (
        ("ReferenceRate", "reference_rates.json"),
        ("InterestPreset", "interest_presets.json"),
    ):
        rows = json.loads((DATA / name).read_text(encoding="utf-8"))
        table = apps.get_model("payments", model)
        table.objects.bulk_create([table(**row) for row in rows], ignore_conflicts=True)


class Migration(migrations.Migration):
    """Load the rows."""

    dependencies = [
        ("payments", "0002_rules"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

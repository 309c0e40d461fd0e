"""What the database itself refuses of screenings, and the checklists to begin with.

A manager changes a checklist by a new number; one that is already there is left as it is.
"""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROOM = Path(__file__).resolve().parent.parent
WRITTEN_AT = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
STARTS_ON = dt.date(2000, 1, 1)


def load(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Insert the checklists of `credit/data/`."""
    checklists = apps.get_model("credit", "Checklist").objects
    item = apps.get_model("credit", "ChecklistItem")
    text = (ROOM / "data" / "checklists.json").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = json.loads(text)
    for row in rows:
        checklist, is_new = checklists.get_or_create(
            segment=row["segment"],
            number=1,
            defaults={"starts_on": STARTS_ON, "note": row["note"], "created_at": WRITTEN_AT},
        )
        if is_new:
            item.objects.bulk_create(
                item(checklist=checklist, position=place, **one)
                for place, one in enumerate(row["items"], start=1)
            )


class Migration(migrations.Migration):
    """Load the rows."""

    replaces = [("credit", "0017_screening_rules")]
    dependencies = [
        ("credit", "0006_margin_assumptions"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

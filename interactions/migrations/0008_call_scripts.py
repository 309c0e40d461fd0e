"""Scripts of hard calls to begin with, and what the database refuses of incidents."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.db import migrations

ROOM = Path(__file__).resolve().parent.parent
WRITTEN_AT = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)


def load(apps: Any, schema_editor: Any) -> None:
    """Insert the scripts of `interactions/data/scripts.json` that are not there yet."""
    scripts = apps.get_model("interactions", "CallScript").objects
    for row in json.loads((ROOM / "data" / "scripts.json").read_text(encoding="utf-8")):
        if not scripts.filter(situation=row["situation"]).exists():
            scripts.create(version=1, created_at=WRITTEN_AT, **row)


class Migration(migrations.Migration):
    """Load the rows."""

    replaces = [("interactions", "0019_list_indexes")]
    dependencies = [
        ("interactions", "0007_notices"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

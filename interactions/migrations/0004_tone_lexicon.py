"""The lexicon of the tone check to begin with. Managers change it by new versions."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.db import migrations

ROOM = Path(__file__).resolve().parent.parent
WRITTEN_AT = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)


def load(apps: Any, schema_editor: Any) -> None:
    """Insert the entries of `interactions/data/tone.json` that are not there yet."""
    rules = apps.get_model("interactions", "ToneRule").objects
    known = set(rules.values_list("key", flat=True))
    rows = json.loads((ROOM / "data" / "tone.json").read_text(encoding="utf-8"))
    rules.bulk_create(
        rules.model(version=1, created_at=WRITTEN_AT, **row)
        for row in rows
        if row["key"] not in known
    )


class Migration(migrations.Migration):
    """Load the rows."""

    replaces = [("interactions", "0019_list_indexes")]
    dependencies = [
        ("interactions", "0003_contact_policies"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

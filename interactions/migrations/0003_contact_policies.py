"""Rules of contact per country and notes on recordings: dated rows, each with its source."""

import json
from pathlib import Path

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

ROOM = Path(__file__).resolve().parent.parent


def _rows(name: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads((ROOM / "data" / name).read_text(encoding="utf-8"))
    return rows


def load(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Insert the rows of `interactions/data/`."""
    note = apps.get_model("interactions", "RecordingNote")
    note.objects.bulk_create([note(**row) for row in _rows("recording_notes.json")])
    policy = apps.get_model("interactions", "ContactPolicy")
    policy.objects.bulk_create(
        [policy(created_at=timezone.now(), **row) for row in _rows("contact_policies.json")]
    )


class Migration(migrations.Migration):
    """Load the rows."""

    replaces = [("interactions", "0019_list_indexes")]
    dependencies = [
        ("interactions", "0002_rules"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

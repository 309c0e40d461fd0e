"""The library of texts to begin with, and what the database refuses of written mails."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.db import migrations

ROOM = Path(__file__).resolve().parent.parent
WRITTEN_AT = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)
WORDING = ("subject", "body", "subject_zh", "body_zh")


def load(apps: Any, schema_editor: Any) -> None:
    """Insert the texts of `interactions/data/templates.json` that are not there yet."""
    templates = apps.get_model("interactions", "MessageTemplate").objects
    versions = apps.get_model("interactions", "MessageTemplateVersion").objects
    for row in json.loads((ROOM / "data" / "templates.json").read_text(encoding="utf-8")):
        wording = {name: row.pop(name) for name in WORDING}
        template, is_new = templates.get_or_create(code=row.pop("code"), defaults=row)
        if is_new:
            versions.create(template=template, number=1, created_at=WRITTEN_AT, **wording)


class Migration(migrations.Migration):
    """Load the rows."""

    replaces = [("interactions", "0019_list_indexes")]
    dependencies = [
        ("interactions", "0005_care"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

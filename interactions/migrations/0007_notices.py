"""What the database refuses of notices, and the three it begins with."""

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

from django.db import migrations

HERE = Path(__file__).resolve().parent.parent
BEGAN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
WORDS = ("title", "title_zh", "text", "text_zh")


def load(apps: Any, schema_editor: Any) -> None:
    """Write the notices that are not there yet, each with its first version."""
    notices = apps.get_model("interactions", "PolicyNotice")
    versions = apps.get_model("interactions", "NoticeVersion")
    for row in json.loads((HERE / "data" / "notices.json").read_text(encoding="utf-8")):
        notice, made = notices.objects.get_or_create(
            kind=row["kind"], creditor=None, defaults={"created_at": BEGAN}
        )
        if not made and versions.objects.filter(notice=notice).exists():
            continue
        words = {name: row[name] for name in WORDS}
        # As core.audit.canonical_json writes it.
        text = json.dumps(words, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        versions.objects.create(
            notice=notice,
            number=1,
            **words,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            active_from=BEGAN.date(),
            created_at=BEGAN,
        )


class Migration(migrations.Migration):
    """Load the rows."""

    replaces = [("interactions", "0019_list_indexes")]
    dependencies = [
        ("interactions", "0006_texts"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

"""What the database itself refuses and keeps: see the .sql files beside the models."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
FILES = (
    "append_only.sql",
    "append_only_parts.sql",
    "mail.sql",
    "append_only_rules.sql",
    "tone.sql",
    "minutes.sql",
    "care.sql",
    "outgoing.sql",
    "notices.sql",
    "talk.sql",
)


class Migration(migrations.Migration):
    """Load them in order."""

    replaces = [("interactions", "0019_list_indexes")]
    dependencies = [
        ("interactions", "0001_initial"),
        ("core", "0002_rules"),
    ]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in FILES
    ]

"""What the database itself refuses and keeps: see the .sql files beside the models."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
FILES = (
    "append_only.sql",
    "drafts.sql",
    "terms.sql",
    "texts.sql",
    "performance.sql",
    "asking.sql",
    "amendments.sql",
    "minutes.sql",
    "notices.sql",
    "kept.sql",
)


class Migration(migrations.Migration):
    """Load them in order."""

    replaces = [("contracts", "0017_kept_rules")]
    dependencies = [
        ("contracts", "0002_notices"),
        ("core", "0002_rules"),
    ]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in FILES
    ]

"""What the database itself refuses and keeps: see the .sql files beside the models."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
FILES = (
    "01_facts.sql",
    "02_counters.sql",
    "03_storage.sql",
    "04_loading.sql",
    "05_prepayments.sql",
    "06_entries.sql",
    "07_promises.sql",
    "08_receiving.sql",
    "09_references.sql",
    "11_promise_rule_kept.sql",
)


class Migration(migrations.Migration):
    """Load them in order."""

    replaces = [("payments", "0012_promise_rules")]
    dependencies = [
        ("payments", "0001_initial"),
        ("clients", "0001_initial"),
        ("contracts", "0002_notices"),
        ("core", "0002_rules"),
    ]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in FILES
    ]

"""An act is recorded in one call: see the .sql file."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the function."""

    dependencies = [("core", "0002_triggers")]

    operations = [
        migrations.RunSQL((SQL / "acts.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]

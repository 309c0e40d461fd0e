"""Files are loaded with their settlements: see the .sql file."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the triggers."""

    dependencies = [("payments", "0004_lean_indexes")]

    operations = [
        migrations.RunSQL(
            (SQL / "04_loading.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
    ]

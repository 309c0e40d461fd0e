"""What the database itself refuses of deliveries, duties and flags: see the .sql file."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the triggers."""

    dependencies = [("contracts", "0007_performance")]

    operations = [
        migrations.RunSQL(
            (SQL / "performance.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
    ]

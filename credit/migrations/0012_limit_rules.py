"""What the database itself refuses of decisions over the limit."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the triggers of requests and decisions."""

    dependencies = [("credit", "0011_limits")]

    operations = [
        migrations.RunSQL(
            (SQL / "04_limits.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        )
    ]

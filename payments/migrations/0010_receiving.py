"""One payment comes in by two calls: see the .sql file."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the functions."""

    dependencies = [("core", "0003_acts"), ("payments", "0009_promise_money")]

    operations = [
        migrations.RunSQL(
            (SQL / "08_receiving.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
    ]

"""What the database keeps of prepaid money: see the .sql file."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the triggers."""

    dependencies = [("payments", "0006_prepayments")]

    operations = [
        migrations.RunSQL(
            (SQL / "05_prepayments.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
    ]

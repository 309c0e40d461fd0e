"""What the database itself refuses and keeps of confirmed balances."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the triggers of answers to statements, of reminders and of batches."""

    dependencies = [("portal", "0003_statements")]

    operations = [
        migrations.RunSQL(
            (SQL / "statements.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        )
    ]

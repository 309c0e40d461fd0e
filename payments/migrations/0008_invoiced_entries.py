"""Invoiced entries of a schedule stay as they were invoiced: see the .sql file."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the trigger."""

    dependencies = [("payments", "0007_prepaid_money"), ("contracts", "0005_terms")]

    operations = [
        migrations.RunSQL(
            (SQL / "06_entries.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
    ]

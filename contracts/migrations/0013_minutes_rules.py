"""Days to object to minutes are settled with the text; the clause that agrees them."""

from importlib import import_module
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
load = import_module("contracts.migrations.0007_library").load


class Migration(migrations.Migration):
    """Load the trigger, and the clauses that are not there yet."""

    dependencies = [("contracts", "0012_minutes_days")]

    operations = [
        migrations.RunSQL(
            (SQL / "minutes.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]

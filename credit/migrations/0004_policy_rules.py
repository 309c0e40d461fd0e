"""What the database itself refuses: see the .sql files beside the models."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the triggers of policy and standing."""

    dependencies = [("credit", "0003_policy")]

    operations = [
        migrations.RunSQL(
            (SQL / "02_policy.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        )
    ]

"""What was attached to a contract stays: see notices.sql beside the models."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the trigger."""

    dependencies = [("contracts", "0014_notices")]

    operations = [
        migrations.RunSQL((SQL / "notices.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)
    ]

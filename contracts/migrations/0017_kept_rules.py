"""What was prepaid stays when a price falls: see kept.sql beside the models."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the triggers."""

    dependencies = [("contracts", "0016_kept_prepayment")]

    operations = [
        migrations.RunSQL((SQL / "kept.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)
    ]

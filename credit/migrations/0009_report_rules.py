"""What the database itself refuses of credit reports: see reports.sql beside the models."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the triggers."""

    dependencies = [("credit", "0008_reports")]

    operations = [
        migrations.RunSQL((SQL / "reports.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)
    ]

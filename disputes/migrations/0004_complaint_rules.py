"""What the database itself refuses of complaints: see complaints.sql beside the models."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the triggers."""

    dependencies = [("disputes", "0003_complaints")]

    operations = [
        migrations.RunSQL(
            (SQL / "complaints.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        )
    ]

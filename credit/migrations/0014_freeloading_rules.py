"""What the database itself refuses of free work: see freeloading.sql beside the models."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the triggers."""

    dependencies = [("credit", "0013_freeloading")]

    operations = [
        migrations.RunSQL(
            (SQL / "freeloading.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        )
    ]

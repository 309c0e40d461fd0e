"""What the database itself refuses and keeps of minutes."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the triggers of meetings and minutes."""

    dependencies = [("interactions", "0009_minutes")]

    operations = [
        migrations.RunSQL((SQL / "minutes.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)
    ]

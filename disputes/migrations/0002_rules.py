"""What the database itself refuses and keeps: see the .sql files beside the models."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
FILES = (
    "disputed.sql",
    "complaints.sql",
)


class Migration(migrations.Migration):
    """Load them in order."""

    replaces = [("disputes", "0004_complaint_rules")]
    dependencies = [
        ("disputes", "0001_initial"),
        ("contracts", "0002_notices"),
        ("core", "0002_rules"),
        ("payments", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in FILES
    ]

"""What the database itself refuses and keeps: see the .sql files beside the models."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
FILES = (
    "01_scores.sql",
    "02_policy.sql",
    "03_holds.sql",
    "reports.sql",
    "04_limits.sql",
    "freeloading.sql",
    "04_screening.sql",
)


class Migration(migrations.Migration):
    """Load them in order."""

    replaces = [("credit", "0017_screening_rules")]
    dependencies = [
        ("credit", "0001_initial"),
        ("contracts", "0002_notices"),
        ("core", "0002_rules"),
        ("interactions", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in FILES
    ]

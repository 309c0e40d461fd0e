"""What the database itself refuses and keeps: see the .sql files beside the models."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
FILES = (
    "portal.sql",
    "statements.sql",
)


class Migration(migrations.Migration):
    """Load them in order."""

    replaces = [("portal", "0004_statement_rules")]
    dependencies = [
        ("portal", "0001_initial"),
        ("core", "0002_rules"),
    ]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in FILES
    ]

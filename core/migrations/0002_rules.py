"""What the database itself refuses and keeps: see the .sql files beside the models."""

from pathlib import Path

from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension
from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
FILES = (
    "append_only.sql",
    "acts.sql",
)


class Migration(migrations.Migration):
    """Load them in order."""

    replaces = [("core", "0003_acts")]
    dependencies = [
        ("core", "0001_initial"),
    ]

    operations = [
        TrigramExtension(),
        BtreeGinExtension(),
        *(
            migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
            for name in FILES
        ),
    ]

"""What the database itself refuses of contracts' texts: see the .sql file."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the triggers."""

    dependencies = [("contracts", "0003_texts")]

    operations = [
        migrations.RunSQL((SQL / "drafts.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]

"""What the database itself refuses of archived mails: see the .sql file."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the triggers."""

    dependencies = [("interactions", "0004_mail")]

    operations = [
        migrations.RunSQL((SQL / "mail.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]

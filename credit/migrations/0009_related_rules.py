"""What the database itself refuses of related clients, and who is to be compared: all of them."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Load the triggers; leave a note for each client that is there."""

    dependencies = [
        ("credit", "0008_related"),
        ("clients", "0002_legal_representative"),
        ("payments", "0002_rules"),
    ]

    operations = [
        migrations.RunSQL(
            (SQL / "05_related.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            "INSERT INTO credit_relatedlook (client_key) SELECT id FROM clients_client",
            migrations.RunSQL.noop,
        ),
    ]

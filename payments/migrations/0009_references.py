"""Client and creditor of invoices and receipts are held by their balance: see the .sql file."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


def _held_by_balance(model: str, field: str, to: str) -> migrations.AlterField:
    return migrations.AlterField(
        model_name=model,
        name=field,
        field=models.ForeignKey(
            db_constraint=False,
            db_index=False,
            on_delete=django.db.models.deletion.PROTECT,
            related_name=f"{model}s",
            to=to,
        ),
    )


class Migration(migrations.Migration):
    """Guard the balances, prove that each row has one, and let go of the foreign keys."""

    dependencies = [("payments", "0008_invoiced_entries")]

    operations = [
        migrations.RunSQL(
            (SQL / "07_references.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
        _held_by_balance("invoice", "client", "clients.client"),
        _held_by_balance("invoice", "creditor", "clients.creditor"),
        _held_by_balance("receipt", "client", "clients.client"),
        _held_by_balance("receipt", "creditor", "clients.creditor"),
    ]

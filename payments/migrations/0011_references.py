"""What holds the ledger's rows together is proven once a statement: see the .sql files."""

from pathlib import Path
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


def _without_constraint(
    model: str, field: str, to: str, related_name: str, **options: Any
) -> migrations.AlterField:
    return migrations.AlterField(
        model_name=model,
        name=field,
        field=models.ForeignKey(
            db_constraint=False,
            on_delete=django.db.models.deletion.PROTECT,
            related_name=related_name,
            to=to,
            **options,
        ),
    )


class Migration(migrations.Migration):
    """Put the guards up, prove what is there, and let go of the foreign keys row by row."""

    dependencies = [("payments", "0010_receiving")]

    operations = [
        *(
            migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
            for name in [
                "02_counters.sql",
                "04_loading.sql",
                "05_prepayments.sql",
                "09_references.sql",
            ]
        ),
        *(
            _without_constraint(model, field, f"clients.{field}", f"{model}s", db_index=False)
            for model in ["invoice", "receipt"]
            for field in ["client", "creditor"]
        ),
        _without_constraint("allocation", "invoice", "payments.invoice", "allocations"),
        _without_constraint("allocation", "receipt", "payments.receipt", "allocations", null=True),
    ]

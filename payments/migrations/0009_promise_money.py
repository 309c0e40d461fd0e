"""What judged promises counted is written down, so that no receipt counts twice."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Its table and trigger."""

    dependencies = [
        ("payments", "0008_invoiced_entries"),
    ]

    operations = [
        migrations.CreateModel(
            name="PromiseMoney",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=3, max_digits=18, verbose_name="amount"),
                ),
                (
                    "credit_note",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.creditnote",
                    ),
                ),
                (
                    "promise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="money",
                        to="payments.promise",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.receipt",
                    ),
                ),
            ],
            options={
                "verbose_name": "money counted for a promise",
                "verbose_name_plural": "money counted for promises",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="promise_money_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("credit_note", None), ("receipt__isnull", False)),
                            models.Q(("credit_note__isnull", False), ("receipt", None)),
                            _connector="OR",
                        ),
                        name="promise_money_of_one_source",
                    ),
                    models.UniqueConstraint(
                        fields=("receipt", "promise"), name="promise_receipt_once"
                    ),
                    models.UniqueConstraint(
                        fields=("credit_note", "promise"), name="promise_note_once"
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "07_promises.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
    ]

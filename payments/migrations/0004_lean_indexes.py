"""Fewer indexes on what every import and payment writes; vacuum in time for index-only scans."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Indexes, and storage settings per table."""

    dependencies = [
        ("clients", "0001_initial"),
        ("contracts", "0002_triggers"),
        ("payments", "0003_rates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="agingflow",
            name="creditor",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.creditor",
            ),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="created_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="credit_note",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="allocations",
                to="payments.creditnote",
            ),
        ),
        migrations.AlterField(
            model_name="clientbalance",
            name="client",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="balances",
                to="clients.client",
            ),
        ),
        migrations.AlterField(
            model_name="clientbalance",
            name="creditor",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.creditor",
            ),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="client",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoices",
                to="clients.client",
            ),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="contract",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoices",
                to="contracts.contract",
            ),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="created_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="creditor",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoices",
                to="clients.creditor",
            ),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="bank_account",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipts",
                to="clients.bankaccount",
            ),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="client",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipts",
                to="clients.client",
            ),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="created_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="creditor",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipts",
                to="clients.creditor",
            ),
        ),
        migrations.AddIndex(
            model_name="allocation",
            index=models.Index(
                condition=models.Q(("credit_note__isnull", False)),
                fields=["credit_note"],
                name="allocation_credit_note",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("contract__isnull", False)),
                fields=["contract"],
                name="invoice_contract",
            ),
        ),
        migrations.RemoveIndex(model_name="invoice", name="invoice_open_client"),
        migrations.RemoveIndex(model_name="invoice", name="invoice_open_due"),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("open_amount__gt", 0)),
                fields=["client", "creditor", "currency", "due_on"],
                include=("id", "open_amount", "collectible", "issued_on"),
                name="invoice_open_client",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("open_amount__gt", 0)),
                fields=["creditor", "currency", "due_on", "id"],
                include=("client", "open_amount", "collectible", "issued_on"),
                name="invoice_open_due",
            ),
        ),
        migrations.RunSQL(
            (SQL / "03_storage.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
    ]

"""Prepayments, invoices of schedule entries, and how a creditor numbers them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The tables and columns."""

    dependencies = [
        ("clients", "0001_initial"),
        ("contracts", "0005_terms"),
        ("core", "0002_triggers"),
        ("payments", "0005_loading"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PrepaymentRelease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("REFUND", "Refund to the client"),
                            ("FORFEITED", "Forfeit the earnest money"),
                            ("TWICE", "Return the earnest money twice"),
                            ("DEPOSIT", "Return the security deposit"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=3, max_digits=18, verbose_name="amount"),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ASKED", "Waits for approval"),
                            ("APPROVED", "Approved"),
                            ("REFUSED", "Refused"),
                            ("WITHDRAWN", "Withdrawn"),
                        ],
                        default="ASKED",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_on", models.DateField(blank=True, null=True)),
                (
                    "decision_note",
                    models.CharField(blank=True, max_length=300, verbose_name="note"),
                ),
                (
                    "extra_owed",
                    models.DecimalField(decimal_places=3, default=0, editable=False, max_digits=18),
                ),
                ("extra_paid_on", models.DateField(blank=True, null=True)),
                (
                    "extra_reference",
                    models.CharField(blank=True, max_length=120, verbose_name="reference"),
                ),
            ],
            options={
                "verbose_name": "release of a prepayment",
                "ordering": ("-asked_at", "-pk"),
            },
        ),
        # One to one, with an index of only those invoices that have an entry.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    """
                    ALTER TABLE payments_invoice ADD COLUMN schedule_entry_id bigint NULL
                        CONSTRAINT invoice_schedule_entry_fk REFERENCES contracts_scheduleentry (id)
                        DEFERRABLE INITIALLY DEFERRED;
                    CREATE UNIQUE INDEX invoice_entry_once ON payments_invoice (schedule_entry_id)
                        WHERE schedule_entry_id IS NOT NULL;
                    """,
                    "ALTER TABLE payments_invoice DROP COLUMN schedule_entry_id",
                ),
            ],
            state_operations=[
                migrations.AddField(
                    model_name="invoice",
                    name="schedule_entry",
                    field=models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice",
                        to="contracts.scheduleentry",
                        verbose_name="entry of the payment schedule",
                    ),
                ),
            ],
        ),
        migrations.AlterField(
            model_name="agingflow",
            name="measure",
            field=models.SmallIntegerField(
                choices=[
                    (0, "Receivables"),
                    (1, "Overdue"),
                    (2, "Overdue more than 30 days"),
                    (3, "Overdue more than 60 days"),
                    (4, "Overdue more than 90 days"),
                    (5, "Overdue more than 180 days"),
                    (6, "Overdue more than 365 days"),
                    (10, "Credit sales"),
                    (11, "Unapplied credit"),
                    (12, "Collected"),
                    (13, "Prepayments held"),
                ]
            ),
        ),
        migrations.AlterField(
            model_name="refund",
            name="kind",
            field=models.CharField(
                choices=[
                    ("REFUND", "Refund to the client"),
                    ("RETURNED", "Returned by the bank"),
                    ("ENTRY_ERROR", "Entered by mistake"),
                    ("FORFEITED", "Earnest money forfeited to us"),
                    ("TWICE", "Earnest money returned twice"),
                    ("DEPOSIT", "Security deposit returned"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            name="InvoiceNumbering",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "prefix",
                    models.CharField(
                        default="{year}-",
                        help_text="{year} and {month} stand for those of the invoice date.",
                        max_length=40,
                        verbose_name="begins with",
                    ),
                ),
                ("digits", models.PositiveSmallIntegerField(default=5, verbose_name="digits")),
                ("next_number", models.PositiveIntegerField(default=1, verbose_name="next number")),
                (
                    "creditor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_numbering",
                        to="clients.creditor",
                    ),
                ),
            ],
            options={
                "verbose_name": "numbering of invoices",
            },
        ),
        migrations.CreateModel(
            name="MilestoneAcceptance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("accepted_on", models.DateField(verbose_name="accepted")),
                ("at", models.DateTimeField()),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptance",
                        to="contracts.scheduleentry",
                    ),
                ),
            ],
            options={
                "verbose_name": "accepted milestone",
            },
        ),
        migrations.CreateModel(
            name="Prepayment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=90, verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PREPAYMENT", "Prepayment"),
                            ("EARNEST", "Earnest money"),
                            ("DEPOSIT", "Security deposit"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "amount",
                    models.DecimalField(decimal_places=3, max_digits=18, verbose_name="amount"),
                ),
                (
                    "applies_to_price",
                    models.BooleanField(
                        help_text="Its money settles the invoices of the contract.",
                        verbose_name="counts towards the price",
                    ),
                ),
                (
                    "clause",
                    models.CharField(
                        blank=True,
                        help_text="Where the contract says so.",
                        max_length=120,
                        verbose_name="clause",
                    ),
                ),
                ("requested_on", models.DateField(verbose_name="requested")),
                ("due_on", models.DateField(verbose_name="due")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("REQUESTED", "Requested"),
                            ("CLEARED", "Cleared"),
                            ("CLOSED", "Closed"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="REQUESTED",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("cleared_on", models.DateField(blank=True, null=True, verbose_name="cleared")),
                (
                    "closing_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="reason"),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "bank_account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.bankaccount",
                        verbose_name="to be paid to",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prepayments",
                        to="contracts.contract",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.document",
                        verbose_name="payment request",
                    ),
                ),
            ],
            options={
                "verbose_name": "prepayment",
                "verbose_name_plural": "prepayments",
                "ordering": ("-requested_on", "-pk"),
            },
        ),
        migrations.AddField(
            model_name="receipt",
            name="prepayment",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipts",
                to="payments.prepayment",
                verbose_name="prepayment",
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                condition=models.Q(("prepayment__isnull", False)),
                fields=["prepayment"],
                name="receipt_prepayment",
            ),
        ),
        migrations.AddField(
            model_name="prepaymentrelease",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="prepaymentrelease",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="prepaymentrelease",
            name="prepayment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="releases",
                to="payments.prepayment",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="release",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="payments.prepaymentrelease",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicenumbering",
            constraint=models.CheckConstraint(
                condition=models.Q(("digits__gte", 1), ("digits__lte", 12)), name="numbering_digits"
            ),
        ),
        migrations.AddIndex(
            model_name="prepayment",
            index=models.Index(fields=["state", "due_on"], name="prepayment_waiting"),
        ),
        migrations.AddConstraint(
            model_name="prepayment",
            constraint=models.UniqueConstraint(
                fields=("contract", "number"), name="prepayment_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="prepayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="prepayment_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="prepayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gte", models.F("requested_on"))),
                name="prepayment_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="prepayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["REQUESTED", "CLEARED", "CLOSED", "CANCELLED"])),
                name="prepayment_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="prepayment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "EARNEST"),
                    models.Q(("applies_to_price", True), ("kind", "PREPAYMENT")),
                    models.Q(("applies_to_price", False), ("kind", "DEPOSIT")),
                    _connector="OR",
                ),
                name="prepayment_kinds_apart",
            ),
        ),
        migrations.AddConstraint(
            model_name="prepaymentrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="release_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="prepaymentrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="release_reason_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="prepaymentrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("state", "ASKED")),
                    models.Q(
                        models.Q(("state", "ASKED"), _negated=True), ("decided_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="release_decided_with_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="prepaymentrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "APPROVED"), _negated=True),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("decided_on__isnull", False),
                        models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="release_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="prepaymentrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("extra_owed", models.F("amount")), ("kind", "TWICE")),
                    models.Q(models.Q(("kind", "TWICE"), _negated=True), ("extra_owed", 0)),
                    _connector="OR",
                ),
                name="release_owed_twice",
            ),
        ),
        migrations.AddConstraint(
            model_name="prepaymentrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("extra_paid_on", None),
                    models.Q(("kind", "TWICE"), ("state", "APPROVED")),
                    _connector="OR",
                ),
                name="release_extra_paid",
            ),
        ),
    ]

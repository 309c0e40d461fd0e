"""The tables of payments."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateTables


class Migration(migrations.Migration):
    """The tables."""

    initial = True

    dependencies = [
        ("clients", "0001_initial"),
        ("contracts", "0001_initial"),
        ("core", "0001_initial"),
        ("interactions", "0001_initial"),
    ]

    operations = [
        CreateTables(
            tables=[
                migrations.CreateModel(
                    name="InstalmentPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("currency", models.CharField(max_length=3, verbose_name="currency")),
                        ("agreed_on", models.DateField(verbose_name="agreed")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("ACTIVE", "Active"),
                                    ("COMPLETED", "Completed"),
                                    ("BROKEN", "Broken"),
                                    ("CANCELLED", "Cancelled"),
                                ],
                                default="ACTIVE",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                        ("created_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="clients.client",
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
                            "creditor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.creditor",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "instalment plan",
                        "verbose_name_plural": "instalment plans",
                        "ordering": ("-agreed_on", "-pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["ACTIVE", "COMPLETED", "BROKEN", "CANCELLED"])
                                ),
                                name="plan_state_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InterestPreset",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, verbose_name="code")),
                        ("effective_on", models.DateField(verbose_name="from")),
                        ("name", models.CharField(max_length=160, verbose_name="name")),
                        (
                            "name_zh",
                            models.CharField(max_length=160, verbose_name="name in Chinese"),
                        ),
                        ("parameters", models.JSONField(verbose_name="parameters")),
                        ("source", models.CharField(max_length=300, verbose_name="source")),
                        (
                            "verified_by",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="verified by"
                            ),
                        ),
                        (
                            "verified_on",
                            models.DateField(blank=True, null=True, verbose_name="verified"),
                        ),
                    ],
                    options={
                        "verbose_name": "interest preset",
                        "verbose_name_plural": "interest presets",
                        "ordering": ("code", "effective_on"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("code", "effective_on"), name="preset_once_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Invoice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("number", models.CharField(max_length=80, verbose_name="invoice number")),
                        ("currency", models.CharField(max_length=3, verbose_name="currency")),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="amount"
                            ),
                        ),
                        ("issued_on", models.DateField(verbose_name="issued")),
                        ("due_on", models.DateField(verbose_name="due")),
                        (
                            "reference",
                            models.CharField(blank=True, max_length=120, verbose_name="reference"),
                        ),
                        (
                            "description",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="description"
                            ),
                        ),
                        ("source", models.CharField(blank=True, editable=False, max_length=60)),
                        ("created_at", models.DateTimeField()),
                        (
                            "allocated",
                            models.DecimalField(
                                decimal_places=3, default=0, editable=False, max_digits=18
                            ),
                        ),
                        (
                            "disputed",
                            models.DecimalField(
                                decimal_places=3, default=0, editable=False, max_digits=18
                            ),
                        ),
                        ("last_allocated_on", models.DateField(editable=False, null=True)),
                        (
                            "open_amount",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.expressions.CombinedExpression(
                                    models.F("amount"), "-", models.F("allocated")
                                ),
                                output_field=models.DecimalField(decimal_places=3, max_digits=18),
                            ),
                        ),
                        (
                            "collectible",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("amount"), "-", models.F("allocated")
                                    ),
                                    "-",
                                    django.db.models.functions.comparison.Least(
                                        models.F("disputed"),
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("amount"), "-", models.F("allocated")
                                        ),
                                    ),
                                ),
                                output_field=models.DecimalField(decimal_places=3, max_digits=18),
                            ),
                        ),
                        (
                            "closed_on",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Case(
                                    models.When(
                                        amount=models.F("allocated"),
                                        then=models.F("last_allocated_on"),
                                    )
                                ),
                                output_field=models.DateField(null=True),
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invoices",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invoices",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "creditor",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invoices",
                                to="clients.creditor",
                            ),
                        ),
                        (
                            "schedule_entry",
                            models.OneToOneField(
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
                    options={
                        "verbose_name": "invoice",
                        "verbose_name_plural": "invoices",
                        "ordering": ("due_on", "pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("open_amount__gt", 0)),
                                fields=["client", "creditor", "currency", "due_on"],
                                include=("id", "open_amount", "collectible", "issued_on"),
                                name="invoice_open_client",
                            ),
                            models.Index(
                                condition=models.Q(("open_amount__gt", 0)),
                                fields=["creditor", "currency", "due_on", "id"],
                                include=("client", "open_amount", "collectible", "issued_on"),
                                name="invoice_open_due",
                            ),
                            models.Index(
                                fields=["client", "-issued_on", "-id"], name="invoice_client"
                            ),
                            models.Index(
                                condition=models.Q(("closed_on__isnull", False)),
                                fields=["creditor", "currency", "closed_on"],
                                name="invoice_closed",
                            ),
                            models.Index(
                                condition=models.Q(("contract__isnull", False)),
                                fields=["contract"],
                                name="invoice_contract",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("creditor", "number"), name="invoice_number_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("number", ""), _negated=True),
                                name="invoice_number_given",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)),
                                name="invoice_amount_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("allocated__gte", 0), ("allocated__lte", models.F("amount"))
                                ),
                                name="invoice_not_over_allocated",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("disputed__gte", 0), ("disputed__lte", models.F("amount"))
                                ),
                                name="invoice_disputed_within_amount",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                                name="invoice_currency_iso",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "number",
                            models.CharField(max_length=80, verbose_name="credit note number"),
                        ),
                        ("currency", models.CharField(max_length=3, verbose_name="currency")),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="amount"
                            ),
                        ),
                        ("issued_on", models.DateField(verbose_name="issued")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=300, verbose_name="reason"),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "allocated",
                            models.DecimalField(
                                decimal_places=3, default=0, editable=False, max_digits=18
                            ),
                        ),
                        (
                            "unallocated",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.expressions.CombinedExpression(
                                    models.F("amount"), "-", models.F("allocated")
                                ),
                                output_field=models.DecimalField(decimal_places=3, max_digits=18),
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credit_notes",
                                to="clients.client",
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
                            "creditor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credit_notes",
                                to="clients.creditor",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credit_notes",
                                to="payments.invoice",
                                verbose_name="corrects invoice",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "credit note",
                        "verbose_name_plural": "credit notes",
                        "ordering": ("-issued_on", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["client", "-issued_on", "-id"], name="credit_note_client"
                            ),
                            models.Index(
                                condition=models.Q(("unallocated__gt", 0)),
                                fields=["client", "currency"],
                                include=("unallocated",),
                                name="credit_note_unapplied",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("creditor", "number"), name="credit_note_number_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)),
                                name="credit_note_amount_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("allocated__gte", 0), ("allocated__lte", models.F("amount"))
                                ),
                                name="credit_note_not_over_used",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InvoiceNumbering",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                        (
                            "digits",
                            models.PositiveSmallIntegerField(default=5, verbose_name="digits"),
                        ),
                        (
                            "next_number",
                            models.PositiveIntegerField(default=1, verbose_name="next number"),
                        ),
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
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("digits__gte", 1), ("digits__lte", 12)),
                                name="numbering_digits",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MilestoneAcceptance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                    name="PlanInstalment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due")),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="amount"
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="instalments",
                                to="payments.instalmentplan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "instalment",
                        "ordering": ("due_on", "pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="instalment_positive"
                            ),
                            models.UniqueConstraint(
                                fields=("plan", "due_on"), name="instalment_once_a_day"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanInvoice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plan_lines",
                                to="payments.invoice",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="payments.instalmentplan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "invoice in a plan",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan", "invoice"), name="plan_invoice_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Prepayment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="amount"
                            ),
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
                        (
                            "cleared_on",
                            models.DateField(blank=True, null=True, verbose_name="cleared"),
                        ),
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
                        "indexes": [
                            models.Index(fields=["state", "due_on"], name="prepayment_waiting")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("contract", "number"), name="prepayment_number_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)),
                                name="prepayment_amount_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("due_on__gte", models.F("requested_on"))),
                                name="prepayment_dates_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["REQUESTED", "CLEARED", "CLOSED", "CANCELLED"])
                                ),
                                name="prepayment_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind", "EARNEST"),
                                    models.Q(("applies_to_price", True), ("kind", "PREPAYMENT")),
                                    models.Q(("applies_to_price", False), ("kind", "DEPOSIT")),
                                    _connector="OR",
                                ),
                                name="prepayment_kinds_apart",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PrepaymentRelease",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="amount"
                            ),
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
                            models.DecimalField(
                                decimal_places=3, default=0, editable=False, max_digits=18
                            ),
                        ),
                        ("extra_paid_on", models.DateField(blank=True, null=True)),
                        (
                            "extra_reference",
                            models.CharField(blank=True, max_length=120, verbose_name="reference"),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "prepayment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="releases",
                                to="payments.prepayment",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "release of a prepayment",
                        "ordering": ("-asked_at", "-pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)),
                                name="release_amount_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="release_reason_given",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("state", "ASKED")),
                                    models.Q(
                                        models.Q(("state", "ASKED"), _negated=True),
                                        ("decided_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="release_decided_with_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "APPROVED"), _negated=True),
                                    models.Q(
                                        ("decided_by__isnull", False),
                                        ("decided_on__isnull", False),
                                        models.Q(
                                            ("decided_by", models.F("asked_by")), _negated=True
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="release_four_eyes",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("extra_owed", models.F("amount")), ("kind", "TWICE")),
                                    models.Q(
                                        models.Q(("kind", "TWICE"), _negated=True),
                                        ("extra_owed", 0),
                                    ),
                                    _connector="OR",
                                ),
                                name="release_owed_twice",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("extra_paid_on", None),
                                    models.Q(("kind", "TWICE"), ("state", "APPROVED")),
                                    _connector="OR",
                                ),
                                name="release_extra_paid",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Promise",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("currency", models.CharField(max_length=3, verbose_name="currency")),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="amount promised"
                            ),
                        ),
                        ("promised_on", models.DateField(verbose_name="promised")),
                        ("due_on", models.DateField(verbose_name="to be paid by")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "Waiting"),
                                    ("KEPT", "Kept"),
                                    ("PART_KEPT", "Partly kept"),
                                    ("BROKEN", "Broken"),
                                    ("WITHDRAWN", "Withdrawn"),
                                ],
                                default="OPEN",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                        ("created_at", models.DateTimeField()),
                        ("judged_at", models.DateTimeField(null=True)),
                        (
                            "rule",
                            models.PositiveSmallIntegerField(
                                db_default=3, default=3, editable=False
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="promises",
                                to="clients.client",
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
                            "creditor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.creditor",
                            ),
                        ),
                        (
                            "interaction",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="promises",
                                to="interactions.interaction",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="promises",
                                to="payments.invoice",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "promise to pay",
                        "verbose_name_plural": "promises to pay",
                        "ordering": ("due_on", "pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "OPEN")),
                                fields=["client", "currency", "due_on"],
                                name="promise_open",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)),
                                name="promise_amount_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("due_on__gte", models.F("promised_on"))),
                                name="promise_dates_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["OPEN", "KEPT", "PART_KEPT", "BROKEN", "WITHDRAWN"],
                                    )
                                ),
                                name="promise_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("judged_at", None), ("state", "OPEN")),
                                    models.Q(
                                        models.Q(("state", "OPEN"), _negated=True),
                                        ("judged_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="promise_judged_when_closed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("rule", 3),
                                    models.Q(
                                        ("judged_at__isnull", False),
                                        ("rule__gte", 1),
                                        ("rule__lt", 3),
                                    ),
                                    _connector="OR",
                                ),
                                name="promise_rule_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Receipt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("currency", models.CharField(max_length=3, verbose_name="currency")),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="amount"
                            ),
                        ),
                        ("received_on", models.DateField(verbose_name="received")),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("BANK_TRANSFER", "Bank transfer"),
                                    ("CHEQUE", "Cheque"),
                                    ("CARD", "Card"),
                                    ("CASH", "Cash"),
                                    ("WALLET", "Mobile wallet"),
                                    ("ACCEPTANCE", "Bank acceptance bill"),
                                    ("OTHER", "Other"),
                                ],
                                default="BANK_TRANSFER",
                                max_length=14,
                                verbose_name="method",
                            ),
                        ),
                        (
                            "payer_name",
                            models.CharField(blank=True, max_length=200, verbose_name="paid by"),
                        ),
                        (
                            "reference",
                            models.CharField(blank=True, max_length=200, verbose_name="reference"),
                        ),
                        (
                            "external_ref",
                            models.CharField(blank=True, editable=False, max_length=160, null=True),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "allocated",
                            models.DecimalField(
                                decimal_places=3, default=0, editable=False, max_digits=18
                            ),
                        ),
                        (
                            "refunded",
                            models.DecimalField(
                                decimal_places=3, default=0, editable=False, max_digits=18
                            ),
                        ),
                        (
                            "unallocated",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("amount"), "-", models.F("allocated")
                                    ),
                                    "-",
                                    models.F("refunded"),
                                ),
                                output_field=models.DecimalField(decimal_places=3, max_digits=18),
                            ),
                        ),
                        (
                            "bank_account",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="receipts",
                                to="clients.bankaccount",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="receipts",
                                to="clients.client",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "creditor",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="receipts",
                                to="clients.creditor",
                            ),
                        ),
                        (
                            "prepayment",
                            models.ForeignKey(
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
                    ],
                    options={
                        "verbose_name": "receipt",
                        "verbose_name_plural": "receipts",
                        "ordering": ("-received_on", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["client", "-received_on", "-id"], name="receipt_client"
                            ),
                            models.Index(fields=["-received_on", "-id"], name="receipt_recent"),
                            models.Index(
                                condition=models.Q(("unallocated__gt", 0)),
                                fields=["client", "currency"],
                                include=("unallocated",),
                                name="receipt_unapplied",
                            ),
                            models.Index(
                                condition=models.Q(("prepayment__isnull", False)),
                                fields=["prepayment"],
                                name="receipt_prepayment",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("creditor", "external_ref"),
                                name="receipt_external_ref_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)),
                                name="receipt_amount_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("allocated__gte", 0),
                                    ("refunded__gte", 0),
                                    (
                                        "amount__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("allocated"), "+", models.F("refunded")
                                        ),
                                    ),
                                ),
                                name="receipt_not_over_used",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                                name="receipt_currency_iso",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PromiseMoney",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="amount"
                            ),
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
                migrations.CreateModel(
                    name="Allocation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="amount"
                            ),
                        ),
                        ("effective_on", models.DateField(verbose_name="counts from")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=300, verbose_name="reason"),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "created_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="payments.allocation",
                            ),
                        ),
                        (
                            "credit_note",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="allocations",
                                to="payments.creditnote",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="allocations",
                                to="payments.invoice",
                            ),
                        ),
                        (
                            "receipt",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="allocations",
                                to="payments.receipt",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "allocation",
                        "verbose_name_plural": "allocations",
                        "ordering": ("effective_on", "pk"),
                        "indexes": [
                            models.Index(
                                fields=["effective_on"],
                                include=("invoice", "amount"),
                                name="allocation_effective",
                            ),
                            models.Index(
                                condition=models.Q(("credit_note__isnull", False)),
                                fields=["credit_note"],
                                name="allocation_credit_note",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("credit_note__isnull", False), ("receipt", None)),
                                    models.Q(("credit_note", None), ("receipt__isnull", False)),
                                    _connector="OR",
                                ),
                                name="allocation_one_source",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount__gt", 0), ("reverses", None)),
                                    models.Q(("amount__lt", 0), ("reverses__isnull", False)),
                                    _connector="OR",
                                ),
                                name="allocation_sign",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReferenceRate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("series", models.CharField(max_length=40, verbose_name="series")),
                        ("effective_on", models.DateField(verbose_name="from")),
                        (
                            "percent",
                            models.DecimalField(
                                decimal_places=5, max_digits=9, verbose_name="percent a year"
                            ),
                        ),
                        ("source", models.CharField(max_length=300, verbose_name="source")),
                        (
                            "verified_by",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="verified by"
                            ),
                        ),
                        (
                            "verified_on",
                            models.DateField(blank=True, null=True, verbose_name="verified"),
                        ),
                    ],
                    options={
                        "verbose_name": "reference rate",
                        "verbose_name_plural": "reference rates",
                        "ordering": ("series", "effective_on"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("series", "effective_on"), name="rate_once_a_day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("percent__gte", -5), ("percent__lte", 100)),
                                name="rate_sane",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Refund",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="amount"
                            ),
                        ),
                        ("refunded_on", models.DateField(verbose_name="refunded")),
                        (
                            "kind",
                            models.CharField(
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
                        ("reason", models.CharField(max_length=300, verbose_name="reason")),
                        ("created_at", models.DateTimeField()),
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
                            "receipt",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="refunds",
                                to="payments.receipt",
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="refunds",
                                to="payments.prepaymentrelease",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "refund",
                        "ordering": ("-refunded_on", "-pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="refund_amount_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="refund_reason_given",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AgingFlow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "measure",
                            models.SmallIntegerField(
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
                        ("day", models.DateField()),
                        ("amount", models.DecimalField(decimal_places=3, max_digits=20)),
                        (
                            "creditor",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.creditor",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "aging flow",
                        "indexes": [
                            models.Index(
                                fields=["creditor", "currency", "measure", "day"],
                                include=("amount",),
                                name="agingflow_sum",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClientBalance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "open_amount",
                            models.DecimalField(decimal_places=3, default=0, max_digits=20),
                        ),
                        (
                            "disputed",
                            models.DecimalField(decimal_places=3, default=0, max_digits=20),
                        ),
                        ("credit", models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="balances",
                                to="clients.client",
                            ),
                        ),
                        (
                            "creditor",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.creditor",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "client balance",
                        "indexes": [
                            models.Index(
                                fields=["creditor", "currency", "-open_amount", "client"],
                                name="client_balance_largest",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("client", "creditor", "currency"),
                                name="client_balance_once",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]

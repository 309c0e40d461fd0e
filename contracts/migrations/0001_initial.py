"""The tables of contracts."""

import django.db.models.constraints
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateTables


class Migration(migrations.Migration):
    """The tables."""

    initial = True

    dependencies = [
        ("clients", "0001_initial"),
        ("core", "0001_initial"),
    ]

    operations = [
        CreateTables(
            tables=[
                migrations.CreateModel(
                    name="AmendmentLimit",
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
                            "role",
                            models.CharField(
                                choices=[
                                    ("SALES", "Sales"),
                                    ("FINANCE", "Finance"),
                                    ("MANAGER", "Manager"),
                                    ("ADMIN", "Administrator"),
                                ],
                                max_length=10,
                                unique=True,
                                verbose_name="role",
                            ),
                        ),
                        (
                            "discount_percent",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                max_digits=5,
                                verbose_name="largest discount (%)",
                            ),
                        ),
                        (
                            "extension_days",
                            models.PositiveSmallIntegerField(
                                default=0, verbose_name="longest extension (days)"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "limit of approval",
                        "verbose_name_plural": "limits of approval",
                        "ordering": ("role",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("discount_percent__gte", 0), ("discount_percent__lte", 100)
                                ),
                                name="amendment_limit_share",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Clause",
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
                        ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("PAYMENT", "Payment"),
                                    ("PREPAYMENT", "Prepayment"),
                                    ("LATE_CHARGE", "Late payment"),
                                    ("SUSPENSION", "Suspension of service"),
                                    ("ACCEPTANCE", "Delivery and acceptance"),
                                    ("RETURNS", "Returns"),
                                    ("NOTICES", "Notices"),
                                    ("CHANGES", "Change requests"),
                                    ("LAW", "Governing law and forum"),
                                    ("RECORDING", "Recording of calls"),
                                    ("DATA", "Personal data"),
                                    ("ACCELERATION", "Acceleration"),
                                    ("OTHER", "Other"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_zh",
                            models.CharField(max_length=120, verbose_name="name in Chinese"),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=100, verbose_name="position"),
                        ),
                        (
                            "is_standard",
                            models.BooleanField(
                                default=False,
                                help_text="A gap is filled with it.",
                                verbose_name="first choice of its kind",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "clause",
                        "verbose_name_plural": "clauses",
                        "ordering": ("position", "code"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("code", ""), _negated=True),
                                name="clause_code_given",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "PAYMENT",
                                            "PREPAYMENT",
                                            "LATE_CHARGE",
                                            "SUSPENSION",
                                            "ACCEPTANCE",
                                            "RETURNS",
                                            "NOTICES",
                                            "CHANGES",
                                            "LAW",
                                            "RECORDING",
                                            "DATA",
                                            "ACCELERATION",
                                            "OTHER",
                                        ],
                                    )
                                ),
                                name="clause_kind_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_active", True), ("is_standard", True)),
                                fields=("kind",),
                                name="clause_one_standard_each",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClauseVersion",
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
                        ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                        ("heading", models.CharField(max_length=120, verbose_name="heading")),
                        (
                            "heading_zh",
                            models.CharField(max_length=120, verbose_name="heading in Chinese"),
                        ),
                        ("body", models.TextField(verbose_name="text")),
                        ("body_zh", models.TextField(verbose_name="text in Chinese")),
                        (
                            "source",
                            models.CharField(blank=True, max_length=200, verbose_name="source"),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "clause",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="contracts.clause",
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
                    ],
                    options={
                        "verbose_name": "clause version",
                        "ordering": ("clause", "-number"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("clause", "number"), name="clause_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("body", ""), _negated=True),
                                    models.Q(("body_zh", ""), _negated=True),
                                    models.Q(("heading", ""), _negated=True),
                                    models.Q(("heading_zh", ""), _negated=True),
                                ),
                                name="clause_version_bilingual",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contract",
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
                        ("number", models.CharField(max_length=80, verbose_name="contract number")),
                        (
                            "title",
                            models.CharField(blank=True, max_length=200, verbose_name="title"),
                        ),
                        (
                            "title_zh",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="title in Chinese"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("DRAFT", "Draft"),
                                    ("REVIEW", "Legal review"),
                                    ("APPROVED", "Approved"),
                                    ("SENT", "Sent to the client"),
                                    ("SIGNED", "Signed"),
                                    ("ACTIVE", "Active"),
                                    ("SUSPENDED", "Suspended"),
                                    ("COMPLETED", "Completed"),
                                    ("TERMINATED", "Terminated"),
                                ],
                                default="DRAFT",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[
                                    ("en", "English"),
                                    ("zh-hans", "Chinese (simplified)"),
                                    ("both", "Both, side by side"),
                                ],
                                default="en",
                                max_length=10,
                                verbose_name="language of the contract",
                            ),
                        ),
                        (
                            "governing_language",
                            models.CharField(
                                choices=[("en", "English"), ("zh-hans", "Chinese (simplified)")],
                                default="en",
                                help_text="It decides where the two languages differ.",
                                max_length=10,
                                verbose_name="governing language",
                            ),
                        ),
                        ("currency", models.CharField(max_length=3, verbose_name="currency")),
                        (
                            "amount",
                            models.DecimalField(
                                blank=True,
                                decimal_places=3,
                                max_digits=18,
                                null=True,
                                verbose_name="contract price",
                            ),
                        ),
                        (
                            "signed_on",
                            models.DateField(blank=True, null=True, verbose_name="signed"),
                        ),
                        (
                            "starts_on",
                            models.DateField(blank=True, null=True, verbose_name="starts"),
                        ),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="ends")),
                        (
                            "terms_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                help_text="Days from the invoice date.",
                                verbose_name="payment terms (days)",
                            ),
                        ),
                        (
                            "late_charge_kind",
                            models.CharField(
                                choices=[
                                    ("NONE", "Nothing agreed"),
                                    ("PRESET", "Statutory preset"),
                                    ("RATE", "Agreed rate"),
                                ],
                                default="NONE",
                                max_length=8,
                                verbose_name="late charge",
                            ),
                        ),
                        (
                            "late_charge_preset",
                            models.CharField(blank=True, max_length=40, verbose_name="preset"),
                        ),
                        (
                            "late_charge_rate",
                            models.DecimalField(
                                blank=True,
                                decimal_places=5,
                                max_digits=9,
                                null=True,
                                verbose_name="agreed rate (% a year)",
                            ),
                        ),
                        (
                            "late_charge_basis",
                            models.PositiveSmallIntegerField(
                                choices=[(360, "360"), (365, "365")],
                                default=365,
                                verbose_name="day-count basis",
                            ),
                        ),
                        (
                            "late_charge_clause",
                            models.CharField(
                                blank=True,
                                help_text="Where the contract says so.",
                                max_length=80,
                                verbose_name="clause",
                            ),
                        ),
                        (
                            "acceptance_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Without an answer in these days a delivery counts as accepted. Empty: never.",
                                null=True,
                                verbose_name="days to accept",
                            ),
                        ),
                        (
                            "minutes_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Without an objection in these days minutes count as confirmed. Empty: never.",
                                null=True,
                                verbose_name="days to object to minutes",
                            ),
                        ),
                        (
                            "suspension_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Empty: the contract does not allow to suspend.",
                                null=True,
                                verbose_name="days late before suspension",
                            ),
                        ),
                        (
                            "prepayment_kind",
                            models.CharField(
                                choices=[
                                    ("PREPAYMENT", "Prepayment"),
                                    ("EARNEST", "Earnest money"),
                                    ("DEPOSIT", "Security deposit"),
                                ],
                                default="PREPAYMENT",
                                max_length=12,
                                verbose_name="kind of prepayment",
                            ),
                        ),
                        (
                            "demanded_ratio",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=5,
                                null=True,
                                verbose_name="prepayment demanded",
                            ),
                        ),
                        (
                            "demanded_reason",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="why it is demanded"
                            ),
                        ),
                        (
                            "prepayment_ratio",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=5,
                                null=True,
                                verbose_name="prepayment ratio",
                            ),
                        ),
                        (
                            "prepayment_reason",
                            models.CharField(blank=True, editable=False, max_length=500),
                        ),
                        (
                            "prepayment_kept",
                            models.DecimalField(
                                blank=True,
                                decimal_places=3,
                                editable=False,
                                max_digits=18,
                                null=True,
                            ),
                        ),
                        (
                            "version_number",
                            models.PositiveSmallIntegerField(default=0, editable=False),
                        ),
                        (
                            "notice_email",
                            models.EmailField(
                                blank=True,
                                max_length=254,
                                verbose_name="designated e-mail for notices",
                            ),
                        ),
                        (
                            "notice_address",
                            models.TextField(blank=True, verbose_name="address for notices"),
                        ),
                        (
                            "governing_law",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="governing law"
                            ),
                        ),
                        (
                            "forum",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="court or arbitration"
                            ),
                        ),
                        (
                            "creditor_signatory",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="signed for us by"
                            ),
                        ),
                        (
                            "client_signatory",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="signed for the client by"
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contracts",
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
                                related_name="contracts",
                                to="clients.creditor",
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="core.document",
                                verbose_name="signed copy",
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.contracttemplate",
                            ),
                        ),
                        (
                            "service_type",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contracts",
                                to="contracts.servicetype",
                                verbose_name="service",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contract",
                        "verbose_name_plural": "contracts",
                        "ordering": ("-signed_on", "-pk"),
                        "indexes": [
                            models.Index(fields=["client", "-signed_on"], name="contract_client")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("creditor", "number"), name="contract_number_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("number", ""), _negated=True),
                                name="contract_number_given",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "DRAFT",
                                            "REVIEW",
                                            "APPROVED",
                                            "SENT",
                                            "SIGNED",
                                            "ACTIVE",
                                            "SUSPENDED",
                                            "COMPLETED",
                                            "TERMINATED",
                                        ],
                                    )
                                ),
                                name="contract_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount", None), ("amount__gt", 0), _connector="OR"
                                ),
                                name="contract_amount_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("starts_on", None),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="contract_dates_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("late_charge_rate", None),
                                    models.Q(
                                        ("late_charge_rate__gte", 0), ("late_charge_rate__lte", 400)
                                    ),
                                    _connector="OR",
                                ),
                                name="contract_rate_sane",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("late_charge_kind", "NONE"), ("late_charge_rate", None)
                                    ),
                                    models.Q(
                                        ("late_charge_kind", "RATE"),
                                        ("late_charge_rate__isnull", False),
                                    ),
                                    models.Q(
                                        ("late_charge_kind", "PRESET"),
                                        models.Q(("late_charge_preset", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="contract_late_charge_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("prepayment_ratio", None),
                                    models.Q(
                                        ("prepayment_ratio__gte", 0), ("prepayment_ratio__lte", 1)
                                    ),
                                    _connector="OR",
                                ),
                                name="contract_prepayment_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("prepayment_kept", None),
                                    ("prepayment_kept__gt", 0),
                                    _connector="OR",
                                ),
                                name="contract_prepayment_kept",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("minutes_days", None),
                                    ("minutes_days__gte", 1),
                                    _connector="OR",
                                ),
                                name="contract_minutes_days_sane",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("demanded_ratio", None),
                                    models.Q(
                                        ("demanded_ratio__gte", 0), ("demanded_ratio__lte", 1)
                                    ),
                                    _connector="OR",
                                ),
                                name="contract_demand_share",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContractClause",
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
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("PAYMENT", "Payment"),
                                    ("PREPAYMENT", "Prepayment"),
                                    ("LATE_CHARGE", "Late payment"),
                                    ("SUSPENSION", "Suspension of service"),
                                    ("ACCEPTANCE", "Delivery and acceptance"),
                                    ("RETURNS", "Returns"),
                                    ("NOTICES", "Notices"),
                                    ("CHANGES", "Change requests"),
                                    ("LAW", "Governing law and forum"),
                                    ("RECORDING", "Recording of calls"),
                                    ("DATA", "Personal data"),
                                    ("ACCELERATION", "Acceleration"),
                                    ("OTHER", "Other"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("heading", models.CharField(max_length=120, verbose_name="heading")),
                        (
                            "heading_zh",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="heading in Chinese"
                            ),
                        ),
                        ("body", models.TextField(verbose_name="text")),
                        ("body_zh", models.TextField(blank=True, verbose_name="text in Chinese")),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clauses",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.clauseversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "clause of a contract",
                        "verbose_name_plural": "clauses of a contract",
                        "ordering": ("position", "pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                                fields=("contract", "position"),
                                name="contract_clause_place",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "PAYMENT",
                                            "PREPAYMENT",
                                            "LATE_CHARGE",
                                            "SUSPENSION",
                                            "ACCEPTANCE",
                                            "RETURNS",
                                            "NOTICES",
                                            "CHANGES",
                                            "LAW",
                                            "RECORDING",
                                            "DATA",
                                            "ACCELERATION",
                                            "OTHER",
                                        ],
                                    )
                                ),
                                name="contract_clause_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContractLine",
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
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "description",
                            models.CharField(max_length=300, verbose_name="description"),
                        ),
                        (
                            "deliverable",
                            models.CharField(
                                blank=True,
                                help_text="What is handed over.",
                                max_length=300,
                                verbose_name="deliverable",
                            ),
                        ),
                        (
                            "quantity",
                            models.DecimalField(
                                decimal_places=4, default=1, max_digits=12, verbose_name="quantity"
                            ),
                        ),
                        ("unit", models.CharField(blank=True, max_length=40, verbose_name="unit")),
                        (
                            "unit_price",
                            models.DecimalField(
                                decimal_places=4, max_digits=18, verbose_name="unit price"
                            ),
                        ),
                        (
                            "tax_percent",
                            models.DecimalField(
                                decimal_places=3, default=0, max_digits=6, verbose_name="tax (%)"
                            ),
                        ),
                        (
                            "deliver_on",
                            models.DateField(blank=True, null=True, verbose_name="delivery"),
                        ),
                        (
                            "net",
                            models.DecimalField(
                                decimal_places=3, editable=False, max_digits=18, verbose_name="net"
                            ),
                        ),
                        (
                            "tax",
                            models.DecimalField(
                                decimal_places=3, editable=False, max_digits=18, verbose_name="tax"
                            ),
                        ),
                        (
                            "total",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.expressions.CombinedExpression(
                                    models.F("net"), "+", models.F("tax")
                                ),
                                output_field=models.DecimalField(decimal_places=3, max_digits=18),
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "service_type",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="contracts.servicetype",
                                verbose_name="service",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contract line",
                        "verbose_name_plural": "contract lines",
                        "ordering": ("position", "pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                                fields=("contract", "position"),
                                name="contract_line_place",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("description", ""), _negated=True),
                                name="contract_line_described",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quantity__gt", 0), ("unit_price__gte", 0)),
                                name="contract_line_amounts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("tax_percent__gte", 0), ("tax_percent__lte", 100)
                                ),
                                name="contract_line_tax",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContractTemplate",
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
                            "name",
                            models.CharField(max_length=120, unique=True, verbose_name="name"),
                        ),
                        (
                            "name_zh",
                            models.CharField(max_length=120, verbose_name="name in Chinese"),
                        ),
                        (
                            "title",
                            models.CharField(max_length=200, verbose_name="title of the contract"),
                        ),
                        (
                            "title_zh",
                            models.CharField(max_length=200, verbose_name="title in Chinese"),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[
                                    ("en", "English"),
                                    ("zh-hans", "Chinese (simplified)"),
                                    ("both", "Both, side by side"),
                                ],
                                default="both",
                                max_length=10,
                                verbose_name="language of the contract",
                            ),
                        ),
                        (
                            "terms_days",
                            models.PositiveSmallIntegerField(
                                default=30, verbose_name="payment terms (days)"
                            ),
                        ),
                        (
                            "late_charge_kind",
                            models.CharField(
                                choices=[
                                    ("NONE", "Nothing agreed"),
                                    ("PRESET", "Statutory preset"),
                                    ("RATE", "Agreed rate"),
                                ],
                                default="NONE",
                                max_length=8,
                                verbose_name="late charge",
                            ),
                        ),
                        (
                            "late_charge_preset",
                            models.CharField(blank=True, max_length=40, verbose_name="preset"),
                        ),
                        (
                            "late_charge_rate",
                            models.DecimalField(
                                blank=True,
                                decimal_places=5,
                                max_digits=9,
                                null=True,
                                verbose_name="agreed rate (% a year)",
                            ),
                        ),
                        (
                            "suspension_days",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="days late before suspension"
                            ),
                        ),
                        (
                            "governing_law",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="governing law"
                            ),
                        ),
                        (
                            "forum",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="court or arbitration"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                        (
                            "clauses",
                            models.ManyToManyField(
                                blank=True,
                                related_name="templates",
                                to="contracts.clause",
                                verbose_name="clauses",
                            ),
                        ),
                        (
                            "service_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="templates",
                                to="contracts.servicetype",
                                verbose_name="service",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contract template",
                        "verbose_name_plural": "contract templates",
                        "ordering": ("name",),
                    },
                ),
                migrations.CreateModel(
                    name="ContractTransition",
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
                            "from_state",
                            models.CharField(
                                choices=[
                                    ("DRAFT", "Draft"),
                                    ("REVIEW", "Legal review"),
                                    ("APPROVED", "Approved"),
                                    ("SENT", "Sent to the client"),
                                    ("SIGNED", "Signed"),
                                    ("ACTIVE", "Active"),
                                    ("SUSPENDED", "Suspended"),
                                    ("COMPLETED", "Completed"),
                                    ("TERMINATED", "Terminated"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "to_state",
                            models.CharField(
                                choices=[
                                    ("DRAFT", "Draft"),
                                    ("REVIEW", "Legal review"),
                                    ("APPROVED", "Approved"),
                                    ("SENT", "Sent to the client"),
                                    ("SIGNED", "Signed"),
                                    ("ACTIVE", "Active"),
                                    ("SUSPENDED", "Suspended"),
                                    ("COMPLETED", "Completed"),
                                    ("TERMINATED", "Terminated"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("reason", models.CharField(blank=True, max_length=300)),
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
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transitions",
                                to="contracts.contract",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contract transition",
                        "ordering": ("at", "pk"),
                    },
                ),
                migrations.CreateModel(
                    name="ContractVersion",
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
                        ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                        ("content", models.TextField()),
                        ("sha256", models.CharField(max_length=64)),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=300, verbose_name="reason"),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
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
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contract version",
                        "ordering": ("contract", "-number"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("contract", "number"), name="contract_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                                name="contract_version_hashed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContractAcceptance",
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
                            "how",
                            models.CharField(
                                choices=[("PAPER", "Signed on paper"), ("LINK", "By a link")],
                                max_length=8,
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("accepted_on", models.DateField()),
                        ("at", models.DateTimeField()),
                        ("address", models.GenericIPAddressField(blank=True, null=True)),
                        ("text_sha256", models.CharField(max_length=64)),
                        ("reference", models.CharField(blank=True, max_length=80)),
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
                            "version",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="acceptance",
                                to="contracts.contractversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "acceptance of a contract",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True),
                                name="acceptance_has_name",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("how", "PAPER"), ("address__isnull", False), _connector="OR"
                                ),
                                name="acceptance_has_address",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Amendment",
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
                        ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("EXTENSION", "Extension"),
                                    ("DISCOUNT", "Discount"),
                                    ("SCHEDULE", "Changed schedule"),
                                    ("SCOPE", "Changed scope"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("PROPOSED", "Proposed"),
                                    ("APPROVED", "Waiting for the client"),
                                    ("ACCEPTED", "In force"),
                                    ("REJECTED", "Not approved"),
                                    ("DECLINED", "Declined by the client"),
                                    ("WITHDRAWN", "Withdrawn"),
                                ],
                                default="PROPOSED",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("changes", models.JSONField()),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        ("price_before", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("price_after", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("days_longer", models.PositiveSmallIntegerField(default=0)),
                        (
                            "prepaid_asked",
                            models.DecimalField(decimal_places=3, default=0, max_digits=18),
                        ),
                        (
                            "prepaid_received",
                            models.DecimalField(decimal_places=3, default=0, max_digits=18),
                        ),
                        ("proposed_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
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
                                verbose_name="signed copy",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="amendments",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "base",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.contractversion",
                            ),
                        ),
                        (
                            "version",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="amendment",
                                to="contracts.contractversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "amendment",
                        "verbose_name_plural": "amendments",
                        "ordering": ("contract", "-number"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("contract", "number"), name="amendment_number_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["PROPOSED", "APPROVED"])),
                                fields=("contract",),
                                name="amendment_one_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="amendment_has_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("price_after__gt", 0), ("price_before__gt", 0)),
                                name="amendment_prices_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "PROPOSED",
                                            "APPROVED",
                                            "ACCEPTED",
                                            "REJECTED",
                                            "DECLINED",
                                            "WITHDRAWN",
                                        ],
                                    )
                                ),
                                name="amendment_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("state", "PROPOSED")),
                                    ("state", "WITHDRAWN"),
                                    ("decided_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="amendment_decided_with_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Delivery",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("DELIVERED", "Waiting for acceptance"),
                                    ("ACCEPTED", "Accepted"),
                                    ("REJECTED", "Rejected"),
                                ],
                                default="DELIVERED",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("delivered_on", models.DateField(verbose_name="delivered")),
                        (
                            "what",
                            models.CharField(max_length=500, verbose_name="what was delivered"),
                        ),
                        (
                            "recipient",
                            models.CharField(blank=True, max_length=120, verbose_name="handed to"),
                        ),
                        (
                            "completes_line",
                            models.BooleanField(
                                default=True,
                                help_text="No: part of it is to come.",
                                verbose_name="the line is complete with it",
                            ),
                        ),
                        (
                            "accept_by",
                            models.DateField(
                                blank=True, null=True, verbose_name="accepted by silence after"
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
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
                                verbose_name="delivery note",
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="contracts.contractline",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "delivery",
                        "verbose_name_plural": "deliveries",
                        "ordering": ("delivered_on", "pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("accept_by__isnull", False), ("state", "DELIVERED")
                                ),
                                fields=["accept_by"],
                                name="delivery_waiting",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("completes_line", True),
                                    models.Q(("state", "REJECTED"), _negated=True),
                                ),
                                fields=("line",),
                                name="delivery_completes_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("what", ""), _negated=True),
                                name="delivery_says_what",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("accept_by", None),
                                    ("accept_by__gte", models.F("delivered_on")),
                                    _connector="OR",
                                ),
                                name="delivery_time_to_answer",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DeliveryAnswer",
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
                            "outcome",
                            models.CharField(
                                choices=[("ACCEPTED", "Accepted"), ("REJECTED", "Rejected")],
                                max_length=10,
                                verbose_name="answer",
                            ),
                        ),
                        (
                            "how",
                            models.CharField(
                                choices=[
                                    ("RECORD", "On a signed record"),
                                    ("LINK", "By a link"),
                                    ("DEEMED", "By silence, as agreed"),
                                ],
                                max_length=8,
                                verbose_name="how",
                            ),
                        ),
                        ("answered_on", models.DateField(verbose_name="answered")),
                        ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                        (
                            "remark",
                            models.CharField(blank=True, max_length=1000, verbose_name="remark"),
                        ),
                        ("address", models.GenericIPAddressField(blank=True, null=True)),
                        ("reference", models.CharField(blank=True, max_length=80)),
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
                            "delivery",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answer",
                                to="contracts.delivery",
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
                                verbose_name="acceptance record",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer to a delivery",
                        "verbose_name_plural": "answers to deliveries",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("how", "DEEMED"), ("outcome", "ACCEPTED")),
                                    models.Q(
                                        models.Q(("how", "DEEMED"), _negated=True),
                                        models.Q(("name", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="answer_has_a_name",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("outcome", "REJECTED"), _negated=True),
                                    models.Q(("remark", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="rejection_says_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("how", "LINK"), _negated=True),
                                    ("address__isnull", False),
                                    _connector="OR",
                                ),
                                name="answer_by_link_address",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GradeTerms",
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
                            "grade",
                            models.CharField(
                                choices=[
                                    ("A", "A"),
                                    ("B", "B"),
                                    ("C", "C"),
                                    ("D", "D"),
                                    ("E", "E"),
                                    ("U", "Unrated"),
                                ],
                                max_length=1,
                                unique=True,
                                verbose_name="grade",
                            ),
                        ),
                        (
                            "prepayment_ratio",
                            models.DecimalField(
                                decimal_places=4,
                                default=0,
                                max_digits=5,
                                verbose_name="prepayment ratio",
                            ),
                        ),
                        (
                            "max_terms_days",
                            models.PositiveSmallIntegerField(
                                verbose_name="longest payment terms (days)"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "terms of a grade",
                        "verbose_name_plural": "terms by grade",
                        "ordering": ("grade",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("prepayment_ratio__gte", 0), ("prepayment_ratio__lte", 1)
                                ),
                                name="grade_prepayment_share",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Obligation",
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
                            "side",
                            models.CharField(
                                choices=[("OURS", "Ours"), ("THEIRS", "The client's")],
                                max_length=8,
                                verbose_name="whose",
                            ),
                        ),
                        ("what", models.CharField(max_length=300, verbose_name="what")),
                        ("due_on", models.DateField(verbose_name="due")),
                        ("done_on", models.DateField(blank=True, null=True, verbose_name="done")),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                        ("created_at", models.DateTimeField()),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="obligations",
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
                    ],
                    options={
                        "verbose_name": "duty",
                        "verbose_name_plural": "duties",
                        "ordering": ("due_on", "pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_on", None)),
                                fields=["due_on"],
                                name="obligation_open",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("what", ""), _negated=True),
                                name="obligation_says_what",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("side__in", ["OURS", "THEIRS"])),
                                name="obligation_side_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Override",
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
                        ("gap", models.CharField(max_length=40)),
                        ("sentence", models.CharField(max_length=500)),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
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
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="overrides",
                                to="contracts.contract",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "override",
                        "ordering": ("at", "pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("contract", "gap"), name="override_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="override_has_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OverrideRequest",
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
                        ("gap", models.CharField(max_length=40)),
                        ("sentence", models.CharField(max_length=500)),
                        (
                            "note",
                            models.CharField(max_length=500, verbose_name="why it should pass"),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "refusal",
                            models.CharField(blank=True, max_length=500, verbose_name="why not"),
                        ),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
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
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="override_requests",
                                to="contracts.contract",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "override asked for",
                        "ordering": ("at", "pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("answered_at", None)),
                                fields=("contract", "gap"),
                                name="override_asked_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("note", ""), _negated=True),
                                name="override_asked_with_note",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("answered_at__isnull", False),
                                    models.Q(("answered_by", None), ("refusal", "")),
                                    _connector="OR",
                                ),
                                name="override_answer_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Review",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("ASKED", "Asked for"),
                                    ("CHANGES", "Changes requested"),
                                    ("SIGNED_OFF", "Signed off"),
                                    ("WITHDRAWN", "Withdrawn"),
                                ],
                                default="ASKED",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                        (
                            "verdict",
                            models.CharField(blank=True, max_length=1000, verbose_name="verdict"),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "reviewer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="reviewer",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="contracts.contractversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "legal review",
                        "verbose_name_plural": "legal reviews",
                        "ordering": ("-asked_at", "-pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "ASKED")),
                                fields=("contract",),
                                name="review_one_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at__isnull", True), ("state", "ASKED")),
                                    models.Q(
                                        models.Q(("state", "ASKED"), _negated=True),
                                        ("decided_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="review_decided_with_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "CHANGES"), _negated=True),
                                    models.Q(("verdict", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="review_changes_are_named",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewRemark",
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
                            "clause_position",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="clause"
                            ),
                        ),
                        (
                            "about",
                            models.CharField(
                                blank=True,
                                help_text="The clause's heading as it was then.",
                                max_length=160,
                                verbose_name="about",
                            ),
                        ),
                        ("text", models.CharField(max_length=1000, verbose_name="remark")),
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
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="remarks",
                                to="contracts.review",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "remark",
                        "ordering": ("pk",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True),
                                name="remark_says_something",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScheduleEntry",
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
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("PREPAYMENT", "Prepayment"),
                                    ("DATE", "On a date"),
                                    ("INSTALMENT", "Instalment"),
                                    ("MILESTONE", "When accepted"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "label",
                            models.CharField(blank=True, max_length=200, verbose_name="what for"),
                        ),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="due")),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="amount"
                            ),
                        ),
                        (
                            "is_edited",
                            models.BooleanField(
                                default=False,
                                help_text="Set by hand: the others balance around it.",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="schedule",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="milestones",
                                to="contracts.contractline",
                                verbose_name="when accepted",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "entry of the payment schedule",
                        "verbose_name_plural": "payment schedule",
                        "ordering": ("position", "pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                                fields=("contract", "position"),
                                name="schedule_place",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)),
                                name="schedule_amount_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind", "PREPAYMENT"),
                                    models.Q(
                                        ("due_on__isnull", False),
                                        ("kind__in", ["DATE", "INSTALMENT"]),
                                    ),
                                    models.Q(("kind", "MILESTONE"), ("line__isnull", False)),
                                    _connector="OR",
                                ),
                                name="schedule_says_when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServiceType",
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
                        ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_zh",
                            models.CharField(max_length=120, verbose_name="name in Chinese"),
                        ),
                        ("unit", models.CharField(blank=True, max_length=40, verbose_name="unit")),
                        (
                            "prepayment_ratio",
                            models.DecimalField(
                                decimal_places=4,
                                default=0,
                                max_digits=5,
                                verbose_name="base prepayment",
                            ),
                        ),
                        (
                            "acceptance_days",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="days to accept"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "service type",
                        "verbose_name_plural": "service types",
                        "ordering": ("code",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("code", ""), _negated=True),
                                name="service_code_given",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("prepayment_ratio__gte", 0), ("prepayment_ratio__lte", 1)
                                ),
                                name="service_prepayment_share",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SupervisionFlag",
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
                                    ("LATE_DELIVERY", "We deliver late"),
                                    ("LATE_OURS", "We are late with a duty"),
                                    ("LATE_THEIRS", "The client is late with a duty"),
                                    ("LATE_PAYMENT", "The client pays late"),
                                    ("MAY_SUSPEND", "Suspension is allowed"),
                                    ("MAY_RESUME", "Paid: work can go on"),
                                ],
                                max_length=16,
                                verbose_name="finding",
                            ),
                        ),
                        ("since_on", models.DateField(verbose_name="since")),
                        (
                            "amount",
                            models.DecimalField(
                                blank=True,
                                decimal_places=3,
                                max_digits=18,
                                null=True,
                                verbose_name="amount",
                            ),
                        ),
                        ("found_on", models.DateField(verbose_name="found")),
                        (
                            "cleared_on",
                            models.DateField(blank=True, null=True, verbose_name="ended"),
                        ),
                        (
                            "clause",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.contractclause",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="flags",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.contractline",
                            ),
                        ),
                        (
                            "obligation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.obligation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "finding",
                        "verbose_name_plural": "findings",
                        "ordering": ("since_on", "pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("cleared_on", None)),
                                fields=["kind", "since_on"],
                                name="flag_standing",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("cleared_on", None)),
                                fields=("contract", "kind", "line", "obligation"),
                                name="flag_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "LATE_DELIVERY",
                                            "LATE_OURS",
                                            "LATE_THEIRS",
                                            "LATE_PAYMENT",
                                            "MAY_SUSPEND",
                                            "MAY_RESUME",
                                        ],
                                    )
                                ),
                                name="flag_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "LATE_DELIVERY"), ("line__isnull", False)),
                                    models.Q(
                                        ("kind__in", ["LATE_OURS", "LATE_THEIRS"]),
                                        ("obligation__isnull", False),
                                    ),
                                    ("kind__in", ["LATE_PAYMENT", "MAY_SUSPEND", "MAY_RESUME"]),
                                    _connector="OR",
                                ),
                                name="flag_names_its_cause",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]

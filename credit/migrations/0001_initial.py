"""The tables of credit."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateTables


class Migration(migrations.Migration):
    """The tables."""

    initial = True

    replaces = [("credit", "0017_screening_rules")]

    dependencies = [
        ("clients", "0001_initial"),
        ("contracts", "0001_initial"),
        ("core", "0001_initial"),
        ("interactions", "0001_initial"),
        ("payments", "0001_initial"),
    ]

    operations = [
        CreateTables(
            tables=[
                migrations.CreateModel(
                    name="ScoreRun",
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
                        ("on", models.DateField(verbose_name="as of")),
                        ("is_whole", models.BooleanField(verbose_name="all clients")),
                        ("clients", models.PositiveIntegerField(verbose_name="clients looked at")),
                        (
                            "changed",
                            models.PositiveIntegerField(verbose_name="scores that changed"),
                        ),
                        ("last_invoice", models.BigIntegerField(default=0)),
                        ("last_allocation", models.BigIntegerField(default=0)),
                        ("last_event", models.BigIntegerField(default=0)),
                        ("created_at", models.DateTimeField(verbose_name="ran")),
                    ],
                    options={
                        "verbose_name": "scoring",
                        "verbose_name_plural": "scorings",
                        "ordering": ("-pk",),
                    },
                ),
                migrations.CreateModel(
                    name="Calibration",
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
                        ("on", models.DateField(verbose_name="as of")),
                        ("invoices", models.PositiveIntegerField(verbose_name="invoices")),
                        (
                            "shares",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.FloatField(), size=3
                            ),
                        ),
                        (
                            "levels",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.FloatField(), size=3
                            ),
                        ),
                        ("mean_late", models.FloatField()),
                        ("weights", models.JSONField(default=dict)),
                        ("measures", models.JSONField(default=dict)),
                        ("created_at", models.DateTimeField(verbose_name="created")),
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
                        "verbose_name": "calibration",
                        "verbose_name_plural": "calibrations",
                        "ordering": ("-pk",),
                    },
                ),
                migrations.CreateModel(
                    name="Checklist",
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
                            "segment",
                            models.CharField(blank=True, max_length=60, verbose_name="segment"),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                        ("starts_on", models.DateField(verbose_name="counts from")),
                        (
                            "note",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="what changed"
                            ),
                        ),
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
                    ],
                    options={
                        "verbose_name": "checklist",
                        "verbose_name_plural": "checklists",
                        "ordering": ("segment", "-number"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("segment", "number"), name="checklist_number_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChecklistItem",
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
                                    ("REGISTRATION", "Registration"),
                                    ("OWNERSHIP", "Ownership"),
                                    ("INTERVIEW", "Interview"),
                                    ("REFERENCES", "References"),
                                    ("BANK", "Bank reference"),
                                    ("REPORT", "Credit report"),
                                    ("DOCUMENT", "Document"),
                                    ("COOPERATION", "Cooperation so far"),
                                    ("OTHER", "Other"),
                                ],
                                max_length=12,
                                verbose_name="about",
                            ),
                        ),
                        ("text", models.CharField(max_length=300, verbose_name="in English")),
                        ("text_zh", models.CharField(max_length=300, verbose_name="in Chinese")),
                        ("is_required", models.BooleanField(default=True, verbose_name="needed")),
                        (
                            "checklist",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="credit.checklist",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "line of a checklist",
                        "ordering": ("checklist", "position"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("checklist", "position"), name="checklist_place_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "REGISTRATION",
                                            "OWNERSHIP",
                                            "INTERVIEW",
                                            "REFERENCES",
                                            "BANK",
                                            "REPORT",
                                            "DOCUMENT",
                                            "COOPERATION",
                                            "OTHER",
                                        ],
                                    )
                                ),
                                name="checklist_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("text", ""), _negated=True),
                                    models.Q(("text_zh", ""), _negated=True),
                                ),
                                name="checklist_both_languages",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClientMargin",
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
                        ("since_on", models.DateField()),
                        ("until_on", models.DateField()),
                        ("invoices", models.PositiveIntegerField()),
                        ("net_sales", models.DecimalField(decimal_places=3, max_digits=20)),
                        ("gross", models.DecimalField(decimal_places=3, max_digits=20)),
                        ("given", models.DecimalField(decimal_places=3, max_digits=20)),
                        ("effort", models.DecimalField(decimal_places=3, max_digits=20)),
                        ("money", models.DecimalField(decimal_places=3, max_digits=20)),
                        ("lost", models.DecimalField(decimal_places=3, max_digits=20)),
                        ("net", models.DecimalField(decimal_places=3, max_digits=20)),
                        (
                            "advice",
                            models.CharField(
                                choices=[
                                    ("KEEP", "Keep"),
                                    ("PREPAY", "Prepayment only"),
                                    ("EXIT", "Part ways"),
                                    ("TOO_LITTLE", "Too little to say"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("worked_out_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="margins",
                                to="clients.client",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "net margin of a client",
                        "ordering": ("currency", "net", "pk"),
                        "indexes": [
                            models.Index(
                                fields=["currency", "net", "id"], name="client_margin_net"
                            ),
                            models.Index(
                                fields=["currency", "advice", "net", "id"],
                                name="client_margin_advice",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("client", "currency"), name="client_margin_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CourseDecision",
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
                            "course",
                            models.CharField(
                                choices=[
                                    ("KEEP", "Keep"),
                                    ("PREPAY", "Prepayment only"),
                                    ("EXIT", "Part ways"),
                                ],
                                max_length=8,
                                verbose_name="decision",
                            ),
                        ),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        ("shown", models.JSONField()),
                        ("decided_on", models.DateField()),
                        ("decided_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="courses",
                                to="clients.client",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "decision about a client",
                        "ordering": ("-decided_at", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["client", "-decided_at", "-id"], name="course_client"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="course_has_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("course__in", ["KEEP", "PREPAY", "EXIT"])),
                                name="course_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditHold",
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
                                    ("PROPOSED", "Proposed"),
                                    ("HELD", "On hold"),
                                    ("DECLINED", "Declined"),
                                    ("WITHDRAWN", "No longer so"),
                                    ("RELEASED", "Lifted"),
                                    ("EXPIRED", "Run out"),
                                ],
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("matches", models.JSONField(default=list)),
                        ("proposed_on", models.DateField(verbose_name="proposed")),
                        ("proposed_at", models.DateTimeField()),
                        (
                            "proposal",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="why it is proposed"
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=300, verbose_name="reason"),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("expires_on", models.DateField(null=True, verbose_name="until")),
                        (
                            "not_before",
                            models.DateField(null=True, verbose_name="not proposed again before"),
                        ),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "end_reason",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="why it ended"
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credit_holds",
                                to="clients.client",
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
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                    ],
                    options={
                        "verbose_name": "credit hold",
                        "verbose_name_plural": "credit holds",
                        "ordering": ("-proposed_at", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["client", "-proposed_at", "-id"], name="credit_hold_client"
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ("PROPOSED", "HELD"))),
                                fields=["state", "expires_on", "id"],
                                name="credit_hold_open",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("PROPOSED", "HELD"))),
                                fields=("client",),
                                name="credit_hold_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "PROPOSED",
                                            "HELD",
                                            "DECLINED",
                                            "WITHDRAWN",
                                            "RELEASED",
                                            "EXPIRED",
                                        ],
                                    )
                                ),
                                name="credit_hold_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ["HELD", "RELEASED", "EXPIRED"]),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        models.Q(("reason", ""), _negated=True),
                                        ("decided_at__isnull", False),
                                        ("expires_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="credit_hold_decided_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_at", None), ("state__in", ("PROPOSED", "HELD"))
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("state__in", ("PROPOSED", "HELD")), _negated=True
                                        ),
                                        ("ended_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="credit_hold_ended_with_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditPolicy",
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
                            models.PositiveIntegerField(unique=True, verbose_name="version"),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("note", models.CharField(max_length=300, verbose_name="why")),
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
                    ],
                    options={
                        "verbose_name": "credit policy",
                        "verbose_name_plural": "credit policies",
                        "ordering": ("-number",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("note", ""), _negated=True),
                                name="policy_says_why",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditReading",
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
                            "nature",
                            models.CharField(
                                choices=[
                                    ("GIVEN", "Given away"),
                                    ("RETURNED", "Goods or money came back"),
                                    ("CORRECTED", "A bill of ours was wrong"),
                                ],
                                max_length=10,
                                verbose_name="what it was",
                            ),
                        ),
                        ("reason", models.CharField(max_length=300, verbose_name="why")),
                        ("read_at", models.DateTimeField()),
                        (
                            "credit_note",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="readings",
                                to="payments.creditnote",
                            ),
                        ),
                        (
                            "read_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "refund",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="readings",
                                to="payments.refund",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reading of a credit note",
                        "ordering": ("-pk",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("credit_note", None), ("refund__isnull", False)),
                                    models.Q(("credit_note__isnull", False), ("refund", None)),
                                    _connector="OR",
                                ),
                                name="credit_reading_of_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="credit_reading_has_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("nature__in", ["GIVEN", "RETURNED", "CORRECTED"])
                                ),
                                name="credit_reading_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditReport",
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
                        ("report_on", models.DateField(verbose_name="date of the report")),
                        ("valid_until", models.DateField(verbose_name="valid until")),
                        (
                            "reference",
                            models.CharField(blank=True, max_length=80, verbose_name="reference"),
                        ),
                        (
                            "subject_name",
                            models.CharField(
                                blank=True,
                                help_text="As the provider writes it.",
                                max_length=300,
                                verbose_name="name in the report",
                            ),
                        ),
                        (
                            "registration_number",
                            models.CharField(
                                blank=True, max_length=60, verbose_name="registration number"
                            ),
                        ),
                        (
                            "score",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=9,
                                null=True,
                                verbose_name="score",
                            ),
                        ),
                        (
                            "score_worst",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=9,
                                null=True,
                                verbose_name="worst of its scale",
                            ),
                        ),
                        (
                            "score_best",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=9,
                                null=True,
                                verbose_name="best of its scale",
                            ),
                        ),
                        (
                            "rating",
                            models.CharField(
                                blank=True,
                                help_text="As the provider gives it.",
                                max_length=80,
                                verbose_name="rating in words",
                            ),
                        ),
                        (
                            "recommended_limit",
                            models.DecimalField(
                                blank=True,
                                decimal_places=3,
                                max_digits=18,
                                null=True,
                                verbose_name="recommended limit",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(blank=True, max_length=3, verbose_name="currency"),
                        ),
                        (
                            "default_probability",
                            models.DecimalField(
                                blank=True,
                                decimal_places=3,
                                max_digits=6,
                                null=True,
                                verbose_name="probability of default (%)",
                            ),
                        ),
                        ("note", models.TextField(blank=True, verbose_name="note")),
                        (
                            "correction",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="what was corrected"
                            ),
                        ),
                        ("is_looked_up", models.BooleanField(default=False)),
                        ("figure_count", models.PositiveSmallIntegerField(default=0)),
                        ("fact_count", models.PositiveSmallIntegerField(default=0)),
                        ("paper_count", models.PositiveSmallIntegerField(default=0)),
                        ("key", models.CharField(editable=False, max_length=64, unique=True)),
                        ("filed_on", models.DateField(verbose_name="filed")),
                        ("filed_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credit_reports",
                                to="clients.client",
                            ),
                        ),
                        (
                            "filed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "replaces",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaced_by",
                                to="credit.creditreport",
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="credit.reportprovider",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "credit report",
                        "verbose_name_plural": "credit reports",
                        "ordering": ("-report_on", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["client", "provider", "-report_on", "-id"],
                                name="report_newest_first",
                            ),
                            models.Index(fields=["valid_until", "id"], name="report_by_end"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("valid_until__gte", models.F("report_on"))),
                                name="report_valid_after_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("report_on__lte", models.F("filed_on"))),
                                name="report_not_in_future",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("score", None), ("score_best", None), ("score_worst", None)
                                    ),
                                    models.Q(
                                        ("score__isnull", False),
                                        ("score_best__isnull", False),
                                        ("score_worst__isnull", False),
                                        models.Q(
                                            ("score_worst", models.F("score_best")), _negated=True
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="report_score_has_scale",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("score", None),
                                    models.Q(
                                        ("score__gte", models.F("score_worst")),
                                        ("score__lte", models.F("score_best")),
                                    ),
                                    models.Q(
                                        ("score__gte", models.F("score_best")),
                                        ("score__lte", models.F("score_worst")),
                                    ),
                                    _connector="OR",
                                ),
                                name="report_score_on_scale",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("recommended_limit", None),
                                    models.Q(
                                        ("recommended_limit__gte", 0),
                                        models.Q(("currency", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="report_limit_has_currency",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("default_probability", None),
                                    models.Q(
                                        ("default_probability__gte", 0),
                                        ("default_probability__lte", 100),
                                    ),
                                    _connector="OR",
                                ),
                                name="report_probability_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("correction", ""), ("replaces", None)),
                                    models.Q(
                                        ("replaces__isnull", False),
                                        models.Q(("correction", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="report_correction_says_what",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditReportFact",
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
                                    ("INSOLVENCY", "Insolvency"),
                                    ("DISSOLVED", "Dissolved or closed"),
                                    ("STRIKE_OFF", "Strike-off proposed"),
                                    ("JUDGMENT", "Court judgment"),
                                    ("EXECUTED", "Judgment debtor (被执行人)"),
                                    ("DISHONEST", "Dishonest judgment debtor (失信被执行人)"),
                                    ("ABNORMAL", "List of abnormal operations"),
                                    ("TAX", "Tax arrears or penalty"),
                                    ("CHARGE", "Charge outstanding"),
                                    ("ACCOUNTS_LATE", "Accounts overdue"),
                                    ("STATEMENT_LATE", "Confirmation statement overdue"),
                                    ("OFFICE", "Registered office in doubt"),
                                    ("OTHER", "Another fact"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        ("dated_on", models.DateField(blank=True, null=True, verbose_name="date")),
                        ("text", models.TextField(blank=True, verbose_name="what it says")),
                        ("details", models.JSONField(blank=True, default=dict)),
                        (
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="facts",
                                to="credit.creditreport",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "adverse fact of a report",
                        "ordering": ("report_id", "position"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("report", "position"), name="report_fact_place"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "INSOLVENCY",
                                            "DISSOLVED",
                                            "STRIKE_OFF",
                                            "JUDGMENT",
                                            "EXECUTED",
                                            "DISHONEST",
                                            "ABNORMAL",
                                            "TAX",
                                            "CHARGE",
                                            "ACCOUNTS_LATE",
                                            "STATEMENT_LATE",
                                            "OFFICE",
                                            "OTHER",
                                        ],
                                    )
                                ),
                                name="report_fact_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("text", ""), _negated=True),
                                    models.Q(("details", {}), _negated=True),
                                    _connector="OR",
                                ),
                                name="report_fact_says_what",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditReportFigure",
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
                            "name",
                            models.CharField(
                                choices=[
                                    ("TURNOVER", "Turnover"),
                                    ("PROFIT", "Profit after tax"),
                                    ("EQUITY", "Equity"),
                                    ("ASSETS", "Total assets"),
                                    ("CAPITAL", "Registered capital"),
                                    ("PAID_IN", "Paid-in capital"),
                                    ("EMPLOYEES", "Employees"),
                                    ("DAYS_BEYOND_TERMS", "Days beyond terms"),
                                    ("OTHER", "Another figure"),
                                    ("COMPANY_STATUS", "Status in the register"),
                                    ("COMPANY_TYPE", "Legal form"),
                                    ("INCORPORATED_ON", "Incorporated"),
                                    ("ADDRESS", "Registered office"),
                                    ("INDUSTRY", "Industry (SIC)"),
                                    ("ACCOUNTS_UP_TO", "Last accounts made up to"),
                                    ("ACCOUNTS_TYPE", "Kind of accounts"),
                                    ("ACCOUNTS_DUE", "Next accounts due"),
                                    ("STATEMENT_DUE", "Confirmation statement due"),
                                    ("LATEST_FILING", "Latest filing"),
                                    ("CHARGES_OPEN", "Charges outstanding"),
                                    ("CHARGES_DONE", "Charges satisfied"),
                                    ("INSOLVENCY_CASES", "Insolvency cases"),
                                ],
                                max_length=20,
                                verbose_name="figure",
                            ),
                        ),
                        (
                            "label",
                            models.CharField(blank=True, max_length=80, verbose_name="its name"),
                        ),
                        (
                            "number",
                            models.DecimalField(
                                blank=True,
                                decimal_places=3,
                                max_digits=20,
                                null=True,
                                verbose_name="value",
                            ),
                        ),
                        ("text", models.CharField(blank=True, max_length=300)),
                        ("unit", models.CharField(blank=True, max_length=20, verbose_name="unit")),
                        (
                            "year",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="year"
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="figures",
                                to="credit.creditreport",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "figure of a report",
                        "ordering": ("report_id", "position"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("report", "position"), name="report_figure_place"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "name__in",
                                        [
                                            "TURNOVER",
                                            "PROFIT",
                                            "EQUITY",
                                            "ASSETS",
                                            "CAPITAL",
                                            "PAID_IN",
                                            "EMPLOYEES",
                                            "DAYS_BEYOND_TERMS",
                                            "OTHER",
                                            "COMPANY_STATUS",
                                            "COMPANY_TYPE",
                                            "INCORPORATED_ON",
                                            "ADDRESS",
                                            "INDUSTRY",
                                            "ACCOUNTS_UP_TO",
                                            "ACCOUNTS_TYPE",
                                            "ACCOUNTS_DUE",
                                            "STATEMENT_DUE",
                                            "LATEST_FILING",
                                            "CHARGES_OPEN",
                                            "CHARGES_DONE",
                                            "INSOLVENCY_CASES",
                                        ],
                                    )
                                ),
                                name="report_figure_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("number__isnull", False), ("text", "")),
                                    models.Q(
                                        ("number__isnull", True),
                                        models.Q(("text", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="report_figure_one_value",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("name", "OTHER"), _negated=True),
                                    models.Q(("label", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="report_figure_named",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditReportPaper",
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
                                    ("REPORT", "The report"),
                                    ("ANSWER", "The provider's answer, as it came"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("source", models.CharField(blank=True, max_length=200)),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.document",
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="papers",
                                to="credit.creditreport",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "file of a report",
                        "ordering": ("report_id", "position"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("report", "position"), name="report_paper_place"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["REPORT", "ANSWER"])),
                                name="paper_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditReportWithdrawal",
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
                        ("reason", models.CharField(max_length=300, verbose_name="reason")),
                        ("withdrawn_on", models.DateField()),
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
                            "report",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="withdrawal",
                                to="credit.creditreport",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "withdrawal of a report",
                        "ordering": ("-at", "-pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="withdrawal_says_why",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FactorWeight",
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
                            "factor",
                            models.CharField(
                                choices=[
                                    ("late_0", "Paid late"),
                                    ("late_7", "Paid over 7 days late"),
                                    ("late_30", "Paid over 30 days late"),
                                    ("recent", "Days late recently"),
                                    ("broken_promises", "Broken promises"),
                                    ("disputes_lost", "Disputes without ground"),
                                    ("returns", "Frequent returns"),
                                    ("demands", "Demands that were never agreed"),
                                    ("abuse", "Abuse"),
                                    ("freeloading", "Work obtained for free"),
                                    ("reports", "Reports of third parties"),
                                ],
                                max_length=16,
                                verbose_name="behaviour",
                            ),
                        ),
                        ("each", models.PositiveSmallIntegerField(verbose_name="points each time")),
                        ("most", models.PositiveSmallIntegerField(verbose_name="at most")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=300, verbose_name="reason"),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="from")),
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
                        "verbose_name": "weight of a behaviour",
                        "verbose_name_plural": "weights of behaviour",
                        "ordering": ("factor", "-pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "factor__in",
                                        [
                                            "broken_promises",
                                            "disputes_lost",
                                            "returns",
                                            "demands",
                                            "abuse",
                                            "freeloading",
                                            "reports",
                                        ],
                                    )
                                ),
                                name="factor_weight_of_behaviour",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("each__lte", models.F("most")), ("most__lte", 250)
                                ),
                                name="factor_weight_bounded",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FreeEntry",
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
                                    ("CONSULTATION", "Free consultation"),
                                    ("TRIAL", "Trial or sample"),
                                    ("SCOPE_CREEP", "Work beyond the contract"),
                                    ("CONCESSION", "Concession"),
                                    ("REFUND", "Refund"),
                                    ("REWORK", "Rework"),
                                    ("COLLECTION", "Collection effort"),
                                ],
                                max_length=14,
                                verbose_name="what",
                            ),
                        ),
                        ("happened_on", models.DateField(verbose_name="day")),
                        (
                            "hours",
                            models.DecimalField(
                                decimal_places=2, default=0, max_digits=8, verbose_name="hours"
                            ),
                        ),
                        (
                            "work",
                            models.CharField(
                                choices=[
                                    ("CONSULTING", "Consulting"),
                                    ("SALES", "Sales"),
                                    ("DELIVERY", "Delivery and service"),
                                    ("COLLECTION", "Collection"),
                                ],
                                max_length=12,
                                verbose_name="whose hours",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=3, default=0, max_digits=18, verbose_name="amount"
                            ),
                        ),
                        ("currency", models.CharField(max_length=3, verbose_name="currency")),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                        (
                            "project",
                            models.CharField(blank=True, max_length=120, verbose_name="project"),
                        ),
                        ("url", models.URLField(blank=True, max_length=300, verbose_name="link")),
                        ("key", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField()),
                        (
                            "amendment",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.amendment",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="free_entries",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
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
                            "delivery",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
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
                            ),
                        ),
                        (
                            "interaction",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="interactions.interaction",
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="credit.freeentry",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "free work",
                        "verbose_name_plural": "free work",
                        "ordering": ("-happened_on", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["client", "-happened_on", "-id"], name="free_entry_client"
                            ),
                            models.Index(
                                condition=models.Q(("interaction__isnull", False)),
                                fields=["interaction"],
                                name="free_entry_interaction",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "CONSULTATION",
                                            "TRIAL",
                                            "SCOPE_CREEP",
                                            "CONCESSION",
                                            "REFUND",
                                            "REWORK",
                                            "COLLECTION",
                                        ],
                                    ),
                                    ("work__in", ["CONSULTING", "SALES", "DELIVERY", "COLLECTION"]),
                                ),
                                name="free_entry_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("amount__gte", 0), ("hours__gte", 0), ("reverses", None)
                                    ),
                                    models.Q(
                                        ("amount__lte", 0),
                                        ("hours__lte", 0),
                                        ("reverses__isnull", False),
                                        models.Q(("note", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="free_entry_sign",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("hours", 0), _negated=True),
                                    models.Q(("amount", 0), _negated=True),
                                    _connector="OR",
                                ),
                                name="free_entry_says_how_much",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                                name="free_entry_currency_iso",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FreeJudgement",
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
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("CONFIRMED", "Confirmed: obtained for free"),
                                    ("OURS", "Our own choice, not held against the client"),
                                ],
                                max_length=10,
                                verbose_name="verdict",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(max_length=500, verbose_name="what it rests on"),
                        ),
                        ("judged_on", models.DateField()),
                        ("judged_at", models.DateTimeField()),
                        (
                            "entry",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="judgements",
                                to="credit.freeentry",
                            ),
                        ),
                        (
                            "judged_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "verdict on free work",
                        "ordering": ("entry", "-pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="free_judgement_has_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("verdict__in", ["CONFIRMED", "OURS"])),
                                name="free_judgement_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HoldRule",
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
                            "rule",
                            models.CharField(
                                choices=[
                                    ("OVERDUE_DAYS", "Oldest overdue beyond … days"),
                                    ("OVER_LIMIT", "Over the limit by … percent"),
                                    ("GRADE", "Grade E"),
                                    ("BROKEN_PROMISES", "Broken promises"),
                                ],
                                max_length=16,
                                verbose_name="rule",
                            ),
                        ),
                        (
                            "threshold",
                            models.DecimalField(
                                decimal_places=2, max_digits=7, verbose_name="threshold"
                            ),
                        ),
                        (
                            "within_days",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="within days"
                            ),
                        ),
                        ("is_on", models.BooleanField(default=True, verbose_name="in use")),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hold_rules",
                                to="credit.creditpolicy",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "rule of holds",
                        "ordering": ("policy", "rule"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("policy", "rule"), name="hold_rule_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "rule__in",
                                        ["OVERDUE_DAYS", "OVER_LIMIT", "GRADE", "BROKEN_PROMISES"],
                                    ),
                                    ("threshold__gte", 0),
                                ),
                                name="hold_rule_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HoldTransition",
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
                                blank=True,
                                choices=[
                                    ("PROPOSED", "Proposed"),
                                    ("HELD", "On hold"),
                                    ("DECLINED", "Declined"),
                                    ("WITHDRAWN", "No longer so"),
                                    ("RELEASED", "Lifted"),
                                    ("EXPIRED", "Run out"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "to_state",
                            models.CharField(
                                choices=[
                                    ("PROPOSED", "Proposed"),
                                    ("HELD", "On hold"),
                                    ("DECLINED", "Declined"),
                                    ("WITHDRAWN", "No longer so"),
                                    ("RELEASED", "Lifted"),
                                    ("EXPIRED", "Run out"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("note", models.CharField(blank=True, max_length=300)),
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
                            "hold",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transitions",
                                to="credit.credithold",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "hold transition",
                        "ordering": ("at", "pk"),
                    },
                ),
                migrations.CreateModel(
                    name="LimitRequest",
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
                            "version_number",
                            models.PositiveSmallIntegerField(
                                verbose_name="version of the contract"
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="contract price"
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(max_length=3, verbose_name="currency of the limit"),
                        ),
                        (
                            "limit",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="credit limit"
                            ),
                        ),
                        (
                            "exposure",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="exposure with it"
                            ),
                        ),
                        (
                            "note",
                            models.CharField(max_length=300, verbose_name="why it should pass"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("ASKED", "Waiting for a decision"),
                                    ("RELEASED", "Released"),
                                    ("REJECTED", "Rejected"),
                                    ("SETTLED", "Within the limit again"),
                                    ("REVOKED", "Release taken back"),
                                ],
                                default="ASKED",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="limit_requests",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="limit_requests",
                                to="contracts.contract",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "request over the limit",
                        "verbose_name_plural": "requests over the limit",
                        "ordering": ("-asked_at", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["state", "-asked_at", "-id"], name="limit_request_queue"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "ASKED")),
                                fields=("contract",),
                                name="limit_request_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["ASKED", "RELEASED", "REJECTED", "SETTLED", "REVOKED"],
                                    )
                                ),
                                name="limit_request_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("note", ""), _negated=True),
                                name="limit_request_says_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LimitDecision",
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
                                choices=[
                                    ("RELEASE", "Release"),
                                    ("REJECT", "Reject"),
                                    ("RECHECK", "Check again"),
                                    ("REVOKE", "Take back"),
                                ],
                                max_length=8,
                                verbose_name="decision",
                            ),
                        ),
                        ("reason", models.CharField(max_length=300, verbose_name="reason")),
                        (
                            "exposure",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="exposure with it"
                            ),
                        ),
                        (
                            "limit",
                            models.DecimalField(
                                decimal_places=3,
                                max_digits=18,
                                null=True,
                                verbose_name="credit limit",
                            ),
                        ),
                        ("expires_on", models.DateField(null=True, verbose_name="until")),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("FINANCE", "Finance"),
                                    ("MANAGER", "Manager"),
                                    ("ADMIN", "Administrator"),
                                ],
                                max_length=10,
                                verbose_name="decided as",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "request",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="credit.limitrequest",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "decision over the limit",
                        "ordering": ("at", "pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("outcome__in", ["RELEASE", "REJECT", "RECHECK", "REVOKE"]),
                                    models.Q(("reason", ""), _negated=True),
                                ),
                                name="limit_decision_says_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("outcome", "RELEASE"), _negated=True),
                                    ("expires_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="limit_release_expires",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("outcome__in", ["RELEASE", "REJECT"])),
                                fields=("request",),
                                name="limit_decided_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MarginAssumption",
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
                            models.CharField(
                                choices=[
                                    ("HOUR_COST", "Cost of an hour"),
                                    ("MINUTES", "Minutes of a contact"),
                                    ("GROSS_MARGIN", "Gross margin (%)"),
                                    ("CAPITAL", "Cost of money (% a year)"),
                                    ("LOST_AFTER", "Likely lost after (days past due)"),
                                    ("LOST_SHARE", "Share likely lost (%)"),
                                    ("KEEP_AT", "Keep from a net margin of (%)"),
                                    ("MIN_INVOICES", "Fewest invoices for advice"),
                                ],
                                max_length=12,
                                verbose_name="assumption",
                            ),
                        ),
                        ("of", models.CharField(blank=True, max_length=60, verbose_name="of")),
                        (
                            "currency",
                            models.CharField(blank=True, max_length=3, verbose_name="currency"),
                        ),
                        ("effective_on", models.DateField(verbose_name="from")),
                        (
                            "value",
                            models.DecimalField(
                                decimal_places=3, max_digits=14, verbose_name="value"
                            ),
                        ),
                        ("source", models.CharField(max_length=300, verbose_name="why")),
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
                    ],
                    options={
                        "verbose_name": "assumption of the net margin",
                        "verbose_name_plural": "assumptions of the net margin",
                        "ordering": ("name", "of", "currency", "-effective_on", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["name", "of", "currency", "-effective_on", "-id"],
                                name="assumption_of",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "name__in",
                                        [
                                            "HOUR_COST",
                                            "MINUTES",
                                            "GROSS_MARGIN",
                                            "CAPITAL",
                                            "LOST_AFTER",
                                            "LOST_SHARE",
                                            "KEEP_AT",
                                            "MIN_INVOICES",
                                        ],
                                    ),
                                    ("value__gte", 0),
                                ),
                                name="assumption_sane",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "name__in",
                                            ("GROSS_MARGIN", "CAPITAL", "LOST_SHARE", "KEEP_AT"),
                                        ),
                                        _negated=True,
                                    ),
                                    ("value__lte", 100),
                                    _connector="OR",
                                ),
                                name="assumption_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("currency__regex", "^[A-Z]{3}$"), ("name", "HOUR_COST")
                                    ),
                                    models.Q(
                                        ("currency__regex", "^([A-Z]{3})?$"), ("name", "CAPITAL")
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("name__in", ["HOUR_COST", "CAPITAL"]), _negated=True
                                        ),
                                        ("currency", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="assumption_currency",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("source", ""), _negated=True),
                                name="assumption_has_source",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PolicyDraft",
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
                        ("based_on", models.PositiveIntegerField()),
                        ("rows", models.JSONField()),
                        ("hold_rules", models.JSONField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "owner",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="policy_draft",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "draft of the credit policy",
                    },
                ),
                migrations.CreateModel(
                    name="PolicyRow",
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
                            "segment",
                            models.CharField(blank=True, max_length=60, verbose_name="segment"),
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
                                verbose_name="grade",
                            ),
                        ),
                        (
                            "deposit_ratio",
                            models.DecimalField(
                                decimal_places=4, max_digits=5, verbose_name="deposit ratio"
                            ),
                        ),
                        (
                            "terms_days",
                            models.PositiveSmallIntegerField(verbose_name="payment terms (days)"),
                        ),
                        (
                            "limit_factor",
                            models.DecimalField(
                                decimal_places=2, max_digits=5, verbose_name="limit factor"
                            ),
                        ),
                        (
                            "monitor_days",
                            models.PositiveSmallIntegerField(verbose_name="looked at every … days"),
                        ),
                        (
                            "approver",
                            models.CharField(
                                choices=[
                                    ("FINANCE", "Finance"),
                                    ("MANAGER", "Manager"),
                                    ("ADMIN", "Administrator"),
                                ],
                                max_length=10,
                                verbose_name="who approves",
                            ),
                        ),
                        (
                            "limit_action",
                            models.CharField(
                                choices=[("WARN", "Warn"), ("BLOCK", "Block")],
                                max_length=5,
                                verbose_name="over the limit",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rows",
                                to="credit.creditpolicy",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "row of the credit policy",
                        "ordering": ("policy", "segment", "grade"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("policy", "segment", "grade"), name="policy_row_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("grade__in", ["A", "B", "C", "D", "E", "U"]),
                                    ("limit_action__in", ["WARN", "BLOCK"]),
                                    ("approver__in", ["FINANCE", "MANAGER", "ADMIN"]),
                                ),
                                name="policy_row_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("deposit_ratio__gte", 0),
                                    ("deposit_ratio__lte", 1),
                                    ("terms_days__lte", 365),
                                    ("limit_factor__gte", 0),
                                    ("limit_factor__lte", 24),
                                    ("monitor_days__gte", 1),
                                    ("monitor_days__lte", 730),
                                ),
                                name="policy_row_sane",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportProvider",
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
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_zh",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="name in Chinese"
                            ),
                        ),
                        ("website", models.URLField(blank=True, verbose_name="website")),
                        (
                            "is_own",
                            models.BooleanField(
                                default=False,
                                help_text="A report of our own needs no file.",
                                verbose_name="our own enquiry",
                            ),
                        ),
                        (
                            "score_worst",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=9,
                                null=True,
                                verbose_name="worst score",
                            ),
                        ),
                        (
                            "score_best",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=9,
                                null=True,
                                verbose_name="best score",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=100)),
                    ],
                    options={
                        "verbose_name": "provider of reports",
                        "verbose_name_plural": "providers of reports",
                        "ordering": ("position", "pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("score_best", None), ("score_worst", None)),
                                    models.Q(
                                        ("score_best__isnull", False),
                                        ("score_worst__isnull", False),
                                        models.Q(
                                            ("score_worst", models.F("score_best")), _negated=True
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="provider_scale_whole",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportValidity",
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
                        ("from_on", models.DateField(verbose_name="from")),
                        ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                        ("reason", models.CharField(max_length=300, verbose_name="reason")),
                        ("set_at", models.DateTimeField()),
                        (
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="validity",
                                to="credit.reportprovider",
                            ),
                        ),
                        (
                            "set_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "validity of reports",
                        "ordering": ("-from_on", "-pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("days__gte", 1), ("days__lte", 1100)),
                                name="report_validity_sane",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScoreSnapshot",
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
                        ("on", models.DateField(verbose_name="as of")),
                        ("score", models.PositiveSmallIntegerField(verbose_name="score")),
                        ("start", models.FloatField()),
                        (
                            "computed",
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
                                verbose_name="grade of the score",
                            ),
                        ),
                        (
                            "granted",
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
                                verbose_name="grade",
                            ),
                        ),
                        ("late_0", models.FloatField(verbose_name="chance to be late")),
                        ("late_7", models.FloatField(verbose_name="chance to be over 7 days late")),
                        (
                            "late_30",
                            models.FloatField(verbose_name="chance to be over 30 days late"),
                        ),
                        ("warning", models.FloatField(verbose_name="early warning")),
                        (
                            "points",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.FloatField(), size=None
                            ),
                        ),
                        (
                            "facts",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.FloatField(), size=None
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="created")),
                        (
                            "calibration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="credit.calibration",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scores",
                                to="clients.client",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "score",
                        "verbose_name_plural": "scores",
                        "ordering": ("-on", "-pk"),
                        "indexes": [
                            models.Index(fields=["client", "-on", "-id"], name="score_client")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("score__lte", 1000)),
                                name="score_within_a_thousand",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("computed__in", ["A", "B", "C", "D", "E", "U"]),
                                    ("granted__in", ["A", "B", "C", "D", "E", "U"]),
                                ),
                                name="score_grade_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("late_0__gte", 0),
                                    ("late_0__lte", 1),
                                    ("late_7__gte", 0),
                                    ("late_7__lte", 1),
                                    ("late_30__gte", 0),
                                    ("late_30__lte", 1),
                                ),
                                name="score_chances_are_shares",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CurrentScore",
                    fields=[
                        (
                            "client",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="current_score",
                                serialize=False,
                                to="clients.client",
                            ),
                        ),
                        ("warning", models.FloatField()),
                        ("look_on", models.DateField(verbose_name="looked at again")),
                        (
                            "snapshot",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="credit.scoresnapshot",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "latest score",
                        "verbose_name_plural": "latest scores",
                        "ordering": ("client",),
                        "indexes": [
                            models.Index(fields=["look_on"], name="score_look"),
                            models.Index(fields=["-warning", "client"], name="score_warning"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Screening",
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
                                    ("IN_WORK", "In work"),
                                    ("SUBMITTED", "Waits for a decision"),
                                    ("ACCEPTED", "Accepted"),
                                    ("CONDITIONAL", "Accepted with conditions"),
                                    ("REJECTED", "Rejected"),
                                    ("WITHDRAWN", "Given up"),
                                    ("EXPIRED", "Expired"),
                                ],
                                default="IN_WORK",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("started_at", models.DateTimeField(verbose_name="begun")),
                        ("summary", models.TextField(blank=True, verbose_name="summary")),
                        ("facts", models.JSONField(null=True)),
                        ("submitted_at", models.DateTimeField(null=True, verbose_name="submitted")),
                        (
                            "deposit_ratio",
                            models.DecimalField(
                                decimal_places=4,
                                max_digits=5,
                                null=True,
                                verbose_name="deposit ratio",
                            ),
                        ),
                        (
                            "credit_limit",
                            models.DecimalField(
                                decimal_places=3,
                                max_digits=18,
                                null=True,
                                verbose_name="credit limit",
                            ),
                        ),
                        (
                            "terms_days",
                            models.PositiveSmallIntegerField(
                                null=True, verbose_name="days to pay, at most"
                            ),
                        ),
                        ("reason", models.TextField(blank=True, verbose_name="reason")),
                        (
                            "review_on",
                            models.DateField(null=True, verbose_name="to be screened again on"),
                        ),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                        (
                            "checklist",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="credit.checklist",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="screenings",
                                to="clients.client",
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
                            "previous",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="credit.screening",
                            ),
                        ),
                        (
                            "started_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "submitted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "screening",
                        "verbose_name_plural": "screenings",
                        "ordering": ("-pk",),
                        "indexes": [
                            models.Index(fields=["client", "-id"], name="screening_client"),
                            models.Index(
                                condition=models.Q(("state", "IN_WORK")),
                                fields=["started_at", "id"],
                                name="screening_in_work",
                            ),
                            models.Index(
                                condition=models.Q(("state", "SUBMITTED")),
                                fields=["submitted_at", "id"],
                                name="screening_waiting",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["ACCEPTED", "CONDITIONAL"])),
                                fields=["review_on", "id"],
                                name="screening_review",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "IN_WORK",
                                            "SUBMITTED",
                                            "ACCEPTED",
                                            "CONDITIONAL",
                                            "REJECTED",
                                            "WITHDRAWN",
                                        ],
                                    )
                                ),
                                name="screening_state_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["IN_WORK", "SUBMITTED"])),
                                fields=("client",),
                                name="screening_one_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["IN_WORK", "WITHDRAWN"]),
                                    models.Q(
                                        ("submitted_at__isnull", False),
                                        ("submitted_by__isnull", False),
                                        ("facts__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="screening_submitted_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        ("state__in", ["ACCEPTED", "CONDITIONAL", "REJECTED"]),
                                        models.Q(("reason", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("state__in", ["ACCEPTED", "CONDITIONAL", "REJECTED"]),
                                            _negated=True,
                                        ),
                                        ("decided_at", None),
                                        ("decided_by", None),
                                        ("reason", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="screening_decided_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by", None),
                                    models.Q(
                                        ("decided_by", models.F("submitted_by")), _negated=True
                                    ),
                                    _connector="OR",
                                ),
                                name="screening_four_eyes",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", "CONDITIONAL"),
                                        models.Q(
                                            ("credit_limit", None),
                                            ("deposit_ratio", None),
                                            ("terms_days", None),
                                            _negated=True,
                                        ),
                                    ),
                                    models.Q(
                                        models.Q(("state", "CONDITIONAL"), _negated=True),
                                        ("credit_limit", None),
                                        ("deposit_ratio", None),
                                        ("terms_days", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="screening_conditions_stated",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("review_on__isnull", False),
                                        ("state__in", ["ACCEPTED", "CONDITIONAL"]),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("state__in", ["ACCEPTED", "CONDITIONAL"]),
                                            _negated=True,
                                        ),
                                        ("review_on", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="screening_passed_until",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("deposit_ratio", None),
                                    models.Q(("deposit_ratio__gte", 0), ("deposit_ratio__lte", 1)),
                                    _connector="OR",
                                ),
                                name="screening_deposit_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("credit_limit", None),
                                    ("credit_limit__gte", 0),
                                    _connector="OR",
                                ),
                                name="screening_limit_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reference",
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
                        ("company", models.CharField(max_length=200, verbose_name="company")),
                        (
                            "contact",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="whom to ask"
                            ),
                        ),
                        ("asked_on", models.DateField(verbose_name="asked on")),
                        ("answered_on", models.DateField(null=True, verbose_name="answered on")),
                        (
                            "volume",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="volume of business"
                            ),
                        ),
                        (
                            "pays",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("ALWAYS", "On time"),
                                    ("MOSTLY", "Mostly on time"),
                                    ("LATE", "Late"),
                                    ("UNSAID", "Does not say"),
                                ],
                                max_length=8,
                                verbose_name="pays",
                            ),
                        ),
                        (
                            "recommends",
                            models.BooleanField(null=True, verbose_name="recommends the client"),
                        ),
                        ("note", models.TextField(blank=True, verbose_name="note")),
                        (
                            "answered_to",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
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
                            "screening",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="references",
                                to="credit.screening",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reference",
                        "verbose_name_plural": "references",
                        "ordering": ("screening", "pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("company", ""), _negated=True),
                                name="reference_names_company",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("answered_on", None),
                                        ("note", ""),
                                        ("pays", ""),
                                        ("recommends", None),
                                        ("volume", ""),
                                    ),
                                    models.Q(
                                        ("answered_on__gte", models.F("asked_on")),
                                        ("pays__in", ["ALWAYS", "MOSTLY", "LATE", "UNSAID"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="reference_answered_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScreeningAnswer",
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
                            "verdict",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("GOOD", "As it should be"),
                                    ("CONCERN", "Raises a concern"),
                                    ("NOT_NEEDED", "Does not apply"),
                                ],
                                max_length=12,
                                verbose_name="finding",
                            ),
                        ),
                        ("text", models.TextField(blank=True, verbose_name="note")),
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
                            "document",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.document",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="credit.checklistitem",
                            ),
                        ),
                        (
                            "screening",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="credit.screening",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer of a screening",
                        "ordering": ("screening", "item", "pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("verdict", ""),
                                    ("verdict__in", ["GOOD", "CONCERN", "NOT_NEEDED"]),
                                    _connector="OR",
                                ),
                                name="screening_verdict_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("verdict", "CONCERN"), _negated=True),
                                    models.Q(("text", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="screening_concern_explained",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScreeningTransition",
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
                                blank=True,
                                choices=[
                                    ("IN_WORK", "In work"),
                                    ("SUBMITTED", "Waits for a decision"),
                                    ("ACCEPTED", "Accepted"),
                                    ("CONDITIONAL", "Accepted with conditions"),
                                    ("REJECTED", "Rejected"),
                                    ("WITHDRAWN", "Given up"),
                                    ("EXPIRED", "Expired"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "to_state",
                            models.CharField(
                                choices=[
                                    ("IN_WORK", "In work"),
                                    ("SUBMITTED", "Waits for a decision"),
                                    ("ACCEPTED", "Accepted"),
                                    ("CONDITIONAL", "Accepted with conditions"),
                                    ("REJECTED", "Rejected"),
                                    ("WITHDRAWN", "Given up"),
                                    ("EXPIRED", "Expired"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("note", models.TextField(blank=True)),
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
                            "screening",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transitions",
                                to="credit.screening",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "change of a screening",
                        "ordering": ("at", "pk"),
                    },
                ),
                migrations.CreateModel(
                    name="Standing",
                    fields=[
                        (
                            "client",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="standing",
                                serialize=False,
                                to="clients.client",
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
                                verbose_name="grade",
                            ),
                        ),
                        ("graded_at", models.DateTimeField(verbose_name="graded")),
                        (
                            "grade_reason",
                            models.CharField(blank=True, max_length=300, verbose_name="why"),
                        ),
                        (
                            "deposit_cap",
                            models.DecimalField(
                                decimal_places=4,
                                max_digits=5,
                                null=True,
                                verbose_name="ratio kept until confirmed",
                            ),
                        ),
                        (
                            "graded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "standing",
                        "verbose_name_plural": "standings",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("deposit_cap__isnull", False)),
                                fields=["client"],
                                name="standing_capped",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("grade__in", ["A", "B", "C", "D", "E", "U"])),
                                name="standing_grade_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("deposit_cap", None),
                                    models.Q(("deposit_cap__gte", 0), ("deposit_cap__lte", 1)),
                                    _connector="OR",
                                ),
                                name="standing_cap_share",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StandingChange",
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
                            "part",
                            models.CharField(
                                choices=[
                                    ("GRADE", "Grade"),
                                    ("LIMIT", "Credit limit"),
                                    ("DEPOSIT", "Deposit ratio"),
                                    ("TERMS", "Payment terms"),
                                    ("HOLD", "Credit hold"),
                                ],
                                max_length=8,
                                verbose_name="what",
                            ),
                        ),
                        ("before", models.CharField(blank=True, max_length=300)),
                        ("after", models.CharField(blank=True, max_length=300)),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("GRADE", "New grade"),
                                    ("POLICY", "New policy"),
                                    ("DAILY", "Daily refresh"),
                                    ("SET", "Set by hand"),
                                    ("ENDED", "Own setting ended"),
                                    ("EXPIRED", "Own setting expired"),
                                    ("CONFIRMED", "Rise confirmed"),
                                    ("HELD", "Hold decided"),
                                    ("RELEASED", "Hold ended"),
                                ],
                                max_length=10,
                                verbose_name="why",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=300, verbose_name="reason"),
                        ),
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
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="standing_changes",
                                to="clients.client",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "change of a standing",
                        "verbose_name_plural": "changes of standings",
                        "ordering": ("-at", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["client", "-at", "-id"], name="standing_change_client"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StandingOverride",
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
                            "part",
                            models.CharField(
                                choices=[
                                    ("GRADE", "Grade"),
                                    ("LIMIT", "Credit limit"),
                                    ("DEPOSIT", "Deposit ratio"),
                                    ("TERMS", "Payment terms"),
                                ],
                                max_length=8,
                                verbose_name="what",
                            ),
                        ),
                        (
                            "value",
                            models.DecimalField(
                                decimal_places=4, max_digits=18, null=True, verbose_name="value"
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(blank=True, max_length=3, verbose_name="currency"),
                        ),
                        (
                            "grade",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("A", "A"),
                                    ("B", "B"),
                                    ("C", "C"),
                                    ("D", "D"),
                                    ("E", "E"),
                                    ("U", "Unrated"),
                                ],
                                max_length=1,
                                verbose_name="grade",
                            ),
                        ),
                        ("reason", models.CharField(max_length=300, verbose_name="reason")),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("expires_on", models.DateField(verbose_name="until")),
                        ("at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "ended_how",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("ENDED", "Ended"),
                                    ("REPLACED", "Replaced"),
                                    ("EXPIRED", "Expired"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("end_reason", models.CharField(blank=True, max_length=300)),
                        (
                            "approver",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="standing_overrides",
                                to="clients.client",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "setting by hand",
                        "verbose_name_plural": "settings by hand",
                        "ordering": ("-at", "-pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None)),
                                fields=["expires_on"],
                                name="standing_override_expiry",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("client", "part"),
                                name="standing_override_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="standing_override_says_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_on__gte", models.F("starts_on"))),
                                name="standing_override_expires",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("currency", ""),
                                        ("grade__in", ["A", "B", "C", "D", "E", "U"]),
                                        ("part", "GRADE"),
                                        ("value", None),
                                    ),
                                    models.Q(
                                        ("currency__regex", "^[A-Z]{3}$"),
                                        ("grade", ""),
                                        ("part", "LIMIT"),
                                        ("value__gte", 0),
                                    ),
                                    models.Q(
                                        ("currency", ""),
                                        ("grade", ""),
                                        ("part", "DEPOSIT"),
                                        ("value__gte", 0),
                                        ("value__lte", 1),
                                    ),
                                    models.Q(
                                        ("currency", ""),
                                        ("grade", ""),
                                        ("part", "TERMS"),
                                        ("value__gte", 0),
                                        ("value__lte", 365),
                                    ),
                                    _connector="OR",
                                ),
                                name="standing_override_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("ended_how", "")),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("ended_how__in", ["ENDED", "REPLACED", "EXPIRED"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="standing_override_ended_whole",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0003_standing_basis"),
        ("credit", "0002_scores_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True, verbose_name="version")),
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
            },
        ),
        migrations.CreateModel(
            name="HoldRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    models.DecimalField(decimal_places=2, max_digits=7, verbose_name="threshold"),
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
            },
        ),
        migrations.CreateModel(
            name="PolicyDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("segment", models.CharField(blank=True, max_length=60, verbose_name="segment")),
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
                ("grade_reason", models.CharField(blank=True, max_length=300, verbose_name="why")),
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
            },
        ),
        migrations.CreateModel(
            name="StandingChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
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
            },
        ),
        migrations.CreateModel(
            name="StandingOverride",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("currency", models.CharField(blank=True, max_length=3, verbose_name="currency")),
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
            },
        ),
        migrations.AddConstraint(
            model_name="creditpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True), name="policy_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="holdrule",
            constraint=models.UniqueConstraint(fields=("policy", "rule"), name="hold_rule_once"),
        ),
        migrations.AddConstraint(
            model_name="holdrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rule__in", ["OVERDUE_DAYS", "OVER_LIMIT", "GRADE", "BROKEN_PROMISES"]),
                    ("threshold__gte", 0),
                ),
                name="hold_rule_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="policyrow",
            constraint=models.UniqueConstraint(
                fields=("policy", "segment", "grade"), name="policy_row_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="policyrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("grade__in", ["A", "B", "C", "D", "E", "U"]),
                    ("limit_action__in", ["WARN", "BLOCK"]),
                    ("approver__in", ["FINANCE", "MANAGER", "ADMIN"]),
                ),
                name="policy_row_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="policyrow",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("deposit_cap__isnull", False)),
                fields=["client"],
                name="standing_capped",
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(("grade__in", ["A", "B", "C", "D", "E", "U"])),
                name="standing_grade_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deposit_cap", None),
                    models.Q(("deposit_cap__gte", 0), ("deposit_cap__lte", 1)),
                    _connector="OR",
                ),
                name="standing_cap_share",
            ),
        ),
        migrations.AddIndex(
            model_name="standingchange",
            index=models.Index(fields=["client", "-at", "-id"], name="standing_change_client"),
        ),
        migrations.AddIndex(
            model_name="standingoverride",
            index=models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["expires_on"],
                name="standing_override_expiry",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingoverride",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("client", "part"),
                name="standing_override_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="standing_override_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="standingoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_on__gte", models.F("starts_on"))),
                name="standing_override_expires",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingoverride",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="standingoverride",
            constraint=models.CheckConstraint(
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
        ),
    ]

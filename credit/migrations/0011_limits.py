import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0003_standing_basis"),
        ("contracts", "0017_kept_rules"),
        ("credit", "0010_report_providers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LimitRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version_number",
                    models.PositiveSmallIntegerField(verbose_name="version of the contract"),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=3, max_digits=18, verbose_name="contract price"
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency of the limit")),
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
                ("note", models.CharField(max_length=300, verbose_name="why it should pass")),
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
            },
        ),
        migrations.CreateModel(
            name="LimitDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        decimal_places=3, max_digits=18, null=True, verbose_name="credit limit"
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
            },
        ),
        migrations.AddIndex(
            model_name="limitrequest",
            index=models.Index(fields=["state", "-asked_at", "-id"], name="limit_request_queue"),
        ),
        migrations.AddConstraint(
            model_name="limitrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ASKED")),
                fields=("contract",),
                name="limit_request_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="limitrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["ASKED", "RELEASED", "REJECTED", "SETTLED", "REVOKED"])
                ),
                name="limit_request_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="limitrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True), name="limit_request_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="limitdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["RELEASE", "REJECT", "RECHECK", "REVOKE"]),
                    models.Q(("reason", ""), _negated=True),
                ),
                name="limit_decision_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="limitdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "RELEASE"), _negated=True),
                    ("expires_on__isnull", False),
                    _connector="OR",
                ),
                name="limit_release_expires",
            ),
        ),
        migrations.AddConstraint(
            model_name="limitdecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome__in", ["RELEASE", "REJECT"])),
                fields=("request",),
                name="limit_decided_once",
            ),
        ),
    ]

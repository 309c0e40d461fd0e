import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0003_standing_basis"),
        ("credit", "0005_starting_policy"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    models.CharField(blank=True, max_length=300, verbose_name="why it is proposed"),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("decided_at", models.DateTimeField(null=True)),
                ("expires_on", models.DateField(null=True, verbose_name="until")),
                (
                    "not_before",
                    models.DateField(null=True, verbose_name="not proposed again before"),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "end_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="why it ended"),
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
            },
        ),
        migrations.CreateModel(
            name="HoldTransition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
        migrations.AddIndex(
            model_name="credithold",
            index=models.Index(fields=["client", "-proposed_at", "-id"], name="credit_hold_client"),
        ),
        migrations.AddIndex(
            model_name="credithold",
            index=models.Index(
                condition=models.Q(("state__in", ("PROPOSED", "HELD"))),
                fields=["state", "expires_on", "id"],
                name="credit_hold_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="credithold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("PROPOSED", "HELD"))),
                fields=("client",),
                name="credit_hold_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="credithold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["PROPOSED", "HELD", "DECLINED", "WITHDRAWN", "RELEASED", "EXPIRED"],
                    )
                ),
                name="credit_hold_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="credithold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["HELD", "RELEASED", "EXPIRED"]), _negated=True),
                    models.Q(
                        models.Q(("reason", ""), _negated=True),
                        ("decided_at__isnull", False),
                        ("expires_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="credit_hold_decided_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="credithold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state__in", ("PROPOSED", "HELD"))),
                    models.Q(
                        models.Q(("state__in", ("PROPOSED", "HELD")), _negated=True),
                        ("ended_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="credit_hold_ended_with_time",
            ),
        ),
    ]

"""Deliveries, their answers, duties and findings of the daily check."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0007_library"),
        ("core", "0002_triggers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
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
                ("what", models.CharField(max_length=500, verbose_name="what was delivered")),
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
            },
        ),
        migrations.CreateModel(
            name="DeliveryAnswer",
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
                ("remark", models.CharField(blank=True, max_length=1000, verbose_name="remark")),
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
            },
        ),
        migrations.CreateModel(
            name="Obligation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
            },
        ),
        migrations.CreateModel(
            name="SupervisionFlag",
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
                ("cleared_on", models.DateField(blank=True, null=True, verbose_name="ended")),
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
            },
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("accept_by__isnull", False), ("state", "DELIVERED")),
                fields=["accept_by"],
                name="delivery_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("completes_line", True), models.Q(("state", "REJECTED"), _negated=True)
                ),
                fields=("line",),
                name="delivery_completes_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("what", ""), _negated=True), name="delivery_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accept_by", None),
                    ("accept_by__gte", models.F("delivered_on")),
                    _connector="OR",
                ),
                name="delivery_time_to_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryanswer",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="deliveryanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "REJECTED"), _negated=True),
                    models.Q(("remark", ""), _negated=True),
                    _connector="OR",
                ),
                name="rejection_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("how", "LINK"), _negated=True),
                    ("address__isnull", False),
                    _connector="OR",
                ),
                name="answer_by_link_address",
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("done_on", None)), fields=["due_on"], name="obligation_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(("what", ""), _negated=True), name="obligation_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ["OURS", "THEIRS"])), name="obligation_side_known"
            ),
        ),
        migrations.AddIndex(
            model_name="supervisionflag",
            index=models.Index(
                condition=models.Q(("cleared_on", None)),
                fields=["kind", "since_on"],
                name="flag_standing",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionflag",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cleared_on", None)),
                fields=("contract", "kind", "line", "obligation"),
                name="flag_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionflag",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="supervisionflag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "LATE_DELIVERY"), ("line__isnull", False)),
                    models.Q(
                        ("kind__in", ["LATE_OURS", "LATE_THEIRS"]), ("obligation__isnull", False)
                    ),
                    ("kind__in", ["LATE_PAYMENT", "MAY_SUSPEND", "MAY_RESUME"]),
                    _connector="OR",
                ),
                name="flag_names_its_cause",
            ),
        ),
    ]

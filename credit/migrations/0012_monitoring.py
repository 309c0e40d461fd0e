"""Who is looked at when, and the notices that follow."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateTables

SQL = Path(__file__).resolve().parent.parent / "sql" / "06_monitoring.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0002_legal_representative"),
        ("core", "0001_initial"),
        ("credit", "0011_fairness_rules"),
    ]

    operations = [
        CreateTables(
            tables=[
                migrations.CreateModel(
                    name="ClientLook",
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
                        ("looked_on", models.DateField(verbose_name="looked at")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("CALM", "Nothing to worry about"),
                                    ("WATCH", "To be watched"),
                                    ("ACT", "Something has to be done"),
                                ],
                                max_length=5,
                                verbose_name="what was found",
                            ),
                        ),
                        ("found", models.TextField(verbose_name="in words")),
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
                            "score",
                            models.PositiveSmallIntegerField(null=True, verbose_name="score"),
                        ),
                        ("next_on", models.DateField(verbose_name="to be looked at again")),
                        ("key", models.CharField(editable=False, max_length=64, unique=True)),
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
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="looks",
                                to="clients.client",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "look at a client",
                        "verbose_name_plural": "looks at clients",
                        "ordering": ("-pk",),
                        "indexes": [models.Index(fields=["client", "-id"], name="look_client")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("grade__in", ["A", "B", "C", "D", "E", "U"]),
                                    ("outcome__in", ["CALM", "WATCH", "ACT"]),
                                ),
                                name="look_words_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("found", ""), _negated=True),
                                name="look_says_what_was_found",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("next_on__gt", models.F("looked_on"))),
                                name="look_goes_on",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditNotice",
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
                            "signal",
                            models.CharField(
                                choices=[
                                    ("GRADE", "Grade worsened"),
                                    ("LIKELY_LATE", "Likely to go badly late"),
                                    ("OVER_LIMIT", "Over the credit limit"),
                                    ("BAD_REPORT", "Bad credit report"),
                                    ("EXPIRED_REPORT", "Credit report has run out"),
                                ],
                                max_length=14,
                                verbose_name="signal",
                            ),
                        ),
                        ("fact", models.CharField(max_length=64)),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("NOTICE", "For your information"),
                                    ("WARNING", "Warning"),
                                    ("URGENT", "Urgent"),
                                ],
                                max_length=7,
                                verbose_name="level",
                            ),
                        ),
                        ("facts", models.JSONField(default=dict)),
                        ("happened_on", models.DateField(verbose_name="day")),
                        ("at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credit_notices",
                                to="clients.client",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "credit notice",
                        "verbose_name_plural": "credit notices",
                        "ordering": ("-pk",),
                        "indexes": [
                            models.Index(fields=["client", "-happened_on"], name="notice_client")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("client", "signal", "fact"), name="notice_told_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("level__in", ["NOTICE", "WARNING", "URGENT"]),
                                    (
                                        "signal__in",
                                        [
                                            "GRADE",
                                            "LIKELY_LATE",
                                            "OVER_LIMIT",
                                            "BAD_REPORT",
                                            "EXPIRED_REPORT",
                                        ],
                                    ),
                                ),
                                name="notice_words_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("fact", ""), _negated=True),
                                name="notice_has_fact",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Monitoring",
                    fields=[
                        (
                            "client",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="monitoring",
                                serialize=False,
                                to="clients.client",
                            ),
                        ),
                        ("since", models.DateField()),
                        (
                            "every_days",
                            models.PositiveSmallIntegerField(verbose_name="looked at every … days"),
                        ),
                        ("due_on", models.DateField(verbose_name="due")),
                        (
                            "over_since",
                            models.DateField(null=True, verbose_name="over the limit since"),
                        ),
                        (
                            "last_look",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="credit.clientlook",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "client looked after",
                        "verbose_name_plural": "clients looked after",
                        "ordering": ("due_on", "client"),
                        "indexes": [
                            models.Index(fields=["due_on", "client"], name="monitoring_due"),
                            models.Index(
                                condition=models.Q(("over_since__isnull", False)),
                                fields=["over_since"],
                                name="monitoring_over",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeDigest",
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
                        ("on", models.DateField()),
                        ("created_at", models.DateTimeField()),
                        ("left_at", models.DateTimeField(null=True)),
                        ("said", models.CharField(blank=True, max_length=300)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mail about credit notices",
                        "ordering": ("-pk",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "on"), name="notice_digest_once_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeTo",
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
                        ("seen_at", models.DateTimeField(null=True, verbose_name="read")),
                        (
                            "digest",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notices",
                                to="credit.noticedigest",
                            ),
                        ),
                        (
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="told",
                                to="credit.creditnotice",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credit_notices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reader of a credit notice",
                        "ordering": ("-pk",),
                        "indexes": [
                            models.Index(fields=["user", "-id"], name="notice_to_user"),
                            models.Index(
                                condition=models.Q(("seen_at", None)),
                                fields=["user", "-id"],
                                name="notice_to_unread",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("notice", "user"), name="notice_to_person_once"
                            )
                        ],
                    },
                ),
            ],
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]

"""Related clients: what they share, and what was decided of it."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateTables


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0002_legal_representative"),
        ("core", "0001_initial"),
        ("credit", "0007_checklists"),
    ]

    operations = [
        CreateTables(
            tables=[
                migrations.CreateModel(
                    name="RelatedLook",
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
                        ("client_key", models.BigIntegerField()),
                    ],
                    options={
                        "verbose_name": "client to compare",
                        "ordering": ("pk",),
                    },
                ),
                migrations.CreateModel(
                    name="RelatedPair",
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
                                    ("PROPOSED", "To be decided"),
                                    ("CONFIRMED", "Belong together"),
                                    ("DISMISSED", "Not related"),
                                    ("WITHDRAWN", "No sign is left"),
                                ],
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("signs", models.JSONField(default=list)),
                        ("points", models.PositiveSmallIntegerField(verbose_name="points")),
                        ("known", models.JSONField(default=list)),
                        ("found_at", models.DateTimeField(verbose_name="found")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=300, verbose_name="reason"),
                        ),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
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
                            "left",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "right",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.client",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "related clients",
                        "verbose_name_plural": "related clients",
                        "ordering": ("-points", "-pk"),
                        "indexes": [
                            models.Index(fields=["right", "left"], name="related_pair_right"),
                            models.Index(
                                fields=["state", "-points", "-id"], name="related_pair_state"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("left", "right"), name="related_pair_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("left__lt", models.F("right"))),
                                name="related_pair_ordered",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["PROPOSED", "CONFIRMED", "DISMISSED", "WITHDRAWN"],
                                    )
                                ),
                                name="related_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["PROPOSED", "WITHDRAWN"]),
                                    models.Q(
                                        models.Q(("reason", ""), _negated=True),
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="related_decided_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RelatedTransition",
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
                                    ("PROPOSED", "To be decided"),
                                    ("CONFIRMED", "Belong together"),
                                    ("DISMISSED", "Not related"),
                                    ("WITHDRAWN", "No sign is left"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "to_state",
                            models.CharField(
                                choices=[
                                    ("PROPOSED", "To be decided"),
                                    ("CONFIRMED", "Belong together"),
                                    ("DISMISSED", "Not related"),
                                    ("WITHDRAWN", "No sign is left"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("signs", models.JSONField(default=list)),
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
                            "pair",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transitions",
                                to="credit.relatedpair",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "transition of related clients",
                        "ordering": ("at", "pk"),
                    },
                ),
                migrations.CreateModel(
                    name="RelatedKey",
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
                            "sign",
                            models.CharField(
                                choices=[
                                    ("REGISTRATION", "Same registration number"),
                                    ("LEGAL_REPRESENTATIVE", "Same legal representative"),
                                    ("ADDRESS", "Same address"),
                                    ("PHONE", "Same phone number"),
                                    ("MAIL_DOMAIN", "Same e-mail domain"),
                                    ("PAYER", "Same payer"),
                                    ("NAME", "Similar name"),
                                ],
                                max_length=24,
                            ),
                        ),
                        ("key", models.CharField(max_length=400)),
                        ("shown", models.CharField(max_length=400)),
                        ("is_own", models.BooleanField(default=False)),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="related_keys",
                                to="clients.client",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "compared fact",
                        "ordering": ("client", "sign", "key"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("sign", "NAME"), _negated=True),
                                fields=["sign", "key", "client"],
                                name="related_key_same",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                condition=models.Q(("sign", "NAME")),
                                fastupdate=False,
                                fields=["key"],
                                name="related_key_alike",
                                opclasses=["gin_trgm_ops"],
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("client", "sign", "key"), name="related_key_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("key", ""), _negated=True),
                                name="related_key_given",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]

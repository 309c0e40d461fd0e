"""The tables of imports."""

import django.db.models.deletion
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
                    name="LedgerImport",
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
                        ("mapping", models.JSONField(default=dict)),
                        ("sheet", models.CharField(blank=True, max_length=120)),
                        ("header_row", models.PositiveIntegerField(default=0)),
                        ("until", models.DateField(blank=True, null=True, verbose_name="known by")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("UPLOADED", "Uploaded"),
                                    ("CHECKING", "Being checked"),
                                    ("READY", "Ready to import"),
                                    ("REFUSED", "Has problems"),
                                    ("IMPORTING", "Being imported"),
                                    ("IMPORTED", "Imported"),
                                ],
                                default="UPLOADED",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("report", models.JSONField(default=dict)),
                        ("created_at", models.DateTimeField()),
                        ("imported_at", models.DateTimeField(null=True)),
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
                                related_name="imports",
                                to="clients.creditor",
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="imports",
                                to="core.document",
                            ),
                        ),
                        (
                            "job",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.job",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "import",
                        "verbose_name_plural": "imports",
                        "ordering": ("-created_at", "-pk"),
                        "indexes": [
                            models.Index(fields=["-created_at", "-id"], name="import_recent")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "UPLOADED",
                                            "CHECKING",
                                            "READY",
                                            "REFUSED",
                                            "IMPORTING",
                                            "IMPORTED",
                                        ],
                                    )
                                ),
                                name="import_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("imported_at__isnull", False), ("state", "IMPORTED")),
                                    models.Q(
                                        models.Q(("state", "IMPORTED"), _negated=True),
                                        ("imported_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="import_done_has_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedMapping",
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
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                        (
                            "signature",
                            models.CharField(db_index=True, editable=False, max_length=64),
                        ),
                        ("mapping", models.JSONField(editable=False)),
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
                        "verbose_name": "saved mapping",
                        "verbose_name_plural": "saved mappings",
                        "ordering": ("name",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True),
                                name="mapping_name_given",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]

"""The tables of cases."""

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
                    name="Packet",
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
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("zh-hans", "简体中文")],
                                max_length=10,
                                verbose_name="language",
                            ),
                        ),
                        ("as_of_on", models.DateField(verbose_name="figures as of")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("QUEUED", "Being made"),
                                    ("READY", "Ready"),
                                    ("FAILED", "Failed"),
                                ],
                                default="QUEUED",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("manifest_sha256", models.CharField(blank=True, max_length=64)),
                        (
                            "exhibits",
                            models.JSONField(
                                default=list, help_text="The index as it was printed."
                            ),
                        ),
                        (
                            "gaps",
                            models.JSONField(
                                default=list, help_text="What the packet could not show."
                            ),
                        ),
                        ("error", models.CharField(blank=True, max_length=500)),
                        ("created_at", models.DateTimeField()),
                        ("ready_at", models.DateTimeField(null=True)),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="packets",
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
                            "job",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.job",
                            ),
                        ),
                        (
                            "pdf",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.document",
                            ),
                        ),
                        (
                            "zip",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.document",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "evidence packet",
                        "verbose_name_plural": "evidence packets",
                        "ordering": ("-created_at", "-pk"),
                        "indexes": [
                            models.Index(fields=["client", "-created_at"], name="packet_client")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["QUEUED", "READY", "FAILED"])),
                                name="packet_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "READY"), _negated=True),
                                    models.Q(
                                        ("pdf__isnull", False),
                                        ("zip__isnull", False),
                                        models.Q(("manifest_sha256", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="packet_whole_when_ready",
                            ),
                        ],
                    },
                )
            ],
        ),
    ]

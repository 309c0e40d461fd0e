"""Overrides are asked for; a part of a draft is written while the contract is held."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """The table and the trigger."""

    dependencies = [
        ("contracts", "0008_performance_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OverrideRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gap", models.CharField(max_length=40)),
                ("sentence", models.CharField(max_length=500)),
                ("note", models.CharField(max_length=500, verbose_name="why it should pass")),
                ("at", models.DateTimeField()),
                ("refusal", models.CharField(blank=True, max_length=500, verbose_name="why not")),
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
            options={"verbose_name": "override asked for", "ordering": ("at", "pk")},
        ),
        migrations.AddConstraint(
            model_name="overriderequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at", None)),
                fields=("contract", "gap"),
                name="override_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="overriderequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True), name="override_asked_with_note"
            ),
        ),
        migrations.AddConstraint(
            model_name="overriderequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_at__isnull", False),
                    models.Q(("answered_by", None), ("refusal", "")),
                    _connector="OR",
                ),
                name="override_answer_whole",
            ),
        ),
        migrations.RunSQL((SQL / "asking.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]

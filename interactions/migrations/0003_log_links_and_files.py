"""Things an entry is about, its files and recordings, and the index of words."""

from pathlib import Path

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"

# What entries named in columns of their own so far. Checked at once, so that the tables may be
# altered afterwards in the same transaction.
CARRIED = """
SET CONSTRAINTS ALL IMMEDIATE;
INSERT INTO interactions_interactionlink (interaction_id, about_type, about_id, created_at)
SELECT id, about_type, about_id, recorded_at FROM interactions_interaction
WHERE about_type <> '' AND about_id <> '' ORDER BY id;
INSERT INTO interactions_interactiondocument (interaction_id, document_id, created_at)
SELECT id, document_id, recorded_at FROM interactions_interaction
WHERE document_id IS NOT NULL ORDER BY id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0001_initial"),
        ("core", "0002_triggers"),
        ("interactions", "0002_triggers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGinExtension(),
        migrations.CreateModel(
            name="InteractionDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="attached")),
            ],
            options={
                "verbose_name": "file of an interaction",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="InteractionLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("about_type", models.CharField(max_length=60)),
                ("about_id", models.CharField(max_length=60)),
                ("created_at", models.DateTimeField(verbose_name="linked")),
            ],
            options={
                "verbose_name": "link of an interaction",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Recording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "consent",
                    models.CharField(
                        choices=[
                            ("GIVEN", "Asked, and given"),
                            ("TOLD", "Told, not objected"),
                            ("NOT_ASKED", "Not asked"),
                        ],
                        max_length=10,
                        verbose_name="consent",
                    ),
                ),
                (
                    "jurisdiction",
                    models.CharField(
                        blank=True, max_length=10, verbose_name="where the other side was"
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, max_length=300, verbose_name="how it was asked"),
                ),
            ],
            options={
                "verbose_name": "recording",
                "ordering": ("pk",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="interaction",
            name="interaction_says_something",
        ),
        migrations.AddIndex(
            model_name="interaction",
            index=models.Index(fields=["-occurred_at", "-id"], name="interaction_by_day"),
        ),
        migrations.AddIndex(
            model_name="interaction",
            index=models.Index(fields=["contact", "-occurred_at"], name="interaction_contact"),
        ),
        migrations.AddIndex(
            model_name="interaction",
            index=django.contrib.postgres.indexes.GinIndex(
                models.F("client"),
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Lower(
                        django.db.models.functions.text.Concat(
                            "subject", models.Value(" "), "body", output_field=models.TextField()
                        )
                    ),
                    name="gin_trgm_ops",
                ),
                name="interaction_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="interaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("subject", ""), _negated=True),
                    models.Q(("body", ""), _negated=True),
                    models.Q(("outcome", ""), _negated=True),
                    _connector="OR",
                ),
                name="interaction_says_something",
            ),
        ),
        migrations.AddField(
            model_name="interactiondocument",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.document"
            ),
        ),
        migrations.AddField(
            model_name="interactiondocument",
            name="interaction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attachments",
                to="interactions.interaction",
            ),
        ),
        migrations.AddField(
            model_name="interactionlink",
            name="interaction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="links",
                to="interactions.interaction",
            ),
        ),
        migrations.AddField(
            model_name="recording",
            name="attachment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recording",
                to="interactions.interactiondocument",
            ),
        ),
        migrations.AddConstraint(
            model_name="interactiondocument",
            constraint=models.UniqueConstraint(
                fields=("interaction", "document"), name="interaction_document_once"
            ),
        ),
        migrations.AddIndex(
            model_name="interactionlink",
            index=models.Index(
                fields=["about_type", "about_id", "interaction"], name="interaction_link_about"
            ),
        ),
        migrations.AddConstraint(
            model_name="interactionlink",
            constraint=models.UniqueConstraint(
                fields=("interaction", "about_type", "about_id"), name="interaction_link_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="interactionlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("about_type", ""), _negated=True),
                    models.Q(("about_id", ""), _negated=True),
                ),
                name="interaction_link_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="recording",
            constraint=models.CheckConstraint(
                condition=models.Q(("consent__in", ["GIVEN", "TOLD", "NOT_ASKED"])),
                name="recording_consent_known",
            ),
        ),
        migrations.RunSQL(CARRIED, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="interaction",
            name="document",
        ),
        migrations.RunSQL(
            (SQL / "append_only_parts.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
    ]

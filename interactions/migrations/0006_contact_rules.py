"""Rules of contact per country and notes on recordings: dated rows, each with its source."""

import json
from pathlib import Path

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

ROOM = Path(__file__).resolve().parent.parent


def _rows(name: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads((ROOM / "data" / name).read_text(encoding="utf-8"))
    return rows


def load(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Insert the rows of `interactions/data/`."""
    note = apps.get_model("interactions", "RecordingNote")
    note.objects.bulk_create([note(**row) for row in _rows("recording_notes.json")])
    policy = apps.get_model("interactions", "ContactPolicy")
    policy.objects.bulk_create(
        [policy(created_at=timezone.now(), **row) for row in _rows("contact_policies.json")]
    )


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0001_initial"),
        ("interactions", "0005_mail_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordingNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("jurisdiction", models.CharField(blank=True, max_length=10, verbose_name="place")),
                ("effective_on", models.DateField(verbose_name="from")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("name_zh", models.CharField(max_length=80, verbose_name="name in Chinese")),
                ("needs_consent", models.BooleanField(verbose_name="all sides must agree")),
                ("text", models.TextField(verbose_name="note")),
                ("text_zh", models.TextField(verbose_name="note in Chinese")),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "verified_by",
                    models.CharField(blank=True, max_length=120, verbose_name="verified by"),
                ),
                (
                    "verified_on",
                    models.DateField(blank=True, null=True, verbose_name="verified on"),
                ),
            ],
            options={
                "verbose_name": "note on recordings",
                "verbose_name_plural": "notes on recordings",
                "ordering": ("jurisdiction", "-effective_on"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("jurisdiction", "effective_on"), name="recording_note_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        name="recording_note_has_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactBreach",
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
                            ("HOURS", "Contact hours"),
                            ("FREQUENCY", "How often"),
                            ("AUTHORISED", "Authorised contacts only"),
                            ("REFUSAL", "Stop on refusal"),
                            ("OPT_OUT", "Opted out"),
                        ],
                        max_length=12,
                        verbose_name="rule",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("OFF", "Off"), ("WARN", "Warns"), ("BLOCK", "Blocks")],
                        max_length=5,
                        verbose_name="what the policy does",
                    ),
                ),
                (
                    "local_time",
                    models.CharField(max_length=40, verbose_name="time at the client's"),
                ),
                ("calls_today", models.PositiveSmallIntegerField(verbose_name="calls that day")),
                ("calls_week", models.PositiveSmallIntegerField(verbose_name="calls that week")),
                (
                    "interaction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breaches",
                        to="interactions.interaction",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact outside the rules",
                "verbose_name_plural": "contacts outside the rules",
                "ordering": ("-pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("interaction", "rule"), name="contact_breach_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rule__in", ["HOURS", "FREQUENCY", "AUTHORISED", "REFUSAL", "OPT_OUT"])
                        ),
                        name="contact_breach_rule_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "country",
                    models.CharField(
                        blank=True,
                        help_text="Empty: wherever no other row applies.",
                        max_length=2,
                        verbose_name="country",
                    ),
                ),
                ("effective_on", models.DateField(verbose_name="from")),
                ("opens", models.TimeField(verbose_name="contact from")),
                ("closes", models.TimeField(verbose_name="contact until")),
                (
                    "hours_mode",
                    models.CharField(
                        choices=[("OFF", "Off"), ("WARN", "Warns"), ("BLOCK", "Blocks")],
                        max_length=5,
                        verbose_name="contact hours",
                    ),
                ),
                ("per_day", models.PositiveSmallIntegerField(verbose_name="calls a day")),
                ("per_week", models.PositiveSmallIntegerField(verbose_name="calls a week")),
                (
                    "frequency_mode",
                    models.CharField(
                        choices=[("OFF", "Off"), ("WARN", "Warns"), ("BLOCK", "Blocks")],
                        max_length=5,
                        verbose_name="how often",
                    ),
                ),
                (
                    "authorised_mode",
                    models.CharField(
                        choices=[("OFF", "Off"), ("WARN", "Warns"), ("BLOCK", "Blocks")],
                        max_length=5,
                        verbose_name="authorised contacts only",
                    ),
                ),
                (
                    "refusal_mode",
                    models.CharField(
                        choices=[("OFF", "Off"), ("WARN", "Warns"), ("BLOCK", "Blocks")],
                        max_length=5,
                        verbose_name="stop on refusal",
                    ),
                ),
                (
                    "opt_out_mode",
                    models.CharField(
                        choices=[("OFF", "Off"), ("WARN", "Warns"), ("BLOCK", "Blocks")],
                        max_length=5,
                        verbose_name="opted out",
                    ),
                ),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("created_at", models.DateTimeField(verbose_name="entered")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact policy",
                "verbose_name_plural": "contact policies",
                "ordering": ("country", "-effective_on", "-pk"),
                "indexes": [
                    models.Index(
                        fields=["country", "-effective_on", "-id"], name="contact_policy_of"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("opens__lt", models.F("closes"))),
                        name="contact_policy_hours_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("per_day__gte", 1), ("per_week__gte", models.F("per_day"))
                        ),
                        name="contact_policy_caps_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        name="contact_policy_has_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("authorised_mode__in", ["OFF", "WARN", "BLOCK"]),
                            ("frequency_mode__in", ["OFF", "WARN", "BLOCK"]),
                            ("hours_mode__in", ["OFF", "WARN", "BLOCK"]),
                            ("opt_out_mode__in", ["OFF", "WARN", "BLOCK"]),
                            ("refusal_mode__in", ["OFF", "WARN", "BLOCK"]),
                        ),
                        name="contact_policy_modes_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RefusalLift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="why")),
                ("lifted_at", models.DateTimeField(verbose_name="lifted")),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.contact",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "refusal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lift",
                        to="interactions.interaction",
                    ),
                ),
            ],
            options={
                "verbose_name": "lifted refusal",
                "ordering": ("-lifted_at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="refusal_lift_has_reason",
                    )
                ],
            },
        ),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunSQL(
            (ROOM / "sql" / "append_only_rules.sql").read_text(encoding="utf-8"),
            migrations.RunSQL.noop,
        ),
    ]

"""The tables of core."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateTables


class Migration(migrations.Migration):
    """The tables."""

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        CreateTables(
            tables=[
                migrations.CreateModel(
                    name="AuditStream",
                    fields=[
                        (
                            "name",
                            models.CharField(max_length=80, primary_key=True, serialize=False),
                        ),
                        ("head_seq", models.BigIntegerField(default=0)),
                        (
                            "head_hash",
                            models.CharField(
                                default="0000000000000000000000000000000000000000000000000000000000000000",
                                max_length=64,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "audit stream",
                    },
                ),
                migrations.CreateModel(
                    name="User",
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
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "email",
                            models.EmailField(max_length=254, unique=True, verbose_name="e-mail"),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("SALES", "Sales"),
                                    ("FINANCE", "Finance"),
                                    ("MANAGER", "Manager"),
                                    ("ADMIN", "Administrator"),
                                ],
                                default="SALES",
                                max_length=12,
                                verbose_name="role",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                blank=True,
                                choices=[("en", "English"), ("zh-hans", "简体中文")],
                                max_length=10,
                                verbose_name="language",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "date_joined",
                            models.DateTimeField(
                                default=django.utils.timezone.now,
                                editable=False,
                                verbose_name="joined",
                            ),
                        ),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "user",
                        "verbose_name_plural": "users",
                        "ordering": ("name", "pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("role__in", ["SALES", "FINANCE", "MANAGER", "ADMIN"])
                                ),
                                name="user_role_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditEvent",
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
                        ("seq", models.BigIntegerField()),
                        ("at", models.DateTimeField()),
                        ("action", models.CharField(max_length=60)),
                        ("subject_type", models.CharField(blank=True, max_length=60)),
                        ("subject_id", models.CharField(blank=True, max_length=60)),
                        (
                            "payload",
                            models.TextField(
                                help_text="Canonical JSON of the whole act, as it was hashed."
                            ),
                        ),
                        ("prev_hash", models.CharField(max_length=64)),
                        ("hash", models.CharField(max_length=64)),
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
                            "stream",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="core.auditstream",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "audit event",
                        "ordering": ("-at", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["subject_type", "subject_id", "-at"], name="audit_subject"
                            ),
                            models.Index(fields=["actor", "-at"], name="audit_actor"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("stream", "seq"), name="audit_stream_seq"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("seq__gt", 0)), name="audit_seq_positive"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Document",
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
                        ("sha256", models.CharField(db_index=True, max_length=64)),
                        ("size", models.BigIntegerField(help_text="Bytes.")),
                        ("mime", models.CharField(max_length=120)),
                        ("original_name", models.CharField(max_length=255)),
                        ("storage_name", models.CharField(max_length=120, unique=True)),
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
                        "verbose_name": "document",
                        "ordering": ("-created_at", "-pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("size__gt", 0)), name="document_not_empty"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Job",
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
                        ("kind", models.CharField(max_length=40)),
                        ("title", models.CharField(max_length=200)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("QUEUED", "Queued"),
                                    ("RUNNING", "Running"),
                                    ("DONE", "Done"),
                                    ("FAILED", "Failed"),
                                ],
                                default="QUEUED",
                                max_length=10,
                            ),
                        ),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("total", models.PositiveIntegerField(default=0)),
                        ("message", models.CharField(blank=True, max_length=300)),
                        ("args", models.JSONField(default=dict)),
                        ("result", models.JSONField(default=dict)),
                        ("error", models.TextField(blank=True)),
                        ("created_at", models.DateTimeField()),
                        ("started_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="jobs",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "job",
                        "ordering": ("-created_at", "-pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["QUEUED", "RUNNING", "DONE", "FAILED"])
                                ),
                                name="job_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("total", 0), ("done__lte", models.F("total")), _connector="OR"
                                ),
                                name="job_done_within_total",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutboxItem",
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
                        ("task", models.CharField(max_length=120)),
                        ("key", models.CharField(max_length=160, unique=True)),
                        ("args", models.JSONField(default=dict)),
                        ("available_at", models.DateTimeField()),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("claimed_at", models.DateTimeField(null=True)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("failed_at", models.DateTimeField(null=True)),
                        ("last_error", models.TextField(blank=True)),
                    ],
                    options={
                        "verbose_name": "outbox item",
                        "ordering": ("pk",),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None), ("failed_at", None)),
                                fields=["available_at", "id"],
                                name="outbox_waiting",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("done_at", None), ("failed_at", None), _connector="OR"
                                ),
                                name="outbox_done_or_failed",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]

"""The tables of portal."""

import uuid

import django.core.validators
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
        ("payments", "0001_initial"),
    ]

    operations = [
        CreateTables(
            tables=[
                migrations.CreateModel(
                    name="PortalLink",
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
                            "reference",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        (
                            "token_sha256",
                            models.CharField(editable=False, max_length=64, unique=True),
                        ),
                        ("action", models.CharField(max_length=40, verbose_name="action")),
                        ("is_repeatable", models.BooleanField(default=False)),
                        ("subject_type", models.CharField(max_length=60)),
                        ("subject_id", models.CharField(max_length=60)),
                        ("subject_sha256", models.CharField(blank=True, max_length=64)),
                        ("text", models.TextField(verbose_name="text")),
                        ("text_sha256", models.CharField(max_length=64)),
                        ("facts", models.JSONField(default=dict)),
                        (
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("zh-hans", "简体中文")],
                                max_length=10,
                                verbose_name="language",
                            ),
                        ),
                        (
                            "recipient_name",
                            models.CharField(blank=True, max_length=120, verbose_name="recipient"),
                        ),
                        (
                            "recipient_email",
                            models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
                        ),
                        ("issue_key", models.CharField(editable=False, max_length=64)),
                        ("created_at", models.DateTimeField(verbose_name="made")),
                        ("expires_at", models.DateTimeField(verbose_name="valid until")),
                        ("opened_at", models.DateTimeField(null=True, verbose_name="opened")),
                        ("acted_at", models.DateTimeField(null=True, verbose_name="answered")),
                        ("revoked_at", models.DateTimeField(null=True, verbose_name="revoked")),
                        (
                            "revoke_reason",
                            models.CharField(blank=True, max_length=300, verbose_name="reason"),
                        ),
                        (
                            "mail_state",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Not sent from here"),
                                    ("SENDING", "Being sent"),
                                    ("SENT", "Sent"),
                                    ("FAILED", "Refused by the mail server"),
                                    ("IN_DOUBT", "Not known whether it arrived"),
                                ],
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("mail_at", models.DateTimeField(null=True)),
                        ("mail_reply", models.CharField(blank=True, max_length=500)),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="portal_links",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.contact",
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
                            "document",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.document",
                            ),
                        ),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "client link",
                        "verbose_name_plural": "client links",
                        "ordering": ("-created_at", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["client", "-created_at", "-id"], name="link_client"
                            ),
                            models.Index(fields=["-created_at", "-id"], name="link_recent"),
                            models.Index(
                                fields=["subject_type", "subject_id"], name="link_subject"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("issue_key",), name="link_once_per_form"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("text_sha256__regex", "^[0-9a-f]{64}$"),
                                    ("token_sha256__regex", "^[0-9a-f]{64}$"),
                                ),
                                name="link_hashes_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("subject_sha256", ""),
                                    ("subject_sha256__regex", "^[0-9a-f]{64}$"),
                                    _connector="OR",
                                ),
                                name="link_subject_hash_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("action__regex", "^[a-z_]+\\.[a-z_]+$")),
                                name="link_action_named",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True),
                                name="link_text_given",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("language__in", ["en", "zh-hans"])),
                                name="link_language_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("created_at"))),
                                name="link_expires_later",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("revoke_reason", ""),
                                        ("revoked_at", None),
                                        ("revoked_by", None),
                                    ),
                                    models.Q(
                                        ("revoked_at__isnull", False),
                                        models.Q(("revoke_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="link_revoked_with_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("acted_at", None),
                                    ("acted_at__lt", models.F("expires_at")),
                                    _connector="OR",
                                ),
                                name="link_acted_in_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "mail_state__in",
                                        ["", "SENDING", "SENT", "FAILED", "IN_DOUBT"],
                                    )
                                ),
                                name="link_mail_state_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PortalAct",
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
                        ("is_single", models.BooleanField(default=True)),
                        ("typed_name", models.CharField(max_length=120)),
                        ("answer", models.JSONField(default=dict)),
                        ("text_sha256", models.CharField(max_length=64)),
                        (
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("zh-hans", "简体中文")], max_length=10
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("address", models.GenericIPAddressField(null=True)),
                        ("user_agent", models.CharField(blank=True, max_length=300)),
                        ("key", models.CharField(max_length=64)),
                        (
                            "link",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="acts",
                                to="portal.portallink",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer of a client",
                        "ordering": ("at", "pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("is_single", True)),
                                fields=("link",),
                                name="act_once_per_link",
                            ),
                            models.UniqueConstraint(
                                fields=("link", "key"), name="act_once_per_key"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("typed_name", ""), _negated=True),
                                name="act_name_typed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LinkReminder",
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
                        ("due_on", models.DateField()),
                        ("may_mail", models.BooleanField(default=False)),
                        ("followed_up_at", models.DateTimeField(null=True)),
                        ("mailed_at", models.DateTimeField(null=True)),
                        (
                            "approved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "fresh",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reminds_of",
                                to="portal.portallink",
                            ),
                        ),
                        (
                            "link",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reminder",
                                to="portal.portallink",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reminder of a link",
                        "ordering": ("due_on", "pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("followed_up_at", None),
                                    models.Q(("mailed_at", None), ("may_mail", True)),
                                    _connector="OR",
                                ),
                                fields=["due_on"],
                                name="link_reminder_waiting",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("fresh", None), ("mailed_at", None), ("may_mail", False)
                                    ),
                                    ("may_mail", True),
                                    _connector="OR",
                                ),
                                name="link_reminder_approved",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("fresh", None),
                                    models.Q(
                                        models.Q(("fresh", models.F("link")), _negated=True),
                                        ("mailed_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="link_reminder_fresh_with_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PortalVisit",
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
                        ("at", models.DateTimeField()),
                        ("address", models.GenericIPAddressField(null=True)),
                        ("user_agent", models.CharField(blank=True, max_length=300)),
                        (
                            "what",
                            models.CharField(
                                choices=[
                                    ("OPENED", "Opened it"),
                                    ("ACTED", "Answered"),
                                    ("REFUSED", "Was turned away"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("EXPIRED", "it had expired"),
                                    ("REVOKED", "it was revoked"),
                                    ("USED", "it was answered before"),
                                    ("OUTDATED", "what it asks about has changed"),
                                    ("ALTERED", "its text no longer matches its hash"),
                                    ("NOT_POSSIBLE", "the answer was not possible"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "link",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="portal.portallink",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "visit",
                        "ordering": ("at", "pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("what__in", ["OPENED", "ACTED", "REFUSED"])),
                                name="visit_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("what", "REFUSED"), models.Q(("reason", ""), _negated=True)
                                    ),
                                    models.Q(
                                        models.Q(("what", "REFUSED"), _negated=True), ("reason", "")
                                    ),
                                    _connector="OR",
                                ),
                                name="visit_refused_with_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SilencePolicy",
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
                            "days",
                            models.PositiveSmallIntegerField(
                                default=3,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(60),
                                ],
                                verbose_name="working days without an answer",
                            ),
                        ),
                        (
                            "creditor",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.creditor",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "policy on silence",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("days__range", (1, 60))),
                                name="silence_days_sane",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StatementAnswer",
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
                        ("currency", models.CharField(max_length=3)),
                        ("on", models.DateField(verbose_name="as of")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("CONFIRMED", "Confirmed"),
                                    ("PARTLY", "Partly confirmed"),
                                    ("OBJECTED", "Objected to"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "stated",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="stated"
                            ),
                        ),
                        (
                            "confirmed",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="confirmed"
                            ),
                        ),
                        ("remark", models.TextField(blank=True, verbose_name="remark")),
                        ("grade", models.CharField(max_length=1, verbose_name="evidence grade")),
                        ("at", models.DateTimeField()),
                        (
                            "act",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statement",
                                to="portal.portalact",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.client",
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
                            "link",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statement",
                                to="portal.portallink",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer to a statement",
                        "verbose_name_plural": "answers to statements",
                        "ordering": ("-at", "-pk"),
                        "indexes": [
                            models.Index(fields=["client", "-at", "-id"], name="statement_client")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("outcome__in", ["CONFIRMED", "PARTLY", "OBJECTED"])
                                ),
                                name="statement_outcome_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("confirmed__gte", 0), ("confirmed__lte", models.F("stated"))
                                ),
                                name="statement_confirmed_within",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("confirmed", models.F("stated")), ("outcome", "CONFIRMED")
                                    ),
                                    models.Q(("confirmed", 0), ("outcome", "OBJECTED")),
                                    ("outcome", "PARTLY"),
                                    _connector="OR",
                                ),
                                name="statement_outcome_agrees",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("grade__in", ["A", "B", "C"])),
                                name="statement_grade_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StatementBatch",
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
                        ("currency", models.CharField(max_length=3)),
                        ("on", models.DateField(verbose_name="as of")),
                        (
                            "overdue_only",
                            models.BooleanField(
                                default=False, verbose_name="only with something overdue"
                            ),
                        ),
                        ("days", models.PositiveSmallIntegerField()),
                        ("may_remind", models.BooleanField(default=False)),
                        ("key", models.CharField(editable=False, max_length=64, unique=True)),
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
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.job",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "statements at a period's end",
                        "ordering": ("-created_at", "-pk"),
                    },
                ),
                migrations.CreateModel(
                    name="StatementBatchRow",
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
                                    ("WAITING", "Waiting"),
                                    ("SENDING", "Being sent"),
                                    ("SENT", "Sent"),
                                    ("FAILED", "Not sent"),
                                    ("IN_DOUBT", "Not known whether it arrived"),
                                    ("NO_ADDRESS", "No address"),
                                    ("REFUSED", "Not asked"),
                                ],
                                default="WAITING",
                                max_length=10,
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300)),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rows",
                                to="portal.statementbatch",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "link",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.portallink",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "client of a batch of statements",
                        "ordering": ("batch_id", "pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("batch", "client"), name="batch_client_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "WAITING",
                                            "SENDING",
                                            "SENT",
                                            "FAILED",
                                            "IN_DOUBT",
                                            "NO_ADDRESS",
                                            "REFUSED",
                                        ],
                                    )
                                ),
                                name="batch_row_state_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StatementLine",
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
                        ("place", models.PositiveSmallIntegerField()),
                        (
                            "open_amount",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="open"
                            ),
                        ),
                        (
                            "said",
                            models.CharField(
                                choices=[("CONFIRMED", "Acknowledged"), ("OBJECTED", "Contested")],
                                max_length=10,
                            ),
                        ),
                        (
                            "believed",
                            models.DecimalField(
                                decimal_places=3,
                                max_digits=18,
                                null=True,
                                verbose_name="open by the client's books",
                            ),
                        ),
                        (
                            "remark",
                            models.CharField(blank=True, max_length=500, verbose_name="remark"),
                        ),
                        (
                            "answer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="portal.statementanswer",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.invoice",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "line of a confirmed statement",
                        "ordering": ("answer_id", "place"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("answer", "invoice"), name="statement_line_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("believed", None), ("remark", ""), ("said", "CONFIRMED")
                                    ),
                                    ("said", "OBJECTED"),
                                    _connector="OR",
                                ),
                                name="statement_line_agrees",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("believed", None), ("believed__gte", 0), _connector="OR"
                                ),
                                name="statement_believed_sane",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]

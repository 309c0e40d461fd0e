"""The tables of interactions."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
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
                    name="MailFolder",
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
                            "name",
                            models.CharField(
                                help_text="user@host/folder", max_length=300, unique=True
                            ),
                        ),
                        ("uid_validity", models.BigIntegerField(null=True)),
                        ("last_uid", models.BigIntegerField(default=0)),
                        ("checked_at", models.DateTimeField(null=True, verbose_name="checked")),
                        ("error", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "verbose_name": "mail folder",
                        "verbose_name_plural": "mail folders",
                        "ordering": ("name",),
                    },
                ),
                migrations.CreateModel(
                    name="Incident",
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
                            "category",
                            models.CharField(
                                choices=[
                                    ("ABUSE", "Abuse"),
                                    ("THREAT", "Threat"),
                                    ("HARASSMENT", "Harassment"),
                                    ("DISCRIMINATION", "Discrimination"),
                                    ("OTHER", "Something else"),
                                ],
                                max_length=16,
                                verbose_name="what it was",
                            ),
                        ),
                        (
                            "severity",
                            models.CharField(
                                choices=[
                                    ("MILD", "Unpleasant"),
                                    ("SERIOUS", "Serious"),
                                    ("DANGER", "Somebody may be in danger"),
                                ],
                                max_length=10,
                                verbose_name="how bad",
                            ),
                        ),
                        ("quote", models.TextField(verbose_name="their words")),
                        ("note", models.TextField(blank=True, verbose_name="what else happened")),
                        ("occurred_at", models.DateTimeField(verbose_name="happened")),
                        ("reported_at", models.DateTimeField(verbose_name="reported")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "To be reviewed"),
                                    ("REVIEWED", "Reviewed"),
                                    ("CLOSED", "Closed"),
                                ],
                                default="OPEN",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("decision", models.TextField(blank=True, verbose_name="decision")),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to="clients.client",
                            ),
                        ),
                        (
                            "manager",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="for",
                            ),
                        ),
                        (
                            "reported_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="reported by",
                            ),
                        ),
                        (
                            "interaction",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to="interactions.interaction",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "incident",
                        "verbose_name_plural": "incidents",
                        "ordering": ("-reported_at", "-pk"),
                        "indexes": [
                            models.Index(fields=["-reported_at", "-id"], name="incident_order"),
                            models.Index(fields=["client", "-reported_at"], name="incident_client"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("quote", ""), _negated=True),
                                name="incident_quotes",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["OPEN", "REVIEWED", "CLOSED"])),
                                name="incident_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "OPEN"),
                                    models.Q(("decision", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="incident_decided",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentTransition",
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
                                    ("OPEN", "To be reviewed"),
                                    ("REVIEWED", "Reviewed"),
                                    ("CLOSED", "Closed"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "to_state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "To be reviewed"),
                                    ("REVIEWED", "Reviewed"),
                                    ("CLOSED", "Closed"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("note", models.TextField(blank=True)),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transitions",
                                to="interactions.incident",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of an incident",
                        "ordering": ("pk",),
                    },
                ),
                migrations.CreateModel(
                    name="Interaction",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("CALL", "Call"),
                                    ("EMAIL", "E-mail"),
                                    ("MESSAGE", "SMS / WeChat"),
                                    ("VISIT", "Visit"),
                                    ("MEETING", "Meeting"),
                                    ("LETTER", "Letter"),
                                    ("NOTE", "Note"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "direction",
                            models.CharField(
                                choices=[
                                    ("IN", "From the client"),
                                    ("OUT", "To the client"),
                                    ("INTERNAL", "Internal"),
                                ],
                                max_length=10,
                                verbose_name="direction",
                            ),
                        ),
                        ("occurred_at", models.DateTimeField(verbose_name="happened")),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                        (
                            "subject",
                            models.CharField(blank=True, max_length=200, verbose_name="subject"),
                        ),
                        ("body", models.TextField(blank=True, verbose_name="what was said")),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Nothing to note"),
                                    ("ANSWERED", "Answered"),
                                    ("NO_ANSWER", "No answer"),
                                    ("VOICEMAIL", "Voicemail"),
                                    ("REFUSED", "Refused to talk"),
                                    ("RESCHEDULE", "Call back later"),
                                    ("PROMISED", "Promised to pay"),
                                    ("DISPUTED", "Raised a dispute"),
                                ],
                                max_length=12,
                                verbose_name="outcome",
                            ),
                        ),
                        ("about_type", models.CharField(blank=True, max_length=60)),
                        ("about_id", models.CharField(blank=True, max_length=60)),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="interactions",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="clients.contact",
                                verbose_name="with",
                            ),
                        ),
                        (
                            "corrects",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="corrections",
                                to="interactions.interaction",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "interaction",
                        "verbose_name_plural": "interactions",
                        "ordering": ("-occurred_at", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["client", "-occurred_at", "-id"],
                                name="interaction_timeline",
                            ),
                            models.Index(fields=["-occurred_at", "-id"], name="interaction_by_day"),
                            models.Index(
                                fields=["contact", "-occurred_at"], name="interaction_contact"
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                models.F("client"),
                                django.contrib.postgres.indexes.OpClass(
                                    django.db.models.functions.text.Lower(
                                        django.db.models.functions.text.Concat(
                                            "subject",
                                            models.Value(" "),
                                            "body",
                                            output_field=models.TextField(),
                                        )
                                    ),
                                    name="gin_trgm_ops",
                                ),
                                name="interaction_words",
                            ),
                            models.Index(
                                fields=["about_type", "about_id"], name="interaction_about"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "CALL",
                                            "EMAIL",
                                            "MESSAGE",
                                            "VISIT",
                                            "MEETING",
                                            "LETTER",
                                            "NOTE",
                                        ],
                                    )
                                ),
                                name="interaction_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("direction__in", ["IN", "OUT", "INTERNAL"])),
                                name="interaction_direction_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("occurred_at__lte", models.F("recorded_at"))),
                                name="interaction_not_in_future",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("subject", ""), _negated=True),
                                    models.Q(("body", ""), _negated=True),
                                    models.Q(("outcome", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="interaction_says_something",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUp",
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
                        ("due_on", models.DateField(verbose_name="due")),
                        ("text", models.CharField(max_length=300, verbose_name="what to do")),
                        ("created_at", models.DateTimeField()),
                        ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follow_ups",
                                to="clients.client",
                            ),
                        ),
                        (
                            "done_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follow_ups",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who",
                            ),
                        ),
                        (
                            "interaction",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follow_ups",
                                to="interactions.interaction",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "follow-up",
                        "verbose_name_plural": "follow-ups",
                        "ordering": ("due_on", "pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None)),
                                fields=["owner", "due_on"],
                                name="followup_open_owner",
                            ),
                            models.Index(
                                condition=models.Q(("done_at", None)),
                                fields=["client", "due_on"],
                                name="followup_open_client",
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
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                        (
                            "calls_today",
                            models.PositiveSmallIntegerField(verbose_name="calls that day"),
                        ),
                        (
                            "calls_week",
                            models.PositiveSmallIntegerField(verbose_name="calls that week"),
                        ),
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
                                    (
                                        "rule__in",
                                        ["HOURS", "FREQUENCY", "AUTHORISED", "REFUSAL", "OPT_OUT"],
                                    )
                                ),
                                name="contact_breach_rule_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InteractionDocument",
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
                        ("created_at", models.DateTimeField(verbose_name="attached")),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.document",
                            ),
                        ),
                        (
                            "interaction",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="interactions.interaction",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "file of an interaction",
                        "ordering": ("pk",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("interaction", "document"), name="interaction_document_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InteractionLink",
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
                        ("about_type", models.CharField(max_length=60)),
                        ("about_id", models.CharField(max_length=60)),
                        ("created_at", models.DateTimeField(verbose_name="linked")),
                        (
                            "interaction",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="interactions.interaction",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "link of an interaction",
                        "ordering": ("pk",),
                        "indexes": [
                            models.Index(
                                fields=["about_type", "about_id", "interaction"],
                                name="interaction_link_about",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("interaction", "about_type", "about_id"),
                                name="interaction_link_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("about_type", ""), _negated=True),
                                    models.Q(("about_id", ""), _negated=True),
                                ),
                                name="interaction_link_named",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailMessage",
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
                            "raw_sha256",
                            models.CharField(max_length=64, verbose_name="hash of the raw mail"),
                        ),
                        ("content_sha256", models.CharField(max_length=64)),
                        (
                            "direction",
                            models.CharField(
                                choices=[
                                    ("IN", "From the client"),
                                    ("OUT", "To the client"),
                                    ("INTERNAL", "Internal"),
                                ],
                                max_length=10,
                                verbose_name="direction",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("NORMAL", "Written by a person"),
                                    ("BOUNCE", "Not delivered"),
                                    ("AUTO_REPLY", "Automatic answer"),
                                ],
                                default="NORMAL",
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("IMAP", "Fetched from the mailbox"),
                                    ("UPLOAD", "Uploaded"),
                                    ("COMMAND", "Read from a file"),
                                    ("SENT", "Sent from here"),
                                ],
                                max_length=10,
                                verbose_name="source",
                            ),
                        ),
                        (
                            "message_id",
                            models.CharField(blank=True, max_length=400, verbose_name="Message-ID"),
                        ),
                        ("in_reply_to", models.CharField(blank=True, max_length=400)),
                        ("references", models.JSONField(default=list)),
                        (
                            "from_name",
                            models.CharField(blank=True, max_length=200, verbose_name="from"),
                        ),
                        (
                            "from_email",
                            models.CharField(blank=True, max_length=320, verbose_name="from"),
                        ),
                        (
                            "to",
                            models.JSONField(default=list, help_text="Pairs of name and address."),
                        ),
                        (
                            "cc",
                            models.JSONField(default=list, help_text="Pairs of name and address."),
                        ),
                        (
                            "subject",
                            models.CharField(blank=True, max_length=300, verbose_name="subject"),
                        ),
                        (
                            "sent_at",
                            models.DateTimeField(
                                help_text="As its Date header says.",
                                null=True,
                                verbose_name="date of the mail",
                            ),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="archived")),
                        (
                            "occurred_at",
                            models.DateTimeField(
                                help_text="The Date header, but not after it was archived.",
                                verbose_name="happened",
                            ),
                        ),
                        ("text", models.TextField(blank=True)),
                        ("html", models.TextField(blank=True)),
                        (
                            "damage",
                            models.JSONField(default=list, help_text="Codes of what was broken."),
                        ),
                        (
                            "failures",
                            models.JSONField(
                                default=list, help_text="Of a bounce: address, status, words."
                            ),
                        ),
                        ("about_message_id", models.CharField(blank=True, max_length=400)),
                        ("forwarded_from", models.CharField(blank=True, max_length=320)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("TRAY", "In the tray"),
                                    ("FILED", "Filed"),
                                    ("DISMISSED", "Set aside"),
                                ],
                                default="TRAY",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "dismissal",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("SPAM", "Spam"),
                                    ("PRIVATE", "Private"),
                                    ("UNRELATED", "Nothing to do with a client"),
                                ],
                                max_length=10,
                                verbose_name="why it was set aside",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        (
                            "client",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mails",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="clients.contact",
                                verbose_name="contact",
                            ),
                        ),
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
                            "interaction",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mail",
                                to="interactions.interaction",
                            ),
                        ),
                        (
                            "raw",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.document",
                            ),
                        ),
                        (
                            "thread",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mails",
                                to="interactions.mailthread",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mail",
                        "verbose_name_plural": "mails",
                        "ordering": ("-occurred_at", "-pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "TRAY")),
                                fields=["-received_at", "-id"],
                                name="mail_tray",
                            ),
                            models.Index(
                                condition=models.Q(("state", "DISMISSED")),
                                fields=["-received_at", "-id"],
                                name="mail_aside",
                            ),
                            models.Index(
                                fields=["client", "-occurred_at", "-id"], name="mail_client"
                            ),
                            models.Index(
                                condition=models.Q(("message_id", ""), _negated=True),
                                fields=["message_id"],
                                name="mail_message_id",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("raw_sha256", "direction"), name="mail_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("message_id", ""), _negated=True),
                                fields=("message_id", "direction", "content_sha256"),
                                name="mail_copy_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("direction__in", ["IN", "OUT"])),
                                name="mail_direction_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind__in", ["NORMAL", "BOUNCE", "AUTO_REPLY"])
                                ),
                                name="mail_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("source__in", ["IMAP", "UPLOAD", "COMMAND", "SENT"])
                                ),
                                name="mail_source_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["TRAY", "FILED", "DISMISSED"])),
                                name="mail_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("client__isnull", False),
                                        ("interaction__isnull", False),
                                        ("state", "FILED"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "FILED"), _negated=True),
                                        ("client", None),
                                        ("interaction", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="mail_filed_with_client_and_entry",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", "DISMISSED"),
                                        models.Q(("dismissal", ""), _negated=True),
                                    ),
                                    models.Q(("state", "DISMISSED"), _negated=True),
                                    _connector="OR",
                                ),
                                name="mail_dismissed_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("occurred_at__lte", models.F("received_at"))),
                                name="mail_not_in_future",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailFetch",
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
                        ("uid_validity", models.BigIntegerField()),
                        ("uid", models.BigIntegerField()),
                        ("refusal", models.CharField(blank=True, max_length=300)),
                        ("at", models.DateTimeField()),
                        (
                            "folder",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="fetches",
                                to="interactions.mailfolder",
                            ),
                        ),
                        (
                            "mail",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="fetches",
                                to="interactions.mailmessage",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "fetched mail",
                        "verbose_name_plural": "fetched mails",
                        "ordering": ("-at", "-pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("folder", "uid_validity", "uid"), name="mail_fetched_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("mail", None), models.Q(("refusal", ""), _negated=True)
                                    ),
                                    models.Q(("mail__isnull", False), ("refusal", "")),
                                    _connector="OR",
                                ),
                                name="mail_fetch_taken_or_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailAttachment",
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
                        ("position", models.PositiveSmallIntegerField()),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("declared_type", models.CharField(blank=True, max_length=100)),
                        ("size", models.PositiveBigIntegerField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("is_inline", models.BooleanField(default=False)),
                        (
                            "withheld",
                            models.CharField(
                                blank=True, help_text="Why there is no document.", max_length=10
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.document",
                            ),
                        ),
                        (
                            "mail",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="interactions.mailmessage",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "attachment",
                        "verbose_name_plural": "attachments",
                        "ordering": ("mail", "position"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("mail", "position"), name="mail_attachment_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("document", None),
                                        models.Q(("withheld", ""), _negated=True),
                                    ),
                                    models.Q(("document__isnull", False), ("withheld", "")),
                                    _connector="OR",
                                ),
                                name="mail_attachment_kept_or_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailProposal",
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
                            "kind",
                            models.CharField(
                                choices=[("PROMISE", "Promise to pay"), ("DISPUTE", "Dispute")],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("quote", models.TextField(verbose_name="sentence")),
                        (
                            "position",
                            models.PositiveIntegerField(help_text="Which sentence of the mail."),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, null=True, verbose_name="amount"
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(blank=True, max_length=3, verbose_name="currency"),
                        ),
                        ("due_on", models.DateField(null=True, verbose_name="by")),
                        (
                            "reason",
                            models.CharField(blank=True, help_text="Of a dispute.", max_length=20),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "To be decided"),
                                    ("ACCEPTED", "Recorded as proposed"),
                                    ("EDITED", "Recorded with changes"),
                                    ("REJECTED", "Rejected"),
                                ],
                                default="OPEN",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("about_type", models.CharField(blank=True, max_length=60)),
                        ("about_id", models.CharField(blank=True, max_length=60)),
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
                            "mail",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposals",
                                to="interactions.mailmessage",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "proposal",
                        "verbose_name_plural": "proposals",
                        "ordering": ("-created_at", "-pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "OPEN")),
                                fields=["-created_at", "-id"],
                                name="mail_proposal_open",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("mail", "kind", "position"), name="mail_proposal_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["PROMISE", "DISPUTE"])),
                                name="mail_proposal_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["OPEN", "ACCEPTED", "EDITED", "REJECTED"])
                                ),
                                name="mail_proposal_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("state", "OPEN")),
                                    models.Q(
                                        models.Q(("state", "OPEN"), _negated=True),
                                        ("decided_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="mail_proposal_decided_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["ACCEPTED", "EDITED"]), _negated=True),
                                    models.Q(("about_id", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="mail_proposal_recorded_what",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailSuggestion",
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
                        ("why", models.CharField(max_length=12)),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="clients.contact",
                            ),
                        ),
                        (
                            "mail",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="suggestions",
                                to="interactions.mailmessage",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "suggestion",
                        "verbose_name_plural": "suggestions",
                        "ordering": ("mail", "position"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("mail", "client"), name="mail_suggestion_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailThread",
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
                            "subject",
                            models.CharField(blank=True, max_length=300, verbose_name="subject"),
                        ),
                        ("root_id", models.CharField(blank=True, max_length=400)),
                        ("started_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mail_threads",
                                to="clients.client",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mail conversation",
                        "verbose_name_plural": "mail conversations",
                        "ordering": ("-started_at", "-pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("root_id", ""), _negated=True),
                                fields=["root_id"],
                                name="mail_thread_root",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Meeting",
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
                        ("subject", models.CharField(max_length=200, verbose_name="subject")),
                        ("starts_at", models.DateTimeField(verbose_name="time")),
                        ("time_zone", models.CharField(max_length=60, verbose_name="time zone")),
                        (
                            "place",
                            models.CharField(blank=True, max_length=200, verbose_name="place"),
                        ),
                        (
                            "online_url",
                            models.URLField(
                                blank=True, max_length=500, verbose_name="online address"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("PLANNED", "Planned"),
                                    ("HELD", "Held"),
                                    ("CANCELLED", "Cancelled"),
                                ],
                                default="PLANNED",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "cancel_reason",
                            models.CharField(blank=True, max_length=300, verbose_name="reason"),
                        ),
                        ("about_type", models.CharField(blank=True, max_length=60)),
                        ("about_id", models.CharField(blank=True, max_length=60)),
                        ("draft", models.JSONField(default=dict)),
                        ("revision", models.PositiveIntegerField(default=0)),
                        ("created_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="meetings",
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
                                verbose_name="creditor",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "meeting",
                        "verbose_name_plural": "meetings",
                        "ordering": ("-starts_at", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["client", "-starts_at", "-id"], name="meeting_client"
                            ),
                            models.Index(fields=["-starts_at", "-id"], name="meeting_recent"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("subject", ""), _negated=True),
                                name="meeting_subject_given",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["PLANNED", "HELD", "CANCELLED"])),
                                name="meeting_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "CANCELLED"), _negated=True),
                                    models.Q(("cancel_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="meeting_cancelled_with_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MeetingFile",
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
                        ("added_at", models.DateTimeField()),
                        (
                            "added_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "document",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.document",
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="interactions.meeting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "file of a meeting",
                        "ordering": ("pk",),
                    },
                ),
                migrations.CreateModel(
                    name="MessageTemplate",
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
                        ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                        (
                            "situation",
                            models.CharField(
                                choices=[
                                    ("COURTESY", "Courtesy before the due date"),
                                    ("OVERDUE_FIRST", "Overdue, first mail"),
                                    ("OVERDUE_SECOND", "Overdue, second mail"),
                                    ("PROMISE_BROKEN", "Promise not kept"),
                                    ("PROMISE_THANKS", "Promise confirmed"),
                                    ("DISPUTE_RECEIVED", "Dispute received"),
                                    ("DISPUTE_SETTLED", "Dispute settled"),
                                    ("PART_PAYMENT", "Thanks for a part payment"),
                                    ("PAID_THANKS", "Thanks for the payment"),
                                    ("PLAN_OFFER", "Offer of instalments"),
                                    ("PREPAYMENT", "Request for a prepayment"),
                                    ("DELIVERY_HELD", "Delivery held"),
                                    ("MEETING", "Invitation to talk"),
                                    ("MINUTES_SENT", "Minutes sent"),
                                    ("BALANCE", "Confirmation of the balance"),
                                    ("SURVEY", "Satisfaction survey"),
                                    ("DOCUMENTS", "Documents sent"),
                                    ("AFTER_CALL", "After a call"),
                                    ("GREETING", "Holiday greeting"),
                                ],
                                max_length=20,
                                verbose_name="situation",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[("MAIL", "E-mail"), ("SHORT", "SMS / WeChat")],
                                max_length=10,
                                verbose_name="goes out by",
                            ),
                        ),
                        (
                            "tone",
                            models.CharField(
                                choices=[
                                    ("WARM", "Warm"),
                                    ("NEUTRAL", "Matter-of-fact"),
                                    ("FIRM", "Firm"),
                                ],
                                max_length=10,
                                verbose_name="tone",
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        (
                            "name_zh",
                            models.CharField(max_length=80, verbose_name="name in Chinese"),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=100, verbose_name="position"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "text",
                        "verbose_name_plural": "texts",
                        "ordering": ("position", "pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "situation__in",
                                        [
                                            "COURTESY",
                                            "OVERDUE_FIRST",
                                            "OVERDUE_SECOND",
                                            "PROMISE_BROKEN",
                                            "PROMISE_THANKS",
                                            "DISPUTE_RECEIVED",
                                            "DISPUTE_SETTLED",
                                            "PART_PAYMENT",
                                            "PAID_THANKS",
                                            "PLAN_OFFER",
                                            "PREPAYMENT",
                                            "DELIVERY_HELD",
                                            "MEETING",
                                            "MINUTES_SENT",
                                            "BALANCE",
                                            "SURVEY",
                                            "DOCUMENTS",
                                            "AFTER_CALL",
                                            "GREETING",
                                        ],
                                    )
                                ),
                                name="text_situation_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("channel__in", ["MAIL", "SHORT"])),
                                name="text_channel_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MessageTemplateVersion",
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
                        ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                        (
                            "subject",
                            models.CharField(blank=True, max_length=200, verbose_name="subject"),
                        ),
                        ("body", models.TextField(verbose_name="text")),
                        (
                            "subject_zh",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="subject in Chinese"
                            ),
                        ),
                        ("body_zh", models.TextField(verbose_name="text in Chinese")),
                        ("created_at", models.DateTimeField(verbose_name="written")),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="interactions.messagetemplate",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "version of a text",
                        "verbose_name_plural": "versions of a text",
                        "ordering": ("template", "-number"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("template", "number"), name="text_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("body", ""), _negated=True),
                                    models.Q(("body_zh", ""), _negated=True),
                                ),
                                name="text_in_both_languages",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Minutes",
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
                        ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                        (
                            "language",
                            models.CharField(
                                choices=[
                                    ("en", "English"),
                                    ("zh-hans", "Chinese (simplified)"),
                                    ("both", "Both, one below the other"),
                                ],
                                max_length=10,
                                verbose_name="language",
                            ),
                        ),
                        ("content", models.TextField()),
                        ("content_sha256", models.CharField(max_length=64)),
                        ("text", models.TextField(verbose_name="text")),
                        ("sha256", models.CharField(max_length=64)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("ISSUED", "Issued"),
                                    ("SENT", "Awaiting confirmation"),
                                    ("CONFIRMED", "Confirmed"),
                                    ("OBJECTED", "Objected to"),
                                    ("DEEMED", "Confirmed by silence"),
                                    ("SUPERSEDED", "Superseded"),
                                ],
                                default="ISSUED",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "deemed_days",
                            models.PositiveSmallIntegerField(
                                help_text="Without an objection in these days it counts as confirmed.",
                                null=True,
                            ),
                        ),
                        ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                        (
                            "deemed_on",
                            models.DateField(null=True, verbose_name="last day to object"),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "answered_document",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.document",
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.document",
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="minutes",
                                to="interactions.meeting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "minutes",
                        "verbose_name_plural": "minutes",
                        "ordering": ("meeting_id", "-number"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "SENT")),
                                fields=["deemed_on"],
                                name="minutes_waiting",
                            ),
                            models.Index(
                                condition=models.Q(("state", "OBJECTED")),
                                fields=["meeting"],
                                name="minutes_objected",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("meeting", "number"), name="minutes_version_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "SUPERSEDED"), _negated=True),
                                fields=("meeting",),
                                name="minutes_one_that_counts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "ISSUED",
                                            "SENT",
                                            "CONFIRMED",
                                            "OBJECTED",
                                            "DEEMED",
                                            "SUPERSEDED",
                                        ],
                                    )
                                ),
                                name="minutes_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("content_sha256__regex", "^[0-9a-f]{64}$"),
                                    ("sha256__regex", "^[0-9a-f]{64}$"),
                                ),
                                name="minutes_hashes_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True),
                                name="minutes_text_given",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("sent_at", None), ("state", "ISSUED")),
                                    ("state", "SUPERSEDED"),
                                    ("sent_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="minutes_sent_with_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("deemed_on", None),
                                    models.Q(
                                        ("deemed_days__isnull", False), ("sent_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="minutes_deemed_as_agreed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "DEEMED"), _negated=True),
                                    ("deemed_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="minutes_deemed_with_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MinutesAction",
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
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "side",
                            models.CharField(
                                choices=[("OURS", "Ours"), ("THEIRS", "The client's")],
                                max_length=6,
                                verbose_name="who",
                            ),
                        ),
                        ("what", models.CharField(max_length=300, verbose_name="what")),
                        (
                            "who",
                            models.CharField(blank=True, max_length=120, verbose_name="person"),
                        ),
                        ("due_on", models.DateField(verbose_name="due")),
                        ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "done_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "follow_up",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="agreed_in",
                                to="interactions.followup",
                            ),
                        ),
                        (
                            "minutes",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="actions",
                                to="interactions.minutes",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "agreed action",
                        "ordering": ("minutes_id", "number"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None), ("side", "THEIRS")),
                                fields=["due_on", "id"],
                                name="minutes_awaited",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("minutes", "number"), name="minutes_action_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("what", ""), _negated=True),
                                name="minutes_action_named",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("done_at", None), ("done_by", None), ("side", "OURS")
                                    ),
                                    models.Q(("follow_up", None), ("side", "THEIRS")),
                                    _connector="OR",
                                ),
                                name="minutes_action_of_its_side",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MinutesAnswer",
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
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("ISSUED", "Issued"),
                                    ("SENT", "Awaiting confirmation"),
                                    ("CONFIRMED", "Confirmed"),
                                    ("OBJECTED", "Objected to"),
                                    ("DEEMED", "Confirmed by silence"),
                                    ("SUPERSEDED", "Superseded"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                        ("remark", models.TextField(blank=True, verbose_name="remark")),
                        ("answered_on", models.DateField()),
                        ("at", models.DateTimeField()),
                        ("address", models.GenericIPAddressField(null=True)),
                        ("text_sha256", models.CharField(max_length=64)),
                        ("reference", models.CharField(blank=True, max_length=80)),
                        (
                            "minutes",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answer",
                                to="interactions.minutes",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer to minutes",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("outcome__in", ["CONFIRMED", "DEEMED", "OBJECTED"])
                                ),
                                name="minutes_answer_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("address", None), ("name", ""), ("outcome", "DEEMED")
                                    ),
                                    models.Q(
                                        models.Q(("outcome", "DEEMED"), _negated=True),
                                        models.Q(("name", ""), _negated=True),
                                        ("address__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="minutes_answer_has_author",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MinutesObjection",
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
                        ("point", models.PositiveSmallIntegerField(verbose_name="point")),
                        ("remark", models.CharField(max_length=1000, verbose_name="remark")),
                        (
                            "answer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="objections",
                                to="interactions.minutesanswer",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "objection to a point",
                        "ordering": ("point", "pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("answer", "point"), name="objection_once_per_point"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("remark", ""), _negated=True),
                                name="objection_says_something",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MinutesTransition",
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
                                choices=[
                                    ("ISSUED", "Issued"),
                                    ("SENT", "Awaiting confirmation"),
                                    ("CONFIRMED", "Confirmed"),
                                    ("OBJECTED", "Objected to"),
                                    ("DEEMED", "Confirmed by silence"),
                                    ("SUPERSEDED", "Superseded"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "to_state",
                            models.CharField(
                                choices=[
                                    ("ISSUED", "Issued"),
                                    ("SENT", "Awaiting confirmation"),
                                    ("CONFIRMED", "Confirmed"),
                                    ("OBJECTED", "Objected to"),
                                    ("DEEMED", "Confirmed by silence"),
                                    ("SUPERSEDED", "Superseded"),
                                ],
                                max_length=10,
                            ),
                        ),
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
                            "minutes",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transitions",
                                to="interactions.minutes",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "transition of minutes",
                        "ordering": ("at", "pk"),
                    },
                ),
                migrations.CreateModel(
                    name="NoticeVersion",
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
                        ("number", models.PositiveIntegerField(verbose_name="version")),
                        ("title", models.CharField(max_length=160, verbose_name="title")),
                        (
                            "title_zh",
                            models.CharField(max_length=160, verbose_name="title in Chinese"),
                        ),
                        ("text", models.TextField(verbose_name="text")),
                        ("text_zh", models.TextField(verbose_name="text in Chinese")),
                        ("sha256", models.CharField(max_length=64)),
                        ("active_from", models.DateField(verbose_name="in force from")),
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
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="interactions.policynotice",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "version of a notice",
                        "verbose_name_plural": "versions of notices",
                        "ordering": ("notice", "-number"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("notice", "number"), name="notice_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("title", ""), _negated=True),
                                    models.Q(("title_zh", ""), _negated=True),
                                    models.Q(("text", ""), _negated=True),
                                    models.Q(("text_zh", ""), _negated=True),
                                ),
                                name="notice_in_both_languages",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                                name="notice_version_hash_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeAcknowledgement",
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
                                choices=[("en", "English"), ("zh-hans", "简体中文")], max_length=10
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("address", models.GenericIPAddressField(verbose_name="address")),
                        ("text_sha256", models.CharField(max_length=64)),
                        ("reference", models.CharField(max_length=64, unique=True)),
                        ("at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notice_acknowledgements",
                                to="clients.client",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="acknowledgements",
                                to="interactions.noticeversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "acknowledgement of a notice",
                        "verbose_name_plural": "acknowledgements of notices",
                        "ordering": ("-at", "-pk"),
                        "indexes": [
                            models.Index(fields=["client", "version"], name="acknowledged_client")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True),
                                name="acknowledged_by_name",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("text_sha256__regex", "^[0-9a-f]{64}$")),
                                name="acknowledged_hash_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutgoingMail",
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
                        ("raw", models.BinaryField(null=True)),
                        ("raw_sha256", models.CharField(blank=True, max_length=64)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("last_error", models.CharField(blank=True, max_length=500)),
                        (
                            "available_at",
                            models.DateTimeField(
                                help_text="Quiet hours and waits after a failure move it on.",
                                verbose_name="not before",
                            ),
                        ),
                        ("claimed_at", models.DateTimeField(null=True)),
                        (
                            "data_at",
                            models.DateTimeField(
                                help_text="Set before the text is handed to the mail server; never sent again after it.",
                                null=True,
                            ),
                        ),
                        ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                        (
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("zh-hans", "简体中文")],
                                max_length=10,
                                verbose_name="language",
                            ),
                        ),
                        ("to_name", models.CharField(blank=True, max_length=120)),
                        ("to_email", models.EmailField(max_length=254, verbose_name="to")),
                        ("subject", models.CharField(max_length=300, verbose_name="subject")),
                        ("body", models.TextField(verbose_name="text")),
                        ("in_reply_to", models.CharField(blank=True, max_length=400)),
                        ("references", models.JSONField(default=list)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("QUEUED", "Queued"),
                                    ("INFLIGHT", "Being sent"),
                                    ("SENT", "Sent"),
                                    ("FAILED", "Not sent"),
                                    ("IN_DOUBT", "In doubt"),
                                    ("CANCELLED", "Cancelled"),
                                ],
                                default="QUEUED",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                help_text="From the form: sent twice is one mail.", max_length=64
                            ),
                        ),
                        (
                            "message_id",
                            models.CharField(
                                max_length=200, unique=True, verbose_name="Message-ID"
                            ),
                        ),
                        ("queued_at", models.DateTimeField(verbose_name="queued")),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="outgoing_mails",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="clients.contact",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="written by",
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
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "interaction",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="outgoing_mail",
                                to="interactions.interaction",
                            ),
                        ),
                        (
                            "mail",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="outgoing",
                                to="interactions.mailmessage",
                            ),
                        ),
                        (
                            "replies_to",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="interactions.mailmessage",
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="interactions.messagetemplateversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "written mail",
                        "verbose_name_plural": "written mails",
                        "ordering": ("-queued_at", "-pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("state__in", ["QUEUED", "INFLIGHT", "IN_DOUBT"])
                                ),
                                fields=["state", "available_at", "id"],
                                name="outgoing_waiting",
                            ),
                            models.Index(
                                fields=["client", "-queued_at", "-id"], name="outgoing_client"
                            ),
                            models.Index(fields=["-queued_at", "-id"], name="outgoing_order"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("created_by", "key"), name="outgoing_form_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "QUEUED",
                                            "INFLIGHT",
                                            "SENT",
                                            "FAILED",
                                            "IN_DOUBT",
                                            "CANCELLED",
                                        ],
                                    )
                                ),
                                name="outgoing_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ["INFLIGHT", "SENT", "IN_DOUBT"]),
                                        _negated=True,
                                    ),
                                    ("raw__isnull", False),
                                    _connector="OR",
                                ),
                                name="outgoing_frozen_before_sending",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "SENT"), _negated=True),
                                    models.Q(
                                        ("interaction__isnull", False),
                                        ("mail__isnull", False),
                                        ("sent_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="outgoing_sent_is_logged",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["SENT", "IN_DOUBT"]), _negated=True),
                                    ("data_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="outgoing_handed_over_when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutgoingAttachment",
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
                        ("name", models.CharField(max_length=200)),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.document",
                            ),
                        ),
                        (
                            "outgoing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="interactions.outgoingmail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "attachment of a written mail",
                        "ordering": ("outgoing", "position"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("outgoing", "document"), name="outgoing_attachment_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutgoingTransition",
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
                                    ("QUEUED", "Queued"),
                                    ("INFLIGHT", "Being sent"),
                                    ("SENT", "Sent"),
                                    ("FAILED", "Not sent"),
                                    ("IN_DOUBT", "In doubt"),
                                    ("CANCELLED", "Cancelled"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "to_state",
                            models.CharField(
                                choices=[
                                    ("QUEUED", "Queued"),
                                    ("INFLIGHT", "Being sent"),
                                    ("SENT", "Sent"),
                                    ("FAILED", "Not sent"),
                                    ("IN_DOUBT", "In doubt"),
                                    ("CANCELLED", "Cancelled"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("note", models.CharField(blank=True, max_length=300)),
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
                            "outgoing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transitions",
                                to="interactions.outgoingmail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "transition of a written mail",
                        "ordering": ("pk",),
                    },
                ),
                migrations.CreateModel(
                    name="PolicyNotice",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("PAYMENT", "Payment rules"),
                                    ("RETURNS", "Returns policy"),
                                    ("SERVICE", "Service rules"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "creditor",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="policy_notices",
                                to="clients.creditor",
                                verbose_name="creditor",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "policy notice",
                        "verbose_name_plural": "policy notices",
                        "ordering": ("kind", "pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("kind", "creditor"),
                                name="notice_once_per_creditor",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["PAYMENT", "RETURNS", "SERVICE"])),
                                name="notice_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Recording",
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
                            models.CharField(
                                blank=True, max_length=300, verbose_name="how it was asked"
                            ),
                        ),
                        (
                            "attachment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recording",
                                to="interactions.interactiondocument",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "recording",
                        "ordering": ("pk",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("consent__in", ["GIVEN", "TOLD", "NOT_ASKED"])),
                                name="recording_consent_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecordingNote",
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
                            "jurisdiction",
                            models.CharField(blank=True, max_length=10, verbose_name="place"),
                        ),
                        ("effective_on", models.DateField(verbose_name="from")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        (
                            "name_zh",
                            models.CharField(max_length=80, verbose_name="name in Chinese"),
                        ),
                        ("needs_consent", models.BooleanField(verbose_name="all sides must agree")),
                        ("text", models.TextField(verbose_name="note")),
                        ("text_zh", models.TextField(verbose_name="note in Chinese")),
                        ("source", models.CharField(max_length=300, verbose_name="source")),
                        (
                            "verified_by",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="verified by"
                            ),
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
                    name="RefusalLift",
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
                migrations.CreateModel(
                    name="ServiceLevel",
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
                            "name_zh",
                            models.CharField(max_length=80, verbose_name="name in Chinese"),
                        ),
                        (
                            "grades",
                            models.CharField(
                                blank=True,
                                help_text="Letters of grades, like AB. Only a suggestion.",
                                max_length=6,
                                verbose_name="suggested for grades",
                            ),
                        ),
                        (
                            "interval_days",
                            models.PositiveSmallIntegerField(verbose_name="days between revisits"),
                        ),
                        ("who", models.CharField(max_length=120, verbose_name="who visits")),
                        (
                            "who_zh",
                            models.CharField(max_length=120, verbose_name="who visits, in Chinese"),
                        ),
                        ("what_to_do", models.CharField(max_length=500, verbose_name="what to do")),
                        (
                            "what_to_do_zh",
                            models.CharField(max_length=500, verbose_name="what to do, in Chinese"),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(
                                default=0, verbose_name="place in the list"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "service level",
                        "verbose_name_plural": "service levels",
                        "ordering": ("position", "pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("interval_days__gte", 1), ("interval_days__lte", 1100)
                                ),
                                name="service_level_interval_sane",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("name", ""), _negated=True),
                                    models.Q(("name_zh", ""), _negated=True),
                                ),
                                name="service_level_named",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Revisit",
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
                        ("due_on", models.DateField(verbose_name="due")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("PLANNED", "Planned"),
                                    ("DONE", "Made"),
                                    ("SKIPPED", "Skipped"),
                                ],
                                default="PLANNED",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("done_on", models.DateField(null=True, verbose_name="made on")),
                        (
                            "note",
                            models.TextField(
                                blank=True, verbose_name="outcome, or why it was skipped"
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="revisits",
                                to="clients.client",
                            ),
                        ),
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
                            "interaction",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="interactions.interaction",
                            ),
                        ),
                        (
                            "level",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="revisits",
                                to="interactions.servicelevel",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "revisit",
                        "verbose_name_plural": "revisits",
                        "ordering": ("due_on", "pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "PLANNED")),
                                fields=["due_on", "id"],
                                name="revisit_planned",
                            ),
                            models.Index(fields=["client", "-due_on"], name="revisit_client"),
                            models.Index(fields=["-decided_at", "-id"], name="revisit_decided"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "PLANNED")),
                                fields=("client",),
                                name="revisit_one_planned",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["PLANNED", "DONE", "SKIPPED"])),
                                name="revisit_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("state", "PLANNED")),
                                    models.Q(
                                        models.Q(("state", "PLANNED"), _negated=True),
                                        ("decided_at__isnull", False),
                                        models.Q(("note", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="revisit_decided_with_words",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", "DONE"),
                                        ("done_on__isnull", False),
                                        ("interaction__isnull", False),
                                    ),
                                    models.Q(
                                        models.Q(("state", "DONE"), _negated=True),
                                        ("done_on", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="revisit_done_with_entry",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClientCare",
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
                        ("start_on", models.DateField(verbose_name="from")),
                        ("set_at", models.DateTimeField()),
                        (
                            "client",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="care",
                                to="clients.client",
                            ),
                        ),
                        (
                            "set_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "level",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clients",
                                to="interactions.servicelevel",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "service level of a client",
                        "verbose_name_plural": "service levels of clients",
                        "ordering": ("client",),
                    },
                ),
                migrations.CreateModel(
                    name="SurveyPolicy",
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
                            "gap_days",
                            models.PositiveSmallIntegerField(
                                default=90, verbose_name="days between surveys"
                            ),
                        ),
                        (
                            "creditor",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="survey_policy",
                                to="clients.creditor",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "survey policy",
                        "verbose_name_plural": "survey policies",
                        "ordering": ("creditor",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("gap_days__gte", 1), ("gap_days__lte", 730)),
                                name="survey_gap_sane",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyRequest",
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
                            "occasion",
                            models.CharField(
                                choices=[
                                    ("DELIVERY", "After a delivery"),
                                    ("COMPLAINT", "After a complaint"),
                                    ("REVISIT", "After a revisit"),
                                ],
                                max_length=10,
                                verbose_name="asked after",
                            ),
                        ),
                        ("about_type", models.CharField(max_length=60)),
                        ("about_id", models.CharField(max_length=60)),
                        ("asked_on", models.DateField(verbose_name="asked")),
                        ("asked_at", models.DateTimeField()),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="survey_requests",
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
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="requests",
                                to="interactions.surveyversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "survey request",
                        "verbose_name_plural": "survey requests",
                        "ordering": ("-asked_at", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["client", "-asked_on"], name="survey_request_client"
                            ),
                            models.Index(
                                fields=["about_type", "about_id"], name="survey_request_about"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("occasion__in", ["DELIVERY", "COMPLAINT", "REVISIT"])
                                ),
                                name="survey_occasion_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyAnswer",
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
                        ("score", models.PositiveSmallIntegerField(verbose_name="score")),
                        ("comment", models.TextField(blank=True, verbose_name="in their words")),
                        (
                            "wants_to_complain",
                            models.BooleanField(default=False, verbose_name="wants to complain"),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="answered by")),
                        ("answered_on", models.DateField(verbose_name="answered")),
                        ("answered_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="survey_answers",
                                to="clients.client",
                            ),
                        ),
                        (
                            "interaction",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="interactions.interaction",
                            ),
                        ),
                        (
                            "level",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="interactions.servicelevel",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "request",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answer",
                                to="interactions.surveyrequest",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "survey answer",
                        "verbose_name_plural": "survey answers",
                        "ordering": ("-answered_on", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["-answered_on", "-id"], name="survey_answer_recent"
                            ),
                            models.Index(
                                fields=["client", "-answered_on"], name="survey_answer_client"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("score__gte", 1), ("score__lte", 5)),
                                name="survey_score_one_to_five",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyVersion",
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
                            "number",
                            models.PositiveIntegerField(unique=True, verbose_name="version"),
                        ),
                        ("question", models.CharField(max_length=300, verbose_name="question")),
                        (
                            "question_zh",
                            models.CharField(max_length=300, verbose_name="question in Chinese"),
                        ),
                        (
                            "open_question",
                            models.CharField(max_length=300, verbose_name="open question"),
                        ),
                        (
                            "open_question_zh",
                            models.CharField(
                                max_length=300, verbose_name="open question in Chinese"
                            ),
                        ),
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
                        "verbose_name": "survey wording",
                        "verbose_name_plural": "survey wordings",
                        "ordering": ("-number",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("question", ""), _negated=True),
                                    models.Q(("question_zh", ""), _negated=True),
                                    models.Q(("open_question", ""), _negated=True),
                                    models.Q(("open_question_zh", ""), _negated=True),
                                ),
                                name="survey_questions_given",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ToneOverride",
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
                        ("about_type", models.CharField(max_length=60)),
                        ("about_id", models.CharField(max_length=60)),
                        ("hits", models.JSONField(verbose_name="what was warned of")),
                        (
                            "reason",
                            models.CharField(max_length=300, verbose_name="why it was sent"),
                        ),
                        ("decided_at", models.DateTimeField(verbose_name="when")),
                        (
                            "client",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tone_overrides",
                                to="clients.client",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "text sent all the same",
                        "verbose_name_plural": "texts sent all the same",
                        "ordering": ("-decided_at", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["about_type", "about_id"], name="tone_override_about"
                            ),
                            models.Index(fields=["-decided_at", "-id"], name="tone_override_order"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="tone_override_has_reason",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ToneRule",
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
                        ("key", models.SlugField(max_length=60, verbose_name="entry")),
                        ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                        (
                            "rule",
                            models.CharField(
                                choices=[
                                    ("THREAT", "Threat"),
                                    ("INSULT", "Insult"),
                                    ("EXPOSURE", "Telling others of the debt"),
                                    ("CRIMINAL_LEVERAGE", "Police as a means"),
                                    ("IMPERSONATION", "Speaking as a court or office"),
                                    ("FALSE_LEGAL", "Legal claim without proof"),
                                    ("PRESSURE", "Pressure"),
                                    ("BLAME", "Blame"),
                                    ("CONCESSION", "Concession"),
                                ],
                                max_length=20,
                                verbose_name="rule",
                            ),
                        ),
                        (
                            "severity",
                            models.CharField(
                                choices=[("BLOCK", "Is not sent"), ("WARN", "Needs a reason")],
                                max_length=10,
                                verbose_name="what happens",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("PHRASE", "Phrase"),
                                    ("REGEX", "Pattern"),
                                    ("SHAPE", "Way of writing"),
                                ],
                                max_length=10,
                                verbose_name="looked for as",
                            ),
                        ),
                        (
                            "pattern",
                            models.CharField(max_length=500, verbose_name="what is looked for"),
                        ),
                        (
                            "unless",
                            models.JSONField(
                                blank=True, default=list, verbose_name="does not count where"
                            ),
                        ),
                        (
                            "calmer",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="calmer wording"
                            ),
                        ),
                        ("why", models.CharField(max_length=300, verbose_name="why (English)")),
                        ("why_zh", models.CharField(max_length=300, verbose_name="why (Chinese)")),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                        (
                            "note",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="reason for the change"
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="written")),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "entry of the tone lexicon",
                        "verbose_name_plural": "entries of the tone lexicon",
                        "ordering": ("key", "-version"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("key", "version"), name="tone_rule_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "rule__in",
                                        [
                                            "THREAT",
                                            "INSULT",
                                            "EXPOSURE",
                                            "CRIMINAL_LEVERAGE",
                                            "IMPERSONATION",
                                            "FALSE_LEGAL",
                                            "PRESSURE",
                                            "BLAME",
                                            "CONCESSION",
                                        ],
                                    )
                                ),
                                name="tone_rule_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("severity__in", ["BLOCK", "WARN"])),
                                name="tone_severity_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["PHRASE", "REGEX", "SHAPE"])),
                                name="tone_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("pattern", ""), _negated=True),
                                name="tone_pattern_given",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CallScript",
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
                            "situation",
                            models.CharField(
                                choices=[
                                    ("FIRST_CALL", "First call about an open invoice"),
                                    ("ALREADY_PAID", "“We have already paid”"),
                                    ("NO_MONEY", "“We have no money”"),
                                    ("BOSS_AWAY", "“The boss is away”"),
                                    ("BAD_GOODS", "“The goods were bad”"),
                                    ("ABUSE", "Shouting and abuse"),
                                    ("DISCOUNT", "Asks for a discount"),
                                    ("VAGUE", "Promises vaguely"),
                                    ("REFUSES", "Refuses to talk"),
                                    ("THIRD_PERSON", "Somebody else answers"),
                                ],
                                max_length=20,
                                verbose_name="situation",
                            ),
                        ),
                        ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                        ("opening", models.TextField(verbose_name="opening")),
                        ("ask", models.TextField(verbose_name="ask")),
                        ("listen", models.TextField(verbose_name="listen")),
                        ("offer", models.TextField(verbose_name="offer")),
                        ("close", models.TextField(verbose_name="close")),
                        ("never", models.TextField(verbose_name="never say")),
                        ("opening_zh", models.TextField(verbose_name="opening in Chinese")),
                        ("ask_zh", models.TextField(verbose_name="ask in Chinese")),
                        ("listen_zh", models.TextField(verbose_name="listen in Chinese")),
                        ("offer_zh", models.TextField(verbose_name="offer in Chinese")),
                        ("close_zh", models.TextField(verbose_name="close in Chinese")),
                        ("never_zh", models.TextField(verbose_name="never say in Chinese")),
                        ("created_at", models.DateTimeField(verbose_name="written")),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "script of a call",
                        "verbose_name_plural": "scripts of calls",
                        "ordering": ("situation", "-version"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("situation", "version"), name="call_script_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "situation__in",
                                        [
                                            "FIRST_CALL",
                                            "ALREADY_PAID",
                                            "NO_MONEY",
                                            "BOSS_AWAY",
                                            "BAD_GOODS",
                                            "ABUSE",
                                            "DISCOUNT",
                                            "VAGUE",
                                            "REFUSES",
                                            "THIRD_PERSON",
                                        ],
                                    )
                                ),
                                name="call_script_situation_known",
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
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
            ],
        ),
    ]

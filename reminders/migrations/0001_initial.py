"""The tables of reminders."""

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
                    name="Cycle",
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
                        (
                            "level",
                            models.SmallIntegerField(default=-1, verbose_name="level reached"),
                        ),
                        ("last_sent_on", models.DateField(null=True, verbose_name="last sent")),
                        ("opened_on", models.DateField(verbose_name="opened")),
                        ("closed_on", models.DateField(null=True, verbose_name="closed")),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cycles",
                                to="clients.client",
                            ),
                        ),
                        (
                            "creditor",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.creditor",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reminder cycle",
                        "ordering": ("-opened_on", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["creditor", "last_sent_on"],
                                include=("client", "currency"),
                                name="cycle_last_sent",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("closed_on", None)),
                                fields=("client", "creditor", "currency"),
                                name="cycle_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closed_on", None),
                                    ("closed_on__gte", models.F("opened_on")),
                                    _connector="OR",
                                ),
                                name="cycle_dates_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LadderPolicy",
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
                            "tolerance",
                            models.DecimalField(
                                decimal_places=3,
                                default=1,
                                help_text="A client that owes less than this in a currency is not reminded.",
                                max_digits=18,
                                verbose_name="tolerance",
                            ),
                        ),
                        (
                            "min_gap_days",
                            models.PositiveSmallIntegerField(
                                default=6,
                                help_text="At least so many days between two messages to one client.",
                                verbose_name="days between reminders",
                            ),
                        ),
                        (
                            "max_feed_age_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                default=3,
                                help_text="Nobody is reminded on old bank data. Empty: not watched.",
                                null=True,
                                verbose_name="bank statements at most this old (days)",
                            ),
                        ),
                        (
                            "send_from",
                            models.TimeField(
                                blank=True,
                                help_text="In the client's time zone.",
                                null=True,
                                verbose_name="send from",
                            ),
                        ),
                        (
                            "send_until",
                            models.TimeField(blank=True, null=True, verbose_name="send until"),
                        ),
                        (
                            "workdays_only",
                            models.BooleanField(
                                default=False,
                                help_text="Weekends and public holidays of the client's country are left out.",
                                verbose_name="on working days only",
                            ),
                        ),
                        (
                            "sender_name",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="sender's name"
                            ),
                        ),
                        (
                            "reply_to",
                            models.EmailField(
                                blank=True, max_length=254, verbose_name="answers go to"
                            ),
                        ),
                        (
                            "creditor",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ladder_policy",
                                to="clients.creditor",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reminder policy",
                        "verbose_name_plural": "reminder policies",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("tolerance__gte", 0)), name="policy_tolerance"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("send_from", None), ("send_until", None)),
                                    ("send_from__lt", models.F("send_until")),
                                    _connector="OR",
                                ),
                                name="policy_hours_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LadderStep",
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
                        ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                        (
                            "day",
                            models.SmallIntegerField(
                                help_text="Days past due; negative before the due date.",
                                verbose_name="from day",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("EMAIL", "E-mail"),
                                    ("CALL_EMAIL", "Call and e-mail"),
                                    ("LETTER", "E-mail and formal letter"),
                                    ("PERSON", "A person decides"),
                                ],
                                max_length=12,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "tone",
                            models.CharField(
                                choices=[
                                    ("COURTESY", "Courtesy"),
                                    ("OVERSIGHT", "Assumes an oversight"),
                                    ("ASKING", "Asks for a reason and a date"),
                                    ("FORMAL", "Formal, with facts"),
                                    ("FINAL", "Final, with a deadline"),
                                ],
                                max_length=12,
                                verbose_name="tone",
                            ),
                        ),
                        ("enabled", models.BooleanField(default=True, verbose_name="in use")),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="reminders.ladderpolicy",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ladder step",
                        "ordering": ("policy", "level"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("policy", "level"), name="ladder_level_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("level__lte", 9)), name="ladder_level_small"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LetterBatch",
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
                            "job",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.job",
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
                        "verbose_name": "letter batch",
                        "ordering": ("-created_at", "-pk"),
                    },
                ),
                migrations.CreateModel(
                    name="DemandLetter",
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
                        ("reference", models.CharField(max_length=60, verbose_name="reference")),
                        ("currency", models.CharField(max_length=3, verbose_name="currency")),
                        (
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("zh-hans", "简体中文")],
                                max_length=10,
                                verbose_name="language",
                            ),
                        ),
                        ("as_of_on", models.DateField(verbose_name="figures as of")),
                        ("deadline_on", models.DateField(verbose_name="pay by")),
                        (
                            "service_method",
                            models.CharField(
                                choices=[
                                    ("EMS", "EMS with content note"),
                                    ("REGISTERED", "Registered post"),
                                    ("COURIER", "Courier"),
                                    ("EMAIL", "E-mail to the designated address"),
                                    ("HAND", "By hand, against signature"),
                                ],
                                default="EMAIL",
                                max_length=12,
                                verbose_name="delivery",
                            ),
                        ),
                        (
                            "with_interest",
                            models.BooleanField(default=True, verbose_name="with interest"),
                        ),
                        (
                            "interest_preset",
                            models.CharField(
                                blank=True,
                                help_text="For invoices whose contract says nothing about late payment.",
                                max_length=40,
                                verbose_name="interest rule",
                            ),
                        ),
                        (
                            "is_final",
                            models.BooleanField(default=False, verbose_name="final demand"),
                        ),
                        (
                            "attention",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="for the attention of"
                            ),
                        ),
                        (
                            "facts",
                            models.TextField(
                                blank=True,
                                help_text="Delivery and acceptance, in the letter's language; one paragraph a line.",
                                verbose_name="facts",
                            ),
                        ),
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
                        (
                            "context",
                            models.JSONField(help_text="What was printed, frozen.", null=True),
                        ),
                        (
                            "principal",
                            models.DecimalField(decimal_places=3, max_digits=18, null=True),
                        ),
                        (
                            "interest",
                            models.DecimalField(decimal_places=3, max_digits=18, null=True),
                        ),
                        ("total", models.DecimalField(decimal_places=3, max_digits=18, null=True)),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        ("error", models.CharField(blank=True, max_length=500)),
                        ("created_at", models.DateTimeField()),
                        ("ready_at", models.DateTimeField(null=True)),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
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
                            "document",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.document",
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="reminders.letterbatch",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "demand letter",
                        "verbose_name_plural": "demand letters",
                        "ordering": ("-created_at", "-pk"),
                        "indexes": [
                            models.Index(fields=["client", "-created_at"], name="letter_client")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("creditor", "reference"), name="letter_reference_once"
                            ),
                            models.UniqueConstraint(
                                fields=("batch", "client", "creditor", "currency"),
                                name="letter_once_in_batch",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("deadline_on__gt", models.F("as_of_on"))),
                                name="letter_deadline_after",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["QUEUED", "READY", "FAILED"])),
                                name="letter_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "READY"), _negated=True),
                                    models.Q(
                                        ("document__isnull", False),
                                        ("context__isnull", False),
                                        ("total__isnull", False),
                                        models.Q(("sha256", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="letter_frozen_when_ready",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Message",
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
                        ("message_id", models.CharField(max_length=200, unique=True)),
                        ("raw", models.BinaryField(null=True)),
                        ("raw_sha256", models.CharField(blank=True, max_length=64)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("last_error", models.CharField(blank=True, max_length=500)),
                        ("queued_at", models.DateTimeField()),
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
                        ("currency", models.CharField(max_length=3)),
                        ("level", models.SmallIntegerField(verbose_name="level")),
                        (
                            "tone",
                            models.CharField(
                                choices=[
                                    ("COURTESY", "Courtesy"),
                                    ("OVERSIGHT", "Assumes an oversight"),
                                    ("ASKING", "Asks for a reason and a date"),
                                    ("FORMAL", "Formal, with facts"),
                                    ("FINAL", "Final, with a deadline"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("zh-hans", "简体中文")], max_length=10
                            ),
                        ),
                        ("to_email", models.EmailField(max_length=254, verbose_name="to")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("QUEUED", "Queued"),
                                    ("INFLIGHT", "Being sent"),
                                    ("SENT", "Sent"),
                                    ("FAILED", "Failed"),
                                    ("SUPPRESSED", "Not sent"),
                                    ("IN_DOUBT", "In doubt"),
                                ],
                                default="QUEUED",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "suppressed_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("DUE", "Its step is due"),
                                    ("NOT_DUE", "Not due yet"),
                                    ("PAID", "Paid"),
                                    ("CREDIT_COVERS", "Credit covers it"),
                                    ("DISPUTED", "Disputed"),
                                    ("PROMISED", "Promised"),
                                    ("ON_PLAN", "On a plan"),
                                    ("ON_HOLD", "On hold"),
                                    ("OPTED_OUT", "Opted out"),
                                    ("UNDER_TOLERANCE", "Too small"),
                                    ("RECENTLY_REMINDED", "Reminded lately"),
                                    ("MESSAGE_PENDING", "A message is under way"),
                                    ("FEED_STALE", "Bank statements not up to date"),
                                    ("NO_CONTACT", "Nobody to write to"),
                                    ("WAIT_NEXT_STEP", "Next step not reached"),
                                    ("PERSON_DECIDES", "A person decides"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("suppressed_facts", models.JSONField(default=dict)),
                        ("subject", models.CharField(blank=True, max_length=300)),
                        ("body", models.TextField(blank=True)),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=3,
                                max_digits=18,
                                null=True,
                                verbose_name="amount asked for",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="clients.contact",
                            ),
                        ),
                        (
                            "creditor",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.creditor",
                            ),
                        ),
                        (
                            "cycle",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="reminders.cycle",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="reminders.reminderrun",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "message",
                        "verbose_name_plural": "messages",
                        "ordering": ("-queued_at", "-pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("state__in", ["QUEUED", "INFLIGHT", "IN_DOUBT"])
                                ),
                                fields=["state", "available_at", "id"],
                                name="message_waiting",
                            ),
                            models.Index(
                                fields=["client", "-queued_at", "-id"], name="message_client"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state__in", ["QUEUED", "INFLIGHT", "IN_DOUBT", "SENT"])
                                ),
                                fields=("client", "creditor", "currency", "cycle", "level"),
                                name="message_once_per_level",
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
                                            "SUPPRESSED",
                                            "IN_DOUBT",
                                        ],
                                    )
                                ),
                                name="message_state_known",
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
                                name="message_frozen_before_sending",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "SENT"), _negated=True),
                                    ("sent_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="message_sent_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["SENT", "IN_DOUBT"]), _negated=True),
                                    ("data_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="message_handed_over_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "SUPPRESSED"), _negated=True),
                                    models.Q(("suppressed_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="message_suppressed_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MessageInvoice",
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
                            "attempt",
                            models.PositiveSmallIntegerField(
                                help_text="Counts with the message's attempts."
                            ),
                        ),
                        ("open_amount", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("asked", models.DecimalField(decimal_places=3, max_digits=18)),
                        (
                            "invoice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="message_lines",
                                to="payments.invoice",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="reminders.message",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "invoice in a message",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("message", "attempt", "invoice"),
                                name="message_invoice_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("asked__gt", 0), ("asked__lte", models.F("open_amount"))
                                ),
                                name="message_asks_within_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MessageTransition",
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
                                    ("FAILED", "Failed"),
                                    ("SUPPRESSED", "Not sent"),
                                    ("IN_DOUBT", "In doubt"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "to_state",
                            models.CharField(
                                choices=[
                                    ("QUEUED", "Queued"),
                                    ("INFLIGHT", "Being sent"),
                                    ("SENT", "Sent"),
                                    ("FAILED", "Failed"),
                                    ("SUPPRESSED", "Not sent"),
                                    ("IN_DOUBT", "In doubt"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("note", models.CharField(blank=True, max_length=300)),
                        (
                            "actor",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transitions",
                                to="reminders.message",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "message transition",
                        "ordering": ("pk",),
                    },
                ),
                migrations.CreateModel(
                    name="ReminderHold",
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
                        ("reason", models.CharField(max_length=300, verbose_name="reason")),
                        ("until_on", models.DateField(blank=True, null=True, verbose_name="until")),
                        ("created_at", models.DateTimeField()),
                        ("released_at", models.DateTimeField(null=True)),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reminder_holds",
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
                            "invoice",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reminder_holds",
                                to="payments.invoice",
                            ),
                        ),
                        (
                            "released_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reminder hold",
                        "verbose_name_plural": "reminder holds",
                        "ordering": ("-created_at", "-pk"),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("released_at", None)),
                                fields=["client"],
                                name="reminder_hold_active",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="reminder_hold_reason_given",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReminderRun",
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
                        ("on", models.DateField(verbose_name="as of")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("PLANNED", "Waiting for approval"),
                                    ("APPROVED", "Approved"),
                                    ("SUPERSEDED", "Replaced by a newer plan"),
                                ],
                                default="PLANNED",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("planned_at", models.DateTimeField(verbose_name="planned")),
                        ("approved_at", models.DateTimeField(null=True, verbose_name="approved")),
                        (
                            "send_count",
                            models.PositiveIntegerField(
                                default=0, verbose_name="invoices to remind of"
                            ),
                        ),
                        (
                            "skip_count",
                            models.PositiveIntegerField(
                                default=0, verbose_name="invoices left alone"
                            ),
                        ),
                        (
                            "message_count",
                            models.PositiveIntegerField(default=0, verbose_name="messages"),
                        ),
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
                            "creditor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reminder_runs",
                                to="clients.creditor",
                            ),
                        ),
                        (
                            "planned_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reminder run",
                        "verbose_name_plural": "reminder runs",
                        "ordering": ("-on", "-pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "SUPERSEDED"), _negated=True),
                                fields=("creditor", "on"),
                                name="run_once_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["PLANNED", "APPROVED", "SUPERSEDED"])
                                ),
                                name="run_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "APPROVED"), _negated=True),
                                    ("approved_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="run_approved_when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
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
                        (
                            "outcome",
                            models.CharField(
                                choices=[("SEND", "Send"), ("SKIP", "Skip")], max_length=4
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("DUE", "Its step is due"),
                                    ("NOT_DUE", "Not due yet"),
                                    ("PAID", "Paid"),
                                    ("CREDIT_COVERS", "Credit covers it"),
                                    ("DISPUTED", "Disputed"),
                                    ("PROMISED", "Promised"),
                                    ("ON_PLAN", "On a plan"),
                                    ("ON_HOLD", "On hold"),
                                    ("OPTED_OUT", "Opted out"),
                                    ("UNDER_TOLERANCE", "Too small"),
                                    ("RECENTLY_REMINDED", "Reminded lately"),
                                    ("MESSAGE_PENDING", "A message is under way"),
                                    ("FEED_STALE", "Bank statements not up to date"),
                                    ("NO_CONTACT", "Nobody to write to"),
                                    ("WAIT_NEXT_STEP", "Next step not reached"),
                                    ("PERSON_DECIDES", "A person decides"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("level", models.SmallIntegerField(null=True)),
                        ("days_past_due", models.IntegerField()),
                        ("open_amount", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("collectible", models.DecimalField(decimal_places=3, max_digits=18)),
                        (
                            "asked",
                            models.DecimalField(
                                decimal_places=3,
                                help_text="What is collectible, less the client's credit.",
                                max_digits=18,
                                null=True,
                                verbose_name="asked for",
                            ),
                        ),
                        ("facts", models.JSONField(default=dict)),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="payments.invoice",
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="reminders.reminderrun",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reminder decision",
                        "ordering": ("run", "client", "pk"),
                        "indexes": [
                            models.Index(
                                fields=["run", "outcome", "reason", "client"],
                                name="decision_browse",
                            ),
                            models.Index(fields=["invoice", "-run"], name="decision_of_invoice"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("run", "invoice"), name="decision_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("asked__gt", 0),
                                        ("asked__lte", models.F("collectible")),
                                        ("level__isnull", False),
                                        ("outcome", "SEND"),
                                        ("reason", "DUE"),
                                    ),
                                    models.Q(
                                        ("asked", None),
                                        ("outcome", "SKIP"),
                                        models.Q(("reason", "DUE"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="decision_reason_fits",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RunExclusion",
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
                        ("created_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
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
                            "run",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="exclusions",
                                to="reminders.reminderrun",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "exclusion from a run",
                        "ordering": ("run", "client"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("run", "client"), name="run_exclusion_once"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]

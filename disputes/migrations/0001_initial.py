"""The tables of disputes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateTables


class Migration(migrations.Migration):
    """The tables."""

    initial = True

    dependencies = [
        ("clients", "0001_initial"),
        ("contracts", "0001_initial"),
        ("core", "0001_initial"),
        ("interactions", "0001_initial"),
        ("payments", "0001_initial"),
    ]

    operations = [
        CreateTables(
            tables=[
                migrations.CreateModel(
                    name="Complaint",
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
                            "channel",
                            models.CharField(
                                choices=[
                                    ("CALL", "By telephone"),
                                    ("MAIL", "By mail"),
                                    ("VISIT", "On a visit"),
                                    ("LINK", "By client link"),
                                    ("SURVEY", "In a survey"),
                                ],
                                max_length=8,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("QUALITY", "Quality"),
                                    ("DELIVERY", "Delivery"),
                                    ("SERVICE", "Service"),
                                    ("BILLING", "Invoices and payments"),
                                    ("CONDUCT", "How we spoke to them"),
                                    ("OTHER", "Other"),
                                ],
                                max_length=10,
                                verbose_name="category",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("QUALITY_DEFECT", "Does not work"),
                                    ("QUALITY_SPEC", "Not as agreed"),
                                    ("DELIVERY_LATE", "Late"),
                                    ("DELIVERY_SHORT", "Incomplete"),
                                    ("SERVICE_SLOW", "Slow to answer"),
                                    ("SERVICE_PROMISE", "Promise not kept"),
                                    ("BILLING_AMOUNT", "Wrong amount"),
                                    ("BILLING_PAPER", "Invoice or papers wrong"),
                                    ("BILLING_PAID", "Asked again after paying"),
                                    ("CONDUCT_TONE", "Tone"),
                                    ("CONDUCT_OFTEN", "Contacted too often"),
                                    ("OTHER_UNSORTED", "Not sorted yet"),
                                    ("OTHER_REASON", "Another reason"),
                                ],
                                max_length=20,
                                verbose_name="reason",
                            ),
                        ),
                        ("what", models.TextField(verbose_name="what the client says")),
                        (
                            "wants",
                            models.TextField(blank=True, verbose_name="what the client wants"),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="received")),
                        ("answer_by", models.DateField(verbose_name="answer by")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("RECEIVED", "Received"),
                                    ("IN_WORK", "In work"),
                                    ("ANSWERED", "Answered"),
                                    ("CLOSED", "Closed"),
                                    ("REOPENED", "Reopened"),
                                ],
                                default="RECEIVED",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("answer", models.TextField(blank=True, verbose_name="answer")),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="answered")),
                        (
                            "is_accepted",
                            models.BooleanField(null=True, verbose_name="accepted by the client"),
                        ),
                        ("resolution", models.TextField(blank=True, verbose_name="resolution")),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                        ("key", models.CharField(editable=False, max_length=64, unique=True)),
                        ("created_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaints",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaints",
                                to="contracts.contract",
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
                            "delivery",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaints",
                                to="contracts.delivery",
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
                            "invoice",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaints",
                                to="payments.invoice",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who answers",
                            ),
                        ),
                        (
                            "dispute",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaint",
                                to="disputes.dispute",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "complaint",
                        "verbose_name_plural": "complaints",
                        "ordering": ("answer_by", "pk"),
                        "indexes": [
                            models.Index(
                                fields=["client", "-received_at"], name="complaint_client"
                            ),
                            models.Index(fields=["answer_by", "id"], name="complaint_by_deadline"),
                            models.Index(
                                condition=models.Q(
                                    ("state__in", ["RECEIVED", "IN_WORK", "REOPENED"])
                                ),
                                fields=["answer_by", "id"],
                                name="complaint_waiting",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["RECEIVED", "IN_WORK", "ANSWERED", "CLOSED", "REOPENED"],
                                    )
                                ),
                                name="complaint_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("channel__in", ["CALL", "MAIL", "VISIT", "LINK", "SURVEY"])
                                ),
                                name="complaint_channel_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "category__in",
                                        [
                                            "QUALITY",
                                            "DELIVERY",
                                            "SERVICE",
                                            "BILLING",
                                            "CONDUCT",
                                            "OTHER",
                                        ],
                                    ),
                                    (
                                        "reason__in",
                                        [
                                            "QUALITY_DEFECT",
                                            "QUALITY_SPEC",
                                            "DELIVERY_LATE",
                                            "DELIVERY_SHORT",
                                            "SERVICE_SLOW",
                                            "SERVICE_PROMISE",
                                            "BILLING_AMOUNT",
                                            "BILLING_PAPER",
                                            "BILLING_PAID",
                                            "CONDUCT_TONE",
                                            "CONDUCT_OFTEN",
                                            "OTHER_UNSORTED",
                                            "OTHER_REASON",
                                        ],
                                    ),
                                    ("reason__startswith", models.F("category")),
                                ),
                                name="complaint_reason_in_category",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("what", ""), _negated=True),
                                name="complaint_says_what",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("contract", None), ("invoice", None)),
                                    models.Q(("contract", None), ("delivery", None)),
                                    models.Q(("delivery", None), ("invoice", None)),
                                    _connector="OR",
                                ),
                                name="complaint_about_one_thing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("received_at__lte", models.F("created_at"))),
                                name="complaint_not_in_future",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["ANSWERED", "CLOSED"]), _negated=True),
                                    models.Q(
                                        models.Q(("answer", ""), _negated=True),
                                        ("answered_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="complaint_answered_with_answer",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("is_accepted__isnull", False),
                                        ("state", "CLOSED"),
                                        models.Q(("resolution", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("state", "CLOSED"), _negated=True),
                                        ("closed_at", None),
                                        ("is_accepted", None),
                                        ("resolution", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="complaint_closed_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ComplaintTransition",
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
                                    ("RECEIVED", "Received"),
                                    ("IN_WORK", "In work"),
                                    ("ANSWERED", "Answered"),
                                    ("CLOSED", "Closed"),
                                    ("REOPENED", "Reopened"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "to_state",
                            models.CharField(
                                choices=[
                                    ("RECEIVED", "Received"),
                                    ("IN_WORK", "In work"),
                                    ("ANSWERED", "Answered"),
                                    ("CLOSED", "Closed"),
                                    ("REOPENED", "Reopened"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("note", models.TextField(blank=True)),
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
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transitions",
                                to="disputes.complaint",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "complaint transition",
                        "ordering": ("at", "pk"),
                    },
                ),
                migrations.CreateModel(
                    name="Dispute",
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
                            "amount",
                            models.DecimalField(
                                decimal_places=3, max_digits=18, verbose_name="disputed amount"
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("QUALITY", "Quality"),
                                    ("QUANTITY", "Quantity"),
                                    ("PRICE", "Price"),
                                    ("NOT_DELIVERED", "Not delivered"),
                                    ("NOT_ORDERED", "Not ordered"),
                                    ("ALREADY_PAID", "Says it is paid"),
                                    ("PAPERWORK", "Paperwork missing"),
                                    ("IMPORTED", "Flagged in the imported ledger"),
                                    ("OTHER", "Other"),
                                ],
                                max_length=16,
                                verbose_name="reason",
                            ),
                        ),
                        (
                            "note",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="what the client says"
                            ),
                        ),
                        ("opened_on", models.DateField(verbose_name="opened")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "Open"),
                                    ("UPHELD", "Upheld"),
                                    ("REJECTED", "Not upheld"),
                                    ("WITHDRAWN", "Withdrawn"),
                                ],
                                default="OPEN",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "resolved_on",
                            models.DateField(blank=True, null=True, verbose_name="resolved"),
                        ),
                        (
                            "resolution",
                            models.CharField(blank=True, max_length=500, verbose_name="resolution"),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disputes",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disputes",
                                to="payments.invoice",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "dispute",
                        "verbose_name_plural": "disputes",
                        "ordering": ("-opened_on", "-pk"),
                        "indexes": [
                            models.Index(fields=["client", "-opened_on"], name="dispute_client"),
                            models.Index(
                                condition=models.Q(("state", "OPEN")),
                                fields=["invoice"],
                                name="dispute_open_invoice",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)),
                                name="dispute_amount_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["OPEN", "UPHELD", "REJECTED", "WITHDRAWN"])
                                ),
                                name="dispute_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("resolved_on", None), ("state", "OPEN")),
                                    models.Q(
                                        models.Q(("state", "OPEN"), _negated=True),
                                        ("resolved_on__gte", models.F("opened_on")),
                                    ),
                                    _connector="OR",
                                ),
                                name="dispute_resolved_when_closed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ComplaintPolicy",
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
                            "answer_days",
                            models.PositiveSmallIntegerField(
                                default=5, verbose_name="working days to answer"
                            ),
                        ),
                        (
                            "creditor",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaint_policy",
                                to="clients.creditor",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "complaint policy",
                        "verbose_name_plural": "complaint policies",
                        "ordering": ("creditor",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("answer_days__gte", 1), ("answer_days__lte", 60)
                                ),
                                name="complaint_days_sane",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]

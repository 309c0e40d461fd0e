"""Behaviours, appeals and overrides."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateTables


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0002_legal_representative"),
        ("contracts", "0006_amendment_limits"),
        ("core", "0001_initial"),
        ("credit", "0009_related_rules"),
        ("disputes", "0002_rules"),
        ("interactions", "0008_call_scripts"),
        ("payments", "0003_rates"),
    ]

    operations = [
        CreateTables(
            tables=[
                migrations.CreateModel(
                    name="Appeal",
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
                            "against",
                            models.CharField(
                                choices=[
                                    ("BEHAVIOUR", "A behaviour held against it"),
                                    ("FREE_WORK", "Work said to be obtained for free"),
                                    ("GRADE", "Its grade or score"),
                                    ("HOLD", "A credit hold"),
                                    ("OTHER", "Another decision"),
                                ],
                                max_length=10,
                                verbose_name="against",
                            ),
                        ),
                        (
                            "decision",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="which decision"
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("LETTER", "By letter"),
                                    ("MAIL", "By e-mail"),
                                    ("CALL", "By telephone"),
                                    ("VISIT", "In person"),
                                ],
                                max_length=8,
                                verbose_name="how it reached us",
                            ),
                        ),
                        (
                            "grounds",
                            models.TextField(verbose_name="why the client says it is wrong"),
                        ),
                        ("received_on", models.DateField(verbose_name="received")),
                        ("answer_by", models.DateField(verbose_name="answer by")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("RECEIVED", "Received"),
                                    ("IN_WORK", "Being looked at"),
                                    ("UPHELD", "Upheld"),
                                    ("PARTLY", "Upheld in part"),
                                    ("REJECTED", "Not upheld"),
                                    ("WITHDRAWN", "Withdrawn by the client"),
                                ],
                                default="RECEIVED",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "answer",
                            models.TextField(blank=True, verbose_name="reason told to the client"),
                        ),
                        ("letter", models.TextField(blank=True, verbose_name="text to the client")),
                        ("follows", models.TextField(blank=True, verbose_name="what follows")),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                        ("key", models.CharField(editable=False, max_length=64, unique=True)),
                        ("created_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="appeals",
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
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who took the decision",
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.clientdocument",
                                verbose_name="document",
                            ),
                        ),
                        (
                            "free_entry",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="appeals",
                                to="credit.freeentry",
                            ),
                        ),
                        (
                            "handler",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who looks at it",
                            ),
                        ),
                        (
                            "hold",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="appeals",
                                to="credit.credithold",
                            ),
                        ),
                        (
                            "interaction",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="interactions.interaction",
                                verbose_name="entry of the log",
                            ),
                        ),
                        (
                            "snapshot",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="credit.scoresnapshot",
                            ),
                        ),
                        (
                            "behaviour",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="appeals",
                                to="credit.riskbehaviour",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "appeal",
                        "verbose_name_plural": "appeals",
                        "ordering": ("answer_by", "pk"),
                        "indexes": [
                            models.Index(
                                fields=["client", "-received_on", "-id"], name="appeal_client"
                            ),
                            models.Index(fields=["answer_by", "id"], name="appeal_by_deadline"),
                            models.Index(
                                condition=models.Q(("state__in", ["RECEIVED", "IN_WORK"])),
                                fields=["answer_by", "id"],
                                name="appeal_waiting",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "against__in",
                                        ["BEHAVIOUR", "FREE_WORK", "GRADE", "HOLD", "OTHER"],
                                    ),
                                    ("channel__in", ["LETTER", "MAIL", "CALL", "VISIT"]),
                                    (
                                        "state__in",
                                        [
                                            "RECEIVED",
                                            "IN_WORK",
                                            "UPHELD",
                                            "PARTLY",
                                            "REJECTED",
                                            "WITHDRAWN",
                                        ],
                                    ),
                                ),
                                name="appeal_words_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("grounds", ""), _negated=True),
                                name="appeal_says_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("against", "BEHAVIOUR"),
                                        ("behaviour__isnull", False),
                                        ("free_entry", None),
                                        ("hold", None),
                                        ("snapshot", None),
                                    ),
                                    models.Q(
                                        ("against", "FREE_WORK"),
                                        ("behaviour", None),
                                        ("free_entry__isnull", False),
                                        ("hold", None),
                                        ("snapshot", None),
                                    ),
                                    models.Q(
                                        ("against", "GRADE"),
                                        ("behaviour", None),
                                        ("free_entry", None),
                                        ("hold", None),
                                    ),
                                    models.Q(
                                        ("against", "HOLD"),
                                        ("behaviour", None),
                                        ("free_entry", None),
                                        ("hold__isnull", False),
                                        ("snapshot", None),
                                    ),
                                    models.Q(
                                        ("against", "OTHER"),
                                        ("behaviour", None),
                                        ("free_entry", None),
                                        ("hold", None),
                                        ("snapshot", None),
                                        models.Q(("decision", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="appeal_against_one_thing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by", None),
                                    models.Q(("decided_by", models.F("handler")), _negated=True),
                                    _connector="OR",
                                ),
                                name="appeal_four_eyes",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ["UPHELD", "PARTLY", "REJECTED"]),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("handler__isnull", False),
                                        models.Q(("answer", ""), _negated=True),
                                        models.Q(("letter", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="appeal_answered_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "IN_WORK"), _negated=True),
                                    ("handler__isnull", False),
                                    _connector="OR",
                                ),
                                name="appeal_in_work_of_somebody",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["RECEIVED", "IN_WORK"])),
                                fields=("behaviour",),
                                name="appeal_of_a_behaviour_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["RECEIVED", "IN_WORK"])),
                                fields=("free_entry",),
                                name="appeal_of_free_work_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AppealTerms",
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
                            models.PositiveSmallIntegerField(verbose_name="days to answer"),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=300, verbose_name="reason"),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="from")),
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
                        "verbose_name": "time to answer an appeal",
                        "verbose_name_plural": "times to answer an appeal",
                        "ordering": ("-pk",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("answer_days__gte", 1), ("answer_days__lte", 60)
                                ),
                                name="appeal_days_sane",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AppealTransition",
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
                                    ("IN_WORK", "Being looked at"),
                                    ("UPHELD", "Upheld"),
                                    ("PARTLY", "Upheld in part"),
                                    ("REJECTED", "Not upheld"),
                                    ("WITHDRAWN", "Withdrawn by the client"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "to_state",
                            models.CharField(
                                choices=[
                                    ("RECEIVED", "Received"),
                                    ("IN_WORK", "Being looked at"),
                                    ("UPHELD", "Upheld"),
                                    ("PARTLY", "Upheld in part"),
                                    ("REJECTED", "Not upheld"),
                                    ("WITHDRAWN", "Withdrawn by the client"),
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
                            "appeal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transitions",
                                to="credit.appeal",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of an appeal",
                        "ordering": ("at", "pk"),
                    },
                ),
                migrations.CreateModel(
                    name="BehaviourEvidence",
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
                            "complaint",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="disputes.complaint",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "credit_note",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.creditnote",
                            ),
                        ),
                        (
                            "dispute",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="disputes.dispute",
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.clientdocument",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="interactions.incident",
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
                            "behaviour",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evidence",
                                to="credit.riskbehaviour",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "evidence of a behaviour",
                        "verbose_name_plural": "evidence of behaviours",
                        "ordering": ("pk",),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("interaction__isnull", False)),
                                fields=("behaviour", "interaction"),
                                name="behaviour_proof_interaction_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("document__isnull", False)),
                                fields=("behaviour", "document"),
                                name="behaviour_proof_document_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("dispute__isnull", False)),
                                fields=("behaviour", "dispute"),
                                name="behaviour_proof_dispute_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("contract__isnull", False)),
                                fields=("behaviour", "contract"),
                                name="behaviour_proof_contract_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("incident__isnull", False)),
                                fields=("behaviour", "incident"),
                                name="behaviour_proof_incident_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("credit_note__isnull", False)),
                                fields=("behaviour", "credit_note"),
                                name="behaviour_proof_credit_note_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("complaint__isnull", False)),
                                fields=("behaviour", "complaint"),
                                name="behaviour_proof_complaint_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BehaviourTransition",
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
                                    ("PROPOSED", "Proposed"),
                                    ("CONFIRMED", "Confirmed"),
                                    ("REJECTED", "Not confirmed"),
                                    ("WITHDRAWN", "Withdrawn"),
                                    ("OVERTURNED", "Overturned by appeal"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "to_state",
                            models.CharField(
                                choices=[
                                    ("PROPOSED", "Proposed"),
                                    ("CONFIRMED", "Confirmed"),
                                    ("REJECTED", "Not confirmed"),
                                    ("WITHDRAWN", "Withdrawn"),
                                    ("OVERTURNED", "Overturned by appeal"),
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
                            "behaviour",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transitions",
                                to="credit.riskbehaviour",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of a behaviour",
                        "ordering": ("at", "pk"),
                    },
                ),
                migrations.CreateModel(
                    name="ProposalRule",
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
                                    ("late_0", "Paid late"),
                                    ("late_7", "Paid over 7 days late"),
                                    ("late_30", "Paid over 30 days late"),
                                    ("recent", "Days late recently"),
                                    ("broken_promises", "Broken promises"),
                                    ("disputes_lost", "Disputes without ground"),
                                    ("returns", "Frequent returns"),
                                    ("demands", "Demands that were never agreed"),
                                    ("abuse", "Abuse"),
                                    ("freeloading", "Work obtained for free"),
                                    ("reports", "Bad reports of third parties"),
                                    ("expired_reports", "Reports that have run out"),
                                ],
                                max_length=16,
                                verbose_name="behaviour",
                            ),
                        ),
                        ("times", models.PositiveSmallIntegerField(verbose_name="times")),
                        ("days", models.PositiveSmallIntegerField(verbose_name="within days")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=300, verbose_name="reason"),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="from")),
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
                        "verbose_name": "rule that proposes a behaviour",
                        "verbose_name_plural": "rules that propose behaviours",
                        "ordering": ("kind", "-pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["returns", "demands", "abuse"])),
                                name="proposal_rule_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("days__gte", 1), ("days__lte", 365), ("times__lte", 50)
                                ),
                                name="proposal_rule_bounded",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RiskBehaviour",
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
                                    ("late_0", "Paid late"),
                                    ("late_7", "Paid over 7 days late"),
                                    ("late_30", "Paid over 30 days late"),
                                    ("recent", "Days late recently"),
                                    ("broken_promises", "Broken promises"),
                                    ("disputes_lost", "Disputes without ground"),
                                    ("returns", "Frequent returns"),
                                    ("demands", "Demands that were never agreed"),
                                    ("abuse", "Abuse"),
                                    ("freeloading", "Work obtained for free"),
                                    ("reports", "Bad reports of third parties"),
                                    ("expired_reports", "Reports that have run out"),
                                ],
                                max_length=16,
                                verbose_name="behaviour",
                            ),
                        ),
                        ("what", models.TextField(verbose_name="what happened")),
                        ("happened_on", models.DateField(verbose_name="when")),
                        ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("PROPOSED", "Proposed"),
                                    ("CONFIRMED", "Confirmed"),
                                    ("REJECTED", "Not confirmed"),
                                    ("WITHDRAWN", "Withdrawn"),
                                    ("OVERTURNED", "Overturned by appeal"),
                                ],
                                default="PROPOSED",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                        (
                            "reason",
                            models.TextField(blank=True, verbose_name="reason of the decision"),
                        ),
                        ("key", models.CharField(editable=False, max_length=64, unique=True)),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="behaviours",
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
                                verbose_name="decided by",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="proposed by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "behaviour",
                        "verbose_name_plural": "behaviours",
                        "ordering": ("-happened_on", "-pk"),
                        "indexes": [
                            models.Index(
                                fields=["client", "-happened_on", "-id"], name="behaviour_client"
                            ),
                            models.Index(
                                fields=["state", "-proposed_at", "-id"], name="behaviour_state"
                            ),
                            models.Index(fields=["-proposed_at", "-id"], name="behaviour_order"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["returns", "demands", "abuse"])),
                                name="behaviour_kind_of_people",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "PROPOSED",
                                            "CONFIRMED",
                                            "REJECTED",
                                            "WITHDRAWN",
                                            "OVERTURNED",
                                        ],
                                    )
                                ),
                                name="behaviour_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("what", ""), _negated=True),
                                name="behaviour_says_what",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("proposed_by", None),
                                    models.Q(
                                        ("proposed_by", models.F("decided_by")), _negated=True
                                    ),
                                    _connector="OR",
                                ),
                                name="behaviour_four_eyes",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ["CONFIRMED", "REJECTED", "OVERTURNED"]),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        models.Q(("reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="behaviour_decided_by_somebody",
                            ),
                        ],
                    },
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="factorweight",
            name="factor_weight_of_behaviour",
        ),
        migrations.AlterField(
            model_name="factorweight",
            name="factor",
            field=models.CharField(
                choices=[
                    ("late_0", "Paid late"),
                    ("late_7", "Paid over 7 days late"),
                    ("late_30", "Paid over 30 days late"),
                    ("recent", "Days late recently"),
                    ("broken_promises", "Broken promises"),
                    ("disputes_lost", "Disputes without ground"),
                    ("returns", "Frequent returns"),
                    ("demands", "Demands that were never agreed"),
                    ("abuse", "Abuse"),
                    ("freeloading", "Work obtained for free"),
                    ("reports", "Bad reports of third parties"),
                    ("expired_reports", "Reports that have run out"),
                ],
                max_length=16,
                verbose_name="behaviour",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorweight",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "factor__in",
                        [
                            "broken_promises",
                            "disputes_lost",
                            "returns",
                            "demands",
                            "abuse",
                            "freeloading",
                            "reports",
                            "expired_reports",
                        ],
                    )
                ),
                name="factor_weight_of_behaviour",
            ),
        ),
    ]

"""The tables of clients."""

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
        # Its indexes need the extensions.
        ("core", "0002_rules"),
    ]

    operations = [
        CreateTables(
            tables=[
                migrations.CreateModel(
                    name="Client",
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
                            "code",
                            models.CharField(
                                max_length=60, unique=True, verbose_name="client code"
                            ),
                        ),
                        ("legal_name", models.CharField(max_length=200, verbose_name="legal name")),
                        (
                            "name_pinyin",
                            models.CharField(blank=True, editable=False, max_length=400),
                        ),
                        (
                            "name_initials",
                            models.CharField(blank=True, editable=False, max_length=200),
                        ),
                        (
                            "search_text",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.functions.text.Lower(
                                    django.db.models.functions.text.Concat(
                                        "code",
                                        models.Value(" "),
                                        "legal_name",
                                        models.Value(" "),
                                        "name_pinyin",
                                        models.Value(" "),
                                        "name_initials",
                                        models.Value(" "),
                                        "registration_number",
                                    )
                                ),
                                output_field=models.TextField(),
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("COMPANY", "Company"),
                                    ("LARGE_ENTERPRISE", "Large enterprise"),
                                    ("PUBLIC_BODY", "Public body"),
                                    ("SOLE_TRADER", "Sole trader"),
                                    ("INDIVIDUAL", "Individual"),
                                ],
                                default="COMPANY",
                                max_length=20,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "registration_number",
                            models.CharField(
                                blank=True, max_length=60, verbose_name="registration number"
                            ),
                        ),
                        (
                            "country",
                            models.CharField(blank=True, max_length=2, verbose_name="country"),
                        ),
                        ("address", models.TextField(blank=True, verbose_name="address")),
                        (
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("zh-hans", "简体中文")],
                                default="en",
                                max_length=10,
                                verbose_name="language of letters",
                            ),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                default="Asia/Shanghai", max_length=60, verbose_name="time zone"
                            ),
                        ),
                        (
                            "segment",
                            models.CharField(blank=True, max_length=60, verbose_name="segment"),
                        ),
                        ("notes", models.TextField(blank=True, verbose_name="notes")),
                        (
                            "grade",
                            models.CharField(
                                choices=[
                                    ("A", "A"),
                                    ("B", "B"),
                                    ("C", "C"),
                                    ("D", "D"),
                                    ("E", "E"),
                                    ("U", "Unrated"),
                                ],
                                default="U",
                                max_length=1,
                                verbose_name="grade",
                            ),
                        ),
                        (
                            "credit_limit",
                            models.DecimalField(
                                blank=True,
                                decimal_places=3,
                                max_digits=18,
                                null=True,
                                verbose_name="credit limit",
                            ),
                        ),
                        (
                            "deposit_ratio",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=5,
                                null=True,
                                verbose_name="deposit ratio",
                            ),
                        ),
                        (
                            "limit_currency",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=3,
                                verbose_name="currency of the limit",
                            ),
                        ),
                        (
                            "deposit_basis",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("SEGMENT", "Of the grade in its segment"),
                                    ("KEPT", "As last confirmed; a rise waits for a person"),
                                ],
                                db_default="",
                                default="",
                                editable=False,
                                max_length=8,
                            ),
                        ),
                        (
                            "terms_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Empty: those of the grade.",
                                null=True,
                                verbose_name="longest payment terms (days)",
                            ),
                        ),
                        (
                            "on_credit_hold",
                            models.BooleanField(default=False, verbose_name="on credit hold"),
                        ),
                        (
                            "hold_reason",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="reason for the hold"
                            ),
                        ),
                        (
                            "screening_outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("ACCEPTED", "Accepted"),
                                    ("CONDITIONAL", "Accepted with conditions"),
                                    ("REJECTED", "Rejected"),
                                ],
                                db_default="",
                                default="",
                                max_length=12,
                                verbose_name="screening",
                            ),
                        ),
                        (
                            "screened_until",
                            models.DateField(blank=True, null=True, verbose_name="screened until"),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="created")),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clients",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="account manager",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "client",
                        "verbose_name_plural": "clients",
                        "ordering": ("name_pinyin", "pk"),
                        "indexes": [
                            models.Index(
                                fields=["owner", "name_pinyin", "id"], name="client_owner_name"
                            ),
                            models.Index(fields=["name_pinyin", "id"], name="client_name_order"),
                            models.Index(
                                fields=["name_initials"],
                                name="client_initials",
                                opclasses=["text_pattern_ops"],
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["search_text"],
                                name="client_search",
                                opclasses=["gin_trgm_ops"],
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("code", ""), _negated=True),
                                name="client_code_given",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("legal_name", ""), _negated=True),
                                name="client_name_given",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("grade__in", ["A", "B", "C", "D", "E", "U"])),
                                name="client_grade_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("deposit_ratio", None),
                                    models.Q(("deposit_ratio__gte", 0), ("deposit_ratio__lte", 1)),
                                    _connector="OR",
                                ),
                                name="client_deposit_ratio_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("on_credit_hold", False),
                                    models.Q(("hold_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="client_hold_has_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("screened_until", None),
                                        ("screening_outcome__in", ["", "REJECTED"]),
                                    ),
                                    models.Q(
                                        ("screened_until__isnull", False),
                                        ("screening_outcome__in", ["ACCEPTED", "CONDITIONAL"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="client_screening_dated",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("deposit_basis", ""),
                                    ("deposit_ratio__isnull", False),
                                    _connector="OR",
                                ),
                                name="client_basis_of_a_ratio",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClientDocument",
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
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="documents",
                                to="clients.client",
                            ),
                        ),
                        (
                            "document",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, to="core.document"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "client document",
                        "ordering": ("-document__created_at", "-pk"),
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
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
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("ACCOUNTS_PAYABLE", "Accounts payable"),
                                    ("BUYER", "Buyer"),
                                    ("LEGAL_REPRESENTATIVE", "Legal representative"),
                                    ("MANAGEMENT", "Management"),
                                    ("OTHER", "Other"),
                                ],
                                default="ACCOUNTS_PAYABLE",
                                max_length=24,
                                verbose_name="role",
                            ),
                        ),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
                        ),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=60, verbose_name="phone"),
                        ),
                        (
                            "is_primary",
                            models.BooleanField(default=False, verbose_name="first choice"),
                        ),
                        (
                            "receives_reminders",
                            models.BooleanField(default=True, verbose_name="receives reminders"),
                        ),
                        (
                            "opted_out_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="opted out"),
                        ),
                        (
                            "email_failed_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="address failed"
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contacts",
                                to="clients.client",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contact",
                        "verbose_name_plural": "contacts",
                        "ordering": ("client", "-is_primary", "pk"),
                        "indexes": [
                            models.Index(
                                django.db.models.functions.text.Lower("email"),
                                name="contact_address",
                            ),
                            models.Index(
                                models.Func(
                                    django.db.models.functions.text.Lower("email"),
                                    models.Value("@"),
                                    models.Value(2),
                                    function="split_part",
                                    output_field=models.CharField(),
                                ),
                                name="contact_domain",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("is_primary", True)),
                                fields=("client",),
                                name="contact_one_primary",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Creditor",
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
                        ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                        ("legal_name", models.CharField(max_length=200, verbose_name="legal name")),
                        (
                            "legal_name_zh",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="legal name in Chinese"
                            ),
                        ),
                        (
                            "registration_number",
                            models.CharField(
                                blank=True, max_length=60, verbose_name="registration number"
                            ),
                        ),
                        (
                            "tax_number",
                            models.CharField(blank=True, max_length=60, verbose_name="tax number"),
                        ),
                        ("address", models.TextField(blank=True, verbose_name="address")),
                        (
                            "address_zh",
                            models.TextField(blank=True, verbose_name="address in Chinese"),
                        ),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
                        ),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=60, verbose_name="phone"),
                        ),
                        (
                            "website",
                            models.CharField(blank=True, max_length=200, verbose_name="website"),
                        ),
                        (
                            "country",
                            models.CharField(
                                default="CN",
                                help_text="Its public holidays count.",
                                max_length=2,
                                verbose_name="country",
                            ),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                default="Asia/Shanghai", max_length=60, verbose_name="time zone"
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(default="CNY", max_length=3, verbose_name="currency"),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("zh-hans", "简体中文")],
                                default="en",
                                max_length=10,
                                verbose_name="language",
                            ),
                        ),
                        (
                            "signatory",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="signs letters"
                            ),
                        ),
                        (
                            "signatory_title",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="title of the signatory"
                            ),
                        ),
                        (
                            "books_closed_on",
                            models.DateField(
                                blank=True,
                                help_text="Nothing may be dated on or before this day.",
                                null=True,
                                verbose_name="books closed through",
                            ),
                        ),
                        (
                            "logo",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="core.document",
                                verbose_name="logo",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "creditor",
                        "verbose_name_plural": "creditors",
                        "ordering": ("code",),
                    },
                ),
                migrations.CreateModel(
                    name="BankAccount",
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
                        ("label", models.CharField(max_length=80, verbose_name="label")),
                        ("bank_name", models.CharField(max_length=160, verbose_name="bank")),
                        (
                            "account_name",
                            models.CharField(max_length=200, verbose_name="account name"),
                        ),
                        (
                            "account_number",
                            models.CharField(max_length=60, verbose_name="account number / IBAN"),
                        ),
                        (
                            "bic",
                            models.CharField(blank=True, max_length=20, verbose_name="BIC / CNAPS"),
                        ),
                        ("currency", models.CharField(max_length=3, verbose_name="currency")),
                        (
                            "is_default",
                            models.BooleanField(default=True, verbose_name="used on letters"),
                        ),
                        (
                            "feed_through_on",
                            models.DateField(
                                blank=True,
                                help_text="Reminders wait when this is too long ago. Empty: not watched.",
                                null=True,
                                verbose_name="statements read through",
                            ),
                        ),
                        (
                            "creditor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bank_accounts",
                                to="clients.creditor",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "bank account",
                        "verbose_name_plural": "bank accounts",
                        "ordering": ("creditor", "currency", "pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("creditor", "account_number", "currency"),
                                name="bank_account_once",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]

"""Who owes, and to whom: creditors (own legal entities), clients, contacts."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Concat, Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clients.states import (
    ClientKind,
    ContactRole,
    DepositBasis,
    Grade,
    Language,
    ScreeningOutcome,
)
from core.models import Document, User


class Creditor(models.Model):
    """One of our own legal entities: it is owed the money and signs the letters."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    legal_name = models.CharField(_("legal name"), max_length=200)
    legal_name_zh = models.CharField(_("legal name in Chinese"), max_length=200, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=60, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=60, blank=True)
    address = models.TextField(_("address"), blank=True)
    address_zh = models.TextField(_("address in Chinese"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    website = models.CharField(_("website"), max_length=200, blank=True)
    country = models.CharField(
        _("country"), max_length=2, default="CN", help_text=_("Its public holidays count.")
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="Asia/Shanghai")
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    language = models.CharField(_("language"), max_length=10, choices=Language, default=Language.EN)
    signatory = models.CharField(_("signs letters"), max_length=120, blank=True)
    signatory_title = models.CharField(_("title of the signatory"), max_length=120, blank=True)
    logo = models.ForeignKey(
        Document, verbose_name=_("logo"), on_delete=models.PROTECT, null=True, blank=True
    )
    books_closed_on = models.DateField(
        _("books closed through"),
        null=True,
        blank=True,
        help_text=_("Nothing may be dated on or before this day."),
    )

    class Meta:
        verbose_name = _("creditor")
        verbose_name_plural = _("creditors")
        ordering = ("code",)

    def __str__(self) -> str:
        """The legal name as the person at the screen reads it."""
        return self.name_in(get_language() or "en")

    def name_in(self, language: str) -> str:
        """Legal name in the reader's language."""
        return (self.legal_name_zh or self.legal_name) if language == "zh-hans" else self.legal_name

    def address_in(self, language: str) -> str:
        """Address in the reader's language."""
        return (self.address_zh or self.address) if language == "zh-hans" else self.address


class BankAccount(models.Model):
    """Where the creditor wants to be paid, and how far its statements have been read."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="bank_accounts")
    label = models.CharField(_("label"), max_length=80)
    bank_name = models.CharField(_("bank"), max_length=160)
    account_name = models.CharField(_("account name"), max_length=200)
    account_number = models.CharField(_("account number / IBAN"), max_length=60)
    bic = models.CharField(_("BIC / CNAPS"), max_length=20, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    is_default = models.BooleanField(_("used on letters"), default=True)
    feed_through_on = models.DateField(
        _("statements read through"),
        null=True,
        blank=True,
        help_text=_("Reminders wait when this is too long ago. Empty: not watched."),
    )

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        ordering = ("creditor", "currency", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["creditor", "account_number", "currency"], name="bank_account_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.label} ({self.currency})"


# Shorter terms have no trigram to look up.
TRIGRAM = 3


class ClientQuerySet(models.QuerySet["Client"]):
    """Clients, in the words of the domain."""

    def visible_to(self, user: User) -> Self:
        """Sales see the clients they own; the other roles see all."""
        return self if user.sees_all_clients else self.filter(owner=user)

    def search(self, text: str) -> Self:
        """By code, name (Chinese too), registration number, pinyin or initials.

        One or two Latin letters are matched as a prefix: trigrams need three.
        """
        term = " ".join(text.lower().split())
        if not term:
            return self
        if len(term) < TRIGRAM and term.isascii():
            return self.filter(
                Q(name_initials__startswith=term)
                | Q(name_pinyin__startswith=term)
                | Q(search_text__startswith=term)
            )
        return self.filter(
            Q(search_text__contains=term) | Q(search_text__contains=term.replace(" ", ""))
        )


class Client(models.Model):
    """A debtor, and the standing that other rooms wrote onto it as a snapshot."""

    code = models.CharField(_("client code"), max_length=60, unique=True)
    legal_name = models.CharField(_("legal name"), max_length=200)
    name_pinyin = models.CharField(max_length=400, blank=True, editable=False)
    name_initials = models.CharField(max_length=200, blank=True, editable=False)
    search_text = models.GeneratedField(
        expression=Lower(
            Concat(
                "code",
                Value(" "),
                "legal_name",
                Value(" "),
                "name_pinyin",
                Value(" "),
                "name_initials",
                Value(" "),
                "registration_number",
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    kind = models.CharField(
        _("kind"), max_length=20, choices=ClientKind, default=ClientKind.COMPANY
    )
    registration_number = models.CharField(_("registration number"), max_length=60, blank=True)
    legal_representative = models.CharField(
        _("legal representative"), max_length=120, blank=True, default="", db_default=""
    )
    country = models.CharField(_("country"), max_length=2, blank=True)
    address = models.TextField(_("address"), blank=True)
    language = models.CharField(
        _("language of letters"), max_length=10, choices=Language, default=Language.EN
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="Asia/Shanghai")
    segment = models.CharField(_("segment"), max_length=60, blank=True)
    owner = models.ForeignKey(
        User,
        verbose_name=_("account manager"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="clients",
    )
    notes = models.TextField(_("notes"), blank=True)
    # Standing: written by `clients.services.set_standing` only.
    grade = models.CharField(_("grade"), max_length=1, choices=Grade, default=Grade.U)
    credit_limit = models.DecimalField(
        _("credit limit"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    deposit_ratio = models.DecimalField(
        _("deposit ratio"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    # The currency of the limit; empty: that of whichever creditor asks.
    limit_currency = models.CharField(
        _("currency of the limit"), max_length=3, blank=True, default="", db_default=""
    )
    # Why the ratio stands here; empty: it was set for this client alone.
    deposit_basis = models.CharField(
        max_length=8, choices=DepositBasis, blank=True, default="", db_default="", editable=False
    )
    terms_days = models.PositiveSmallIntegerField(
        _("longest payment terms (days)"),
        null=True,
        blank=True,
        help_text=_("Empty: those of the grade."),
    )
    on_credit_hold = models.BooleanField(_("on credit hold"), default=False)
    hold_reason = models.CharField(_("reason for the hold"), max_length=300, blank=True)
    # What its screening said: written by `clients.services.set_screening` only.
    screening_outcome = models.CharField(
        _("screening"),
        max_length=12,
        choices=ScreeningOutcome,
        blank=True,
        default="",
        db_default="",
    )
    screened_until = models.DateField(_("screened until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ("name_pinyin", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(code=""), name="client_code_given"),
            models.CheckConstraint(condition=~Q(legal_name=""), name="client_name_given"),
            models.CheckConstraint(condition=Q(grade__in=Grade.values), name="client_grade_known"),
            models.CheckConstraint(
                condition=Q(deposit_ratio=None) | Q(deposit_ratio__gte=0, deposit_ratio__lte=1),
                name="client_deposit_ratio_share",
            ),
            models.CheckConstraint(
                condition=Q(on_credit_hold=False) | ~Q(hold_reason=""),
                name="client_hold_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(screening_outcome__in=["", "REJECTED"], screened_until=None)
                | Q(
                    screening_outcome__in=["ACCEPTED", "CONDITIONAL"], screened_until__isnull=False
                ),
                name="client_screening_dated",
            ),
            models.CheckConstraint(
                condition=Q(deposit_basis="") | Q(deposit_ratio__isnull=False),
                name="client_basis_of_a_ratio",
            ),
        )
        indexes = (
            models.Index(fields=["owner", "name_pinyin", "id"], name="client_owner_name"),
            models.Index(fields=["name_pinyin", "id"], name="client_name_order"),
            models.Index(
                fields=["name_initials"], name="client_initials", opclasses=["text_pattern_ops"]
            ),
            GinIndex(fields=["search_text"], name="client_search", opclasses=["gin_trgm_ops"]),
        )

    def __str__(self) -> str:
        return self.legal_name


class ContactQuerySet(models.QuerySet["Contact"]):
    """People at clients."""

    def visible_to(self, user: User) -> Self:
        """Contacts of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)

    def for_reminders(self) -> Self:
        """Who may be sent a reminder: has a working address and has not opted out."""
        return self.filter(
            receives_reminders=True, opted_out_at=None, email_failed_at=None
        ).exclude(email="")


class Contact(models.Model):
    """A person at the client, and what they may be told."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(
        _("role"), max_length=24, choices=ContactRole, default=ContactRole.ACCOUNTS_PAYABLE
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    is_primary = models.BooleanField(_("first choice"), default=False)
    receives_reminders = models.BooleanField(_("receives reminders"), default=True)
    opted_out_at = models.DateTimeField(_("opted out"), null=True, blank=True)
    email_failed_at = models.DateTimeField(_("address failed"), null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ("client", "-is_primary", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["client"], condition=Q(is_primary=True), name="contact_one_primary"
            ),
        )
        # Whose a mail is: by its sender's address, or as a guess by the address's domain.
        indexes = (
            models.Index(Lower("email"), name="contact_address"),
            models.Index(
                Func(
                    Lower("email"),
                    Value("@"),
                    Value(2),
                    function="split_part",
                    output_field=models.CharField(),
                ),
                name="contact_domain",
            ),
        )

    def __str__(self) -> str:
        return self.name


class ClientDocument(models.Model):
    """A kept file that belongs to a client; whoever sees the client may download it."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="documents")
    document = models.OneToOneField(Document, on_delete=models.PROTECT)
    title = models.CharField(_("title"), max_length=200)

    class Meta:
        verbose_name = _("client document")
        ordering = ("-document__created_at", "-pk")

    def __str__(self) -> str:
        return self.title

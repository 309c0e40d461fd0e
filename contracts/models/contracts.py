"""A contract with its parties, dates, payment terms, late-charge clause and prepayment."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from contracts.models.catalogue import ContractTemplate, ServiceType
from contracts.rules.prepayment import agreed_amount
from contracts.states import ContractLanguage, ContractState, LateChargeKind, PrepaymentKind
from core.models import Document, User


class ContractQuerySet(models.QuerySet["Contract"]):
    """Contracts, in the words of the domain."""

    def visible_to(self, user: User) -> Self:
        """Contracts of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class Contract(models.Model):
    """An agreement between one creditor and one client."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="contracts")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contracts")
    number = models.CharField(_("contract number"), max_length=80)
    title = models.CharField(_("title"), max_length=200, blank=True)
    title_zh = models.CharField(_("title in Chinese"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=ContractState, default=ContractState.DRAFT
    )
    service_type = models.ForeignKey(
        ServiceType,
        verbose_name=_("service"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contracts",
    )
    template = models.ForeignKey(
        ContractTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    language = models.CharField(
        _("language of the contract"),
        max_length=10,
        choices=ContractLanguage,
        default=ContractLanguage.EN,
    )
    governing_language = models.CharField(
        _("governing language"),
        max_length=10,
        choices=[c for c in ContractLanguage.choices if c[0] != ContractLanguage.BOTH],
        default=ContractLanguage.EN,
        help_text=_("It decides where the two languages differ."),
    )
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(
        _("contract price"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    terms_days = models.PositiveSmallIntegerField(
        _("payment terms (days)"), default=30, help_text=_("Days from the invoice date.")
    )
    late_charge_kind = models.CharField(
        _("late charge"), max_length=8, choices=LateChargeKind, default=LateChargeKind.NONE
    )
    late_charge_preset = models.CharField(_("preset"), max_length=40, blank=True)
    late_charge_rate = models.DecimalField(
        _("agreed rate (% a year)"), max_digits=9, decimal_places=5, null=True, blank=True
    )
    late_charge_basis = models.PositiveSmallIntegerField(
        _("day-count basis"), default=365, choices=[(360, "360"), (365, "365")]
    )
    late_charge_clause = models.CharField(
        _("clause"), max_length=80, blank=True, help_text=_("Where the contract says so.")
    )
    acceptance_days = models.PositiveSmallIntegerField(
        _("days to accept"),
        null=True,
        blank=True,
        help_text=_("Without an answer in these days a delivery counts as accepted. Empty: never."),
    )
    minutes_days = models.PositiveSmallIntegerField(
        _("days to object to minutes"),
        null=True,
        blank=True,
        help_text=_("Without an objection in these days minutes count as confirmed. Empty: never."),
    )
    suspension_days = models.PositiveSmallIntegerField(
        _("days late before suspension"),
        null=True,
        blank=True,
        help_text=_("Empty: the contract does not allow to suspend."),
    )
    # What is paid before the work. The ratio and its reason are frozen when the contract is sent.
    prepayment_kind = models.CharField(
        _("kind of prepayment"),
        max_length=12,
        choices=PrepaymentKind,
        default=PrepaymentKind.PREPAYMENT,
    )
    demanded_ratio = models.DecimalField(
        _("prepayment demanded"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    demanded_reason = models.CharField(_("why it is demanded"), max_length=120, blank=True)
    prepayment_ratio = models.DecimalField(
        _("prepayment ratio"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    prepayment_reason = models.CharField(max_length=500, blank=True, editable=False)
    # After an amendment that lowers the price: the sum that was asked for already, and stays.
    prepayment_kept = models.DecimalField(
        max_digits=18, decimal_places=3, null=True, blank=True, editable=False
    )
    version_number = models.PositiveSmallIntegerField(default=0, editable=False)
    notice_email = models.EmailField(_("designated e-mail for notices"), blank=True)
    notice_address = models.TextField(_("address for notices"), blank=True)
    governing_law = models.CharField(_("governing law"), max_length=80, blank=True)
    forum = models.CharField(_("court or arbitration"), max_length=200, blank=True)
    creditor_signatory = models.CharField(_("signed for us by"), max_length=120, blank=True)
    client_signatory = models.CharField(_("signed for the client by"), max_length=120, blank=True)
    document = models.ForeignKey(
        Document, verbose_name=_("signed copy"), on_delete=models.PROTECT, null=True, blank=True
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ("-signed_on", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["creditor", "number"], name="contract_number_once"),
            models.CheckConstraint(condition=~Q(number=""), name="contract_number_given"),
            models.CheckConstraint(
                condition=Q(state__in=ContractState.values), name="contract_state_known"
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gt=0), name="contract_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="contract_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(late_charge_rate=None)
                | Q(late_charge_rate__gte=0, late_charge_rate__lte=400),
                name="contract_rate_sane",
            ),
            models.CheckConstraint(
                condition=(Q(late_charge_kind="NONE") & Q(late_charge_rate=None))
                | (Q(late_charge_kind="RATE") & Q(late_charge_rate__isnull=False))
                | (Q(late_charge_kind="PRESET") & ~Q(late_charge_preset="")),
                name="contract_late_charge_whole",
            ),
            models.CheckConstraint(
                condition=Q(prepayment_ratio=None)
                | Q(prepayment_ratio__gte=0, prepayment_ratio__lte=1),
                name="contract_prepayment_share",
            ),
            models.CheckConstraint(
                condition=Q(prepayment_kept=None) | Q(prepayment_kept__gt=0),
                name="contract_prepayment_kept",
            ),
            models.CheckConstraint(
                condition=Q(minutes_days=None) | Q(minutes_days__gte=1),
                name="contract_minutes_days_sane",
            ),
            models.CheckConstraint(
                condition=Q(demanded_ratio=None) | Q(demanded_ratio__gte=0, demanded_ratio__lte=1),
                name="contract_demand_share",
            ),
        )
        indexes = (models.Index(fields=["client", "-signed_on"], name="contract_client"),)

    def __str__(self) -> str:
        return self.number

    @property
    def prepayment_agreed(self) -> Decimal:
        """What is to be paid before the work: the frozen ratio, or what was kept above it."""
        return agreed_amount(
            self.amount, self.prepayment_ratio, self.prepayment_kept, self.currency
        )

    def title_in(self, language: str) -> str:
        """Its title in a language, else in the one it has."""
        in_chinese = self.title_zh or self.title
        return in_chinese if language == "zh-hans" else self.title or self.title_zh

    @property
    def title_shown(self) -> str:
        """Its title for whoever reads the page."""
        return self.title_in(get_language() or "en")


class ContractTransition(models.Model):
    """One change of state: who, when, why. Append-only."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="transitions")
    from_state = models.CharField(max_length=12, choices=ContractState)
    to_state = models.CharField(max_length=12, choices=ContractState)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("contract transition")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"

"""Changes of a contract that is in force: proposed, approved within limits, accepted, applied."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contracts import Contract
from contracts.models.versions import ContractVersion
from contracts.states import AmendmentKind, AmendmentState
from core.models import Document, User
from core.states import Role


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    """Amendments, in the words of the domain."""

    def visible_to(self, user: User) -> Self:
        """Amendments of contracts this user may see."""
        return self if user.sees_all_clients else self.filter(contract__client__owner=user)

    def undecided(self) -> Self:
        """Neither in force nor given up."""
        return self.filter(state__in=[AmendmentState.PROPOSED, AmendmentState.APPROVED])


class Amendment(models.Model):
    """A change of one version into another. `changes` is what was asked, `version` the new text."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=AmendmentKind)
    state = models.CharField(
        _("state"), max_length=10, choices=AmendmentState, default=AmendmentState.PROPOSED
    )
    base = models.ForeignKey(ContractVersion, on_delete=models.PROTECT, related_name="+")
    version = models.OneToOneField(
        ContractVersion, on_delete=models.PROTECT, related_name="amendment"
    )
    changes = models.JSONField()
    reason = models.CharField(_("reason"), max_length=500)
    price_before = models.DecimalField(max_digits=18, decimal_places=3)
    price_after = models.DecimalField(max_digits=18, decimal_places=3)
    days_longer = models.PositiveSmallIntegerField(default=0)
    # What had been asked for before the work, and had come in, when this was proposed.
    prepaid_asked = models.DecimalField(max_digits=18, decimal_places=3, default=0)
    prepaid_received = models.DecimalField(max_digits=18, decimal_places=3, default=0)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    document = models.ForeignKey(
        Document,
        verbose_name=_("signed copy"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ("contract", "-number")
        constraints = (
            models.UniqueConstraint(fields=["contract", "number"], name="amendment_number_once"),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(state__in=["PROPOSED", "APPROVED"]),
                name="amendment_one_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="amendment_has_reason"),
            models.CheckConstraint(
                condition=Q(price_before__gt=0, price_after__gt=0), name="amendment_prices_positive"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AmendmentState.values), name="amendment_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="PROPOSED", decided_at=None)
                | Q(state="WITHDRAWN")
                | Q(decided_at__isnull=False),
                name="amendment_decided_with_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract_id}/{self.number}"


class AmendmentLimit(models.Model):
    """How far a role may let an amendment go, by itself. Beyond it, a higher role decides."""

    role = models.CharField(_("role"), max_length=10, choices=Role, unique=True)
    discount_percent = models.DecimalField(
        _("largest discount (%)"), max_digits=5, decimal_places=2, default=0
    )
    extension_days = models.PositiveSmallIntegerField(_("longest extension (days)"), default=0)

    class Meta:
        verbose_name = _("limit of approval")
        verbose_name_plural = _("limits of approval")
        ordering = ("role",)
        constraints = (
            models.CheckConstraint(
                condition=Q(discount_percent__gte=0, discount_percent__lte=100),
                name="amendment_limit_share",
            ),
        )

    def __str__(self) -> str:
        return self.role

"""What is done under a contract: deliveries, their acceptance, duties of both sides, flags."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contracts import Contract
from contracts.models.parts import ContractClause, ContractLine
from contracts.states import AnsweredHow, DeliveryState, FlagKind, Side
from core.models import Document, User


class Delivery(models.Model):
    """Something of a line was handed over. Its facts never change; its state follows the answer."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="deliveries")
    line = models.ForeignKey(ContractLine, on_delete=models.PROTECT, related_name="deliveries")
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState, default=DeliveryState.DELIVERED
    )
    delivered_on = models.DateField(_("delivered"))
    what = models.CharField(_("what was delivered"), max_length=500)
    recipient = models.CharField(_("handed to"), max_length=120, blank=True)
    document = models.ForeignKey(
        Document,
        verbose_name=_("delivery note"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    completes_line = models.BooleanField(
        _("the line is complete with it"), default=True, help_text=_("No: part of it is to come.")
    )
    accept_by = models.DateField(_("accepted by silence after"), null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("delivered_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(completes_line=True) & ~Q(state="REJECTED"),
                name="delivery_completes_once",
            ),
            models.CheckConstraint(condition=~Q(what=""), name="delivery_says_what"),
            models.CheckConstraint(
                condition=Q(accept_by=None) | Q(accept_by__gte=F("delivered_on")),
                name="delivery_time_to_answer",
            ),
        )
        indexes = (
            models.Index(
                fields=["accept_by"],
                condition=Q(state="DELIVERED", accept_by__isnull=False),
                name="delivery_waiting",
            ),
        )

    def __str__(self) -> str:
        return self.what


class DeliveryAnswer(models.Model):
    """The client accepted or rejected a delivery, or let the agreed time pass. Append-only."""

    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="answer")
    outcome = models.CharField(
        _("answer"),
        max_length=10,
        choices=[c for c in DeliveryState.choices if c[0] != DeliveryState.DELIVERED],
    )
    how = models.CharField(_("how"), max_length=8, choices=AnsweredHow)
    answered_on = models.DateField(_("answered"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    remark = models.CharField(_("remark"), max_length=1000, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    document = models.ForeignKey(
        Document,
        verbose_name=_("acceptance record"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("answer to a delivery")
        verbose_name_plural = _("answers to deliveries")
        constraints = (
            models.CheckConstraint(
                condition=Q(how="DEEMED", outcome="ACCEPTED") | (~Q(how="DEEMED") & ~Q(name="")),
                name="answer_has_a_name",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="REJECTED") | ~Q(remark=""), name="rejection_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(how="LINK") | Q(address__isnull=False), name="answer_by_link_address"
            ),
        )

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.outcome}"


class Obligation(models.Model):
    """A duty besides delivering and paying: send the data, name a contact, give access."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="obligations")
    side = models.CharField(_("whose"), max_length=8, choices=Side)
    what = models.CharField(_("what"), max_length=300)
    due_on = models.DateField(_("due"))
    done_on = models.DateField(_("done"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(what=""), name="obligation_says_what"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="obligation_side_known"),
        )
        indexes = (
            models.Index(fields=["due_on"], condition=Q(done_on=None), name="obligation_open"),
        )

    def __str__(self) -> str:
        return self.what


class FlagQuerySet(models.QuerySet["SupervisionFlag"]):
    """Flags, in the words of the domain."""

    def visible_to(self, user: User) -> Self:
        """Flags of contracts this user may see."""
        return self if user.sees_all_clients else self.filter(contract__client__owner=user)

    def standing(self) -> Self:
        """What is still so."""
        return self.filter(cleared_on=None)


class SupervisionFlag(models.Model):
    """What the daily check found. It is put up once, taken down once, and never deleted."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="flags")
    kind = models.CharField(_("finding"), max_length=16, choices=FlagKind)
    line = models.ForeignKey(
        ContractLine, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    obligation = models.ForeignKey(
        Obligation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    clause = models.ForeignKey(
        ContractClause, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    since_on = models.DateField(_("since"))
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    found_on = models.DateField(_("found"))
    cleared_on = models.DateField(_("ended"), null=True, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ("since_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "kind", "line", "obligation"],
                condition=Q(cleared_on=None),
                nulls_distinct=False,
                name="flag_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=FlagKind.values), name="flag_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="LATE_DELIVERY", line__isnull=False)
                | Q(kind__in=["LATE_OURS", "LATE_THEIRS"], obligation__isnull=False)
                | Q(kind__in=["LATE_PAYMENT", "MAY_SUSPEND", "MAY_RESUME"]),
                name="flag_names_its_cause",
            ),
        )
        indexes = (
            models.Index(
                fields=["kind", "since_on"], condition=Q(cleared_on=None), name="flag_standing"
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} {self.kind}"

"""What was sent out, what the lawyer said, what the client accepted. Nothing here is edited."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contracts import Contract
from contracts.states import AcceptedHow, ReviewState
from core.models import Document, User


class ContractVersion(models.Model):
    """The whole text of a contract at one moment: canonical JSON, its hash, and its PDF."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("contract version")
        ordering = ("contract", "-number")
        constraints = (
            models.UniqueConstraint(fields=["contract", "number"], name="contract_version_once"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="contract_version_hashed"
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract_id}/{self.number}"


class Review(models.Model):
    """A lawyer's look at one version."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="reviews")
    version = models.ForeignKey(ContractVersion, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(
        User, verbose_name=_("reviewer"), on_delete=models.PROTECT, related_name="reviews"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ReviewState, default=ReviewState.ASKED
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    verdict = models.CharField(_("verdict"), max_length=1000, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("legal review")
        verbose_name_plural = _("legal reviews")
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["contract"], condition=Q(state="ASKED"), name="review_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="ASKED", decided_at__isnull=True)
                | (~Q(state="ASKED") & Q(decided_at__isnull=False)),
                name="review_decided_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="CHANGES") | ~Q(verdict=""), name="review_changes_are_named"
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} {self.state}"


class ReviewRemark(models.Model):
    """A remark on a clause, or on the contract as a whole. Append-only."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="remarks")
    clause_position = models.PositiveSmallIntegerField(_("clause"), null=True, blank=True)
    about = models.CharField(
        _("about"), max_length=160, blank=True, help_text=_("The clause's heading as it was then.")
    )
    text = models.CharField(_("remark"), max_length=1000)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("remark")
        ordering = ("pk",)
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="remark_says_something"),)

    def __str__(self) -> str:
        return self.text


class Override(models.Model):
    """A manager lets a contract pass in spite of a gap and says why. Append-only."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="overrides")
    gap = models.CharField(max_length=40)
    sentence = models.CharField(max_length=500)
    reason = models.CharField(_("reason"), max_length=500)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("override")
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["contract", "gap"], name="override_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_reason"),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} {self.gap}"


class OverrideRequest(models.Model):
    """Somebody asks a manager to let a contract pass in spite of a gap; answered once."""

    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="override_requests"
    )
    gap = models.CharField(max_length=40)
    sentence = models.CharField(max_length=500)
    note = models.CharField(_("why it should pass"), max_length=500)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    refusal = models.CharField(_("why not"), max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("override asked for")
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "gap"],
                condition=Q(answered_at=None),
                name="override_asked_once",
            ),
            models.CheckConstraint(condition=~Q(note=""), name="override_asked_with_note"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False) | Q(answered_by=None, refusal=""),
                name="override_answer_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} {self.gap}"


class ContractAcceptance(models.Model):
    """The client's consent to one version. Append-only."""

    version = models.OneToOneField(
        ContractVersion, on_delete=models.PROTECT, related_name="acceptance"
    )
    how = models.CharField(max_length=8, choices=AcceptedHow)
    name = models.CharField(_("name"), max_length=120)
    accepted_on = models.DateField()
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True, blank=True)
    text_sha256 = models.CharField(max_length=64)
    reference = models.CharField(max_length=80, blank=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("acceptance of a contract")
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="acceptance_has_name"),
            models.CheckConstraint(
                condition=Q(how="PAPER") | Q(address__isnull=False), name="acceptance_has_address"
            ),
        )

    def __str__(self) -> str:
        return f"{self.version_id} {self.name}"

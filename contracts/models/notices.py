"""Policy notices that belong to a contract: which version was attached, and when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.contracts import Contract
from core.models import User
from interactions.models import NoticeVersion


class ContractNotice(models.Model):
    """A version of a notice that was attached to a contract. Append-only."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="notices")
    version = models.ForeignKey(NoticeVersion, on_delete=models.PROTECT, related_name="contracts")
    attached_on = models.DateField(_("attached"))
    attached_at = models.DateTimeField()
    attached_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("notice of a contract")
        verbose_name_plural = _("notices of contracts")
        ordering = ("attached_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["contract", "version"], name="contract_notice_once"),
        )

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.version_id}"

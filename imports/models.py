"""Files that came in, and mappings kept for the next one of the same kind."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Creditor
from core.models import Document, Job, User
from imports.states import ImportState


class SavedMapping(models.Model):
    """What the columns of one kind of file are. Found again by the file's headings."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    signature = models.CharField(max_length=64, db_index=True, editable=False)
    mapping = models.JSONField(editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("saved mapping")
        verbose_name_plural = _("saved mappings")
        ordering = ("name",)
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="mapping_name_given"),)

    def __str__(self) -> str:
        return self.name


class LedgerImportQuerySet(models.QuerySet["LedgerImport"]):
    """Imports."""

    def visible_to(self, user: User) -> Self:
        """Whoever sees every client: a file names clients of all of sales."""
        return self if user.sees_all_clients else self.none()


class LedgerImport(models.Model):
    """One file: how it is read, what was found in it, and what it became.

    `mapping` is the mapping of columns as in a mapping file; `report` holds the findings and
    totals of the last check or of the import, as `imports.selectors` reads them.
    """

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="imports")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="imports")
    mapping = models.JSONField(default=dict)
    sheet = models.CharField(max_length=120, blank=True)
    header_row = models.PositiveIntegerField(default=0)
    until = models.DateField(_("known by"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState, default=ImportState.UPLOADED
    )
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    report = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(null=True)

    objects = LedgerImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="import_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ImportState.IMPORTED, imported_at__isnull=False)
                | (~Q(state=ImportState.IMPORTED) & Q(imported_at=None)),
                name="import_done_has_time",
            ),
        )
        indexes = (models.Index(fields=["-created_at", "-id"], name="import_recent"),)

    def __str__(self) -> str:
        return self.document.original_name

    @property
    def source(self) -> str:
        """What its invoices carry as their source."""
        return f"import:{self.pk}"

    @property
    def totals(self) -> list[dict[str, Any]]:
        """Totals per currency of the last check or import."""
        return list(self.report.get("totals", []))

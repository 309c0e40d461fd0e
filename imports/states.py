"""States and choices of imports."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportState(TextChoices):
    """Life of one file: read, checked, taken in."""

    UPLOADED = "UPLOADED", pgettext_lazy("import", "Uploaded")
    CHECKING = "CHECKING", pgettext_lazy("import", "Being checked")
    READY = "READY", pgettext_lazy("import", "Ready to import")
    REFUSED = "REFUSED", pgettext_lazy("import", "Has problems")
    IMPORTING = "IMPORTING", pgettext_lazy("import", "Being imported")
    IMPORTED = "IMPORTED", pgettext_lazy("import", "Imported")


# A refused or ready file may be mapped and checked again; an imported one is history.
TRANSITIONS: dict[ImportState, frozenset[ImportState]] = {
    ImportState.UPLOADED: frozenset({ImportState.CHECKING}),
    ImportState.CHECKING: frozenset({ImportState.READY, ImportState.REFUSED, ImportState.CHECKING}),
    ImportState.READY: frozenset({ImportState.CHECKING, ImportState.IMPORTING}),
    ImportState.REFUSED: frozenset({ImportState.CHECKING}),
    ImportState.IMPORTING: frozenset(
        {ImportState.IMPORTED, ImportState.REFUSED, ImportState.READY}
    ),
    ImportState.IMPORTED: frozenset(),
}


class ImportKind(TextChoices):
    """What the rows of a file are."""

    INVOICES = "INVOICES", _("Invoices")
    PAYMENTS = "PAYMENTS", _("Payments received")


class DateOrder(TextChoices):
    """How 03/04/2026 is read."""

    AUTO = "AUTO", _("As the column shows")
    DMY = "DMY", _("Day first (3 April)")
    MDY = "MDY", _("Month first (4 March)")

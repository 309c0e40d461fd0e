"""Forms of imports: the file, and what its columns are."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from clients.models import Creditor
from core.forms import CurrencyField, DayField
from imports.models import LedgerImport
from imports.rules.mapping import MAX_TERMS, Mapping, mapping_from_json, twice
from imports.rules.targets import Target, targets_for
from imports.selectors.finding_words import TARGET_WORDS, sentence, target_words
from imports.states import DateOrder, ImportKind

_CLIENT: Final = (
    Target.CLIENT_CODE,
    Target.CLIENT_NAME,
    Target.CONTACT_NAME,
    Target.CONTACT_EMAIL,
    Target.PHONE,
    Target.COUNTRY,
    Target.ADDRESS,
    Target.REGISTRATION_NUMBER,
    Target.LANGUAGE,
    Target.OWNER,
)
_LINES: Final = (
    Target.QUANTITY,
    Target.UNIT_PRICE,
    Target.DISCOUNT,
    Target.LINE_AMOUNT,
    Target.TAX,
)
_SETTLED: Final = (
    Target.PAID_AMOUNT,
    Target.OPEN_BALANCE,
    Target.SETTLED_ON,
    Target.DAYS_TO_SETTLE,
    Target.STATUS,
    Target.DISPUTED,
    Target.DISPUTED_AMOUNT,
    Target.PAYMENT_NUMBER,
    Target.APPLIED_AMOUNT,
    Target.METHOD,
)


def _target_choices() -> list[Any]:
    groups = (
        (gettext_lazy("Client"), _CLIENT),
        (
            gettext_lazy("Invoice"),
            tuple(t for t in Target if t not in (*_CLIENT, *_LINES, *_SETTLED)),
        ),
        (gettext_lazy("Payment and dispute"), _SETTLED),
        (gettext_lazy("Lines of an invoice"), _LINES),
    )
    chosen = [(label, [(str(t), TARGET_WORDS[t]) for t in targets]) for label, targets in groups]
    return [("", pgettext_lazy("column", "Not used")), *chosen]


class UploadForm(forms.Form):
    """A file, and whose ledger it is."""

    file = forms.FileField(
        label=pgettext_lazy("noun", "File"), help_text=gettext_lazy("CSV or XLSX, with headings.")
    )
    creditor = forms.ModelChoiceField(
        Creditor.objects.all(), label=gettext_lazy("Creditor"), empty_label=None
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            limit = filesizeformat(settings.IMPORT_MAX_BYTES)
            raise forms.ValidationError(
                _("The file is larger than %s. Split it, or save the sheet as CSV.") % limit
            )
        return file


class MappingForm(forms.Form):
    """What each column is and how its values are read; `mapping` after validation."""

    kind = forms.ChoiceField(label=gettext_lazy("The rows are"), choices=ImportKind)
    creditor = forms.ModelChoiceField(
        Creditor.objects.all(), label=gettext_lazy("Creditor"), empty_label=None
    )
    date_order = forms.ChoiceField(label=gettext_lazy("3/4/2026 is"), choices=DateOrder)
    decimal = forms.ChoiceField(
        label=gettext_lazy("Decimal sign"),
        required=False,
        choices=[("", gettext_lazy("As the columns show")), (".", "1,234.56"), (",", "1.234,56")],
    )
    currency = CurrencyField(
        label=gettext_lazy("Currency of rows without one"),
        required=False,
    )
    terms_days = forms.IntegerField(
        label=gettext_lazy("Days to pay, where the file gives neither due date nor terms"),
        required=False,
        min_value=0,
        max_value=MAX_TERMS,
    )
    until = DayField(
        label=gettext_lazy("Only what was known on"),
        required=False,
        help_text=gettext_lazy("Empty: all of it. For trials as of a past day."),
    )
    sections = forms.BooleanField(
        label=gettext_lazy("Clients are named on lines of their own, above their invoices"),
        required=False,
    )
    save_as = forms.CharField(
        label=gettext_lazy("Save the mapping as"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("The next file with these headings is read in the same way."),
    )

    def __init__(
        self, data: Any = None, *, row: LedgerImport, labels: Sequence[str], **kwargs: Any
    ) -> None:
        mapping = mapping_from_json(row.mapping, labels)
        kwargs["initial"] = _initial(row, mapping)
        super().__init__(data, **kwargs)
        self._labels, self._before = labels, mapping
        self.mapping = mapping
        self.fields["currency"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", gettext_lazy("The creditor's")),
            *self.fields["currency"].choices,  # type: ignore[attr-defined]  # a choice field
        ]
        for index, label in enumerate(labels):
            self.fields[f"column_{index}"] = forms.ChoiceField(
                choices=_target_choices,
                required=False,
                label=label,
                initial=str(mapping.columns[index] or ""),
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        """The fields of the columns, in their order."""
        return [self[f"column_{index}"] for index in range(len(self._labels))]

    @property
    def settings(self) -> list[forms.BoundField]:
        """All other fields."""
        return [self[name] for name in self.fields if not name.startswith("column_")]

    def clean(self) -> dict[str, Any]:
        """Each target once, none of the other kind, and what is needed."""
        cleaned = super().clean() or {}
        kind = cleaned.get("kind", self._before.kind)
        chosen = [cleaned.get(f"column_{index}") or "" for index in range(len(self._labels))]
        columns = [Target(name) if name else None for name in chosen]
        allowed = targets_for(kind)
        for index, target in enumerate(columns):
            if target and target not in allowed:
                self.add_error(
                    f"column_{index}",
                    _("Payments have no such column. Choose another.")
                    if kind == ImportKind.PAYMENTS
                    else _("Invoices have no such column. Choose another."),
                )
        for finding in twice(columns, self._labels):
            index = self._labels.index(finding.column)
            self.add_error(f"column_{index}", sentence(finding))
        data = {**cleaned, "columns": {}}
        self.mapping = Mapping(
            columns=tuple(columns), kind=kind, source=self._before.source
        ).with_conventions(data)
        for one in self.mapping.missing:
            names = ", ".join(target_words(name) for name in sorted(one))
            self.add_error(None, _("Say which column is: %s.") % names)
        return cleaned


def _initial(row: LedgerImport, mapping: Mapping) -> dict[str, Any]:
    return {
        "kind": mapping.kind,
        "creditor": row.creditor_id,
        "date_order": mapping.date_order,
        "decimal": mapping.decimal,
        "currency": mapping.currency,
        "terms_days": mapping.terms_days,
        "until": row.until,
        "sections": mapping.sections,
    }

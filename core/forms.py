"""Fields that forms of every room share."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.money import tender_currencies

COMMON_CURRENCIES = ("CNY", "EUR", "USD", "GBP", "HKD", "JPY")


class DayInput(forms.DateInput):
    """A date as the browser's own calendar: its value is always ISO, whatever the language."""

    input_type = "date"

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(attrs=dict(attrs or {}), format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and time as the browser's own picker."""

    input_type = "datetime-local"

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(attrs=dict(attrs or {}), format="%Y-%m-%dT%H:%M")


class DayField(forms.DateField):
    """A date."""

    widget = DayInput


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; a list, empty without any."""

    MOST = 20

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", FilesInput)
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file by itself."""
        files = data if isinstance(data, list | tuple) else [data]
        if len(files) > self.MOST:
            raise forms.ValidationError(_("At most %(most)d files at once.") % {"most": self.MOST})
        read = [super(FilesField, self).clean(one, initial) for one in files if one]
        if self.required and not read:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return read


class AmountField(forms.DecimalField):
    """Money without its currency: above zero, with a point for the decimals."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 3)
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num"}),
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """Accept the thousands commas that people copy from a statement."""
        if isinstance(value, str):
            value = value.replace(",", "").replace("，", "").replace(" ", "")
        return super().to_python(value)


class CurrencyField(forms.ChoiceField):
    """An ISO 4217 code that is legal tender; the common ones first."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Currency"))
        others = sorted(tender_currencies() - set(COMMON_CURRENCIES))
        super().__init__(choices=[(code, code) for code in (*COMMON_CURRENCIES, *others)], **kwargs)


def note_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show a refused act at the field it names, else above the form."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, str(refusal))


def typed_text(text: str | None, limit: int = 80) -> str:
    """What somebody typed into an address, on one line; characters nobody types are left out."""
    printable = "".join(c if c.isprintable() else " " for c in (text or "")[: 4 * limit])
    return " ".join(printable.split())[:limit]


def day_or_none(text: str | None) -> dt.date | None:
    """A date from an address (`2026-06-30`); None for anything else."""
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return None

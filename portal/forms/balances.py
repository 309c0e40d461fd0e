"""What the staff fill in to ask many clients at once, and to say how long to wait."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from clients.models import Creditor
from core.forms import CurrencyField, DayField
from portal.rules import DAYS_VALID


class BatchForm(forms.Form):
    """Whose accounts, as of which day. `key` makes two clicks one batch."""

    creditor = forms.ModelChoiceField(
        Creditor.objects.order_by("code"), label=_("Creditor"), empty_label=None
    )
    currency = CurrencyField()
    on = DayField(label=_("As of the end of"))
    overdue_only = forms.BooleanField(label=_("Only with something overdue"), required=False)
    days = forms.TypedChoiceField(label=_("Valid for"), coerce=int)
    may_remind = forms.BooleanField(
        label=_("Remind once by e-mail if there is no answer"), required=False
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, on: dt.date, creditor: Creditor | None, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "on": on.replace(day=1) - dt.timedelta(days=1),
            "creditor": creditor.pk if creditor else None,
            "currency": creditor.currency if creditor else "CNY",
            "days": 30,
            "key": uuid.uuid4().hex,
        }
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [  # type: ignore[attr-defined]  # a choice field
            (n, ngettext("%(count)s day", "%(count)s days", n) % {"count": n}) for n in DAYS_VALID
        ]


class SilenceForm(forms.Form):
    """How many working days one creditor waits."""

    days = forms.IntegerField(
        label=pgettext_lazy("silence", "Working days"), min_value=1, max_value=60
    )

    def __init__(self, *args: Any, creditor: Creditor, days: int, **kwargs: Any) -> None:
        kwargs["initial"] = {"days": days}
        kwargs["auto_id"] = f"id_{creditor.pk}_%s"
        super().__init__(*args, **kwargs)
        self.creditor = creditor

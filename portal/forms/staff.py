"""What the staff fill in to make, find and revoke links."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from clients.models import Client, Contact
from clients.states import Language
from core.forms import DayField
from portal.rules import DAYS_VALID
from portal.services import all_actions
from portal.states import LinkState


class IssueLinkForm(forms.Form):
    """Who is asked, in which language, for how long. `key` makes two clicks one link."""

    contact = forms.ModelChoiceField(
        queryset=Contact.objects.none(),
        label=pgettext_lazy("link", "For"),
        required=False,
        empty_label=pgettext_lazy("link", "nobody in particular"),
        help_text=_("Their name and e-mail address are kept with the link."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    days = forms.TypedChoiceField(label=_("Valid for"), coerce=int)
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        contacts = client.contacts.order_by("-is_primary", "pk")
        initial = {
            "key": uuid.uuid4().hex,
            "language": client.language,
            "days": 14,
            "contact": contacts.first(),
        }
        kwargs["initial"] = {**initial, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        chosen = self.fields["contact"]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101  # as declared above
        chosen.queryset = contacts
        self.fields["days"].choices = [  # type: ignore[attr-defined]  # a choice field, see above
            (n, ngettext("%(count)s day", "%(count)s days", n) % {"count": n}) for n in DAYS_VALID
        ]


INTEREST_RISK: Final = _(
    "A statement of account that names principal and interest may be read as a settlement that "
    "waives later penalties (PRC judicial interpretation on sales contracts, art. 18). Tick this "
    "only if that is intended."
)


class RemindingLinkForm(IssueLinkForm):
    """One whose silence is followed up."""

    may_remind = forms.BooleanField(
        label=_("Remind once by e-mail if there is no answer"),
        required=False,
        help_text=_("In the client's office hours, after the working days set for it."),
    )


class StatementLinkForm(RemindingLinkForm):
    """Which account is to be confirmed, as of which day; principal only unless said and ticked."""

    account = forms.ChoiceField(label=pgettext_lazy("statement", "Account"))
    on = DayField(
        label=_("As of the end of"),
        help_text=_("The open invoices of that day are frozen with the link."),
    )
    with_interest = forms.BooleanField(
        label=_("State late-payment interest as well"),
        required=False,
        help_text=_("Usually not: by default the statement reserves interest without a figure."),
    )
    interest_risk = forms.BooleanField(
        label=_("I know that this may waive later penalties"), required=False
    )
    interest_reason = forms.CharField(
        label=_("Why interest is stated as well"),
        required=False,
        max_length=300,
        widget=forms.TextInput,
    )
    field_order = (
        "account",
        "on",
        "contact",
        "language",
        "days",
        "may_remind",
        "with_interest",
        "interest_risk",
        "interest_reason",
    )

    def clean(self) -> dict[str, Any]:
        """Principal and interest together need a tick after the warning, and a reason."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        asked = cleaned.pop("with_interest", False)
        knows, reason = cleaned.pop("interest_risk", False), cleaned.get("interest_reason", "")
        cleaned["interest_reason"] = reason if asked else None
        if not asked:
            return cleaned
        if not knows:
            self.add_error("interest_risk", INTEREST_RISK)
        if not reason.strip():
            self.add_error("interest_reason", _("Say why; the reason is kept."))
        return cleaned

    def __init__(
        self, *args: Any, accounts: Sequence[tuple[str, str]], today: dt.date, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"on": today, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = accounts  # type: ignore[attr-defined]  # a choice field


class RevokeForm(forms.Form):
    """Why a link is closed before its time."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class LinkFilterForm(forms.Form):
    """Which links a list shows."""

    state = forms.ChoiceField(label=_("State"), required=False)
    action = forms.ChoiceField(label=pgettext_lazy("link", "Asks to"), required=False)
    client = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", pgettext_lazy("filter", "All"))
        choices = {
            "state": [every, *LinkState.choices],
            "action": [every, *((one.code, one.title) for one in all_actions())],
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]  # choice fields
            self.fields[name].widget.attrs["data-autosubmit"] = ""

"""Forms of the log."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, Contact
from core.forms import DayField, FilesField, typed_text
from core.models import User
from interactions.selectors import LogFilter, about_choices
from interactions.states import Direction, InteractionKind, Outcome

_ANY = [("", pgettext_lazy("filter", "All"))]


class CorrectionForm(forms.Form):
    """What should have been written. The first entry stays as it is."""

    body = forms.CharField(label=_("What is right"), widget=forms.Textarea(attrs={"rows": 4}))
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices, required=False)
    attachments = FilesField(label=_("Files"), required=False)


class LogFilterForm(forms.Form):
    """Search and filters of the log; what cannot be read does not filter."""

    q = forms.CharField(required=False, max_length=80, label=_("Words"), widget=forms.SearchInput)
    kind = forms.ChoiceField(
        required=False, label=_("What"), choices=[*_ANY, *InteractionKind.choices]
    )
    direction = forms.ChoiceField(
        required=False, label=_("Direction"), choices=[*_ANY, *Direction.choices]
    )
    outcome = forms.ChoiceField(
        required=False,
        label=_("Outcome"),
        choices=[*_ANY, *(one for one in Outcome.choices if one[0])],
    )
    about = forms.ChoiceField(required=False, label=_("About"))
    contact = forms.ModelChoiceField(
        Contact.objects.none(), required=False, label=_("With"), empty_label=_("All")
    )
    person = forms.ModelChoiceField(
        User.objects.order_by("name", "pk"),
        required=False,
        label=_("Recorded by"),
        empty_label=_("All"),
    )
    since = DayField(required=False, label=pgettext_lazy("filter", "From"))
    until = DayField(required=False, label=pgettext_lazy("filter", "Until"))
    with_files = forms.BooleanField(required=False, label=_("With a file"))

    def __init__(self, data: Any, *, client: Client | None = None) -> None:
        super().__init__(data)
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)  # noqa: S101  # for the type checker
        about.choices = [*_ANY, *about_choices()]
        asked = typed_text(self.data.get("about"))
        if ":" in asked:
            about.choices = [*about.choices, (asked, _("One thing"))]
        contact = self.fields["contact"]
        assert isinstance(contact, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        if client is None:
            del self.fields["contact"]
        else:
            contact.queryset = client.contacts.order_by("-is_primary", "pk")

    def chosen(self) -> LogFilter:
        """The filters that hold."""
        self.is_valid()
        read = self.cleaned_data
        person, contact = read.get("person"), read.get("contact")
        return LogFilter(
            text=typed_text(read.get("q")),
            kind=read.get("kind") or "",
            direction=read.get("direction") or "",
            outcome=read.get("outcome") or "",
            person=person.pk if person else None,
            contact=contact.pk if contact else None,
            about=read.get("about") or "",
            since=read.get("since"),
            until=read.get("until"),
            with_files=bool(read.get("with_files")),
        )

"""Forms of related clients."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from credit.states import RelatedSign, RelatedState


class RelatedFilterForm(forms.Form):
    """Which pairs a list shows."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", RelatedState.PROPOSED.label),
            *[one for one in RelatedState.choices if one[0] != RelatedState.PROPOSED],
            ("all", pgettext_lazy("related", "All")),
        ],
    )
    sign = forms.ChoiceField(
        label=pgettext_lazy("related", "Sign"),
        required=False,
        choices=[("", pgettext_lazy("related", "All")), *RelatedSign.choices],
    )
    client = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class RelatedReasonForm(forms.Form):
    """Why two clients belong together, or do not."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who owns either client reads it."),
    )

"""What is filled in to decide on an amendment, and to set the limits."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField


class NoteForm(forms.Form):
    """A note that may be left out."""

    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class NeededNoteForm(forms.Form):
    """Why not."""

    note = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class SignedAmendmentForm(forms.Form):
    """The agreement came back signed on paper."""

    accepted_on = DayField(label=_("Signed on"))
    name = forms.CharField(label=_("Signed for the client by"), max_length=120)
    file = forms.FileField(label=_("Signed copy (PDF or image)"))


class LimitForm(forms.Form):
    """How far a role may go; both empty: it approves nothing."""

    discount_percent = forms.DecimalField(
        label=_("Largest discount (%)"), max_digits=5, decimal_places=2, required=False
    )
    extension_days = forms.IntegerField(label=_("Longest extension (days)"), required=False)

"""Forms of the log."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CorrectionForm(forms.Form):
    """What should have been written. The first entry stays as it is."""

    body = forms.CharField(label=_("What is right"), widget=forms.Textarea(attrs={"rows": 4}))

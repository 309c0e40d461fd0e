"""Forms of what is to be done next."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField


class FollowUpForm(forms.Form):
    """What is to be done next with a client, and by when."""

    due_on = DayField(label=_("By"))
    text = forms.CharField(label=_("What to do"), max_length=300)

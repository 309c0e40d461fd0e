"""What a client fills in when it sees a decision differently."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms.answers import AnswerForm
from portal.services.appeals import GROUNDS_LENGTH


class AppealAnswerForm(AnswerForm):
    """Why the client sees it differently."""

    grounds = forms.CharField(
        label=_("Why you see it differently"),
        max_length=GROUNDS_LENGTH,
        help_text=_("What happened from your point of view, and what we may not know."),
        widget=forms.Textarea(attrs={"rows": 7}),
    )

"""Forms of scripts and incidents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import MomentInput
from core.models import User
from interactions.models.talk import STEPS
from interactions.selectors.talk import STEP_LABELS, managers
from interactions.states import IncidentCategory, IncidentSeverity


class ScriptForm(forms.Form):
    """The steps of a call in both languages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for suffix, language in (("", "en"), ("_zh", "zh-Hans")):
            for step in STEPS:
                self.fields[f"{step}{suffix}"] = forms.CharField(
                    label=f"{STEP_LABELS[step]} ({'English' if language == 'en' else '中文'})",
                    max_length=2000,
                    widget=forms.Textarea(attrs={"rows": 3, "lang": language}),
                )


class IncidentForm(forms.Form):
    """What a client said or did."""

    category = forms.ChoiceField(label=_("What it was"), choices=IncidentCategory)
    severity = forms.ChoiceField(label=_("How bad"), choices=IncidentSeverity)
    quote = forms.CharField(
        label=_("Their words"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("As they were said or written."),
    )
    note = forms.CharField(
        label=_("What else happened"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    occurred_at = forms.DateTimeField(label=_("When"), widget=MomentInput)
    manager = forms.ModelChoiceField(
        label=pgettext_lazy("incident", "For"), queryset=User.objects.none(), empty_label=None
    )
    entry = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["manager"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        field.queryset = managers()
        self.initial.setdefault("manager", managers().first())


class IncidentDecisionForm(forms.Form):
    """What a manager decides, or says is done."""

    note = forms.CharField(
        label=_("Decision"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For people to do. Nothing happens to the client's standing by itself."),
    )

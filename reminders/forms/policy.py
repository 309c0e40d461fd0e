"""The form of a ladder: its settings, and a row per level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reminders.models import LadderPolicy
from reminders.rules.ladder import DEFAULT_LADDER, Rung
from reminders.states import Channel, Tone


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """When and how a creditor reminds."""

    class Meta:
        model = LadderPolicy
        fields = (
            "tolerance",
            "min_gap_days",
            "max_feed_age_days",
            "send_from",
            "send_until",
            "workdays_only",
            "sender_name",
            "reply_to",
        )
        widgets = {"send_from": _clock(), "send_until": _clock()}

    def _post_clean(self) -> None:
        """The service judges the hours, in words; the form only reads shapes."""


class RungForm(forms.Form):
    """One level of the ladder."""

    level = forms.IntegerField(min_value=0, max_value=9, widget=forms.HiddenInput)
    enabled = forms.BooleanField(label=_("In use"), required=False)
    day = forms.IntegerField(label=_("From day"), min_value=-60, max_value=1000)
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    tone = forms.ChoiceField(label=_("Tone"), choices=Tone.choices)

    def rung(self) -> Rung:
        """The level as the rules want it."""
        read = self.cleaned_data
        return Rung(
            read["level"],
            read["day"],
            Channel(read["channel"]),
            Tone(read["tone"]),
            enabled=read["enabled"],
        )


class _RungForms(forms.BaseFormSet):  # type: ignore[type-arg]  # not subscriptable at run time
    """The levels, each exactly once."""

    def clean(self) -> None:
        """Levels are those that were shown; a forged one is refused."""
        levels = [form.cleaned_data.get("level") for form in self.forms if form.is_valid()]
        if len(set(levels)) != len(levels):
            raise forms.ValidationError(_("Each level stands once."))


_RungFormSet = forms.formset_factory(
    RungForm, formset=_RungForms, extra=0, max_num=10, validate_max=True
)


def rung_forms(data: Mapping[str, Any] | None, rungs: Sequence[Rung]) -> Any:
    """The rows of a ladder; a level of the usual one that is not stored is offered unused."""
    offered = {rung.level: (rung, not rungs) for rung in DEFAULT_LADDER}
    offered |= {rung.level: (rung, rung.enabled) for rung in rungs}
    initial = [
        {
            "level": rung.level,
            "enabled": is_used,
            "day": rung.day,
            "channel": rung.channel.value,
            "tone": rung.tone.value,
        }
        for _level, (rung, is_used) in sorted(offered.items())
    ]
    return _RungFormSet(data, initial=initial, prefix="rung")

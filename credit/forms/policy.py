"""Forms of the policy: a line, a rule of holds, a segment, and why it is saved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from contracts.forms.schedule import PercentField
from credit.rules.policy import (
    MAX_FACTOR,
    MAX_MONITOR_DAYS,
    MAX_TERMS_DAYS,
    PolicyLine,
    Threshold,
)
from credit.states import APPROVERS, HoldRuleCode, LimitAction

_NUMBER = {"inputmode": "decimal", "autocomplete": "off", "class": "num"}


class PolicyLineForm(forms.Form):
    """One grade, in all segments or in one."""

    deposit_ratio = PercentField(label=_("Deposit (%)"), min_value=0, max_value=100)
    terms_days = forms.IntegerField(
        label=_("Terms (days)"),
        min_value=0,
        max_value=MAX_TERMS_DAYS,
        widget=forms.TextInput(attrs=_NUMBER),
    )
    limit_factor = forms.DecimalField(
        label=_("Limit factor"),
        min_value=0,
        max_value=MAX_FACTOR,
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput(attrs=_NUMBER),
    )
    limit_action = forms.ChoiceField(label=_("Over the limit"), choices=LimitAction.choices)
    monitor_days = forms.IntegerField(
        label=_("Looked at every (days)"),
        min_value=1,
        max_value=MAX_MONITOR_DAYS,
        widget=forms.TextInput(attrs=_NUMBER),
    )
    approver = forms.ChoiceField(label=_("Who approves"), choices=APPROVERS)

    def __init__(self, *args: Any, line: PolicyLine, **kwargs: Any) -> None:
        self.line = line
        kwargs["prefix"] = f"line_{line.segment.replace(' ', '-')}_{line.grade}"
        kwargs["initial"] = {
            "deposit_ratio": f"{(line.deposit_ratio * 100).normalize():f}",
            "terms_days": line.terms_days,
            "limit_factor": f"{line.limit_factor.normalize():f}",
            "limit_action": line.limit_action,
            "monitor_days": line.monitor_days,
            "approver": line.approver,
        }
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = f"{line.segment} {line.grade} {self[name].label}"

    def read(self) -> PolicyLine:
        """The line as it was typed."""
        return PolicyLine(self.line.segment, self.line.grade, **self.cleaned_data)


class HoldRuleForm(forms.Form):
    """When a hold is proposed."""

    is_on = forms.BooleanField(label=_("In use"), required=False)
    threshold = forms.DecimalField(
        label=_("Threshold"),
        min_value=0,
        max_digits=7,
        decimal_places=2,
        widget=forms.TextInput(attrs=_NUMBER),
    )
    within_days = forms.IntegerField(
        label=_("Within (days)"),
        min_value=1,
        max_value=730,
        required=False,
        widget=forms.TextInput(attrs=_NUMBER),
    )

    def __init__(self, *args: Any, rule: Threshold, **kwargs: Any) -> None:
        self.rule = rule
        kwargs["prefix"] = f"rule_{rule.rule}"
        kwargs["initial"] = {
            "is_on": rule.is_on,
            "threshold": f"{rule.threshold.normalize():f}",
            "within_days": rule.within_days,
        }
        super().__init__(*args, **kwargs)
        if rule.within_days is None:
            del self.fields["within_days"]
        if rule.rule == HoldRuleCode.GRADE:
            del self.fields["threshold"]

    @property
    def label(self) -> str:
        """What the rule looks at."""
        return str(HoldRuleCode(self.rule.rule).label)

    def read(self) -> Threshold:
        """The rule as it was typed."""
        typed = self.cleaned_data
        return Threshold(
            self.rule.rule,
            typed.get("threshold", self.rule.threshold),
            typed.get("within_days") or self.rule.within_days,
            typed["is_on"],
        )


class SegmentForm(forms.Form):
    """A segment that is to be treated otherwise than all."""

    segment = forms.ChoiceField(label=_("Segment"))

    def __init__(self, *args: Any, taken: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Client.objects.exclude(segment="").order_by("segment").values_list("segment")
        names = self.names = sorted({name.strip().lower() for (name,) in known.distinct()} - taken)
        self.fields["segment"] = forms.ChoiceField(
            label=_("Segment"), choices=[(name, name) for name in names]
        )


class SavePolicyForm(forms.Form):
    """Why the policy changes."""

    note = forms.CharField(
        label=_("Why it changes"),
        max_length=300,
        help_text=_("It stays with the version; the old one stays too."),
    )

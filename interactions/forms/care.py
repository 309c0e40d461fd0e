"""Forms of care: service levels, revisits, the wording of surveys."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, Contact, Creditor
from core.forms import DayField, MomentInput
from interactions.models import ServiceLevel
from interactions.services.care import LEVEL_FIELDS
from interactions.states import InteractionKind

if TYPE_CHECKING:
    LevelModelForm = forms.ModelForm[ServiceLevel]
else:
    LevelModelForm = forms.ModelForm


class ServiceLevelForm(LevelModelForm):
    """A service level in both languages."""

    class Meta:
        model = ServiceLevel
        fields = LEVEL_FIELDS
        widgets = {
            "what_to_do": forms.Textarea(attrs={"rows": 2}),
            "what_to_do_zh": forms.Textarea(attrs={"rows": 2}),
        }

    def _post_clean(self) -> None:
        """The service checks the whole and saves; the form only reads."""


class ClientLevelForm(forms.Form):
    """Which level a client has, counted from when."""

    level = forms.ModelChoiceField(
        ServiceLevel.objects.none(), label=_("Service level"), required=False
    )
    start_on = DayField(
        label=_("Counted from"), help_text=_("Where there was a revisit later, from that one.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["level"]
        field.queryset = ServiceLevel.objects.filter(  # type: ignore[attr-defined]  # a model choice
            is_active=True
        ).order_by("position", "pk")
        field.empty_label = _("None: no revisits")  # type: ignore[attr-defined]  # a model choice


class RevisitForm(forms.Form):
    """What came of a revisit."""

    kind = forms.ChoiceField(
        label=_("How"),
        choices=[
            (one.value, one.label)
            for one in (
                InteractionKind.VISIT,
                InteractionKind.CALL,
                InteractionKind.MEETING,
                InteractionKind.MESSAGE,
            )
        ],
    )
    occurred_at = forms.DateTimeField(label=_("When"), widget=MomentInput)
    contact = forms.ModelChoiceField(
        Contact.objects.none(), label=_("With"), required=False, empty_label=_("Not named")
    )
    outcome = forms.CharField(
        label=_("What came of it"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, client: Client, at: dt.datetime, **kwargs: Any) -> None:
        kwargs["initial"] = {"occurred_at": at}
        super().__init__(*args, **kwargs)
        field = self.fields["contact"]
        field.queryset = client.contacts.order_by(  # type: ignore[attr-defined]  # a model choice
            "-is_primary", "pk"
        )


class SkipForm(forms.Form):
    """Why a revisit is left out."""

    reason = forms.CharField(
        label=_("Why it is skipped"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class SurveyWordingForm(forms.Form):
    """Both questions in both languages."""

    question = forms.CharField(label=_("Question"), max_length=300)
    question_zh = forms.CharField(label=_("Question in Chinese"), max_length=300)
    open_question = forms.CharField(label=_("Open question"), max_length=300)
    open_question_zh = forms.CharField(label=_("Open question in Chinese"), max_length=300)


class SurveyGapForm(forms.Form):
    """Days between two surveys of one client, per creditor."""

    def __init__(self, *args: Any, days: dict[Creditor, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.creditors = {f"days_{one.pk}": one for one in days}
        for name, creditor in self.creditors.items():
            self.fields[name] = forms.IntegerField(
                label=str(creditor), min_value=1, max_value=730, initial=days[creditor]
            )

    def given(self) -> dict[Creditor, int]:
        """Days by creditor."""
        return {one: self.cleaned_data[name] for name, one in self.creditors.items()}


class SurveyFilterForm(forms.Form):
    """Which days the figures are of."""

    since = DayField(label=pgettext_lazy("period", "From"), required=False)
    until = DayField(label=pgettext_lazy("period", "To"), required=False)


class AnswerFilterForm(SurveyFilterForm):
    """Which answers a list shows."""

    show = forms.ChoiceField(
        label=_("Answers"),
        required=False,
        choices=[
            ("", pgettext_lazy("answers", "All")),
            ("satisfied", _("Content (4 and 5)")),
            ("unhappy", _("Not content, or complaining")),
            ("words", _("With words")),
        ],
    )
    owner = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    level = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

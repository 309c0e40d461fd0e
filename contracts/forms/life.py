"""Forms of a contract's life: review, signature, overrides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from contracts.services import Remark
from core.access import APPROVERS
from core.forms import DayField
from core.models import User


class AskReviewForm(forms.Form):
    """Who looks at the draft, and what they should know."""

    reviewer = forms.ModelChoiceField(label=_("Reviewer"), queryset=User.objects.none())
    note = forms.CharField(
        label=_("Note to the reviewer"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, contract: Contract, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reviewer"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        own = Q(pk=user.pk) | Q(pk=contract.created_by_id)
        field.queryset = User.objects.filter(is_active=True, role__in=APPROVERS).exclude(own)


class VerdictForm(forms.Form):
    """The verdict, with a remark field beside each clause and one for the whole."""

    verdict = forms.CharField(
        label=_("Verdict"),
        required=False,
        max_length=1000,
        help_text=_("Needed when changes are asked for."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, positions: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.positions = positions
        for name in ("remark_whole", *(f"remark_{place}" for place in positions)):
            self.fields[name] = forms.CharField(
                label=_("Remark"),
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("Remark")}),
            )

    def remarks(self) -> list[Remark]:
        """What was written, in the order of the clauses; the whole first."""
        said = self.cleaned_data
        found = [Remark(said["remark_whole"])] if said["remark_whole"] else []
        return found + [
            Remark(said[f"remark_{place}"], place)
            for place in self.positions
            if said[f"remark_{place}"]
        ]


class SignatureForm(forms.Form):
    """A contract signed on paper: when, by whom, and the scan."""

    signed_on = DayField(label=_("Signed on"))
    name = forms.CharField(label=_("Signed for the client by"), max_length=120)
    file = forms.FileField(label=_("Signed copy (PDF or image)"))

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("signed_on", contract.signed_on)
        self.initial.setdefault("name", contract.client_signatory)
        if contract.document_id:
            del self.fields["file"]


class OptionalReasonForm(forms.Form):
    """A reason that may be left out."""

    reason = forms.CharField(
        label=_("Note"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class OverrideForm(forms.Form):
    """Why a gap may pass, or may not."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

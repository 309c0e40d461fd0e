"""Forms of the library: services, clauses and their wording, templates."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models import Clause, ContractTemplate, ServiceType
from contracts.selectors.library import name_of
from contracts.states import ClauseKind
from core.forms import AmountField

if TYPE_CHECKING:
    ServiceModelForm = forms.ModelForm[ServiceType]
    ClauseModelForm = forms.ModelForm[Clause]
    TemplateModelForm = forms.ModelForm[ContractTemplate]
else:
    ServiceModelForm = ClauseModelForm = TemplateModelForm = forms.ModelForm

_PERCENT = Decimal(100)


class ServiceTypeForm(ServiceModelForm):
    """A kind of service; the ratio is written in percent."""

    prepayment_ratio = AmountField(
        label=_("Base prepayment (%)"), max_digits=5, decimal_places=2, initial=0
    )

    class Meta:
        model = ServiceType
        fields = (
            "code",
            "name",
            "name_zh",
            "unit",
            "prepayment_ratio",
            "acceptance_days",
            "is_active",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            percent = (self.instance.prepayment_ratio * _PERCENT).normalize()
            self.initial["prepayment_ratio"] = f"{percent:f}"

    def clean_prepayment_ratio(self) -> Decimal:
        """Percent to a share of one."""
        share: Decimal = self.cleaned_data["prepayment_ratio"] / _PERCENT
        return share

    def _post_clean(self) -> None:
        """The service checks the whole and saves; the form only reads."""


class ClauseForm(ClauseModelForm):
    """A clause as the library files it, without its text."""

    class Meta:
        model = Clause
        fields = ("code", "kind", "name", "name_zh", "position", "is_standard", "is_active")
        help_texts = {"position": _("Where it usually stands: a smaller number comes first.")}

    def _post_clean(self) -> None:
        """The service checks the whole and saves; the form only reads."""


class WordingForm(forms.Form):
    """A wording of a clause in both languages."""

    heading = forms.CharField(label=_("Heading"), max_length=120)
    body = forms.CharField(
        label=_("Text"),
        help_text=_("One paragraph a line. Facts of the contract stand in braces."),
        widget=forms.Textarea(attrs={"rows": 8, "lang": "en"}),
    )
    heading_zh = forms.CharField(label=_("Heading in Chinese"), max_length=120)
    body_zh = forms.CharField(
        label=_("Text in Chinese"), widget=forms.Textarea(attrs={"rows": 8, "lang": "zh-Hans"})
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        required=False,
        help_text=_("The articles it rests on, e.g. “Civil Code art. 585”."),
    )


class TemplateForm(TemplateModelForm):
    """What a contract for a service begins with. The presets are handed in."""

    late_charge_preset = forms.ChoiceField(
        label=_("Preset"), required=False, help_text=_("Needed for a statutory preset only.")
    )
    clauses = forms.ModelMultipleChoiceField(
        label=_("Clauses"),
        queryset=Clause.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ContractTemplate
        fields = (
            "service_type",
            "name",
            "name_zh",
            "title",
            "title_zh",
            "language",
            "terms_days",
            "late_charge_kind",
            "late_charge_preset",
            "late_charge_rate",
            "suspension_days",
            "governing_law",
            "forum",
            "is_active",
            "clauses",
        )

    def __init__(self, *args: Any, presets: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        preset, clauses = self.fields["late_charge_preset"], self.fields["clauses"]
        assert isinstance(preset, forms.ChoiceField)  # noqa: S101  # for the type checker
        assert isinstance(clauses, forms.ModelMultipleChoiceField)  # noqa: S101  # as above
        preset.choices = [("", "–"), *presets]
        clauses.queryset = Clause.objects.filter(is_active=True).order_by("position", "code")
        clauses.label_from_instance = name_of  # type: ignore[method-assign, assignment]  # Django's way

    def _post_clean(self) -> None:
        """The service checks the whole and saves; the form only reads."""


class ClauseFilter(forms.Form):
    """Which clauses of the library to list."""

    kind = forms.ChoiceField(
        label=_("Settles"),
        required=False,
        choices=[("", pgettext_lazy("any kind", "Anything")), *ClauseKind.choices],
    )
    unused = forms.BooleanField(label=_("Also those no longer in use"), required=False)

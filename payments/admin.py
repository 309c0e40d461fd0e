"""The administrator's back room: published rates and interest rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.access import current_user
from core.admin import ReadOnlyAdmin
from core.dates import now
from core.errors import Refusal
from payments.models import (
    Allocation,
    CreditNote,
    InterestPreset,
    Invoice,
    Promise,
    Receipt,
    ReferenceRate,
    Refund,
)
from payments.rules.rates import PUBLICATIONS
from payments.selectors.interest_words import series_name
from payments.services.rates import check_preset, check_verifier, publish_preset, publish_rate

if TYPE_CHECKING:
    # Generic for the type checker only: at run time these classes take no parameter.
    AnyModelAdmin = admin.ModelAdmin[Any]
    RateModelForm = forms.ModelForm[ReferenceRate]
    PresetModelForm = forms.ModelForm[InterestPreset]
else:
    AnyModelAdmin = admin.ModelAdmin
    RateModelForm = forms.ModelForm
    PresetModelForm = forms.ModelForm


def _as_form_error(refusal: Refusal) -> ValidationError:
    return ValidationError({refusal.field or "__all__": refusal.message})


class RateForm(RateModelForm):
    """A published rate of one of the series that rules refer to."""

    series = forms.ChoiceField(
        label=_("series"), choices=lambda: [(code, series_name(code)) for code in PUBLICATIONS]
    )

    class Meta:
        model = ReferenceRate
        fields = ("series", "effective_on", "percent", "source", "verified_by", "verified_on")

    def clean(self) -> dict[str, Any]:
        """Verified by somebody on a day, or not at all."""
        cleaned = super().clean() or {}
        try:
            check_verifier(cleaned.get("verified_by", ""), cleaned.get("verified_on"))
        except Refusal as refusal:
            raise _as_form_error(refusal) from refusal
        return cleaned


class PresetForm(PresetModelForm):
    """An interest rule whose parameters are read before they are kept."""

    class Meta:
        model = InterestPreset
        fields = (
            "code",
            "effective_on",
            "name",
            "name_zh",
            "parameters",
            "source",
            "verified_by",
            "verified_on",
        )

    def clean(self) -> dict[str, Any]:
        """Read the rule as the calculation would, beside all the others."""
        cleaned = super().clean() or {}
        try:
            check_verifier(cleaned.get("verified_by", ""), cleaned.get("verified_on"))
            if not self.errors:
                check_preset(InterestPreset(pk=self.instance.pk, **cleaned))
        except Refusal as refusal:
            raise _as_form_error(refusal) from refusal
        return cleaned


class _BackRoom(AnyModelAdmin):
    """Administrators add and correct; nothing is deleted, old letters rest on these rows."""

    def _is_admin(self, request: HttpRequest) -> bool:
        return current_user(request).is_staff

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Administrators only."""
        return self._is_admin(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Administrators only."""
        return self._is_admin(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Administrators only."""
        return self._is_admin(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Administrators only."""
        return self._is_admin(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: an invoice of last year is reckoned with last year's row."""
        return False


@admin.register(ReferenceRate)
class ReferenceRateAdmin(_BackRoom):
    """Published rates."""

    form = RateForm
    list_display = ("series", "effective_on", "percent", "verified_on", "verified_by")
    list_filter = ("series",)
    ordering = ("series", "-effective_on")

    def save_model(
        self,
        request: HttpRequest,
        obj: ReferenceRate,
        form: RateForm,
        change: bool,  # noqa: FBT001  # Django calls it so
    ) -> None:
        """One call into the domain."""
        publish_rate(rate=obj, actor=current_user(request), at=now())


@admin.register(InterestPreset)
class InterestPresetAdmin(_BackRoom):
    """Interest rules. A new wording of the law is a new row with a later date."""

    form = PresetForm
    list_display = ("code", "effective_on", "name", "verified_on")
    ordering = ("code", "-effective_on")

    def save_model(
        self,
        request: HttpRequest,
        obj: InterestPreset,
        form: PresetForm,
        change: bool,  # noqa: FBT001  # Django calls it so
    ) -> None:
        """One call into the domain."""
        publish_preset(preset=obj, actor=current_user(request), at=now())


# --- The ledger: read only; facts change by reversals, on their pages ----------------------------


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    """Claims for money."""

    list_display = ("number", "client", "currency", "amount", "open_amount", "issued_on", "due_on")
    list_select_related = ("client",)
    search_fields = ("=number",)
    show_full_result_count = False


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    """Money that came in."""

    list_display = ("received_on", "client", "currency", "amount", "unallocated", "method")
    list_filter = ("method",)
    list_select_related = ("client",)
    show_full_result_count = False


@admin.register(CreditNote)
class CreditNoteAdmin(ReadOnlyAdmin):
    """Claims taken back."""

    list_display = ("number", "client", "currency", "amount", "unallocated", "issued_on")
    list_select_related = ("client",)
    search_fields = ("=number",)
    show_full_result_count = False


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    """What settled what."""

    list_display = ("effective_on", "invoice", "amount", "reverses", "created_at", "created_by")
    list_select_related = ("invoice", "reverses", "created_by")
    show_full_result_count = False


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Money that left again."""

    list_display = ("refunded_on", "receipt", "amount", "kind", "reason")
    list_select_related = ("receipt",)
    show_full_result_count = False


@admin.register(Promise)
class PromiseAdmin(ReadOnlyAdmin):
    """Promises to pay."""

    list_display = ("due_on", "client", "currency", "amount", "state")
    list_filter = ("state",)
    list_select_related = ("client",)
    show_full_result_count = False

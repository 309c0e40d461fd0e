"""The administrator's back room: contracts and their life, read only."""

from __future__ import annotations

from django.contrib import admin

from contracts.models import (
    Contract,
    ContractAcceptance,
    ContractTransition,
    ContractVersion,
    Override,
    OverrideRequest,
    Review,
)
from core.admin import ReadOnlyAdmin


@admin.register(Contract)
class ContractAdmin(ReadOnlyAdmin):
    """What was agreed."""

    list_display = ("number", "client", "creditor", "state", "signed_on")
    list_filter = ("state",)
    list_select_related = ("client", "creditor")
    search_fields = ("number",)
    show_full_result_count = False


@admin.register(ContractTransition)
class ContractTransitionAdmin(ReadOnlyAdmin):
    """Changes of state."""

    list_display = ("contract", "from_state", "to_state", "at", "actor")
    list_select_related = ("contract", "actor")
    show_full_result_count = False


@admin.register(ContractVersion)
class ContractVersionAdmin(ReadOnlyAdmin):
    """Frozen texts."""

    list_display = ("contract", "number", "sha256", "reason", "created_at", "created_by")
    list_select_related = ("contract", "created_by")
    show_full_result_count = False


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Legal reviews."""

    list_display = ("contract", "version", "reviewer", "state", "asked_at", "decided_at")
    list_filter = ("state",)
    list_select_related = ("contract", "version", "reviewer")
    show_full_result_count = False


@admin.register(ContractAcceptance)
class ContractAcceptanceAdmin(ReadOnlyAdmin):
    """What clients accepted."""

    list_display = ("version", "how", "name", "accepted_on", "at", "address")
    list_select_related = ("version",)
    show_full_result_count = False


@admin.register(Override)
class OverrideAdmin(ReadOnlyAdmin):
    """What managers let pass."""

    list_display = ("contract", "gap", "reason", "at", "actor")
    list_select_related = ("contract", "actor")
    show_full_result_count = False


@admin.register(OverrideRequest)
class OverrideRequestAdmin(ReadOnlyAdmin):
    """What managers were asked to let pass."""

    list_display = ("contract", "gap", "note", "at", "actor", "answered_at", "answered_by")
    list_select_related = ("contract", "actor", "answered_by")
    show_full_result_count = False

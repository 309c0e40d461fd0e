"""The administrator's back room: contracts, read only."""

from __future__ import annotations

from django.contrib import admin

from contracts.models import Contract, ContractTransition
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

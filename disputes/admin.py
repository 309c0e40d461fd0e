"""The administrator's back room: disputes, read only."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from disputes.models import Dispute


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    """What is contested."""

    list_display = ("opened_on", "client", "invoice", "amount", "reason", "state", "resolved_on")
    list_filter = ("state", "reason")
    list_select_related = ("client", "invoice")
    show_full_result_count = False

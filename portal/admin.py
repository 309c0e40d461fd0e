"""The administrator's back room: client links, read only."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from portal.models import PortalLink


@admin.register(PortalLink)
class PortalLinkAdmin(ReadOnlyAdmin):
    """What clients were asked."""

    list_display = ("created_at", "client", "action", "opened_at", "acted_at", "revoked_at")
    list_filter = ("action",)
    list_select_related = ("client",)
    exclude = ("token_sha256",)
    show_full_result_count = False

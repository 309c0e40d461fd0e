"""The administrator's back room: the log, read only."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from interactions.models import (
    FollowUp,
    Interaction,
    Meeting,
    Minutes,
    ToneOverride,
    ToneRule,
)


@admin.register(Interaction)
class InteractionAdmin(ReadOnlyAdmin):
    """What was said."""

    list_display = ("occurred_at", "client", "kind", "direction", "subject", "recorded_by")
    list_filter = ("kind", "direction")
    list_select_related = ("client", "recorded_by")
    show_full_result_count = False


@admin.register(FollowUp)
class FollowUpAdmin(ReadOnlyAdmin):
    """What is to be done."""

    list_display = ("due_on", "client", "owner", "text", "done_at")
    list_select_related = ("client", "owner")
    show_full_result_count = False


@admin.register(Meeting)
class MeetingAdmin(ReadOnlyAdmin):
    """Meetings with clients."""

    list_display = ("starts_at", "client", "subject", "state")
    list_filter = ("state",)
    list_select_related = ("client",)
    show_full_result_count = False


@admin.register(Minutes)
class MinutesAdmin(ReadOnlyAdmin):
    """Versions of minutes."""

    list_display = ("created_at", "meeting", "number", "state", "sha256")
    list_filter = ("state",)
    list_select_related = ("meeting",)
    show_full_result_count = False


@admin.register(ToneRule)
class ToneRuleAdmin(ReadOnlyAdmin):
    """The lexicon of the tone check, every version."""

    list_display = ("key", "version", "rule", "severity", "language", "pattern", "is_active")
    list_filter = ("rule", "severity", "language", "is_active")
    search_fields = ("key", "pattern")
    show_full_result_count = False


@admin.register(ToneOverride)
class ToneOverrideAdmin(ReadOnlyAdmin):
    """What was sent although the check warned."""

    list_display = ("decided_at", "client", "decided_by", "reason")
    list_select_related = ("client", "decided_by")
    show_full_result_count = False

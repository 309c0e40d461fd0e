"""The administrator's back room. Append-only rows can be read here, never changed."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.db.models import Model
from django.http import HttpRequest

from core.models import AuditEvent, Document, Job, OutboxItem, User

if TYPE_CHECKING:
    # Generic for the type checker only: at run time these classes take no parameter.
    AnyModelAdmin = admin.ModelAdmin[Any]
    UserModelAdmin = DjangoUserAdmin[User]
    UserForm = BaseUserCreationForm[User]
else:
    AnyModelAdmin = admin.ModelAdmin
    UserModelAdmin = DjangoUserAdmin
    UserForm = BaseUserCreationForm


class ReadOnlyAdmin(AnyModelAdmin):
    """Look, but do not touch: also for tables that the database would refuse to change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False


class NewUserForm(UserForm):
    """A new member of staff: e-mail, name, role and a first password."""

    class Meta:
        model = User
        fields = ("email", "name", "role", "language")


@admin.register(User)
class UserAdmin(UserModelAdmin):
    """Staff accounts. Deactivate people who leave: what they did stays theirs."""

    add_form = NewUserForm
    ordering = ("name", "pk")
    list_display = ("name", "email", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("name", "email")
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "name", "role", "language", "password")}),
        (None, {"fields": ("is_active", "is_superuser", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("email", "name", "role", "language", "password1", "password2")},
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """People are deactivated, not deleted."""
        return False


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """The record of acts."""

    list_display = ("at", "actor", "action", "subject_type", "subject_id", "stream", "seq")
    list_filter = ("action",)
    list_select_related = ("actor",)
    show_full_result_count = False


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """Kept files."""

    list_display = ("original_name", "mime", "size", "created_at", "created_by", "sha256")
    list_select_related = ("created_by",)
    search_fields = ("original_name", "sha256")


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Background work."""

    list_display = ("title", "kind", "state", "created_by", "created_at", "finished_at")
    list_filter = ("state", "kind")
    list_select_related = ("created_by",)


@admin.register(OutboxItem)
class OutboxItemAdmin(ReadOnlyAdmin):
    """Promised work; what failed for good can be given another round."""

    list_display = ("key", "task", "attempts", "available_at", "done_at", "failed_at", "last_error")
    list_filter = ("task",)
    actions = ("retry",)

    @admin.action(description="Try failed items again")
    def retry(self, request: HttpRequest, queryset: Any) -> None:
        """Give failed rows another round."""
        from core import outbox
        from core.dates import now

        outbox.retry_failed(at=now())

"""The administrator's back room: clients and creditors are read here and changed on their pages.

Their pages go through the services, which audit what changed; the back room would not.
"""

from __future__ import annotations

from django.contrib import admin

from clients.models import BankAccount, Client, ClientDocument, Contact, Creditor
from core.admin import ReadOnlyAdmin


@admin.register(Creditor)
class CreditorAdmin(ReadOnlyAdmin):
    """Own companies."""

    list_display = ("code", "legal_name", "currency", "time_zone", "books_closed_on")


@admin.register(BankAccount)
class BankAccountAdmin(ReadOnlyAdmin):
    """Where we are paid."""

    list_display = ("label", "creditor", "currency", "bank_name", "feed_through_on")
    list_select_related = ("creditor",)


@admin.register(Client)
class ClientAdmin(ReadOnlyAdmin):
    """Debtors."""

    list_display = ("code", "legal_name", "grade", "on_credit_hold", "owner", "created_at")
    list_filter = ("grade", "on_credit_hold", "kind")
    list_select_related = ("owner",)
    search_fields = ("search_text",)
    show_full_result_count = False


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    """People at clients."""

    list_display = ("name", "client", "role", "email", "opted_out_at", "email_failed_at")
    list_select_related = ("client",)
    search_fields = ("email",)
    show_full_result_count = False


@admin.register(ClientDocument)
class ClientDocumentAdmin(ReadOnlyAdmin):
    """Files of clients."""

    list_display = ("title", "client", "document")
    list_select_related = ("client", "document")
    show_full_result_count = False

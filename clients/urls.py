"""Routes of this room. The list and the page of a client join the rooms: see workspace.urls."""

from django.urls import URLPattern, path

from clients.views import clients, creditors

app_name = "clients"
urlpatterns: list[URLPattern] = [
    path("new/", clients.client_new, name="new"),
    path("<int:pk>/edit/", clients.client_edit, name="edit"),
    path("<int:pk>/contacts/new/", clients.contact_new, name="contact_new"),
    path("contacts/<int:pk>/edit/", clients.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/opt-out/", clients.contact_opt_out, name="contact_opt_out"),
    path("<int:pk>/documents/new/", clients.document_new, name="document_new"),
    path("documents/<int:pk>/", clients.document, name="document"),
    path("creditors/", creditors.creditors, name="creditors"),
    path("creditors/new/", creditors.creditor_new, name="creditor_new"),
    path("creditors/<int:pk>/edit/", creditors.creditor_edit, name="creditor_edit"),
    path("creditors/<int:pk>/books/", creditors.books, name="close_books"),
    path("creditors/<int:pk>/accounts/new/", creditors.account_new, name="account_new"),
    path("accounts/<int:pk>/edit/", creditors.account_edit, name="account_edit"),
    path("accounts/<int:pk>/read-through/", creditors.bank_feed, name="bank_feed"),
]

"""Routes of this room, and of the pages that join the rooms.

A page that joins rooms keeps the address and the name of the room it is about
(`clients:client`), while its view is here: `crm/urls.py` adds `JOINED` to that room's routes.
"""

from django.urls import URLPattern, path

from credit.views import standing
from workspace.views import (
    aging,
    calls,
    client,
    clients,
    contract,
    dashboard,
    home,
    invoice,
    preferences,
    proposals,
    search,
    styleguide,
)

app_name = "workspace"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("overdue/", dashboard.overdue, name="overdue"),
    path("overdue/changes/", dashboard.overdue_changes, name="movers"),
    path("overdue/clients/", aging.aging, name="aging"),
    path("search/", search.search, name="search"),
    path("language/", preferences.set_language, name="language"),
    path("theme/", preferences.set_theme, name="theme"),
    path("me/", preferences.profile, name="profile"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]

JOINED: dict[str, list[URLPattern]] = {
    "clients": [
        path("", clients.client_list, name="list"),
        path("<int:pk>/", client.client_page, name="client"),
        path("<int:pk>/standing/", standing.standing, name="standing"),
    ],
    "contracts": [path("<int:pk>/", contract.contract_page, name="contract")],
    "interactions": [
        path("log/", calls.log_call, name="log"),
        path("mail/proposals/", proposals.mail_proposals, name="mail_proposals"),
        path("mail/proposals/<int:pk>/", proposals.mail_proposal, name="mail_proposal"),
        path("call/", calls.quick_call, name="call"),
        path("call/rules/", calls.call_rules, name="call_rules"),
        path("call/recordings/", calls.place_note, name="place_note"),
    ],
    "payments": [
        path("invoices/<int:pk>/", invoice.invoice_page, name="invoice"),
        path("invoices/<int:pk>/interest/", invoice.invoice_interest, name="invoice_interest"),
    ],
}

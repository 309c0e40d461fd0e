"""All routes. Each room brings its own `urls.py`; every route is in the permission matrix."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("core.urls")),
    path("", include("workspace.urls")),
    path("clients/", include("clients.urls")),
    path("contracts/", include("contracts.urls")),
    path("interactions/", include("interactions.urls")),
    path("payments/", include("payments.urls")),
    path("disputes/", include("disputes.urls")),
    path("reminders/", include("reminders.urls")),
    path("cases/", include("cases.urls")),
    path("imports/", include("imports.urls")),
]

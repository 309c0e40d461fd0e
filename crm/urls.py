"""All routes. Each room brings its own `urls.py`; every route is in the permission matrix."""

from importlib import import_module

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from crm import views
from workspace.urls import JOINED


def _with_joined(room: str) -> tuple[list[URLPattern], str, str]:
    """A room's routes with those of its pages that join other rooms, under one namespace."""
    own: list[URLPattern] = import_module(f"{room}.urls").urlpatterns
    return [*own, *JOINED[room]], room, room


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("dev/mail/", views.mail_list, name="mail_list"),
    path("dev/mail/<str:key>/", views.mail_detail, name="mail_detail"),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("core.urls")),
    path("", include("workspace.urls")),
    path("clients/", _with_joined("clients")),
    path("contracts/", _with_joined("contracts")),
    path("interactions/", _with_joined("interactions")),
    path("payments/", _with_joined("payments")),
    path("disputes/", include("disputes.urls")),
    path("credit/", include("credit.urls")),
    path("reminders/", include("reminders.urls")),
    path("cases/", include("cases.urls")),
    path("imports/", include("imports.urls")),
    path("", include("portal.urls")),
]

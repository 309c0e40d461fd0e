"""All routes. Each room brings its own `urls.py`; every route is in the permission matrix."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from crm import views

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
    path("clients/", include("clients.urls")),
    path("contracts/", include("contracts.urls")),
    path("interactions/", include("interactions.urls")),
    path("payments/", include("payments.urls")),
    path("disputes/", include("disputes.urls")),
    path("reminders/", include("reminders.urls")),
    path("cases/", include("cases.urls")),
    path("imports/", include("imports.urls")),
]

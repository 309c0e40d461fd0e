"""Routes of this room."""

from django.urls import URLPattern, path

from core import views

app_name = "core"
urlpatterns: list[URLPattern] = [
    path("jobs/", views.job_list, name="jobs"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("audit/", views.audit_list, name="audit"),
]

"""Routes of this room."""

from django.urls import URLPattern, path

from disputes import views

app_name = "disputes"
urlpatterns: list[URLPattern] = [
    path("", views.disputes, name="list"),
    path("held/", views.held, name="held"),
    path("invoices/<int:pk>/open/", views.dispute_open, name="open"),
    path("<int:pk>/close/", views.dispute_close, name="close"),
]

"""Routes of this room."""

from django.urls import URLPattern, path

from imports import views

app_name = "imports"
urlpatterns: list[URLPattern] = [
    path("", views.import_list, name="list"),
    path("example/", views.example, name="example"),
    path("mappings/<int:pk>/delete/", views.mapping_delete, name="mapping_delete"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/mapping/", views.mapping, name="mapping"),
    path("<int:pk>/start/", views.start, name="start"),
    path("<int:pk>/file/", views.file, name="file"),
    path("<int:pk>/problems/", views.problems, name="problems"),
    path("<int:pk>/invoices/", views.invoices, name="invoices"),
]

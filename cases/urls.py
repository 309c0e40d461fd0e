"""Routes of this room."""

from django.urls import URLPattern, path

from cases import views

app_name = "cases"
urlpatterns: list[URLPattern] = [
    path("packets/", views.packet_list, name="packets"),
    path("packets/<int:pk>/", views.packet, name="packet"),
    path("packets/<int:pk>/<str:kind>/", views.packet_file, name="packet_file"),
    path("clients/<int:pk>/packet/", views.packet_new, name="packet_new"),
]

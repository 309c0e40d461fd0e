"""Routes of this room."""

from django.urls import URLPattern, path

from contracts.views import contracts as views

app_name = "contracts"
urlpatterns: list[URLPattern] = [
    path("", views.contract_list, name="list"),
    path("new/", views.contract_new, name="new"),
    path("<int:pk>/", views.contract, name="contract"),
    path("<int:pk>/edit/", views.contract_edit, name="edit"),
    path("<int:pk>/state/<str:state>/", views.contract_state, name="state"),
    path("<int:pk>/signed-copy/", views.contract_signed_copy, name="signed_copy"),
    path("<int:pk>/document/", views.contract_document, name="document"),
]

"""Routes of this room."""

from django.urls import URLPattern, path

from credit.views import assumptions, freeloading

app_name = "credit"
urlpatterns: list[URLPattern] = [
    path("freeloading/", freeloading.overview, name="freeloading"),
    path("freeloading/assumptions/", assumptions.assumptions, name="assumptions"),
    path("freeloading/assumptions/<slug:name>/", assumptions.assumption_new, name="assumption_new"),
    path("freeloading/clients/<int:pk>/", freeloading.client_ledger, name="freeloading_client"),
    path("freeloading/clients/<int:pk>/new/", freeloading.entry_new, name="free_entry_new"),
    path("freeloading/clients/<int:pk>/decide/", freeloading.course, name="course"),
    path(
        "freeloading/clients/<int:pk>/rows/<slug:line>/",
        freeloading.margin_rows,
        name="margin_rows",
    ),
    path("freeloading/entries/<int:pk>/", freeloading.entry, name="free_entry"),
    path("freeloading/entries/<int:pk>/file/", freeloading.entry_document, name="free_document"),
    path("freeloading/entries/<int:pk>/reverse/", freeloading.entry_reverse, name="free_reverse"),
    path("freeloading/entries/<int:pk>/judge/", freeloading.entry_judge, name="free_judge"),
    path("freeloading/<slug:kind>/<int:pk>/read/", freeloading.credit_read, name="credit_read"),
]

"""Routes of this room."""

from django.urls import URLPattern, path

from contracts.views import contracts as views
from contracts.views import life

app_name = "contracts"
urlpatterns: list[URLPattern] = [
    path("", views.contract_list, name="list"),
    path("new/", views.contract_new, name="new"),
    path("<int:pk>/edit/", views.contract_edit, name="edit"),
    path("<int:pk>/step/<slug:name>/", life.step, name="step"),
    path("<int:pk>/signed/", life.signed, name="signed"),
    path("<int:pk>/review/", life.review_ask, name="review_ask"),
    path("<int:pk>/gaps/<str:code>/fix/", life.gap_fix, name="gap_fix"),
    path("<int:pk>/gaps/<str:code>/ask/", life.gap_ask, name="gap_ask"),
    path("<int:pk>/gaps/<str:code>/override/", life.gap_override, name="gap_override"),
    path("reviews/", life.review_queue, name="review_queue"),
    path("reviews/<int:pk>/", life.review, name="review"),
    path("reviews/<int:pk>/withdraw/", life.review_withdraw, name="review_withdraw"),
    path("overrides/", life.override_queue, name="override_queue"),
    path("overrides/<int:pk>/decline/", life.override_decline, name="override_decline"),
    path("<int:pk>/signed-copy/", views.contract_signed_copy, name="signed_copy"),
    path("<int:pk>/document/", views.contract_document, name="document"),
]

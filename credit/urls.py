"""Routes of this room."""

from django.urls import URLPattern, path

from credit.views import scores

app_name = "credit"
urlpatterns: list[URLPattern] = [
    path("warnings/", scores.warnings, name="warnings"),
    path("clients/<int:pk>/", scores.credit_file, name="file"),
    path("scores/<int:pk>/", scores.snapshot, name="snapshot"),
    path("look-back/", scores.backtest, name="backtest"),
]

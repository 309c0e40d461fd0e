"""Routes of this room."""

from django.urls import URLPattern, path

from credit.views import report_filing, report_providers, reports

app_name = "credit"
urlpatterns: list[URLPattern] = [
    path("reports/", reports.reports, name="reports"),
    path("reports/providers/", report_providers.providers, name="report_providers"),
    path("reports/providers/new/", report_providers.provider_new, name="provider_new"),
    path(
        "reports/providers/<int:pk>/", report_providers.provider_validity, name="provider_validity"
    ),
    path("reports/of/<int:pk>/", reports.client_reports, name="client_reports"),
    path("reports/of/<int:pk>/new/", report_filing.report_new, name="report_new"),
    path("reports/of/<int:pk>/look-up/", report_filing.look_up, name="look_up"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/correct/", report_filing.report_correct, name="report_correct"),
    path("reports/<int:pk>/withdraw/", report_filing.report_withdraw, name="report_withdraw"),
    path("reports/files/<int:pk>/", reports.report_paper, name="report_paper"),
]

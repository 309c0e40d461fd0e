"""Routes of this room. A client's standing keeps its address: see workspace.urls."""

from django.urls import URLPattern, path

from credit.views import (
    appeals,
    behaviours,
    holds,
    policy,
    report_filing,
    report_providers,
    reports,
    standing,
    weights,
)

app_name = "credit"
urlpatterns: list[URLPattern] = [
    path("policy/", policy.policy, name="policy"),
    path("policy/versions/", policy.versions, name="policy_versions"),
    path("policy/edit/", policy.policy_edit, name="policy_edit"),
    path("policy/what-if/", policy.policy_effect_page, name="policy_effect"),
    path("policy/what-if/clients/", policy.policy_effect_rows, name="policy_effect_rows"),
    path("clients/<int:pk>/set/<str:part>/", standing.override_new, name="override_new"),
    path("clients/<int:pk>/rise/", standing.rise_confirm, name="rise_confirm"),
    path("settings/<int:pk>/end/", standing.override_end, name="override_end"),
    path("holds/", holds.holds, name="holds"),
    path("holds/<int:pk>/", holds.hold, name="hold"),
    path("holds/<int:pk>/<str:name>/", holds.hold_step, name="hold_step"),
    path("clients/<int:pk>/hold/", holds.hold_new, name="hold_new"),
    path("behaviours/", behaviours.behaviours, name="behaviours"),
    path("behaviours/of/<int:pk>/", behaviours.client_behaviours, name="client_behaviours"),
    path("behaviours/of/<int:pk>/new/", behaviours.behaviour_new, name="behaviour_new"),
    path("behaviours/weights/", weights.weights, name="weights"),
    path("behaviours/weights/<str:name>/", weights.weight, name="weight"),
    path("behaviours/rules/<str:name>/", weights.proposal_rule, name="proposal_rule"),
    path("behaviours/<int:pk>/", behaviours.behaviour, name="behaviour"),
    path("behaviours/<int:pk>/withdraw/", behaviours.behaviour_withdraw, name="behaviour_withdraw"),
    path("behaviours/<int:pk>/<str:name>/", behaviours.behaviour_decide, name="behaviour_decide"),
    path("appeals/", appeals.appeals, name="appeals"),
    path("appeals/time/", appeals.appeal_time, name="appeal_time"),
    path("appeals/of/<int:pk>/new/", appeals.appeal_new, name="appeal_new"),
    path("appeals/<int:pk>/", appeals.appeal, name="appeal"),
    path("appeals/<int:pk>/take-up/", appeals.appeal_take_up, name="appeal_take_up"),
    path("appeals/<int:pk>/decide/", appeals.appeal_decide, name="appeal_decide"),
    path("appeals/<int:pk>/withdraw/", appeals.appeal_withdraw, name="appeal_withdraw"),
    path("appeals/<int:pk>/letter/", appeals.appeal_letter_pdf, name="appeal_letter"),
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

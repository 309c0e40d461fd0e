"""Routes of this room. A client's standing keeps its address: see workspace.urls."""

from django.urls import URLPattern, path

from credit.views import (
    assumptions,
    checklists,
    freeloading,
    holds,
    limits,
    policy,
    report_filing,
    report_providers,
    reports,
    scores,
    screening,
    standing,
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
    path("warnings/", scores.warnings, name="warnings"),
    path("clients/<int:pk>/", scores.credit_file, name="file"),
    path("scores/<int:pk>/", scores.snapshot, name="snapshot"),
    path("look-back/", scores.backtest, name="backtest"),
    path("limits/", limits.limits, name="limits"),
    path("limits/<int:pk>/", limits.limit, name="limit"),
    path("limits/<int:pk>/<str:name>/", limits.limit_step, name="limit_step"),
    path("contracts/<int:pk>/limit/", limits.limit_ask, name="limit_ask"),
    path("screenings/", screening.screenings, name="screenings"),
    path("screenings/new/<int:pk>/", screening.screening_start, name="screening_start"),
    path("screenings/<int:pk>/", screening.screening, name="screening"),
    path("screenings/<int:pk>/checks/", screening.screening_checks, name="screening_checks"),
    path(
        "screenings/<int:pk>/interview/", screening.screening_interview, name="screening_interview"
    ),
    path(
        "screenings/<int:pk>/reference/", screening.screening_reference, name="screening_reference"
    ),
    path("screenings/<int:pk>/decide/", screening.screening_decide, name="screening_decide"),
    path("screenings/<int:pk>/<str:name>/", screening.screening_step, name="screening_step"),
    path("references/<int:pk>/", screening.reference_answer, name="reference_answer"),
    path("findings/<int:pk>/paper/", screening.screening_document, name="screening_document"),
    path("checklists/", checklists.checklists, name="checklists"),
    path("checklists/new/", checklists.checklist_new, name="checklist_new"),
    path("checklists/<int:pk>/", checklists.checklist, name="checklist"),
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

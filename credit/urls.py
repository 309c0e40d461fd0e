"""Routes of this room."""

from django.urls import URLPattern, path

from credit.views import checklists, screening

app_name = "credit"
urlpatterns: list[URLPattern] = [
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
]

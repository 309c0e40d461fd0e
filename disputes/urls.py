"""Routes of this room."""

from django.urls import URLPattern, path

from disputes.views import complaints, disputes

app_name = "disputes"
urlpatterns: list[URLPattern] = [
    path("", disputes.disputes, name="list"),
    path("held/", disputes.held, name="held"),
    path("invoices/<int:pk>/open/", disputes.dispute_open, name="open"),
    path("<int:pk>/close/", disputes.dispute_close, name="close"),
    path("complaints/", complaints.complaints, name="complaints"),
    path("complaints/days/", complaints.answer_days, name="answer_days"),
    path("complaints/new/<int:pk>/", complaints.complaint_new, name="complaint_new"),
    path("complaints/<int:pk>/", complaints.complaint, name="complaint"),
    path("complaints/<int:pk>/dispute/", complaints.complaint_dispute, name="complaint_dispute"),
    path("complaints/<int:pk>/<str:name>/", complaints.complaint_step, name="complaint_step"),
]

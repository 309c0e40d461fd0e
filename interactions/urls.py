"""Routes of this room. Logging a conversation joins the rooms: see workspace.urls."""

from django.urls import URLPattern, path

from interactions.views import care, follow_ups, log, meetings, minutes, notices, surveys, tone

app_name = "interactions"
urlpatterns: list[URLPattern] = [
    path("clients/<int:pk>/", log.log, name="list"),
    path("<int:pk>/correct/", log.correct, name="correct"),
    path("tone/check/", tone.check, name="tone_check"),
    path("tone/rules/", tone.rules, name="tone_rules"),
    path("tone/rules/new/", tone.rule_new, name="tone_rule_new"),
    path("tone/rules/<slug:key>/", tone.rule, name="tone_rule"),
    path("tone/rules/<slug:key>/edit/", tone.rule_edit, name="tone_rule_edit"),
    path("tone/sent/", tone.overrides, name="tone_overrides"),
    path("documents/<int:pk>/", log.document, name="document"),
    path("follow-ups/", follow_ups.follow_ups, name="follow_ups"),
    path("clients/<int:pk>/follow-up/", follow_ups.follow_up_new, name="follow_up_new"),
    path("follow-ups/<int:pk>/done/", follow_ups.follow_up_done, name="follow_up_done"),
    path("revisits/", care.revisits, name="revisits"),
    path("revisits/<int:pk>/done/", care.revisit_done, name="revisit_done"),
    path("revisits/<int:pk>/skip/", care.revisit_skip, name="revisit_skip"),
    path("clients/<int:pk>/level/", care.client_level, name="client_level"),
    path("levels/", care.service_levels, name="service_levels"),
    path("levels/new/", care.service_level_new, name="service_level_new"),
    path("levels/<int:pk>/", care.service_level_edit, name="service_level_edit"),
    path("surveys/", surveys.surveys, name="surveys"),
    path("surveys/answers/", surveys.survey_answers, name="survey_answers"),
    path("surveys/wording/", surveys.survey_wording, name="survey_wording"),
    path("surveys/gap/", surveys.survey_gap, name="survey_gap"),
    # Meetings and their minutes
    path("meetings/", meetings.meetings, name="meetings"),
    path("clients/<int:pk>/meeting/", meetings.meeting_new, name="meeting_new"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/edit/", meetings.meeting_edit, name="meeting_edit"),
    path("meetings/<int:pk>/cancel/", meetings.meeting_cancel, name="meeting_cancel"),
    path("meetings/<int:pk>/files/", meetings.file_new, name="meeting_file_new"),
    path("meetings/files/<int:pk>/", meetings.file, name="meeting_file"),
    path("meetings/<int:pk>/minutes/", minutes.edit, name="minutes_edit"),
    path("meetings/<int:pk>/issue/", minutes.issue, name="minutes_issue"),
    path("meetings/<int:pk>/compare/", minutes.compare, name="minutes_compare"),
    path("minutes/<int:pk>/", minutes.version, name="minutes"),
    path("minutes/<int:pk>/<slug:which>/", minutes.document, name="minutes_document"),
    path("actions/<int:pk>/done/", meetings.action_done, name="action_done"),
    path("notices/", notices.notices, name="notices"),
    path("notices/new/", notices.notice_new, name="notice_new"),
    path("notices/<int:pk>/edit/", notices.notice_edit, name="notice_edit"),
    path("notices/versions/<int:pk>/", notices.notice_version, name="notice_version"),
]

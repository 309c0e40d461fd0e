"""Routes of this room. Logging a conversation joins the rooms: see workspace.urls."""

from django.urls import URLPattern, path

from interactions.views import care, follow_ups, log, surveys, tone

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
]

"""Routes of this room. Logging a conversation joins the rooms: see workspace.urls."""

from django.urls import URLPattern, path

from interactions.views import contact_rules, follow_ups, log

app_name = "interactions"
urlpatterns: list[URLPattern] = [
    path("", log.everything, name="everything"),
    path("clients/<int:pk>/", log.log, name="list"),
    path("<int:pk>/correct/", log.correct, name="correct"),
    path("documents/<int:pk>/", log.document, name="document"),
    path("rules/", contact_rules.policies, name="policies"),
    path("rules/new/", contact_rules.policy_new, name="policy_new"),
    path("rules/broken/", contact_rules.breaches, name="breaches"),
    path("rules/recordings/", contact_rules.notes_on_recordings, name="recording_notes"),
    path("contacts/<int:pk>/refusal/", contact_rules.refusal_lift, name="refusal_lift"),
    path("follow-ups/", follow_ups.follow_ups, name="follow_ups"),
    path("clients/<int:pk>/follow-up/", follow_ups.follow_up_new, name="follow_up_new"),
    path("follow-ups/<int:pk>/done/", follow_ups.follow_up_done, name="follow_up_done"),
]

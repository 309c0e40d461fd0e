"""Routes of this room. Logging a conversation joins the rooms: see workspace.urls."""

from django.urls import URLPattern, path

from interactions.views import follow_ups, log

app_name = "interactions"
urlpatterns: list[URLPattern] = [
    path("clients/<int:pk>/", log.log, name="list"),
    path("<int:pk>/correct/", log.correct, name="correct"),
    path("documents/<int:pk>/", log.document, name="document"),
    path("follow-ups/", follow_ups.follow_ups, name="follow_ups"),
    path("clients/<int:pk>/follow-up/", follow_ups.follow_up_new, name="follow_up_new"),
    path("follow-ups/<int:pk>/done/", follow_ups.follow_up_done, name="follow_up_done"),
]

"""Routes of this room. Logging a conversation joins the rooms: see workspace.urls."""

from django.urls import URLPattern, path

from interactions import views

app_name = "interactions"
urlpatterns: list[URLPattern] = [
    path("clients/<int:pk>/", views.log, name="list"),
    path("<int:pk>/correct/", views.correct, name="correct"),
    path("<int:pk>/document/", views.document, name="document"),
    path("follow-ups/", views.follow_ups, name="follow_ups"),
    path("clients/<int:pk>/follow-up/", views.follow_up_new, name="follow_up_new"),
    path("follow-ups/<int:pk>/done/", views.follow_up_done, name="follow_up_done"),
]

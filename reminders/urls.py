"""Routes of this room."""

from django.urls import URLPattern, path

from reminders.views import letters, messages, policy, runs

app_name = "reminders"
urlpatterns: list[URLPattern] = [
    path("", runs.runs, name="runs"),
    path("plan/", runs.plan, name="plan"),
    path("runs/<int:pk>/", runs.run, name="run"),
    path("runs/<int:pk>/decisions/", runs.decisions, name="decisions"),
    path("runs/<int:pk>/exclude/", runs.exclude, name="run_exclude"),
    path("runs/<int:pk>/approve/", runs.approve, name="run_approve"),
    path("runs/<int:pk>/preview/<int:client>/<str:currency>/", runs.preview, name="run_preview"),
    path("messages/", messages.message_list, name="messages"),
    path("messages/<int:pk>/", messages.message, name="message"),
    path("messages/<int:pk>/raw/", messages.message_raw, name="message_raw"),
    path("messages/<int:pk>/resolve/", messages.message_resolve, name="message_resolve"),
    path("clients/<int:pk>/hold/", messages.hold_new, name="hold_new"),
    path("holds/<int:pk>/release/", messages.hold_release, name="hold_release"),
    path("policies/", policy.policies, name="policies"),
    path("policies/<int:pk>/", policy.policy, name="policy"),
    path("letters/", letters.letter_list, name="letters"),
    path("letters/new/<int:pk>/", letters.letter_new, name="letter_new"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
    path("letters/<int:pk>/document/", letters.letter_document, name="letter_document"),
    path("letters/<int:pk>/retry/", letters.letter_retry, name="letter_retry"),
    path("letters/batches/new/", letters.batch_new, name="letter_batch_new"),
    path("letters/batches/<int:pk>/", letters.batch, name="letter_batch"),
    path("letters/batches/<int:pk>/zip/", letters.batch_zip, name="letter_batch_zip"),
]

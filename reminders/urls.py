"""Routes of this room."""

from django.urls import URLPattern, path

from reminders.views import letters

app_name = "reminders"
urlpatterns: list[URLPattern] = [
    path("letters/", letters.letter_list, name="letters"),
    path("letters/new/<int:pk>/", letters.letter_new, name="letter_new"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
    path("letters/<int:pk>/document/", letters.letter_document, name="letter_document"),
    path("letters/<int:pk>/retry/", letters.letter_retry, name="letter_retry"),
    path("letters/batches/new/", letters.batch_new, name="letter_batch_new"),
    path("letters/batches/<int:pk>/", letters.batch, name="letter_batch"),
    path("letters/batches/<int:pk>/zip/", letters.batch_zip, name="letter_batch_zip"),
]

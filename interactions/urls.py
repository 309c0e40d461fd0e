"""Routes of this room. Logging a conversation joins the rooms: see workspace.urls."""

from django.urls import URLPattern, path

from interactions.views import follow_ups, log, mail, tone

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
]
urlpatterns += [
    path("mail/", mail.tray, name="mail_tray"),
    path("mail/upload/", mail.mail_upload, name="mail_upload"),
    path("mail/<int:pk>/", mail.mail, name="mail"),
    path("mail/<int:pk>/html/", mail.mail_html, name="mail_html"),
    path("mail/<int:pk>/raw/", mail.mail_raw, name="mail_raw"),
    path("mail/<int:pk>/assign/", mail.mail_assign, name="mail_assign"),
    path("mail/<int:pk>/dismiss/", mail.mail_dismiss, name="mail_dismiss"),
    path("mail/attachments/<int:pk>/", mail.mail_attachment, name="mail_attachment"),
    path("mail/proposals/<int:pk>/reject/", mail.mail_proposal_reject, name="mail_proposal_reject"),
]

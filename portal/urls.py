"""Routes of this room: short ones for clients under `p/`, those of the staff under `links/`."""

from django.urls import URLPattern, path

from portal.views import appeals, balances, minutes, notices, public, staff, surveys

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("p/<str:token>/", public.entry, name="entry"),
    path("p/page/<uuid:reference>/", public.page, name="page"),
    path("p/page/<uuid:reference>/logo/", public.logo, name="logo"),
    path("p/page/<uuid:reference>/document/", public.document, name="document"),
    path("links/", staff.links, name="links"),
    path("links/<int:pk>/", staff.link, name="link"),
    path("links/<int:pk>/send/", staff.link_send, name="link_send"),
    path("links/<int:pk>/revoke/", staff.link_revoke, name="link_revoke"),
    path("links/statement/<int:pk>/", staff.statement_new, name="statement_new"),
    path("links/balances/", balances.balances, name="balances"),
    path("links/balances/many/", balances.batch_new, name="batch_new"),
    path("links/balances/many/<int:pk>/", balances.batch, name="batch"),
    path("links/silence/", balances.silence, name="silence"),
    path("links/contract/<int:pk>/", staff.contract_new, name="contract_new"),
    path("links/appeal/<str:about>/<int:pk>/", appeals.appeal_new, name="appeal_new"),
    path("links/minutes/<int:pk>/", minutes.minutes_new, name="minutes_new"),
    path("links/amendment/<int:pk>/", staff.amendment_new, name="amendment_new"),
    path("links/surveys/", surveys.survey_list, name="survey_occasions"),
    path("links/surveys/<str:occasion>/<int:pk>/", surveys.survey_new, name="survey_new"),
    path("links/delivery/<int:pk>/", staff.delivery_new, name="delivery_new"),
    path("links/notices/<int:version>/", notices.notice_register, name="notice_register"),
    path("links/notices/<int:version>/<int:pk>/", notices.notice_new, name="notice_new"),
]

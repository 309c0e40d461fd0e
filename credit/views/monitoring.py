"""Early warning: who worsened, whom to look at, and what one was told of."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import current_user, staff_required
from core.dates import now
from core.display import format_day
from core.errors import Refusal
from core.forms import note_refusal
from core.models import User
from core.paging import stretch
from credit.forms.monitoring import LookForm
from credit.models import CreditNotice, CurrentScore, Monitoring, NoticeTo
from credit.rules.notices import FALL_DAYS
from credit.selectors.columns import our_day
from credit.selectors.monitoring import cadence_of, looks_of, stood_before
from credit.selectors.notice_words import words_of_notice
from credit.selectors.warnings import URGENT, signals_of
from credit.services.monitoring import record_look
from credit.services.notices import read_notices
from credit.states import NoticeSignal
from credit.views.policy import GET_AND_POST
from credit.views.standing import own_client

#: What tells that a client got worse, and not that a paper is old.
_WORSE: Final = [one for one in NoticeSignal if one != NoticeSignal.EXPIRED_REPORT]


def warning_tabs(user: User, on: dt.date, active: str) -> list[dict[str, Any]]:
    """The three pages, each with what waits on it."""
    due = Monitoring.objects.visible_to(user).due(on=on).count()
    unread = NoticeTo.objects.visible_to(user).unread().count()
    pages = [
        ("warnings", _("Early warning"), None),
        ("looks", _("Clients to look at"), due),
        ("notices", _("Credit notices"), unread),
    ]
    return [
        {
            "label": label,
            "url": reverse(f"credit:{name}"),
            "is_active": name == active,
            "count": count or None,
        }
        for name, label, count in pages
    ]


@staff_required
@require_safe
def warnings(request: HttpRequest) -> HttpResponse:
    """Who is likeliest to go badly late: how far it fell, the signals, and what to do."""
    user, on = current_user(request), our_day(now())
    show = request.GET.get("show", "all")
    found = _shown(CurrentScore.objects.visible_to(user), show, on)
    found = found.select_related("client__owner", "client__monitoring", "snapshot")
    rows = stretch(found, order=("-warning", "-pk"), after=request.GET.get("after", ""))
    before = stood_before([one.client_id for one in rows.rows], on=on)
    context = {
        "rows": [(one, signals_of(one, before.get(one.client_id))) for one in rows.rows],
        "cursor": rows.cursor,
        "tabs": warning_tabs(user, on, "warnings"),
        "views": [
            {"label": label, "url": f"?show={key}", "is_active": key == show}
            for key, label in (
                ("all", pgettext("clients", "All")),
                ("worse", _("Worsened within 90 days")),
                ("urgent", _("To act on now")),
            )
        ],
    }
    return render(request, "credit/warnings.html", context)


def _shown(found: QuerySet[CurrentScore], show: str, on: dt.date) -> QuerySet[CurrentScore]:
    if show == "all":
        return found
    if show == "urgent":
        return found.filter(warning__gte=URGENT)
    if show != "worse":
        raise Http404
    told = CreditNotice.objects.filter(
        client=OuterRef("client"),
        signal__in=_WORSE,
        happened_on__gte=on - dt.timedelta(days=FALL_DAYS),
    )
    return found.filter(Exists(told))


@staff_required
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """Clients by the day on which they are to be looked at; one's own unless `?whose=all`."""
    user, on = current_user(request), our_day(now())
    show_all = request.GET.get("whose", "all") == "all" and user.sees_all_clients
    found = Monitoring.objects.visible_to(user)
    found = found.select_related("client__owner", "last_look__actor")
    if not show_all:
        found = found.filter(client__owner=user)
    rows = stretch(found, order=("due_on", "pk"), after=request.GET.get("after", ""))
    views = []
    if user.sees_all_clients:
        views = [
            {"label": pgettext("looks", "All"), "url": "?", "is_active": show_all},
            {"label": pgettext("looks", "Mine"), "url": "?whose=mine", "is_active": not show_all},
        ]
    context = {
        "rows": [look_row(one, on) for one in rows.rows],
        "cursor": rows.cursor,
        "tabs": warning_tabs(user, on, "looks"),
        "views": views,
    }
    return render(request, "credit/looks.html", context)


def look_row(row: Monitoring, on: dt.date) -> dict[str, Any]:
    """A client that is looked after, as lists show it; `client` and `last_look` are there."""
    return {
        "row": row,
        "due": format_day(row.due_on, get_language() or "en"),
        "is_late": row.due_on < on,
        "is_due": row.due_on == on,
        "url": reverse("credit:file", args=[row.client_id]),
        "look_url": reverse("credit:look_new", args=[row.client_id]),
    }


@staff_required
@require_http_methods(GET_AND_POST)
def look_new(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody found who looked at a client; what has changed since the last look beside."""
    at = now()
    client, on = own_client(current_user(request), pk), our_day(at)
    form = LookForm(request.POST or None)
    back = reverse("credit:file", args=[client.pk])
    if request.method == "POST" and form.is_valid():
        try:
            row = record_look(
                client=client, **form.cleaned_data, on=on, actor=current_user(request), at=at
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            day = format_day(row.next_on, get_language() or "en")
            messages.success(request, _("Noted. The next look is due on %(day)s.") % {"day": day})
            return redirect(back)
    context = {
        "form": form,
        "client": client,
        "days": cadence_of(client),
        "signals": _signals(client.pk, on),
        "looks": looks_of(client),
        "cancel_url": back,
    }
    return render(request, "credit/look_new.html", context)


def _signals(client_id: int, on: dt.date) -> Any:
    rows = CurrentScore.objects.filter(client=client_id)
    row = rows.select_related("client__monitoring", "snapshot").first()
    return row and signals_of(row, stood_before([client_id], on=on).get(client_id))


@staff_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What one was told of, the newest first."""
    user, on = current_user(request), our_day(now())
    show = request.GET.get("show", "unread")
    found = NoticeTo.objects.visible_to(user).select_related("notice__client")
    if show == "unread":
        found = found.unread()
    rows = stretch(found, order=("-pk", "-pk"), after=request.GET.get("after", ""))
    context = {
        "rows": [(one, words_of_notice(one.notice)) for one in rows.rows],
        "cursor": rows.cursor,
        "tabs": warning_tabs(user, on, "notices"),
        "show": show,
        "views": [
            {"label": label, "url": f"?show={key}", "is_active": key == show}
            for key, label in (
                ("unread", pgettext("notices", "Unread")),
                ("all", pgettext("notices", "All")),
            )
        ],
    }
    return render(request, "credit/notices.html", context)


@staff_required
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """One notice is read, or all that the page showed."""
    user = current_user(request)
    ids = [int(one) for one in request.POST.getlist("id") if one.isdecimal()]
    read_notices(ids=ids, actor=user, at=now())
    return redirect("credit:notices")

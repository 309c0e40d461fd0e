"""Meetings: the list, one meeting with its versions, and what is written about it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client
from clients.selectors import default_creditor, our_zone
from core.access import current_user, staff_required
from core.dates import now, today
from core.display import format_day, format_moment
from core.documents import document_response
from core.errors import Refusal
from core.forms import note_refusal
from core.models import User
from core.paging import stretch
from core.templatetags.dunwell import badge_html
from interactions.forms.meetings import (
    CancelForm,
    MeetingFileForm,
    MeetingForm,
    round_to_quarter,
)
from interactions.models import Meeting, MeetingFile, Minutes, MinutesAction
from interactions.rules.minutes import draft_from_json
from interactions.selectors.minutes import newest_of
from interactions.services.agreements import agreement_name
from interactions.services.meetings import (
    add_meeting_file,
    cancel_meeting,
    change_meeting,
    plan_meeting,
)
from interactions.services.minutes_actions import complete_action
from interactions.states import MeetingState, MinutesState

GET_AND_POST = ["GET", "HEAD", "POST"]
_SHOWN = ("all", "planned", "unsent", "waiting", "objected")


@staff_required
@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Meetings with the clients one sees, the latest first; `?client=`, and by what is to do."""
    user = current_user(request)
    show = request.GET.get("show", "")
    show = show if show in _SHOWN else "all"
    found = _shown(Meeting.objects.visible_to(user), show).select_related("client", "creditor")
    client = None
    if request.GET.get("client", "").isdigit():
        mine = Client.objects.visible_to(user)
        client = get_object_or_404(mine, pk=int(request.GET["client"]))
        found = found.filter(client=client)
    order = ("-starts_at", "-pk")
    rows = stretch(found, order=order, after=request.GET.get("after", ""))
    newest = newest_of([one.pk for one in rows.rows])
    context = {
        "rows": [meeting_row(one, newest.get(one.pk)) for one in rows.rows],
        "cursor": rows.cursor,
        "client": client,
        "tabs": _tabs(show, client),
        "awaited": _awaited(user, client) if show == "all" else [],
    }
    return render(request, "interactions/meetings.html", context)


def _shown(found: Any, show: str) -> Any:
    states = {"waiting": MinutesState.SENT, "objected": MinutesState.OBJECTED}
    if show in states:
        return found.filter(pk__in=Minutes.objects.filter(state=states[show]).values("meeting"))
    if show == "planned":
        return found.filter(state=MeetingState.PLANNED)
    if show == "unsent":
        sent = Minutes.objects.exclude(state__in=[MinutesState.ISSUED, MinutesState.SUPERSEDED])
        return found.filter(state=MeetingState.HELD).exclude(pk__in=sent.values("meeting"))
    return found


def _tabs(show: str, client: Client | None) -> list[dict[str, Any]]:
    labels = {
        "all": pgettext("meetings", "All"),
        "planned": pgettext("meetings", "Planned"),
        "unsent": _("Minutes not sent"),
        "waiting": _("Awaiting confirmation"),
        "objected": _("Objected to"),
    }
    of = f"&client={client.pk}" if client else ""
    return [
        {"label": labels[one], "url": f"?show={one}{of}", "is_active": one == show}
        for one in _SHOWN
    ]


def _awaited(user: User, client: Client | None) -> list[dict[str, Any]]:
    """What clients have still to do by their minutes, the most urgent first."""
    found = MinutesAction.objects.visible_to(user).awaited()
    if client is not None:
        found = found.filter(client=client)
    on = today(our_zone())
    rows = found.select_related("client", "minutes").order_by("due_on", "pk")[:20]
    return [action_row(one, on) for one in rows]


def action_row(action: MinutesAction, on: dt.date) -> dict[str, Any]:
    """What a client has still to do, as lists show it."""
    return {
        "action": action,
        "client": action.client.legal_name,
        "due": format_day(action.due_on, get_language() or "en"),
        "is_late": action.due_on < on,
        "url": reverse("interactions:meeting", args=[action.minutes.meeting_id]),
        "done_url": reverse("interactions:action_done", args=[action.pk]),
    }


def meeting_row(meeting: Meeting, minutes: Minutes | None) -> dict[str, Any]:
    """A meeting as lists show it."""
    language = get_language() or "en"
    return {
        "url": reverse("interactions:meeting", args=[meeting.pk]),
        "subject": meeting.subject,
        "client": meeting.client.legal_name,
        "client_url": reverse("clients:client", args=[meeting.client_id]),
        "when": format_moment(meeting.starts_at, language, meeting.time_zone),
        "zone": meeting.time_zone,
        "where": meeting.place or meeting.online_url,
        "state": badge_html("meeting", meeting.state, language),
        "minutes": badge_html("minutes", minutes.state, language) if minutes else "",
        "version": minutes.number if minutes else 0,
    }


def mine_or_404(request: HttpRequest, pk: int) -> Meeting:
    """The meeting, for whoever sees its client."""
    found = Meeting.objects.visible_to(current_user(request))
    related = ("client__owner", "creditor__logo", "created_by")
    return get_object_or_404(found.select_related(*related), pk=pk)


@staff_required
@require_http_methods(GET_AND_POST)
def meeting_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a meeting; one that was held goes on to its minutes."""
    user = current_user(request)
    client = get_object_or_404(Client.objects.visible_to(user), pk=pk)
    begins = round_to_quarter(now(), client.time_zone)
    creditor = default_creditor()
    initial = {"starts_at": begins, "creditor": creditor.pk if creditor else None}
    form = MeetingForm(request.POST or None, client=client, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = plan_meeting(client=client, **form.cleaned_data, actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            was_held = made.state == MeetingState.HELD
            to = "interactions:minutes_edit" if was_held else "interactions:meeting"
            return redirect(to, made.pk)
    cancel_url = reverse("clients:client", args=[client.pk])
    context = {"form": form, "client": client, "cancel_url": cancel_url}
    return render(request, "interactions/meeting_form.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Set right when, where and about what."""
    row = mine_or_404(request, pk)
    form = MeetingForm(request.POST or None, client=row.client, meeting=row)
    if request.method == "POST" and form.is_valid():
        user = current_user(request)
        try:
            change_meeting(meeting=row, **form.cleaned_data, actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("interactions:meeting", row.pk)
    cancel_url = reverse("interactions:meeting", args=[row.pk])
    context = {"form": form, "client": row.client, "meeting": row, "cancel_url": cancel_url}
    return render(request, "interactions/meeting_form.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def meeting_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a planned meeting does not take place."""
    row = mine_or_404(request, pk)
    form = CancelForm(request.POST or None)
    back = reverse("interactions:meeting", args=[row.pk])
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            cancel_meeting(meeting=row, reason=reason, actor=current_user(request), at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Noted: it does not take place."))
            return redirect(back)
    context = {
        "form": form,
        "meeting": row,
        "cancel_url": back,
        "submit_label": _("It does not take place"),
        "tone": "danger",
    }
    return render(request, "interactions/meeting_cancel.html", context)


@staff_required
@require_safe
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: facts, draft, versions with their answers, actions and files."""
    row = mine_or_404(request, pk)
    versions = list(
        row.minutes.select_related("created_by", "document", "answered_document", "answer")
        .prefetch_related("answer__objections")
        .defer("text", "content")
        .order_by("-number")
    )
    newest = versions[0] if versions else None
    actions = newest.actions.select_related("follow_up__owner") if newest else []
    context = {
        "meeting": row,
        "client": row.client,
        "versions": versions,
        "newest": newest,
        "has_draft": bool(row.draft),
        "draft": draft_from_json(row.draft),
        "actions": list(actions),
        "files": list(row.files.select_related("document")),
        "file_form": MeetingFileForm(),
        "facts": _facts(row),
        "is_held": row.starts_at <= now() and row.state != MeetingState.CANCELLED,
        "on": today(row.creditor.time_zone),
    }
    return render(request, "interactions/meeting.html", context)


def _facts(row: Meeting) -> list[tuple[str, Any]]:
    language = get_language() or "en"
    when = format_moment(row.starts_at, language, row.time_zone)
    about = agreement_name(row.about_type, row.about_id) if row.about_type else None
    return [
        (_("Client"), row.client.legal_name),
        (_("Creditor"), row.creditor.name_in(language)),
        (pgettext("meeting", "Time"), f"{when} ({row.time_zone})"),
        (pgettext("meeting", "Place"), row.place),
        (_("Online address"), row.online_url),
        (_("Contract"), about),
        (_("Written down by"), row.created_by.name if row.created_by else None),
    ]


@staff_required
@require_POST
def file_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a file with a meeting."""
    row = mine_or_404(request, pk)
    form = MeetingFileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose a file."))
        return redirect("interactions:meeting", row.pk)
    file = form.cleaned_data["file"]
    try:
        add_meeting_file(
            meeting=row, data=file.read(), name=file.name, actor=current_user(request), at=now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Kept. The next version of the minutes lists it."))
    return redirect("interactions:meeting", row.pk)


@staff_required
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download a file of a meeting; who does not see the client gets 404."""
    mine = MeetingFile.objects.filter(meeting__in=Meeting.objects.visible_to(current_user(request)))
    kept = get_object_or_404(mine.select_related("document"), pk=pk)
    return document_response(kept.document)


@staff_required
@require_POST
def action_done(request: HttpRequest, pk: int) -> HttpResponse:
    """The client did what it had agreed to do; twice is harmless."""
    user = current_user(request)
    mine = MinutesAction.objects.visible_to(user).select_related("minutes")
    row = get_object_or_404(mine, pk=pk)
    complete_action(action=row, actor=user, at=now())
    messages.success(request, _("Done."))
    return redirect("interactions:meeting", row.minutes.meeting_id)

"""Log a call from anywhere: choose the client, say what was said."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.models import Client
from core.access import current_user, staff_required
from core.dates import now, today
from core.errors import Refusal
from core.forms import note_refusal, typed_text
from core.models import User
from workspace.forms.calls import ConversationForm
from workspace.selectors.client import creditor_of
from workspace.services.calls import log_conversation

_MATCHES = 20


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def log_call(request: HttpRequest) -> HttpResponse:
    """Without `?client=`, ask which client; with it, the form."""
    user = current_user(request)
    chosen = request.GET.get("client", "")
    if not chosen.isdecimal():
        return _choose_client(request, user)
    client = get_object_or_404(Client.objects.visible_to(user), pk=int(chosen[:18]))
    at = now()
    initial = {"follow_up": request.GET.get("follow_up", "")}
    form = ConversationForm(request.POST or None, client=client, at=at, initial=initial)
    if request.method == "POST" and form.is_valid() and _save(form, client, user):
        messages.success(request, _("Logged."))
        return redirect("clients:client", client.pk)
    return render(request, "interactions/log.html", {"form": form, "client": client})


def _choose_client(request: HttpRequest, user: User) -> HttpResponse:
    text = typed_text(request.GET.get("q"))
    found = Client.objects.visible_to(user).search(text).order_by("name_pinyin", "pk")
    matches = list(found[:_MATCHES]) if text else []
    context = {"q": text, "matches": matches}
    return render(request, "interactions/choose_client.html", context)


def _save(form: ConversationForm, client: Client, user: User) -> bool:
    creditor = creditor_of(client)
    read = form.cleaned_data
    try:
        log_conversation(
            client=client,
            kind=read["kind"],
            direction=read["direction"],
            occurred_at=read["occurred_at"],
            body=read["body"],
            outcome=read["outcome"],
            contact=read["contact"],
            promise=form.promise(),
            dispute=form.dispute(),
            next_action=form.next_action(),
            done=read["follow_up"],
            on=today(creditor.time_zone if creditor else settings.TIME_ZONE),
            actor=user,
            at=now(),
        )
    except Refusal as refusal:
        note_refusal(form, refusal)
        return False
    return True

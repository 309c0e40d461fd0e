"""Log a conversation from anywhere: choose the client, say what was said."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client, Contact
from core.access import current_user, staff_required
from core.dates import now, today
from core.display import format_moment
from core.documents import store_document
from core.errors import Refusal
from core.forms import note_refusal, typed_text
from core.models import Document, User
from core.transactions import in_transaction
from interactions.models import Interaction
from interactions.selectors.contact_rules import recording_note
from interactions.selectors.talk import scripts
from interactions.services import RecordingFacts, UnableToContact, contact_check, explain
from interactions.services.contact_rules import count_sentence
from interactions.states import InteractionKind
from workspace.forms.calls import ConversationForm, QuickCallForm
from workspace.selectors.client import creditor_of
from workspace.services.calls import Kept, log_conversation

GET_AND_POST = ["GET", "HEAD", "POST"]
_MATCHES = 20


@staff_required
@require_http_methods(GET_AND_POST)
def log_call(request: HttpRequest) -> HttpResponse:
    """Without `?client=`, ask which client; with it, the whole form."""
    user, at = current_user(request), now()
    client = _client(request, user)
    if client is None:
        return _choose_client(request, user, "interactions:log")
    form = ConversationForm(
        request.POST or None,
        request.FILES or None,
        client=client,
        at=at,
        initial={
            "follow_up": request.GET.get("follow_up", ""),
            "contact": _contact(request, client),
            **_about(request),
        },
    )
    if request.method == "POST" and form.is_valid() and _save(form, client, user):
        messages.success(request, _("Logged."))
        return redirect("clients:client", client.pk)
    context = {
        "form": form,
        "client": client,
        "may_insist": _is_blocked(form),
        "rules": rules_of(client, _contact(request, client), InteractionKind.CALL, at),
        "note": _note(client.country, at),
        "scripts": scripts(client.language),
        "language": client.language,
    }
    return render(request, "interactions/log.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def quick_call(request: HttpRequest) -> HttpResponse:
    """A call in two clicks: the button in the header, then the outcome."""
    user, at = current_user(request), now()
    client = _client(request, user)
    if client is None:
        return _choose_client(request, user, "interactions:call")
    contact = _contact(request, client)
    form = QuickCallForm(
        request.POST or None,
        client=client,
        at=at,
        initial={"contact": contact, **_about(request)},
    )
    if request.method == "POST" and form.is_valid() and _save(form, client, user):
        messages.success(request, _("Logged."))
        return redirect(_back(request, client))
    context = {
        "form": form,
        "client": client,
        "contact": contact,
        "may_insist": _is_blocked(form),
        "scripts": scripts(client.language),
        "language": client.language,
        "rules": rules_of(client, contact, InteractionKind.CALL, at),
    }
    return render(request, "interactions/call.html", context)


@staff_required
@require_safe
def call_rules(request: HttpRequest) -> HttpResponse:
    """What the rules of contact say about one person now: for the form, as one chooses."""
    client = get_object_or_404(
        Client.objects.visible_to(current_user(request)), pk=_number(request.GET.get("client"))
    )
    kind = request.GET.get("kind", "")
    kind = kind if kind in InteractionKind.values else InteractionKind.CALL
    contact = _contact(request, client)
    return render(
        request, "interactions/_rules.html", {"rules": rules_of(client, contact, kind, now())}
    )


@staff_required
@require_safe
def place_note(request: HttpRequest) -> HttpResponse:
    """What is to be known about recordings where the other side was."""
    place = typed_text(request.GET.get("jurisdiction"), 10)
    return render(request, "interactions/_recording_note.html", {"note": _note(place, now())})


def rules_of(client: Client, contact: Contact | None, kind: str, at: dt.datetime) -> dict[str, Any]:
    """The verdict as the form shows it."""
    verdict = contact_check(client, contact, kind, at)
    language, zone = get_language() or "en", client.time_zone
    later = verdict.allowed_at
    return {
        "allowed": verdict.allowed,
        "local": format_moment(verdict.local, language, zone),
        "zone": zone,
        "counts": count_sentence(verdict),
        "blocks": [explain(one, verdict) for one in verdict.blocks],
        "warnings": [explain(one, verdict) for one in verdict.warnings],
        "allowed_at": format_moment(later, language, zone) if later else "",
        "phone": contact.phone if contact and verdict.allowed else "",
        "refused": contact if contact and any(f.rule == "REFUSAL" for f in verdict.findings) else 0,
    }


def _note(place: str, at: dt.datetime) -> dict[str, Any] | None:
    note = recording_note(place, on=at.date())
    language = get_language() or "en"
    if note is None:
        return None
    return {"row": note, "name": note.name_in(language), "text": note.text_in(language)}


def _number(text: str | None) -> int:
    return int(text[:18]) if text and text.isdecimal() else 0


def _client(request: HttpRequest, user: User) -> Client | None:
    chosen = request.GET.get("client", "")
    if not chosen.isdecimal():
        return None
    return get_object_or_404(Client.objects.visible_to(user), pk=_number(chosen))


def _contact(request: HttpRequest, client: Client) -> Contact | None:
    """The person named in the form or the address, else the first choice."""
    people = client.contacts.order_by("-is_primary", "pk")
    asked = request.POST.get("contact", request.GET.get("contact"))
    if asked is None:
        return people.first()
    return people.filter(pk=_number(asked)).first()


def _about(request: HttpRequest) -> dict[str, Any]:
    """`?about=payments.invoice:12`: the thing whose page the button was on."""
    kind, _colon, key = request.GET.get("about", "").partition(":")
    if kind == "payments.invoice":
        return {"about_invoices": [_number(key)]}
    return {"about_contract": _number(key)} if kind == "contracts.contract" else {}


def _back(request: HttpRequest, client: Client) -> str:
    asked = request.GET.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    return asked if is_safe else reverse("clients:client", args=[client.pk])


def _choose_client(request: HttpRequest, user: User, route: str) -> HttpResponse:
    text = typed_text(request.GET.get("q"))
    found = Client.objects.visible_to(user).search(text).order_by("name_pinyin", "pk")
    matches = list(found[:_MATCHES]) if text else []
    context = {"q": text, "matches": matches, "next_url": reverse(route)}
    return render(request, "interactions/choose_client.html", context)


def _is_blocked(form: ConversationForm) -> bool:
    return any(
        error.code == UnableToContact.__name__ for error in form.non_field_errors().as_data()
    )


def _save(form: ConversationForm, client: Client, user: User) -> bool:
    try:
        _log(form, client, user, now())
    except UnableToContact as refusal:
        form.add_error(None, ValidationError(str(refusal), code=UnableToContact.__name__))
        return False
    except Refusal as refusal:
        note_refusal(form, refusal)
        return False
    return True


@in_transaction
def _log(form: ConversationForm, client: Client, user: User, at: dt.datetime) -> Interaction:
    creditor = creditor_of(client)
    read = form.cleaned_data
    return log_conversation(
        client=client,
        kind=read["kind"],
        direction=read["direction"],
        occurred_at=read["occurred_at"],
        subject=read.get("subject", ""),
        body=read["body"],
        outcome=read["outcome"],
        contact=read["contact"],
        promise=form.promise(),
        dispute=form.dispute(),
        next_action=form.next_action(),
        done=read.get("follow_up"),
        kept=_kept(form, user, at),
        took_place=read["took_place"],
        on=today(creditor.time_zone if creditor else settings.TIME_ZONE),
        actor=user,
        at=at,
    )


def _kept(form: ConversationForm, user: User, at: dt.datetime) -> Kept:
    """Uploads become kept files in the same transaction as the entry."""
    read = form.cleaned_data

    def keep(upload: Any) -> Document:
        upload.seek(0)  # it may have been read by an attempt before
        return store_document(data=upload, name=upload.name, actor=user, at=at)

    files = [keep(one) for one in read.get("attachments", [])]
    sound = read.get("recording")
    recording = None
    if sound:
        recording = RecordingFacts(
            keep(sound),
            consent=read["consent"],
            jurisdiction=read["jurisdiction"],
            note=read["recording_note"],
        )
    return Kept(links=form.about(), documents=files, recording=recording)

"""The library of texts: everybody reads and tries it, managers keep it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from core.access import approver_required, current_user, staff_required
from core.dates import now, today
from core.errors import Refusal
from core.forms import note_refusal, typed_text
from core.models import User
from interactions.forms.texts import PreviewForm, TextForm
from interactions.models import MessageTemplate, MessageTemplateVersion
from interactions.selectors.facts import Occasion, known_facts
from interactions.selectors.outgoing import creditor_for, mail_contacts
from interactions.selectors.texts import newest_text, templates_listed, write_text
from interactions.services.texts import save_text
from interactions.states import TextChannel
from interactions.views.outgoing import answer_day
from interactions.views.tone import library_tabs

GET_AND_POST = ["GET", "HEAD", "POST"]


@staff_required
@require_safe
def texts(request: HttpRequest) -> HttpResponse:
    """Every text of the library."""
    user = current_user(request)
    rows = templates_listed(with_unused=user.may_approve)
    context = {
        "groups": [
            (channel.label, [row for row in rows if row.channel == channel])
            for channel in TextChannel
        ],
        "may_edit": user.may_approve,
        "tabs": library_tabs("texts", may_edit=user.may_approve),
    }
    return render(request, "interactions/texts.html", context)


@staff_required
@require_safe
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """One text in both languages, its versions, and how it reads for a client (`?client=code`)."""
    user = current_user(request)
    row = get_object_or_404(MessageTemplate, pk=pk)
    versions = list(row.versions.select_related("created_by").order_by("-number"))
    context = {
        "text": row,
        "newest": versions[0],
        "versions": versions,
        "may_edit": user.may_approve,
        "form": PreviewForm(request.GET),
        **_preview(user, versions[0], typed_text(request.GET.get("client"))),
    }
    return render(request, "interactions/text.html", context)


def _preview(user: User, version: MessageTemplateVersion, code: str) -> dict[str, Any]:
    """The text with the facts of a real client that this user sees."""
    if not code:
        return {"client": None}
    client = Client.objects.visible_to(user).filter(code=code).first()
    creditor = creditor_for(client) if client else None
    if client is None or creditor is None:
        return {"client": None, "unknown": code}
    occasion = Occasion(
        client=client,
        creditor=creditor,
        on=today(creditor.time_zone),
        contact=mail_contacts(client).first(),
        sender_name=user.name,
        deadline=answer_day(client),
    )
    return {"client": client, "written": write_text(version, occasion)}


@approver_required
@require_http_methods(GET_AND_POST)
def text_new(request: HttpRequest) -> HttpResponse:
    """A new text."""
    return _text_form(request, None)


@approver_required
@require_http_methods(GET_AND_POST)
def text_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a text; what it says becomes a new version."""
    return _text_form(request, get_object_or_404(MessageTemplate, pk=pk))


def _text_form(request: HttpRequest, row: MessageTemplate | None) -> HttpResponse:
    newest = newest_text(row) if row else None
    form = TextForm(request.POST or None, template=row, newest=newest)
    if request.method == "POST" and form.is_valid():
        try:
            kept = save_text(
                template=row,
                fields=form.filed(),
                wording=form.wording(),
                tone_reason=form.cleaned_data["tone_reason"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("interactions:text", kept.pk)
    cancel = reverse("interactions:text", args=[row.pk]) if row else reverse("interactions:texts")
    facts = [(f"{{{name}}}", label) for name, label in known_facts().items()]
    context = {"form": form, "text": row, "cancel_url": cancel, "facts": facts}
    return render(request, "interactions/text_form.html", context)

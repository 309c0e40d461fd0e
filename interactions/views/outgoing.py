"""Write a mail in two steps, follow it on its way; copy a short message and log it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client, Contact
from core.access import current_user, money_required, staff_required
from core.dates import UnknownCalendar, add_business_days, now, today
from core.errors import Refusal
from core.forms import note_refusal
from core.mailing import sender_address
from core.models import User
from core.paging import stretch
from interactions.forms.outgoing import ComposeForm, DecideForm, OutgoingFilter, ShortForm
from interactions.forms.texts import PickForm
from interactions.forms.tone import CalmForm
from interactions.models import OutgoingMail
from interactions.selectors.facts import Occasion
from interactions.selectors.outgoing import (
    answerable,
    creditor_for,
    mail_contacts,
    mail_leaves_at,
    outgoing_listed,
    reply_to,
)
from interactions.selectors.texts import newest_text, write_text
from interactions.services.outgoing import (
    Letter,
    cancel_mail,
    check_letter,
    log_short_message,
    queue_mail,
    text_of,
)
from interactions.services.outgoing_machine import decide_mail
from interactions.states import OutgoingState, TextChannel

GET_AND_POST = ["GET", "HEAD", "POST"]
ANSWER_DAYS = 7


def answer_day(client: Client) -> dt.date:
    """The day an answer is usually asked for: seven working days of the client on."""
    day = today(client.time_zone)
    try:
        return add_business_days(day, ANSWER_DAYS, client.country)
    except UnknownCalendar:
        return add_business_days(day, ANSWER_DAYS)


def _client(request: HttpRequest, pk: int) -> Client:
    return get_object_or_404(Client.objects.visible_to(current_user(request)), pk=pk)


# --- writing ----------------------------------------------------------------------------------


@staff_required
@require_http_methods(GET_AND_POST)
def compose(request: HttpRequest, pk: int) -> HttpResponse:
    """Write, look at it exactly as it goes, send. `?template=`, `?reply=` begin it."""
    client, user = _client(request, pk), current_user(request)
    if creditor_for(client) is None or not mail_contacts(client).exists():
        return render(request, "interactions/compose_cannot.html", {"client": client})
    if request.method == "POST":
        form = ComposeForm(request.POST, client=client)
        if "change" not in request.POST and form.is_valid():
            done = _preview_or_send(request, form, user)
            if done is not None:
                return done
        return _compose_page(request, form, client, {})
    begun, missing = _begun(request, client, user, TextChannel.MAIL)
    form = ComposeForm(client=client, initial=begun)
    return _compose_page(request, form, client, {"missing": missing})


def _preview_or_send(request: HttpRequest, form: ComposeForm, user: User) -> HttpResponse | None:
    """The preview, or the way to the queued mail; None when it was refused."""
    at, letter = now(), form.letter()
    try:
        if "send" in request.POST:
            row = queue_mail(letter=letter, key=form.cleaned_data["key"], actor=user, at=at)
            messages.success(request, _("The mail is queued and leaves by itself."))
            return redirect("interactions:outgoing_mail", row.pk)
        check_letter(letter, at=at)
    except Refusal as refusal:
        note_refusal(form, refusal)
        return None
    return render(request, "interactions/compose_preview.html", _as_it_goes(form, letter, at))


def _as_it_goes(form: ComposeForm, letter: Letter, at: dt.datetime) -> dict[str, Any]:
    leaves_at = mail_leaves_at(letter.client, at)
    titles = {document.pk: title for document, title in form.papers}
    return {
        "form": form,
        "client": letter.client,
        "letter": letter,
        "sender": sender_address(),
        "from_name": letter.creditor.name_in(letter.language),
        "text": text_of(letter),
        "files": [(document, titles[document.pk]) for document in letter.documents],
        "leaves_at": leaves_at if leaves_at > at else None,
        "hidden": _hidden(form),
    }


def _hidden(form: CalmForm) -> list[str]:
    """The fields again, for the next step; the tick only where there is something to warn of."""
    return [field.as_hidden() for field in form if field.name != "tone_anyway" or form.warnings]


def _compose_page(
    request: HttpRequest, form: ComposeForm, client: Client, more: dict[str, Any]
) -> HttpResponse:
    picked = {"deadline": answer_day(client), **request.GET.dict()}
    context = {
        "form": form,
        "client": client,
        "answered": form.answered(),
        "pick": PickForm(initial=picked, client=client, channel=TextChannel.MAIL),
        **more,
    }
    answered = context["answered"]
    context["quoted"] = reply_to(answered, language=client.language).quoted if answered else ""
    return render(request, "interactions/compose.html", context)


def _begun(
    request: HttpRequest, client: Client, user: User, channel: str
) -> tuple[dict[str, Any], list[str]]:
    """What the form begins with, and the facts that are missing for it."""
    pick = PickForm(request.GET, client=client, channel=channel)
    read = pick.cleaned_data if pick.is_valid() else {}
    contact: Contact | None = read.get("contact") or (
        mail_contacts(client).first()
        if channel == TextChannel.MAIL
        else client.contacts.filter(opted_out_at=None).order_by("-is_primary", "pk").first()
    )
    begun: dict[str, Any] = {"contact": contact}
    answered = answerable(client, read["reply"]) if read.get("reply") else None
    if answered is not None:
        begun |= {
            "reply": answered.pk,
            "subject": reply_to(answered, language=client.language).subject,
        }
        if not read.get("contact") and answered.contact in mail_contacts(client):
            begun["contact"] = contact = answered.contact
    creditor = creditor_for(client)
    if not read.get("template") or creditor is None:
        return begun, []
    version = newest_text(read["template"])
    occasion = Occasion(
        client=client,
        creditor=creditor,
        on=today(creditor.time_zone),
        contact=contact,
        sender_name=user.name,
        deadline=read.get("deadline") or answer_day(client),
    )
    written = write_text(version, occasion)
    begun |= {"template": version.pk, "body": written.body}
    begun.setdefault("subject", written.subject)
    return begun, written.missing_labels()


@staff_required
@require_http_methods(GET_AND_POST)
def short_message(request: HttpRequest, pk: int) -> HttpResponse:
    """A text to copy into WeChat or an SMS; one click logs that it was sent."""
    client, user = _client(request, pk), current_user(request)
    begun, missing = _begun(request, client, user, TextChannel.SHORT)
    form = ShortForm(request.POST or None, client=client, initial=begun)
    is_ready = request.method == "POST" and form.is_valid()
    if is_ready and "sent" in request.POST:
        try:
            log_short_message(
                client=client,
                contact=form.cleaned_data["contact"],
                body=form.cleaned_data["body"],
                language=client.language,
                tone_reason=form.cleaned_data["tone_reason"],
                actor=user,
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
            is_ready = False
        else:
            messages.success(request, _("Logged."))
            return redirect("clients:client", client.pk)
    context = {
        "form": form,
        "client": client,
        "missing": missing,
        "is_ready": is_ready,
        "has_people": client.contacts.filter(opted_out_at=None).exists(),
        "hidden": _hidden(form) if is_ready else [],
        "pick": PickForm(
            initial={"deadline": answer_day(client), **request.GET.dict()},
            client=client,
            channel=TextChannel.SHORT,
        ),
    }
    return render(request, "interactions/short_message.html", context)


# --- on its way -------------------------------------------------------------------------------


@staff_required
@require_safe
def outgoing(request: HttpRequest) -> HttpResponse:
    """Mails written in the product, by state; those in doubt wait for a person."""
    user = current_user(request)
    form = OutgoingFilter(request.GET)
    read = form.cleaned_data if form.is_valid() else {}
    found = outgoing_listed(user, state=read.get("state", ""), text=read.get("q", ""))
    rows = stretch(found, order=("-queued_at", "-pk"), after=request.GET.get("after", ""))
    base = reverse("interactions:outgoing")
    chosen = read.get("state", "")
    tabs: list[dict[str, Any]] = [
        {"label": pgettext("messages", "All"), "url": base, "is_active": not chosen}
    ]
    tabs += [
        {"label": s.label, "url": f"{base}?state={s.value}", "is_active": s.value == chosen}
        for s in OutgoingState
    ]
    context = {"rows": rows.rows, "cursor": rows.cursor, "form": form, "tabs": tabs}
    return render(request, "interactions/outgoing.html", context)


def _mail(request: HttpRequest, pk: int) -> OutgoingMail:
    mine = OutgoingMail.objects.visible_to(current_user(request))
    rows = mine.select_related("client", "creditor", "contact", "created_by", "template__template")
    return get_object_or_404(rows, pk=pk)


@staff_required
@require_safe
def outgoing_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: what it says, where it is, how it came there."""
    row = _mail(request, pk)
    context = {
        "mail": row,
        "files": row.attachments.select_related("document").order_by("position"),
        "transitions": row.transitions.select_related("actor").order_by("pk"),
        "may_cancel": row.state == OutgoingState.QUEUED,
        "may_decide": row.state == OutgoingState.IN_DOUBT
        and current_user(request).sees_all_clients,
        "waits_until": row.available_at if row.state == OutgoingState.QUEUED else None,
    }
    return render(request, "interactions/outgoing_mail.html", context)


@staff_required
@require_safe
def outgoing_raw(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes as they were handed to the mail server."""
    row = _mail(request, pk)
    if row.raw is None:
        raise Http404
    response = HttpResponse(bytes(row.raw), content_type="message/rfc822")
    response["Content-Disposition"] = f'attachment; filename="mail-{row.pk}.eml"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@staff_required
@require_POST
def outgoing_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a mail back that has not left."""
    row = _mail(request, pk)
    try:
        cancel_mail(outgoing=row, actor=current_user(request), at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The mail is taken back."))
    return redirect("interactions:outgoing_mail", pk)


@money_required
@require_http_methods(GET_AND_POST)
def outgoing_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what became of a mail in doubt."""
    row = _mail(request, pk)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decide_mail(
                outgoing=row,
                arrived=form.cleaned_data["arrived"] == "yes",
                note=form.cleaned_data["note"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("interactions:outgoing_mail", pk)
    context = {
        "form": form,
        "mail": row,
        "cancel_url": reverse("interactions:outgoing_mail", args=[pk]),
    }
    return render(request, "interactions/outgoing_decide.html", context)

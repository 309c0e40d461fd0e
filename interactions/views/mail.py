"""The mail archive: the tray, one mail with its conversation, uploads.

What a mail says is written by strangers: it is shown as text, or as cleaned HTML in a frame that
may do nothing.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client
from core.access import current_user, staff_required
from core.dates import now
from core.documents import document_response
from core.errors import Refusal
from core.forms import note_refusal, typed_text
from core.models import User
from core.paging import stretch
from interactions.forms import DismissForm, MailUploadForm
from interactions.models import MailAttachment, MailFetch, MailFolder, MailMessage, MailProposal
from interactions.rules.mail.folding import fold
from interactions.selectors.mail_pages import (
    mails_dismissed,
    mails_waiting,
    thread_mails,
)
from interactions.services import archive_mail, assign_mail, dismiss_mail, reject_proposal
from interactions.states import Direction, MailSource, MailState
from interactions.views.mail_words import WHY, WITHHELD, damage_of, people, sender

GET_AND_POST: Final = ["GET", "HEAD", "POST"]
_MATCHES: Final = 20
_THREAD: Final = 100
_REFUSED: Final = 20
# The only style of the frame, allowed by its hash: whatever a mail brings along is not applied.
_STYLE: Final = (
    ":root{color-scheme:light dark}body{margin:.75rem;font:15px/1.5 system-ui,sans-serif;"
    "overflow-wrap:anywhere}blockquote{margin:.5rem 0 .5rem .25rem;padding-left:.75rem;"
    "border-left:3px solid #8888}table{border-collapse:collapse}td,th{padding:.1rem .4rem;"
    "vertical-align:top}pre{white-space:pre-wrap}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_FRAME_POLICY: Final = (
    f"sandbox; default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'self'"
)


@staff_required
@require_safe
def tray(request: HttpRequest) -> HttpResponse:
    """Mails that nobody could be matched to; `?show=aside` what was set aside."""
    user = current_user(request)
    is_aside = request.GET.get("show") == "aside" and user.sees_all_clients
    found = mails_dismissed(user) if is_aside else mails_waiting(user)
    rows = stretch(found, order=("-received_at", "-pk"), after=request.GET.get("after", ""))
    tabs = [{"label": pgettext("mail", "To be filed"), "url": "?", "is_active": not is_aside}]
    if user.sees_all_clients:
        label = pgettext("mails", "Set aside")
        tabs.append({"label": label, "url": "?show=aside", "is_active": is_aside})
    context = {
        "rows": [_row(mail) for mail in rows.rows],
        "cursor": rows.cursor,
        "tabs": tabs,
        "is_aside": is_aside,
        **(_mailbox_trouble() if user.sees_all_clients else {}),
    }
    return render(request, "interactions/mail_tray.html", context)


def _row(mail: MailMessage) -> dict[str, Any]:
    return {
        "mail": mail,
        "sender": sender(mail),
        "suggestions": [
            {"client": one.client, "contact": one.contact, "why": WHY.get(one.why, "")}
            for one in mail.suggestions.all()
        ],
    }


def _mailbox_trouble() -> dict[str, Any]:
    refused = MailFetch.objects.filter(mail=None).order_by("-at", "-pk")
    return {
        "folders": MailFolder.objects.exclude(error="").order_by("name", "pk"),
        "refused": refused[:_REFUSED],
    }


@staff_required
@require_safe
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: who, when, what it says with quotes folded, its files, its conversation."""
    user = current_user(request)
    row = _mail_or_404(user, pk)
    thread = list(thread_mails(row, user)[:_THREAD])
    context = {
        "mail": row,
        "sender": sender(row),
        "to": people(row.to),
        "cc": people(row.cc),
        "damage": damage_of(row),
        "attachments": [
            {"row": one, "withheld": WITHHELD.get(one.withheld, "")}
            for one in row.attachments.select_related("document").order_by("position")
        ],
        "thread": [
            {"mail": one, "sender": sender(one), "pieces": fold(one.text)} for one in thread
        ],
        "proposals": row.proposals.order_by("position", "kind", "pk"),
        "suggestions": _row(mails_waiting(user).get(pk=pk))["suggestions"] if _waits(row) else [],
        "is_stranger": row.state == MailState.FILED and row.contact is None,
        "is_incoming": row.direction == Direction.IN,
    }
    return render(request, "interactions/mail.html", context)


def _waits(row: MailMessage) -> bool:
    return row.state == MailState.TRAY


def _mail_or_404(user: User, pk: int) -> MailMessage:
    mine = MailMessage.objects.visible_to(user)
    return get_object_or_404(
        mine.select_related("client", "contact", "raw", "thread", "decided_by"), pk=pk
    )


@staff_required
@require_safe
@xframe_options_sameorigin
def mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The cleaned HTML, for a sandboxed frame: no scripts, no forms, nothing is loaded."""
    row = _mail_or_404(current_user(request), pk)
    if not row.html:
        raise Http404
    page = (
        '<!doctype html><html><head><meta charset="utf-8"><title></title>'
        f"<style>{_STYLE}</style></head><body>{row.html}</body></html>"
    )
    response = HttpResponse(page)
    response["Content-Security-Policy"] = _FRAME_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response


@staff_required
@require_safe
def mail_raw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The mail as it came, byte for byte."""
    return document_response(_mail_or_404(current_user(request), pk).raw)


@staff_required
@require_safe
def mail_attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of a mail, always as a download."""
    mine = MailMessage.objects.visible_to(current_user(request)).values("pk")
    files = MailAttachment.objects.filter(mail__in=mine).exclude(document=None)
    row = get_object_or_404(files.select_related("document"), pk=pk)
    assert row.document is not None  # noqa: S101  # excluded above
    return document_response(row.document)


@staff_required
@require_http_methods(GET_AND_POST)
def mail_upload(request: HttpRequest) -> HttpResponse:
    """Archive mails saved by a mail program; each file by itself."""
    user = current_user(request)
    is_sent = request.method == "POST"
    form = MailUploadForm(request.POST, request.FILES) if is_sent else MailUploadForm()
    if not (is_sent and form.is_valid()):
        return render(request, "interactions/mail_upload.html", {"form": form})
    results = [_archive(file, user) for file in form.cleaned_data["mails"]]
    seen = set(
        MailMessage.objects.visible_to(user)
        .filter(pk__in=[one["mail"].pk for one in results if one["mail"]])
        .values_list("pk", flat=True)
    )
    for one in results:
        one["is_seen"] = one["mail"] is not None and one["mail"].pk in seen
    context = {"form": MailUploadForm(), "results": results}
    return render(request, "interactions/mail_upload.html", context)


def _archive(file: UploadedFile[Any], user: User) -> dict[str, Any]:
    result: dict[str, Any] = {"name": file.name, "mail": None, "is_new": False, "reason": ""}
    try:
        archived = archive_mail(raw=file.read(), source=MailSource.UPLOAD, actor=user, at=now())
    except Refusal as refusal:
        result["reason"] = str(refusal)
    else:
        result["mail"], result["is_new"] = archived.mail, archived.is_new
    return result


@staff_required
@require_http_methods(GET_AND_POST)
def mail_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whose a mail is: one of the suggested clients, or one that is looked for."""
    user = current_user(request)
    row = _mail_or_404(user, pk)
    if request.method == "POST":
        return _assign(request, user, row)
    text = typed_text(request.GET.get("q"))
    found = Client.objects.visible_to(user).search(text).order_by("name_pinyin", "pk")
    context = {
        "mail": row,
        "sender": sender(row),
        "q": text,
        "matches": list(found[:_MATCHES]) if text else [],
        "may_keep": row.direction == Direction.IN and bool(row.from_email),
    }
    return render(request, "interactions/mail_assign.html", context)


def _assign(request: HttpRequest, user: User, row: MailMessage) -> HttpResponse:
    chosen = request.POST.get("client", "")
    if not chosen.isdecimal():
        raise Http404
    client = get_object_or_404(Client.objects.visible_to(user), pk=int(chosen[:18]))
    try:
        assign_mail(
            mail=row,
            client=client,
            keep_sender=bool(request.POST.get("keep_sender")),
            actor=user,
            at=now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("interactions:mail_tray")
    messages.success(request, _("Filed with %(client)s.") % {"client": client.legal_name})
    return redirect("interactions:mail", row.pk)


@staff_required
@require_http_methods(GET_AND_POST)
def mail_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a mail aside and say why; it is kept."""
    user = current_user(request)
    row = _mail_or_404(user, pk)
    form = DismissForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            dismiss_mail(mail=row, reason=form.cleaned_data["reason"], actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Set aside. The mail is kept and can still be filed."))
            return redirect("interactions:mail_tray")
    context = {"mail": row, "sender": sender(row), "form": form}
    return render(request, "interactions/mail_dismiss.html", context)


@staff_required
@require_POST
def mail_proposal_reject(request: HttpRequest, pk: int) -> HttpResponse:
    """A sentence meant nothing of the kind."""
    user = current_user(request)
    mine = MailProposal.objects.visible_to(user).select_related("mail")
    row = get_object_or_404(mine, pk=pk)
    try:
        reject_proposal(proposal=row, actor=user, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Rejected. Nothing was recorded."))
    return redirect("interactions:mail", row.mail_id)

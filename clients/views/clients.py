"""Take on a client, change its data, its people, its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.forms import ClientForm, ContactForm, DocumentForm
from clients.models import Client, ClientDocument, Contact
from clients.selectors import default_creditor, registration_remark
from clients.services import (
    add_client_document,
    create_client,
    save_contact,
    set_contact_opt_out,
    update_client,
)
from core.access import current_user, staff_required
from core.dates import now
from core.documents import document_response
from core.errors import Refusal
from core.forms import note_refusal

GET_AND_POST = ["GET", "HEAD", "POST"]


def _own_client(request: HttpRequest, pk: int) -> Client:
    return get_object_or_404(Client.objects.visible_to(current_user(request)), pk=pk)


@staff_required
@require_http_methods(GET_AND_POST)
def client_new(request: HttpRequest) -> HttpResponse:
    """Take on a client. A client that sales take on is theirs."""
    user = current_user(request)
    form = ClientForm(request.POST or None, user=user, initial=_defaults())
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        if not user.sees_all_clients:
            fields["owner"] = user
        try:
            client = create_client(**fields, actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("The client is there. Add a contact next."))
            _remark_on_registration(request, client)
            return redirect("clients:client", client.pk)
    context = {"form": form, "cancel_url": reverse("clients:list")}
    return render(request, "clients/client_form.html", context)


def _defaults() -> dict[str, Any]:
    creditor = default_creditor()
    if creditor is None:
        return {}
    return {"time_zone": creditor.time_zone, "country": creditor.country}


@staff_required
@require_http_methods(GET_AND_POST)
def client_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a client's own data."""
    user, client = current_user(request), _own_client(request, pk)
    form = ClientForm(request.POST or None, instance=client, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            saved = update_client(client=client, actor=user, at=now(), **form.cleaned_data)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            _remark_on_registration(request, saved)
            return redirect("clients:client", client.pk)
    url = reverse("clients:client", args=[client.pk])
    context = {"form": form, "client": client, "cancel_url": url}
    return render(request, "clients/client_form.html", context)


def _remark_on_registration(request: HttpRequest, client: Client) -> None:
    """Say what looks wrong with the number; it is kept as it was entered."""
    remark = registration_remark(client.country, client.registration_number)
    if remark.is_warning:
        messages.warning(request, remark.sentence)


# --- People ----------------------------------------------------------------------------------


@staff_required
@require_http_methods(GET_AND_POST)
def contact_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a person at a client."""
    return _contact_page(request, _own_client(request, pk), None)


@staff_required
@require_http_methods(GET_AND_POST)
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a person's data."""
    mine = Contact.objects.visible_to(current_user(request)).select_related("client")
    contact = get_object_or_404(mine, pk=pk)
    return _contact_page(request, contact.client, contact)


def _contact_page(request: HttpRequest, client: Client, contact: Contact | None) -> HttpResponse:
    form = ContactForm(request.POST or None, instance=contact)
    if request.method == "POST" and form.is_valid():
        # The form has written on its own copy; the service compares with what is stored.
        stored = Contact.objects.get(pk=contact.pk) if contact else None
        try:
            save_contact(
                client=client,
                contact=stored,
                actor=current_user(request),
                at=now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("clients:client", client.pk)
    context = {"form": form, "client": client, "contact": contact}
    return render(request, "clients/contact_form.html", context)


@staff_required
@require_POST
def contact_opt_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a person wants no reminders, or (`opted_out=0`) wants them again."""
    user = current_user(request)
    contact = get_object_or_404(Contact.objects.visible_to(user).select_related("client"), pk=pk)
    opted_out = request.POST.get("opted_out") != "0"
    set_contact_opt_out(contact=contact, opted_out=opted_out, actor=user, at=now())
    messages.success(request, _("Noted."))
    return redirect("clients:client", contact.client_id)


# --- Files -----------------------------------------------------------------------------------


@staff_required
@require_http_methods(GET_AND_POST)
def document_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a file with a client."""
    client = _own_client(request, pk)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            add_client_document(
                client=client,
                data=upload.read(),
                name=upload.name,
                title=form.cleaned_data["title"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("The file is kept."))
            return redirect("clients:client", client.pk)
    return render(request, "clients/document_form.html", {"form": form, "client": client})


@staff_required
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download a client's file; who does not see the client gets 404."""
    mine = Client.objects.visible_to(current_user(request))
    row = get_object_or_404(
        ClientDocument.objects.filter(client__in=mine).select_related("document"), pk=pk
    )
    return document_response(row.document)

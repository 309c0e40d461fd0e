"""Evidence packets: for managers and administrators; every export is on record."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.forms import OrderPacketForm
from cases.models import Packet
from cases.selectors import packets_visible_to
from cases.services import note_download, order_packet
from clients.models import Client
from core.access import approver_required, current_user
from core.dates import now, today
from core.documents import document_response
from core.errors import Refusal
from core.forms import note_refusal


def _packet(request: HttpRequest, pk: int) -> Packet:
    visible = Packet.objects.visible_to(current_user(request))
    related = visible.select_related("client", "creditor", "job", "pdf", "zip", "created_by")
    return get_object_or_404(related, pk=pk)


@approver_required
@require_safe
def packet_list(request: HttpRequest) -> HttpResponse:
    """The newest packets."""
    context = {"packets": packets_visible_to(current_user(request))}
    return render(request, "cases/packet_list.html", context)


@approver_required
@require_http_methods(["GET", "HEAD", "POST"])
def packet_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a packet on a client."""
    user = current_user(request)
    client = get_object_or_404(Client.objects.visible_to(user), pk=pk)
    form = OrderPacketForm(request.POST or None, client=client)
    if request.method == "POST" and form.is_valid():
        creditor = form.cleaned_data["creditor"]
        try:
            packet = order_packet(
                client=client,
                creditor=creditor,
                language=form.cleaned_data["language"],
                as_of_on=today(creditor.time_zone),
                actor=user,
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            return redirect("cases:packet", packet.pk)
    cancel = reverse("clients:client", args=[pk])
    context = {"form": form, "client": client, "cancel_url": cancel}
    return render(request, "cases/packet_new.html", context)


@approver_required
@require_safe
def packet(request: HttpRequest, pk: int) -> HttpResponse:
    """One packet: how far it is, its index, what it could not show, its files."""
    row = _packet(request, pk)
    context = {
        "packet": row,
        "job": row.job,
        "job_url": reverse("core:job", args=[row.job_id]) if row.job_id else "",
        "result_url": request.path,
    }
    return render(request, "cases/packet.html", context)


@approver_required
@require_POST
def packet_file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Hand out the PDF or the archive, and note who took it: so it is a POST."""
    row = _packet(request, pk)
    document = {"pdf": row.pdf, "zip": row.zip}.get(kind)
    if document is None:
        raise Http404(_("There is no such file."))
    note_download(packet=row, kind=kind, actor=current_user(request), at=now())
    return document_response(document)

"""Contracts: the list, the draft, the signed copy. Their life is in `life`."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from contracts.forms import (
    ChooseClientForm,
    ContractFilter,
    ContractForm,
    SignedCopyForm,
)
from contracts.models import Contract
from contracts.selectors import contracts_matching, preset_choices
from contracts.services import (
    attach_signed_copy,
    create_contract,
    update_contract,
)
from core.access import current_user, staff_required
from core.dates import now
from core.documents import document_response
from core.errors import Refusal
from core.forms import note_refusal

GET_AND_POST = ["GET", "HEAD", "POST"]
PER_PAGE = 50


def _contract(request: HttpRequest, pk: int) -> Contract:
    visible = Contract.objects.visible_to(current_user(request))
    return get_object_or_404(visible.select_related("client", "creditor", "document"), pk=pk)


@staff_required
@require_safe
def contract_list(request: HttpRequest) -> HttpResponse:
    """Contracts, newest first."""
    form = ContractFilter(request.GET)
    read = form.cleaned_data if form.is_valid() else {}
    creditor = read.get("creditor")
    found = contracts_matching(
        user=current_user(request),
        text=read.get("q", ""),
        state=read.get("state", ""),
        creditor_id=creditor.pk if creditor else None,
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "contracts/contract_list.html", {"page": page, "form": form})


def late_charge_name(contract: Contract) -> str:
    """The preset's name for the reader; its code when the book does not know it."""
    return dict(_presets()).get(contract.late_charge_preset, contract.late_charge_preset)


def _presets() -> list[tuple[str, str]]:
    return preset_choices(get_language() or "en")


@staff_required
@require_http_methods(GET_AND_POST)
def contract_new(request: HttpRequest) -> HttpResponse:
    """Draft a contract with the client that `?client=` names."""
    user = current_user(request)
    asked = request.GET.get("client", "")
    if not asked.isdecimal():
        form = ChooseClientForm(user=user)
        return render(request, "contracts/choose_client.html", {"form": form})
    client = get_object_or_404(Client.objects.visible_to(user), pk=int(asked[:18]))
    form_data = ContractForm(request.POST or None, presets=_presets())
    if request.method == "POST" and form_data.is_valid():
        fields = dict(form_data.cleaned_data)
        try:
            row = create_contract(client=client, actor=user, at=now(), **fields)
        except Refusal as refusal:
            note_refusal(form_data, refusal)
        else:
            messages.success(request, _("The draft is kept. The page says what comes next."))
            return redirect("contracts:contract", row.pk)
    cancel = reverse("clients:client", args=[client.pk])
    context = {"form": form_data, "client": client, "cancel_url": cancel}
    return render(request, "contracts/contract_form.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def contract_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft; a contract in force is refused with a sentence."""
    row = _contract(request, pk)
    form = ContractForm(request.POST or None, instance=row, presets=_presets())
    if request.method == "POST" and form.is_valid():
        try:
            update_contract(
                contract=row, actor=current_user(request), at=now(), **form.cleaned_data
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("contracts:contract", pk)
    cancel = reverse("contracts:contract", args=[pk])
    context = {"form": form, "client": row.client, "contract": row, "cancel_url": cancel}
    return render(request, "contracts/contract_form.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def contract_signed_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the signed copy."""
    row = _contract(request, pk)
    form = SignedCopyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            attach_signed_copy(
                contract=row,
                data=upload.read(),
                name=upload.name,
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("The signed copy is kept with its hash."))
            return redirect("contracts:contract", pk)
    cancel = reverse("contracts:contract", args=[pk])
    context = {"form": form, "contract": row, "cancel_url": cancel}
    return render(request, "contracts/signed_copy.html", context)


@staff_required
@require_safe
def contract_document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the signed copy."""
    row = _contract(request, pk)
    if row.document is None:
        raise Http404
    return document_response(row.document)

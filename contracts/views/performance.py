"""Deliveries, their acceptance, duties, and what the daily check found."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.forms.performance import (
    AnswerForm,
    DeliveryForm,
    FlagFilter,
    ObligationDoneForm,
    ObligationForm,
)
from contracts.models import Contract, ContractLine, Delivery, Obligation
from contracts.selectors.performance import findings
from contracts.services.performance import (
    add_obligation,
    answer_delivery,
    fulfil_obligation,
    record_delivery,
)
from contracts.states import AnsweredHow, DeliveryState, Side
from core.access import current_user, staff_required
from core.dates import now, today
from core.documents import document_response
from core.errors import Refusal
from core.forms import note_refusal

GET_AND_POST = ["GET", "HEAD", "POST"]
PER_PAGE = 50


def _visible(request: HttpRequest) -> Any:
    return Contract.objects.visible_to(current_user(request))


def _upload(form: forms.Form) -> tuple[bytes, str] | None:
    file = form.cleaned_data.get("file")
    return (file.read(), file.name) if file else None


def _page(request: HttpRequest, title: str, form: forms.Form, contract: Contract) -> HttpResponse:
    context = {
        "page_title": title,
        "form": form,
        "contract": contract,
        "cancel_url": reverse("contracts:contract", args=[contract.pk]),
    }
    return render(request, "contracts/performance_form.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def delivery_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a delivery of a line."""
    lines = ContractLine.objects.filter(contract__in=_visible(request))
    line = get_object_or_404(lines.select_related("contract__client", "contract__creditor"), pk=pk)
    day = today(line.contract.creditor.time_zone)
    start = {"delivered_on": day, "what": line.deliverable or line.description}
    form = DeliveryForm(request.POST or None, request.FILES or None, initial=start)
    if request.method == "POST" and form.is_valid():
        fields = {k: v for k, v in form.cleaned_data.items() if k != "file"}
        user, file = current_user(request), _upload(form)
        try:
            record_delivery(line=line, on=day, file=file, actor=user, at=now(), **fields)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("The delivery is recorded. Ask the client to accept it."))
            return redirect("contracts:contract", line.contract_id)
    title = _("Record a delivery: %s") % line.description
    return _page(request, title, form, line.contract)


def _delivery(request: HttpRequest, pk: int) -> Delivery:
    rows = Delivery.objects.filter(contract__in=_visible(request))
    related = ("contract__client", "contract__creditor", "line", "document", "answer__document")
    return get_object_or_404(rows.select_related(*related), pk=pk)


@staff_required
@require_http_methods(GET_AND_POST)
def delivery_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what the client says to a delivery, from a signed record."""
    row = _delivery(request, pk)
    day = today(row.contract.creditor.time_zone)
    form = AnswerForm(request.POST or None, request.FILES or None, initial={"answered_on": day})
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data
        try:
            answer_delivery(
                delivery=row,
                outcome=DeliveryState(read["outcome"]),
                how=AnsweredHow.RECORD,
                answered_on=read["answered_on"],
                name=read["name"],
                remark=read["remark"],
                file=_upload(form),
                on=day,
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("The answer is recorded."))
            return redirect("contracts:contract", row.contract_id)
    return _page(request, _("Answer to the delivery: %s") % row.what, form, row.contract)


@staff_required
@require_safe
def delivery_document(request: HttpRequest, pk: int, which: str) -> HttpResponseBase:
    """Download the delivery note, or the acceptance record."""
    row = _delivery(request, pk)
    answer = getattr(row, "answer", None)
    document = {"note": row.document, "record": answer.document if answer else None}.get(which)
    if document is None:
        raise Http404
    return document_response(document)


@staff_required
@require_http_methods(GET_AND_POST)
def obligation_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a duty of one side."""
    row = get_object_or_404(_visible(request).select_related("client", "creditor"), pk=pk)
    form = ObligationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data
        try:
            add_obligation(
                contract=row,
                side=Side(read["side"]),
                what=read["what"],
                due_on=read["due_on"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("The duty is written down and watched from now on."))
            return redirect("contracts:contract", row.pk)
    return _page(request, _("Add a duty"), form, row)


@staff_required
@require_http_methods(GET_AND_POST)
def obligation_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a duty as done."""
    rows = Obligation.objects.filter(contract__in=_visible(request))
    row = get_object_or_404(rows.select_related("contract__client", "contract__creditor"), pk=pk)
    day = today(row.contract.creditor.time_zone)
    form = ObligationDoneForm(request.POST or None, initial={"done_on": day})
    if request.method == "POST" and form.is_valid():
        user, read = current_user(request), form.cleaned_data
        try:
            fulfil_obligation(obligation=row, on=day, actor=user, at=now(), **read)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Marked as done."))
            return redirect("contracts:contract", row.contract_id)
    return _page(request, _("Done: %s") % row.what, form, row.contract)


@staff_required
@require_safe
def supervision(request: HttpRequest) -> HttpResponse:
    """What the daily check found in contracts in force, the oldest first."""
    form = FlagFilter(request.GET)
    kind = form.cleaned_data["kind"] if form.is_valid() else ""
    page = Paginator(findings(user=current_user(request), kind=kind), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "contracts/supervision.html", {"page": page, "form": form})

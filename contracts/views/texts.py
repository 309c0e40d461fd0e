"""Writing a contract: from a template, its lines, its clauses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.models import Client
from clients.selectors import default_creditor
from contracts.forms.texts import (
    AddClauseForm,
    ContractClauseForm,
    DraftForm,
    LineForm,
    MoveForm,
    OfferForm,
)
from contracts.models import Contract, ContractClause, ContractLine, ServiceType
from contracts.rules.prepayment import percent_text
from contracts.selectors.library import clauses_to_add, placeholder_list, suggested_number
from contracts.selectors.parts import parts_of
from contracts.selectors.terms import terms_for
from contracts.services.clauses import (
    add_clause,
    move_clause,
    remove_clause,
    renew_clause,
    write_clause,
)
from contracts.services.lines import add_line, change_line, move_line, remove_line
from contracts.services.templates import draft_from_template
from core.access import current_user, staff_required
from core.dates import now, today
from core.errors import Refusal
from core.forms import note_refusal

GET_AND_POST = ["GET", "HEAD", "POST"]


def contract_or_404(request: HttpRequest, pk: int) -> Contract:
    """A contract this user may see, with its parties."""
    visible = Contract.objects.visible_to(current_user(request))
    return get_object_or_404(visible.select_related("client", "creditor", "service_type"), pk=pk)


# --- from a template ------------------------------------------------------------------------


@staff_required
@require_http_methods(GET_AND_POST)
def draft_new(request: HttpRequest) -> HttpResponse:
    """Choose client and service, see what this client gets, begin from a template."""
    user = current_user(request)
    offer = OfferForm(request.GET if "service" in request.GET else None, user=user)
    if not offer.is_bound:
        offer.initial = {"client": request.GET.get("client")}
    context: dict[str, Any] = {"offer": offer}
    if offer.is_bound and offer.is_valid():
        client, service = offer.cleaned_data["client"], offer.cleaned_data["service"]
        form = _draft_form(request, service)
        if request.method == "POST" and form.is_valid():
            row = _begun(form, request, client)
            if row is not None:
                messages.success(request, _("The draft is kept. Now say what is delivered."))
                return redirect("contracts:lines", row.pk)
        terms = terms_for(client=client, service=service)
        context |= {
            "client": client,
            "service": service,
            "terms": terms,
            "percent": percent_text(terms.ratio),
            "reason": terms.reason_in(get_language() or "en"),
            "form": form,
        }
    return render(request, "contracts/template_new.html", context)


def _draft_form(request: HttpRequest, service: ServiceType) -> DraftForm:
    form = DraftForm(request.POST if request.method == "POST" else None, service=service)
    creditor = default_creditor()
    if creditor is not None:
        form.initial["number"] = suggested_number(creditor, today(creditor.time_zone).year)
    return form


def _begun(form: DraftForm, request: HttpRequest, client: Client) -> Contract | None:
    try:
        return draft_from_template(
            client=client, actor=current_user(request), at=now(), **form.cleaned_data
        )
    except Refusal as refusal:
        note_refusal(form, refusal)
        return None


# --- lines ----------------------------------------------------------------------------------


@staff_required
@require_http_methods(GET_AND_POST)
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines of a contract, and a form for one more while it is a draft."""
    row = contract_or_404(request, pk)
    form = LineForm(request.POST or None, initial={"service_type": row.service_type_id})
    if request.method == "POST" and form.is_valid():
        try:
            add_line(contract=row, actor=current_user(request), at=now(), **form.cleaned_data)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("The line is added."))
            return redirect("contracts:lines", pk)
    return render(request, "contracts/lines.html", {"contract": row, "form": form, **parts_of(row)})


def _line(request: HttpRequest, pk: int) -> ContractLine:
    visible = Contract.objects.visible_to(current_user(request))
    found = ContractLine.objects.filter(contract__in=visible)
    return get_object_or_404(found.select_related("contract__client", "contract__creditor"), pk=pk)


@staff_required
@require_http_methods(GET_AND_POST)
def line_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a line."""
    line = _line(request, pk)
    initial = {name: getattr(line, name) for name in LineForm.base_fields}
    for name in ("quantity", "unit_price", "tax_percent"):
        initial[name] = f"{initial[name].normalize():f}"
    initial["service_type"] = line.service_type_id
    form = LineForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_line(line=line, actor=current_user(request), at=now(), **form.cleaned_data)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("contracts:lines", line.contract_id)
    cancel = reverse("contracts:lines", args=[line.contract_id])
    context = {"form": form, "contract": line.contract, "line": line, "cancel_url": cancel}
    return render(request, "contracts/lines_edit.html", context)


@staff_required
@require_POST
def line_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a line out."""
    line = _line(request, pk)
    try:
        remove_line(line=line, actor=current_user(request), at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The line is removed."))
    return redirect("contracts:lines", line.contract_id)


@staff_required
@require_POST
def line_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a line up or down."""
    line = _line(request, pk)
    form = MoveForm(request.POST)
    if form.is_valid():
        places = form.cleaned_data["places"]
        try:
            move_line(line=line, places=places, actor=current_user(request), at=now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return redirect("contracts:lines", line.contract_id)


# --- clauses --------------------------------------------------------------------------------


@staff_required
@require_http_methods(GET_AND_POST)
def clauses(request: HttpRequest, pk: int) -> HttpResponse:
    """The clauses of a contract as they read, and those of the library it has not."""
    row = contract_or_404(request, pk)
    if request.method == "POST":
        form = AddClauseForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Choose a clause of the library."))
            return redirect("contracts:clauses", pk)
        try:
            added = add_clause(
                contract=row,
                clause=form.cleaned_data["clause"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("contracts:clauses", pk)
        messages.success(request, _("The clause is added."))
        return redirect(f"{reverse('contracts:clauses', args=[pk])}#clause-{added.pk}")
    context = {"contract": row, "groups": clauses_to_add(row), **parts_of(row)}
    return render(request, "contracts/clauses.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def clause_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a clause for this contract alone."""
    row = contract_or_404(request, pk)
    return _clause_form(request, row, None)


@staff_required
@require_http_methods(GET_AND_POST)
def clause_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Word a clause of this contract anew."""
    clause = _clause(request, pk)
    return _clause_form(request, clause.contract, clause)


def _clause(request: HttpRequest, pk: int) -> ContractClause:
    visible = Contract.objects.visible_to(current_user(request))
    found = ContractClause.objects.filter(contract__in=visible)
    related = found.select_related("contract__client", "contract__creditor", "version__clause")
    return get_object_or_404(related, pk=pk)


def _clause_form(
    request: HttpRequest, contract: Contract, clause: ContractClause | None
) -> HttpResponse:
    names = ("kind", "heading", "heading_zh", "body", "body_zh")
    initial = {name: getattr(clause, name) for name in names} if clause else {"kind": "OTHER"}
    form = ContractClauseForm(request.POST or None, contract=contract, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            written = write_clause(
                contract=contract,
                clause=clause,
                actor=current_user(request),
                at=now(),
                **{**initial, **form.cleaned_data},
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            page = reverse("contracts:clauses", args=[contract.pk])
            return redirect(f"{page}#clause-{written.pk}")
    context = {
        "form": form,
        "contract": contract,
        "clause": clause,
        "placeholders": placeholder_list(get_language() or "en"),
        "cancel_url": reverse("contracts:clauses", args=[contract.pk]),
    }
    return render(request, "contracts/clauses_edit.html", context)


@staff_required
@require_POST
def clause_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a clause out."""
    clause = _clause(request, pk)
    try:
        remove_clause(clause=clause, actor=current_user(request), at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The clause is removed."))
    return redirect("contracts:clauses", clause.contract_id)


@staff_required
@require_POST
def clause_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a clause up or down."""
    clause = _clause(request, pk)
    form = MoveForm(request.POST)
    if form.is_valid():
        places = form.cleaned_data["places"]
        try:
            move_clause(clause=clause, places=places, actor=current_user(request), at=now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
    page = reverse("contracts:clauses", args=[clause.contract_id])
    return redirect(f"{page}#clause-{clause.pk}")


@staff_required
@require_POST
def clause_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over the library's newest wording."""
    clause = _clause(request, pk)
    try:
        renew_clause(clause=clause, actor=current_user(request), at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The clause has the newest wording."))
    page = reverse("contracts:clauses", args=[clause.contract_id])
    return redirect(f"{page}#clause-{clause.pk}")

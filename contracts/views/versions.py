"""Versions of a contract: list, text, PDF, and what changed between two."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.forms.texts import CompareForm, FreezeForm
from contracts.models import Contract, ContractVersion
from contracts.selectors.parts import versions_of
from contracts.selectors.texts import contract_content
from contracts.selectors.versions import compared, read_content
from contracts.services.versions import (
    draft_paper,
    draft_pdf,
    file_name,
    freeze_version,
    version_paper,
    version_pdf,
)
from contracts.views.texts import contract_or_404
from core.access import current_user, staff_required
from core.dates import now
from core.errors import Refusal

GET_AND_POST = ["GET", "HEAD", "POST"]


@staff_required
@require_safe
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """The contract as it reads now, gaps and all."""
    row = contract_or_404(request, pk)
    context = {"contract": row, "paper": draft_paper(row, at=now())}
    return render(request, "contracts/versions_text.html", context)


@staff_required
@require_safe
def text_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF of the text as it stands, marked as a draft; made for this reader and not kept."""
    row = contract_or_404(request, pk)
    try:
        pdf = draft_pdf(row, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("contracts:text", pk)
    return pdf_response(pdf, f"{row.number} {_('draft')}.pdf")


def pdf_response(pdf: bytes, name: str) -> HttpResponse:
    """A PDF made for this reader, shown in the browser and kept by nobody on the way."""
    response = HttpResponse(pdf, content_type="application/pdf")
    header = content_disposition_header(as_attachment=False, filename=name)
    response["Content-Disposition"] = header or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@staff_required
@require_http_methods(GET_AND_POST)
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version that was kept; a POST keeps the text as it stands."""
    row = contract_or_404(request, pk)
    form = FreezeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        before = row.version_number
        try:
            kept = freeze_version(
                contract=row,
                reason=form.cleaned_data["reason"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            said = (
                _("Version %(number)d is kept.")
                if kept.number > before
                else _("Nothing changed since version %(number)d.")
            )
            messages.success(request, said % {"number": kept.number})
        return redirect("contracts:versions", pk)
    kept_versions = versions_of(row)
    context = {
        "contract": row,
        "parts": {"versions": kept_versions},
        "form": form,
        "compare": _compare_form(row, kept_versions) if kept_versions else None,
    }
    return render(request, "contracts/versions.html", context)


def _compare_form(contract: Contract, kept: list[ContractVersion]) -> CompareForm:
    last = kept[1].number if len(kept) > 1 else kept[0].number
    newest = kept[0].number if len(kept) > 1 else None
    return CompareForm(contract=contract, initial={"old": last, "new": newest})


@staff_required
@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed between two versions, or between one and the text as it stands."""
    row = contract_or_404(request, pk)
    form = CompareForm(request.GET or None, contract=row)
    context = {"contract": row, "compare": form}
    if form.is_valid():
        old, new = form.cleaned_data["old"], form.cleaned_data["new"]
        content = read_content(new) if new else contract_content(row)
        sections = compared(read_content(old), content)
        context |= {"old": old, "new": new, "sections": sections}
    return render(request, "contracts/difference.html", context)


def _version(request: HttpRequest, pk: int) -> ContractVersion:
    visible = Contract.objects.visible_to(current_user(request))
    found = ContractVersion.objects.filter(contract__in=visible)
    related = found.select_related(
        "contract__client", "contract__creditor__logo", "document", "created_by"
    )
    return get_object_or_404(related, pk=pk)


@staff_required
@require_safe
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version as it reads."""
    row = _version(request, pk)
    context = {"contract": row.contract, "version": row, "paper": version_paper(row)}
    return render(request, "contracts/versions_text.html", context)


@staff_required
@require_safe
def version_document(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF of a version: the kept one; until it is kept, the same printed now."""
    row = _version(request, pk)
    try:
        pdf = version_pdf(row)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("contracts:version", pk)
    return pdf_response(pdf, file_name(row))

"""Imports: upload, say what the columns are, see what would happen, let it happen, see it tie."""

from pathlib import Path
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.selectors import default_creditor
from core.access import current_user, money_required
from core.dates import now, today
from core.documents import document_response
from core.errors import Refusal
from core.exports import csv_response
from core.forms import note_refusal
from imports.forms import MappingForm, UploadForm
from imports.models import LedgerImport, SavedMapping
from imports.rules.table import Table
from imports.selectors.reports import (
    added_words,
    currency_totals,
    does_tie,
    left_out_lines,
)
from imports.selectors.uploads import (
    column_samples,
    imports_visible_to,
    invoices_of,
    notes_of,
    problems_of,
)
from imports.services.files import opened
from imports.services.imports import UnableToImport, reading
from imports.services.uploads import (
    check_upload,
    delete_mapping,
    map_columns,
    receive_upload,
    save_mapping,
    start_import,
)
from imports.states import ImportState

EXAMPLE: Final = Path(__file__).resolve().parent / "data" / "demo_ledger.csv"
PROBLEMS_PER_PAGE: Final = 100


def _row(request: HttpRequest, pk: int) -> LedgerImport:
    visible = LedgerImport.objects.visible_to(current_user(request))
    related = visible.select_related("creditor", "document", "job", "created_by")
    return get_object_or_404(related, pk=pk)


def _refused(form: UploadForm, refusal: UnableToImport) -> None:
    """Why a file cannot even be opened, at the field of the file."""
    found = problems_of({"problems": [f.as_json() for f in refusal.findings.problems]})
    for one in found:
        form.add_error("file", f"{_('Row %d') % one.row}: {one.text}" if one.row else one.text)
    if not found:
        form.add_error("file", str(refusal))


@money_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    """The newest imports, and the place to upload a file."""
    user = current_user(request)
    form = UploadForm(
        request.POST or None, request.FILES or None, initial={"creditor": default_creditor()}
    )
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            row = receive_upload(
                file=upload,
                name=upload.name,
                creditor=form.cleaned_data["creditor"],
                actor=user,
                at=now(),
            )
        except UnableToImport as refusal:
            _refused(form, refusal)
        else:
            return redirect("imports:mapping", row.pk)
    context = {
        "form": form,
        "rows": imports_visible_to(user),
        "mappings": SavedMapping.objects.select_related("created_by"),
    }
    return render(request, "imports/list.html", context)


@money_required
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """What each column is: guessed, corrected, saved; then the file is checked."""
    user, row = current_user(request), _row(request, pk)
    if row.state in {ImportState.IMPORTED, ImportState.IMPORTING}:
        return redirect("imports:detail", row.pk)
    with opened(row.document) as file, reading():
        table = Table(file, sheet=row.sheet, header_row=row.header_row)
        sample = table.sample()
    form = MappingForm(request.POST or None, row=row, labels=table.labels)
    if request.method == "POST" and form.is_valid():
        try:
            _take_mapping(form, row, table)
            if form.cleaned_data["save_as"]:
                save_mapping(
                    name=form.cleaned_data["save_as"],
                    row=row,
                    labels=table.labels,
                    actor=user,
                    at=now(),
                )
            check_upload(row=row, on=today(row.creditor.time_zone), actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            return redirect("imports:detail", row.pk)
    samples = column_samples(sample, len(table.labels))
    context = {
        "row": row,
        "form": form,
        "table": table,
        "columns": zip(form.columns, samples, strict=True),
        "rows_shown": len(sample),
    }
    return render(request, "imports/mapping.html", context)


def _take_mapping(form: MappingForm, row: LedgerImport, table: Table) -> None:
    map_columns(
        row=row,
        mapping=form.mapping,
        labels=table.labels,
        creditor=form.cleaned_data["creditor"],
        until=form.cleaned_data["until"],
    )


@money_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: its progress, its problems, or what it became. HTMX polls the progress."""
    row = _row(request, pk)
    job = row.job if row.state in {ImportState.CHECKING, ImportState.IMPORTING} else None
    context: dict[str, Any] = {
        "row": row,
        "job": job,
        "job_url": reverse("imports:detail", args=[row.pk]),
        "result_url": reverse("imports:detail", args=[row.pk]),
        "result_label": _("Open the report"),
    }
    if request.headers.get("HX-Request") and row.job:
        return render(request, "components/job_progress.html", {**context, "job": row.job})
    problems = Paginator(problems_of(row.report), PROBLEMS_PER_PAGE)
    context |= {
        "page": problems.get_page(request.GET.get("page")),
        "problem_count": row.report.get("problem_count", 0),
        "notes": notes_of(row.report),
        "totals": currency_totals(row.report),
        "left_out": left_out_lines(row.report),
        "added": added_words(row.report),
        "ties": does_tie(row.report),
        "failed": row.job if row.job and row.job.error and row.state != "IMPORTED" else None,
    }
    return render(request, "imports/detail.html", context)


@money_required
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Import a checked file in the background."""
    row = _row(request, pk)
    try:
        start_import(row=row, actor=current_user(request), at=now())
    except UnableToImport as refusal:
        messages.error(request, str(refusal))
    return redirect("imports:detail", row.pk)


@money_required
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as it was uploaded."""
    return document_response(_row(request, pk).document)


@money_required
@require_safe
def problems(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All problems that were kept, as a table to work through."""
    row = _row(request, pk)
    return csv_response(
        name=f"problems-{row.pk}.csv",
        headings=[_("Row"), _("Column"), _("Value"), _("Problem")],
        rows=((one.row, one.column, one.value, one.text) for one in problems_of(row.report)),
    )


@money_required
@require_safe
def invoices(request: HttpRequest, pk: int) -> HttpResponse:
    """The invoices that this file brought."""
    row = _row(request, pk)
    after = request.GET.get("after", "")
    rows, cursor = invoices_of(row, after=int(after[:18]) if after.isdecimal() else 0)
    context = {"row": row, "invoices": rows, "cursor": cursor}
    return render(request, "imports/invoices.html", context)


@money_required
@require_safe
def example(request: HttpRequest) -> HttpResponseBase:
    """A small ledger that shows what a file can look like."""
    response = FileResponse(EXAMPLE.open("rb"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="demo_ledger.csv"'
    return response


@money_required
@require_http_methods(["GET", "HEAD", "POST"])
def mapping_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a saved mapping."""
    saved = get_object_or_404(SavedMapping, pk=pk)
    if request.method == "POST":
        delete_mapping(saved=saved, actor=current_user(request), at=now())
        return redirect("imports:list")
    context = {
        "saved": saved,
        "submit_label": _("Delete"),
        "tone": "danger",
        "cancel_url": reverse("imports:list"),
    }
    return render(request, "imports/mapping_delete.html", context)

"""Demand letters: order one or many, watch them being made, read and download them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client, Creditor
from clients.selectors import default_creditor
from core.access import current_user, money_required, staff_required
from core.dates import now, today
from core.documents import document_response
from core.errors import Refusal
from core.forms import note_refusal
from core.models import Job
from core.money import format_money
from payments.models import ClientBalance
from reminders.forms.letters import (
    BatchForm,
    DebtorFilter,
    LetterFilter,
    LetterForm,
    letter_balances,
    usual_contact,
)
from reminders.models import DemandLetter, LetterBatch
from reminders.selectors.letters import LetterFigures, letter_figures, overdue_debtors
from reminders.services.letters import (
    MAKE_LETTERS,
    MAX_BATCH,
    UnableToMakeLetter,
    check_figures,
    order_batch,
    order_letter,
    retry_letter,
)
from reminders.states import LetterState

GET_AND_POST = ["GET", "HEAD", "POST"]
PER_PAGE: Final = 50
USUAL_MIN_DAYS: Final = 15


def _letter(request: HttpRequest, pk: int) -> DemandLetter:
    visible = DemandLetter.objects.visible_to(current_user(request))
    return get_object_or_404(
        visible.select_related("client", "creditor", "document", "batch", "created_by"), pk=pk
    )


@staff_required
@require_safe
def letter_list(request: HttpRequest) -> HttpResponse:
    """Letters, newest first."""
    form = LetterFilter(request.GET)
    read = form.cleaned_data if form.is_valid() else {}
    letters = DemandLetter.objects.visible_to(current_user(request))
    if text := read.get("q", "").strip():
        clients = Client.objects.visible_to(current_user(request)).search(text).values("pk")
        letters = letters.filter(Q(reference__icontains=text) | Q(client__in=clients))
    if read.get("state"):
        letters = letters.filter(state=read["state"])
    rows = letters.select_related("client", "creditor").order_by("-created_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "reminders/letter_list.html", {"page": page, "form": form})


# --- one letter ------------------------------------------------------------------------------


@staff_required
@require_http_methods(GET_AND_POST)
def letter_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Order a letter; the figures it would carry are shown first."""
    user = current_user(request)
    client = get_object_or_404(Client.objects.visible_to(user), pk=pk)
    balance = _balance(request, client)
    on = today(balance.creditor.time_zone) if balance else now().date()
    initial = {"balance": balance, "language": client.language}
    initial["attention"] = usual_contact(client, user)
    form = LetterForm(request.POST or None, client=client, on=on, initial=initial)
    asked = request.method == "POST" and "preview" not in request.POST
    if form.is_valid() and asked:
        letter = _order(request, form, on)
        if letter is not None:
            return redirect("reminders:letter", letter.pk)
    context = {"form": form, "client": client, **_preview(form, balance, on)}
    context["cancel_url"] = reverse("clients:client", args=[client.pk])
    return render(request, "reminders/letter_new.html", context)


def _balance(request: HttpRequest, client: Client) -> ClientBalance | None:
    asked = request.POST.get("balance", request.GET.get("balance", ""))
    balances = letter_balances(client)
    chosen = balances.filter(pk=int(asked[:18])).first() if asked.isdecimal() else None
    found: ClientBalance | None = chosen or balances.first()
    return found


def _order(request: HttpRequest, form: LetterForm, on: dt.date) -> DemandLetter | None:
    try:
        return order_letter(
            order=form.order(),
            key=form.cleaned_data["key"],
            on=on,
            actor=current_user(request),
            at=now(),
        )
    except Refusal as refusal:
        note_refusal(form, refusal)
        return None


def _preview(form: LetterForm, balance: ClientBalance | None, on: dt.date) -> dict[str, Any]:
    """The figures the letter would carry, and what stands in its way."""
    if balance is None:
        return {"figures": None}
    is_bound = form.is_bound
    figures = letter_figures(
        client=form.client,
        creditor=balance.creditor,
        currency=balance.currency,
        on=on,
        with_interest=bool(form["with_interest"].value()) if is_bound else True,
        preset=str(form["interest_preset"].value() or "") if is_bound else "",
    )
    try:
        check_figures(figures)
        refusal = ""
    except UnableToMakeLetter as reason:
        refusal = str(reason)
    return {"figures": figures, "refusal": refusal, **_rows(figures)}


def _rows(figures: LetterFigures) -> dict[str, Any]:
    language, currency = get_language() or "en", figures.currency
    interest = {one.invoice.pk: one for one in figures.interest}

    def money(amount: Any) -> str:
        return format_money(amount, currency, language)

    return {
        "rows": [(line, interest.get(line.invoice.pk)) for line in figures.invoices],
        "warnings": list(dict.fromkeys(text for one in figures.interest for text in one.warnings))[
            :8
        ],
        "sums": [
            (_("Unpaid and undisputed"), money(figures.principal)),
            (_("Interest"), money(figures.interest_total)),
            *([(_("Fixed sum"), money(figures.compensation))] if figures.compensation else []),
        ],
        "total": money(figures.total),
    }


@staff_required
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: what it says, its file with hash, or how far its making is."""
    row = _letter(request, pk)
    jobs = Job.objects.visible_to(current_user(request)).filter(kind=MAKE_LETTERS)
    job = None
    if row.state != LetterState.READY:
        job = jobs.filter(args__letters__contains=[row.pk]).order_by("-pk").first()
    context = {
        "letter": row,
        "printed": row.context,
        "job": job,
        "job_url": reverse("core:job", args=[job.pk]) if job else "",
        "result_url": reverse("reminders:letter", args=[row.pk]),
    }
    return render(request, "reminders/letter.html", context)


@staff_required
@require_safe
def letter_document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The PDF; `?inline=1` shows it in the browser."""
    row = _letter(request, pk)
    if row.document is None:
        raise Http404
    return document_response(row.document, inline=request.GET.get("inline") == "1")


@staff_required
@require_POST
def letter_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a failed letter again."""
    row = _letter(request, pk)
    if not retry_letter(letter=row, actor=current_user(request), at=now()):
        messages.info(request, _("This letter has not failed."))
    return redirect("reminders:letter", pk)


# --- many at once ----------------------------------------------------------------------------


@money_required
@require_http_methods(GET_AND_POST)
def batch_new(request: HttpRequest) -> HttpResponse:
    """Choose overdue clients of one creditor, and order a letter to each."""
    chosen = _chosen(request)
    if chosen is None:
        return render(request, "reminders/letter_batch_new.html", {"no_creditor": True})
    creditor, currency, min_days = chosen
    on = today(creditor.time_zone)
    debtors = overdue_debtors(
        user=current_user(request),
        creditor=creditor,
        currency=currency,
        on=on,
        min_days=min_days,
        limit=MAX_BATCH,
    )
    form = BatchForm(request.POST or None, debtors=debtors, on=on)
    if request.method == "POST" and form.is_valid():
        batch = _order_batch(request, form, creditor, currency, on)
        if batch is not None:
            return redirect("reminders:letter_batch", batch.pk)
    values = {"creditor": creditor.code, "currency": currency, "min_days": min_days}
    context = {
        "filter_form": DebtorFilter(values),
        "form": form,
        "debtors": debtors,
        "currency": currency,
        "on": on,
        "limit": MAX_BATCH,
        "ticked": _ticked(request, form),
    }
    return render(request, "reminders/letter_batch_new.html", context)


def _ticked(request: HttpRequest, form: BatchForm) -> set[str]:
    """What was ticked before an error; `?all=1` ticks everybody."""
    if "all" in request.GET and not form.is_bound:
        return set(form.debtors)
    return set(form["clients"].value() or ())


def _chosen(request: HttpRequest) -> tuple[Creditor, str, int] | None:
    """Creditor, currency and age from the address; what is missing or odd is the usual."""
    form = DebtorFilter(request.GET)
    form.is_valid()
    read = form.cleaned_data
    creditor = read.get("creditor") or default_creditor()
    if creditor is None:
        return None
    return (
        creditor,
        read.get("currency") or creditor.currency,
        read.get("min_days") or USUAL_MIN_DAYS,
    )


def _order_batch(
    request: HttpRequest, form: BatchForm, creditor: Creditor, currency: str, on: dt.date
) -> LetterBatch | None:
    try:
        return order_batch(
            orders=form.orders(creditor=creditor, currency=currency),
            key=form.cleaned_data["key"],
            on=on,
            actor=current_user(request),
            at=now(),
        )
    except Refusal as refusal:
        note_refusal(form, refusal)
        return None


@money_required
@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """The letters of a batch, its progress and its ZIP."""
    row = get_object_or_404(LetterBatch.objects.select_related("job", "zip", "created_by"), pk=pk)
    letters = row.letters.visible_to(current_user(request)).select_related("client", "creditor")
    context = {
        "batch": row,
        "letters": letters.order_by("reference", "pk"),
        "job": row.job,
        "job_url": reverse("core:job", args=[row.job_id]) if _sees_job(request, row) else "",
        "result_url": reverse("reminders:letter_batch", args=[row.pk]),
    }
    return render(request, "reminders/letter_batch.html", context)


def _sees_job(request: HttpRequest, row: LetterBatch) -> bool:
    return row.job is not None and (
        Job.objects.visible_to(current_user(request)).filter(pk=row.job.pk).exists()
    )


@money_required
@require_safe
def batch_zip(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All letters of a batch in one ZIP."""
    row = get_object_or_404(LetterBatch.objects.select_related("zip"), pk=pk)
    if row.zip is None:
        raise Http404
    return document_response(row.zip)

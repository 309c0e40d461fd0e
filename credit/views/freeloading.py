"""Free work: a client's ledger with its net margin, the overview, entries and verdicts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from clients.selectors import default_creditor, our_zone
from core.access import MONEY, approver_required, current_user, money_required, staff_required
from core.dates import now, today
from core.display import format_day, format_number, format_percent
from core.documents import document_response
from core.errors import Refusal
from core.forms import note_refusal
from core.money import format_money
from core.paging import stretch
from credit.forms.freeloading import (
    CourseForm,
    FreeWorkForm,
    JudgeForm,
    MarginFilterForm,
    ReadingForm,
    ReasonForm,
)
from credit.models import ClientMargin, FreeEntry
from credit.selectors.freeloading import (
    awaiting_verdict,
    courses_of,
    credit_notes_read,
    entries_of,
    entry_totals,
    refunds_read,
    usual_currency,
)
from credit.selectors.margins import line_rows, margins_of, twelve_months
from credit.services.freeloading import (
    decide_course,
    judge_free_work,
    note_free_work,
    read_credit,
    reverse_free_work,
)
from credit.states import FreeWork, MarginLine
from credit.views.margin_words import line_entries, margin_table
from payments.models import CreditNote, Refund

GET_AND_POST = ["GET", "HEAD", "POST"]
PAGE = 50
#: Credit notes and refunds of the period that the ledger of a client shows.
READ = 20


def house_day() -> dt.date:
    """Today, where the house is."""
    return today(our_zone())


def _client(request: HttpRequest, pk: int) -> Client:
    return get_object_or_404(Client.objects.visible_to(current_user(request)), pk=pk)


def _entry(request: HttpRequest, pk: int) -> FreeEntry:
    found = FreeEntry.objects.visible_to(current_user(request)).select_related(
        "client", "created_by", "contract", "delivery", "amendment__contract", "interaction",
        "document", "reverses", "reversed_by",
    )  # fmt: skip
    return get_object_or_404(found, pk=pk)


@staff_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Clients by net margin in one currency, the lowest first, as last worked out."""
    user = current_user(request)
    mine = ClientMargin.objects.visible_to(user)
    known = list(mine.order_by("currency").values_list("currency", flat=True).distinct())
    usual = default_creditor()
    form = MarginFilterForm(request.GET, currencies=known)
    chosen = form.cleaned_data if form.is_valid() else {}
    first = usual.currency if usual and usual.currency in known else next(iter(known), "")
    currency = chosen.get("currency") or first
    rows = mine.filter(currency=currency)
    if chosen.get("advice"):
        rows = rows.filter(advice=chosen["advice"])
    page = stretch(
        rows.select_related("client"), order=("net", "pk"), after=request.GET.get("after", "")
    )
    form.initial["currency"] = currency
    context = {
        "rows": [_overview_row(one) for one in page.rows],
        "cursor": page.cursor,
        "form": MarginFilterForm(
            {"currency": currency, "advice": chosen.get("advice", "")}, currencies=known
        ),
        "currency": currency,
        "until": page.rows[0].until_on if page.rows else None,
        "may_assume": user.may_approve,
    }
    return render(request, "credit/freeloading.html", context)


def _overview_row(row: ClientMargin) -> dict[str, Any]:
    language = get_language() or "en"

    def money(amount: Any) -> str:
        return format_money(amount, row.currency, language)

    return {
        "url": reverse("credit:freeloading_client", args=[row.client_id]),
        "client": row.client.legal_name,
        "code": row.client.code,
        "sales": money(row.net_sales),
        "given": money(row.given),
        "effort": money(row.effort),
        "waiting": money(row.money + row.lost),
        "net": money(row.net),
        "is_loss": row.net < 0,
        "percent": format_percent(row.net * 100 / row.net_sales) if row.net_sales > 0 else "–",
        "advice": row.advice,
    }


@staff_required
@require_safe
def client_ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """What one client was given, what is left of it, and what a person decided."""
    client, user, on = _client(request, pk), current_user(request), house_day()
    period = twelve_months(on)
    page = stretch(
        entries_of(client), order=("-happened_on", "-pk"), after=request.GET.get("after", "")
    )
    notes = credit_notes_read(client, period.since, period.until)[:READ]
    refunds = refunds_read(client, period.since, period.until)[:READ]
    context = {
        "client": client,
        "period": period,
        "margins": [margin_table(one) for one in margins_of([client], period)],
        "entries": [_entry_row(one) for one in page.rows],
        "cursor": page.cursor,
        "totals": _totals(client),
        "awaiting": awaiting_verdict(client),
        "courses": courses_of(client)[:10],
        "credits": [*map(_note_row, notes), *map(_refund_row, refunds)],
        "may_decide": user.may_approve,
        "may_read": user.role in MONEY,
    }
    return render(request, "credit/freeloading_client.html", context)


def _totals(client: Client) -> list[tuple[str, str]]:
    found, language = entry_totals(client), get_language() or "en"
    amounts = " · ".join(format_money(sum_, code, language) for code, sum_ in found.amounts)
    return [
        (_("Standing entries"), format_number(found.rows)),
        (_("Hours"), format_number(found.hours, 1)),
        (_("Amounts"), amounts),
    ]


def _entry_row(row: FreeEntry) -> dict[str, Any]:
    language = get_language() or "en"
    return {
        "row": row,
        "url": reverse("credit:free_entry", args=[row.pk]),
        "day": format_day(row.happened_on, language),
        "hours": format_number(row.hours, 2) if row.hours else "–",
        "amount": format_money(row.amount, row.currency, language) if row.amount else "–",
        "is_void": row.reverses_id is not None or hasattr(row, "reversed_by"),
        "is_cost": row.kind == FreeWork.COLLECTION,
        "verdict": getattr(row, "verdict", None) or "",
    }


def _note_row(row: Any) -> dict[str, Any]:
    return {
        "label": row.number,
        "reason": row.reason,
        "url": reverse("payments:credit_note", args=[row.pk]),
        "read_url": reverse("credit:credit_read", args=["note", row.pk]),
        "day": row.issued_on,
        "amount": row.amount,
        "currency": row.currency,
        "nature": row.nature,
        "is_read": row.read is not None,
    }


def _refund_row(row: Any) -> dict[str, Any]:
    return {
        "label": _("Refund"),
        "reason": row.reason,
        "url": reverse("payments:receipt", args=[row.receipt_id]),
        "read_url": reverse("credit:credit_read", args=["refund", row.pk]),
        "day": row.refunded_on,
        "amount": row.amount,
        "currency": row.receipt.currency,
        "nature": row.nature,
        "is_read": row.read is not None,
    }


@staff_required
@require_safe
def margin_rows(request: HttpRequest, pk: int, line: str) -> HttpResponse:
    """The rows behind one line of a client's margin, and what they sum to."""
    client, on = _client(request, pk), house_day()
    if line not in MarginLine.values:
        raise Http404
    chosen = MarginLine(line)
    currency = request.GET.get("currency", "")
    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):  # noqa: PLR2004  # ISO 4217
        currency = usual_currency(client) or "CNY"
    number = max(int(n), 1) if (n := request.GET.get("page", "1")).isdecimal() and len(n) < 7 else 1  # noqa: PLR2004  # of sense
    period = twelve_months(on)
    rows, count, total = line_rows(
        client, chosen, currency, period, limit=PAGE, offset=(number - 1) * PAGE
    )
    language = get_language() or "en"
    context = {
        "client": client,
        "line": chosen,
        "currency": currency,
        "period": period,
        "rows": line_entries(rows, chosen, currency),
        "total": format_money(total, currency, language),
        "page": Paginator(range(count), PAGE).get_page(number),
    }
    return render(request, "credit/margin_rows.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def entry_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what a client was given for nothing."""
    client, on = _client(request, pk), house_day()
    usual = default_creditor()
    currency = usual_currency(client) or (usual.currency if usual else "CNY")
    initial = {
        name: request.GET[name] for name in ("kind", "thing", "interaction") if name in request.GET
    }
    form = FreeWorkForm(
        request.POST or None,
        request.FILES or None,
        client=client,
        on=on,
        currency=currency,
        initial=initial,
    )
    back = reverse("credit:freeloading_client", args=[client.pk])
    if request.method == "POST" and form.is_valid():
        try:
            note_free_work(
                client=client, **form.given(), on=on, actor=current_user(request), at=now()
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Noted."))
            return redirect(back)
    context = {"form": form, "client": client, "cancel_url": back}
    return render(request, "credit/free_entry_new.html", context)


@staff_required
@require_safe
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: what stands behind it, and what managers said of it."""
    row, user = _entry(request, pk), current_user(request)
    judgements = list(row.judgements.select_related("judged_by").order_by("-pk"))
    stands = row.reverses_id is None and not hasattr(row, "reversed_by")
    context = {
        "entry": row,
        "shown": _entry_row(row),
        "judgements": judgements,
        "verdict": judgements[0].verdict if judgements else "",
        "may_reverse": stands and (user.may_approve or not judgements),
        "may_judge": stands
        and user.may_approve
        and row.created_by_id != user.pk
        and row.kind != FreeWork.COLLECTION,
    }
    return render(request, "credit/free_entry.html", context)


@staff_required
@require_safe
def entry_document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file behind an entry."""
    row = _entry(request, pk)
    if row.document is None:
        raise Http404
    return document_response(row.document, inline=True)


def _asked(
    request: HttpRequest, form: Any, act: Any, *, back: str, context: dict[str, Any]
) -> HttpResponse:
    """A page that asks before it writes: `act` is called with what the form read."""
    if request.method == "POST" and form.is_valid():
        try:
            act(**form.cleaned_data, on=house_day(), actor=current_user(request), at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Noted."))
            return redirect(back)
    return render(request, "credit/ask.html", {**context, "form": form, "cancel_url": back})


@staff_required
@require_http_methods(GET_AND_POST)
def entry_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an entry back; it stays, and so does the reversal."""
    row = _entry(request, pk)
    context = {
        "client": row.client,
        "heading": _("Take an entry back"),
        "what": _("The entry stays in the ledger, and a reversal that names it is added."),
    }
    back = reverse("credit:free_entry", args=[row.pk])

    def act(**given: Any) -> None:
        reverse_free_work(entry=row, **given)

    return _asked(request, ReasonForm(request.POST or None), act, back=back, context=context)


@approver_required
@require_http_methods(GET_AND_POST)
def entry_judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether an entry counts against the client."""
    row = _entry(request, pk)
    context = {
        "client": row.client,
        "heading": _("Does it count against the client?"),
        "what": _(
            "Only what a manager confirms, with something to show for it, counts against a "
            "client. What was our own choice never does."
        ),
    }
    back = reverse("credit:free_entry", args=[row.pk])

    def act(**given: Any) -> None:
        judge_free_work(entry=row, **given)

    form = JudgeForm(request.POST or None, entry=row)
    return _asked(request, form, act, back=back, context=context)


@money_required
@require_http_methods(GET_AND_POST)
def credit_read(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Say what a credit note or refund was; the margin follows."""
    user = current_user(request)
    row: CreditNote | Refund
    if kind == "note":
        notes = CreditNote.objects.visible_to(user).select_related("client")
        row = get_object_or_404(notes, pk=pk)
        client, day, money = row.client, row.issued_on, (row.amount, row.currency)
    elif kind == "refund":
        refunds = Refund.objects.visible_to(user).select_related("receipt__client")
        row = get_object_or_404(refunds, pk=pk)
        client, day, money = row.receipt.client, row.refunded_on, (row.amount, row.receipt.currency)
    else:
        raise Http404
    language = get_language() or "en"
    context = {
        "client": client,
        "heading": _("What was it?"),
        "what": f"{format_day(day, language)} · {format_money(*money, language)} · {row.reason}",
    }
    back = reverse("credit:freeloading_client", args=[client.pk])

    def act(**given: Any) -> None:
        read_credit(row=row, **given)

    return _asked(request, ReadingForm(request.POST or None), act, back=back, context=context)


@approver_required
@require_http_methods(GET_AND_POST)
def course(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what a person decided about a client. Nothing happens by itself."""
    client = _client(request, pk)
    margins = margins_of([client], twelve_months(house_day()))
    context = {
        "client": client,
        "heading": _("Decide about this client"),
        "what": _(
            "Your decision and the arithmetic as it stands are kept. Nothing else happens by it: "
            "limits, prepayment and holds are set where they belong."
        ),
        "margins": [margin_table(one) for one in margins],
    }
    back = reverse("credit:freeloading_client", args=[client.pk])

    def act(**given: Any) -> None:
        decide_course(client=client, **given)

    return _asked(request, CourseForm(request.POST or None), act, back=back, context=context)

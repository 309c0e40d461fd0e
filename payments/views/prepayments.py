"""Prepayments: list, statement, asking, receiving, letting go with four eyes, ending."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.models import Contract
from contracts.states import PrepaymentKind
from core.access import (
    APPROVERS,
    MONEY,
    current_user,
    money_required,
    staff_required,
)
from core.dates import now, today
from core.display import format_day
from core.documents import document_response
from core.errors import Refusal
from core.forms import note_refusal
from core.money import format_money
from core.pdf.errors import UnableToRenderPdf
from payments.forms.entry import plain_amount
from payments.forms.prepayments import (
    DecisionForm,
    EndForm,
    ExtraPaidForm,
    PrepaidReceiptForm,
    PrepaymentFilter,
    ReleaseForm,
    RequestForm,
)
from payments.letters.prepayments import statement_pdf
from payments.models import Prepayment, PrepaymentRelease
from payments.selectors.prepayments import (
    Movement,
    MovementKind,
    Statement,
    delivery_hold,
    figures_of,
    prepayments_to_list,
    statement_of,
)
from payments.services import (
    UnableToPrepay,
    approve_release,
    ask_release,
    end_prepayment,
    pay_extra,
    print_request,
    receive_prepayment,
    refuse_release,
    request_prepayment,
)
from payments.services.prepayments import suggested_request
from payments.states import TAKES_MONEY, ReleaseKind, ReleaseState

GET_AND_POST = ["GET", "HEAD", "POST"]
PER_PAGE = 50


def _own(request: HttpRequest, pk: int) -> Prepayment:
    mine = Prepayment.objects.visible_to(current_user(request)).select_related(
        "contract__client", "contract__creditor__logo", "bank_account", "document", "created_by"
    )
    return get_object_or_404(mine, pk=pk)


def _own_release(request: HttpRequest, pk: int) -> PrepaymentRelease:
    mine = PrepaymentRelease.objects.visible_to(current_user(request)).select_related(
        "prepayment__contract__client", "prepayment__contract__creditor", "asked_by"
    )
    return get_object_or_404(mine, pk=pk)


@staff_required
@require_safe
def prepayments(request: HttpRequest) -> HttpResponse:
    """Prepayments, the latest first, each with what is left of it."""
    form = PrepaymentFilter(request.GET)
    read = form.cleaned_data if form.is_valid() else {}
    found = prepayments_to_list(
        user=current_user(request),
        text=read.get("q", ""),
        state=read.get("state", ""),
        kind=read.get("kind", ""),
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    figures = figures_of([row.pk for row in page])
    context = {"page": page, "rows": [(row, figures[row.pk]) for row in page], "form": form}
    return render(request, "payments/prepayment_list.html", context)


@staff_required
@require_safe
def prepayment(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement of a prepayment: its sums, every movement, what may happen next."""
    row = _own(request, pk)
    user = current_user(request)
    statement = statement_of(row)
    context = {
        "prepayment": row,
        "contract": row.contract,
        "statement": statement,
        "facts": _facts(statement),
        "movements": [_movement(one) for one in statement.movements],
        "hold": delivery_hold(row.contract),
        "takes_money": row.state in TAKES_MONEY,
        "may_handle_money": user.role in MONEY,
        "may_approve": user.role in APPROVERS,
        "languages": [("en", "English"), ("zh-hans", "中文")],
    }
    return render(request, "payments/prepayment.html", context)


def _facts(statement: Statement) -> list[tuple[str, object]]:
    row, figures, language = statement.prepayment, statement.figures, get_language() or "en"

    def money(amount: Decimal) -> str:
        return format_money(amount, row.currency, language)

    return [
        (pgettext("prepayment", "Asked for"), money(row.amount)),
        (_("Received"), money(figures.received)),
        (_("Applied to invoices"), money(figures.applied)),
        (_("Refunded"), money(figures.refunded)),
        (
            _("Forfeited"),
            money(figures.forfeited) if row.kind == PrepaymentKind.EARNEST else None,
        ),
        (_("Balance"), money(figures.balance)),
        (_("Requested on"), format_day(row.requested_on, language)),
        (_("Due on"), format_day(row.due_on, language)),
        (_("Cleared on"), format_day(row.cleared_on, language) if row.cleared_on else None),
        (_("Counts towards the price"), _("Yes") if row.applies_to_price else _("No")),
        (_("Where the contract says so"), row.clause or None),
        (_("To our account"), str(row.bank_account) if row.bank_account else None),
    ]


def _movement(one: Movement) -> dict[str, Any]:
    """A line of the statement; its figure leads to what it is of."""
    if one.invoice_id:
        url = reverse("payments:invoice", args=[one.invoice_id])
    elif one.release_id:
        url = reverse("payments:release", args=[one.release_id])
    else:
        url = reverse("payments:receipt", args=[one.receipt_id])
    return {"row": one, "url": url, "what": _what(one.kind)}


def _what(kind: MovementKind) -> str:
    return {
        MovementKind.RECEIVED: _("Received"),
        MovementKind.NEVER_CAME: _("Taken out again"),
        MovementKind.APPLIED: _("Applied to an invoice"),
        MovementKind.TAKEN_BACK: _("Application taken back"),
        MovementKind.REFUNDED: _("Refunded"),
        MovementKind.FORFEITED: _("Forfeited"),
    }[kind]


@staff_required
@require_safe
def prepayment_pdf(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """The statement as PDF, in the language of its address; nothing is kept."""
    row = _own(request, pk)
    if language not in {"en", "zh-hans"}:
        raise Http404
    on = today(row.contract.creditor.time_zone)
    data = statement_pdf(statement_of(row), language=language, on=on)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{row.pk}-statement-{language}.pdf"'
    return response


@staff_required
@require_safe
def prepayment_document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The payment request that was kept."""
    row = _own(request, pk)
    if row.document is None:
        raise Http404
    return document_response(row.document)


# --- Asking and receiving ----------------------------------------------------------------------


@staff_required
@require_http_methods(GET_AND_POST)
def prepayment_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the client of a contract for money before the work."""
    visible = Contract.objects.visible_to(current_user(request))
    contract = get_object_or_404(visible.select_related("client", "creditor"), pk=pk)
    on = today(contract.creditor.time_zone)
    amount, due_on = suggested_request(contract, on=on)
    initial = {
        "kind": contract.prepayment_kind,
        "amount": plain_amount(amount, contract.currency) if amount else "",
        "due_on": due_on,
        "language": contract.client.language,
    }
    form = RequestForm(request.POST or None, contract=contract, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = request_prepayment(
                contract=contract,
                **form.cleaned_data,
                on=on,
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            _print(request, row)
            return redirect("payments:prepayment", row.pk)
    context = {
        "form": form,
        "contract": contract,
        "hold": delivery_hold(contract),
        "cancel_url": reverse("contracts:contract", args=[pk]),
    }
    return render(request, "payments/prepayment_form.html", context)


def _print(request: HttpRequest, row: Prepayment) -> None:
    try:
        print_request(prepayment=row, actor=current_user(request), at=now())
    except UnableToRenderPdf as error:
        messages.warning(
            request,
            _("Requested, but its PDF could not be made: %s. Try again on this page.") % error,
        )
    else:
        messages.success(request, _("Requested. Send the payment request to the client."))


@staff_required
@require_POST
def prepayment_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the payment request's PDF, where that failed before."""
    _print(request, _own(request, pk))
    return redirect("payments:prepayment", pk)


@money_required
@require_http_methods(GET_AND_POST)
def prepayment_receive(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter money that came in for a prepayment."""
    row = _own(request, pk)
    missing = row.amount - figures_of([row.pk])[row.pk].received
    initial = {
        "amount": plain_amount(missing, row.currency) if missing > 0 else "",
        "received_on": today(row.contract.creditor.time_zone),
        "bank_account": row.bank_account_id,
        "reference": row.number,
    }
    form = PrepaidReceiptForm(request.POST or None, prepayment=row, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            receive_prepayment(
                prepayment=row, **form.cleaned_data, actor=current_user(request), at=now()
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            hold = delivery_hold(row.contract)
            messages.success(request, hold.sentence if hold else _("Entered. Work may begin."))
            return redirect("payments:prepayment", pk)
    context = {
        "form": form,
        "prepayment": row,
        "title": _("Money received"),
        "cancel_url": reverse("payments:prepayment", args=[pk]),
    }
    return render(request, "payments/prepayment_act.html", context)


# --- Letting go and ending ---------------------------------------------------------------------


@money_required
@require_http_methods(GET_AND_POST)
def prepayment_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that money leaves a prepayment; somebody else approves."""
    row = _own(request, pk)
    balance = figures_of([row.pk])[row.pk].balance
    initial = {"amount": plain_amount(balance, row.currency) if balance else ""}
    form = ReleaseForm(request.POST or None, prepayment=row, initial=initial)
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data
        try:
            ask_release(
                prepayment=row,
                kind=ReleaseKind(read["kind"]),
                amount=read["amount"],
                reason=read["reason"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Asked for. A manager decides."))
            return redirect("payments:prepayment", pk)
    context = {
        "form": form,
        "prepayment": row,
        "title": _("Return or keep money"),
        "cancel_url": reverse("payments:prepayment", args=[pk]),
    }
    return render(request, "payments/prepayment_act.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """A request to let money go: who asked, why, and the decision."""
    row = _own_release(request, pk)
    user = current_user(request)
    may_decide = row.state == ReleaseState.ASKED and (
        user.role in APPROVERS or user.pk == row.asked_by_id
    )
    if request.method == "POST" and not may_decide:
        raise Http404
    on = today(row.prepayment.contract.creditor.time_zone)
    form = DecisionForm(request.POST or None, initial={"on": on})
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data
        act = approve_release if read["decision"] == "approve" else refuse_release
        try:
            act(release=row, on=read["on"], note=read["note"], actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Decided."))
            return redirect("payments:prepayment", row.prepayment_id)
    context = {
        "release": row,
        "prepayment": row.prepayment,
        "form": form if may_decide else None,
        "is_own": user.pk == row.asked_by_id,
        "may_pay_extra": row.extra_owed and row.extra_paid_on is None and user.role in MONEY,
        "cancel_url": reverse("payments:prepayment", args=[row.prepayment_id]),
    }
    return render(request, "payments/prepayment_decision.html", context)


@money_required
@require_http_methods(GET_AND_POST)
def release_extra(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the second half of earnest money returned twice was paid."""
    row = _own_release(request, pk)
    form = ExtraPaidForm(
        request.POST or None, initial={"on": today(row.prepayment.contract.creditor.time_zone)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            pay_extra(release=row, **form.cleaned_data, actor=current_user(request), at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Noted."))
            return redirect("payments:release", pk)
    context = {
        "form": form,
        "prepayment": row.prepayment,
        "title": _("The same sum again was paid"),
        "cancel_url": reverse("payments:release", args=[pk]),
    }
    return render(request, "payments/prepayment_act.html", context)


@money_required
@require_http_methods(GET_AND_POST)
def prepayment_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a cleared prepayment, or cancel one that was not paid."""
    row = _own(request, pk)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_prepayment(
                prepayment=row,
                **form.cleaned_data,
                on=today(row.contract.creditor.time_zone),
                actor=current_user(request),
                at=now(),
            )
        except UnableToPrepay as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Ended."))
            return redirect("payments:prepayment", pk)
    context = {
        "form": form,
        "prepayment": row,
        "title": _("End this prepayment"),
        "cancel_url": reverse("payments:prepayment", args=[pk]),
    }
    return render(request, "payments/prepayment_act.html", context)

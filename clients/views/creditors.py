"""Our own companies, their bank accounts, and how far the books are closed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.forms import BankAccountForm, BankFeedForm, CloseBooksForm, CreditorForm
from clients.models import BankAccount, Creditor
from clients.services import close_books, confirm_bank_feed, save_bank_account, save_creditor
from core.access import approver_required, current_user, money_required
from core.dates import now, today
from core.errors import Refusal
from core.forms import note_refusal

GET_AND_POST = ["GET", "HEAD", "POST"]


@money_required
@require_safe
def creditors(request: HttpRequest) -> HttpResponse:
    """All our companies with their accounts."""
    rows = Creditor.objects.prefetch_related("bank_accounts").order_by("code")
    may_edit = current_user(request).may_approve
    return render(request, "clients/creditors.html", {"rows": rows, "may_edit": may_edit})


@approver_required
@require_http_methods(GET_AND_POST)
def creditor_new(request: HttpRequest) -> HttpResponse:
    """Add a company of our own."""
    return _creditor_page(request, Creditor())


@approver_required
@require_http_methods(GET_AND_POST)
def creditor_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what stands on its letters."""
    return _creditor_page(request, get_object_or_404(Creditor, pk=pk))


def _creditor_page(request: HttpRequest, creditor: Creditor) -> HttpResponse:
    form = CreditorForm(request.POST or None, instance=creditor)
    if request.method == "POST" and form.is_valid():
        try:
            save_creditor(
                creditor=creditor,
                fields=form.cleaned_data,
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("clients:creditors")
    context = {"form": form, "creditor": creditor, "cancel_url": reverse("clients:creditors")}
    return render(request, "clients/creditor_form.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def account_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a bank account to a company of our own."""
    return _account_page(request, BankAccount(creditor=get_object_or_404(Creditor, pk=pk)))


@approver_required
@require_http_methods(GET_AND_POST)
def account_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a bank account."""
    accounts = BankAccount.objects.select_related("creditor")
    return _account_page(request, get_object_or_404(accounts, pk=pk))


def _account_page(request: HttpRequest, account: BankAccount) -> HttpResponse:
    form = BankAccountForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        try:
            save_bank_account(
                account=account,
                fields=form.cleaned_data,
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("clients:creditors")
    context = {"form": form, "account": account, "cancel_url": reverse("clients:creditors")}
    return render(request, "clients/account_form.html", context)


@money_required
@require_http_methods(GET_AND_POST)
def bank_feed(request: HttpRequest, pk: int) -> HttpResponse:
    """Say through which day an account's statements have been entered; reminders wait for it."""
    account = get_object_or_404(BankAccount.objects.select_related("creditor"), pk=pk)
    on = today(account.creditor.time_zone)
    form = BankFeedForm(request.POST or None, initial={"through_on": on})
    if request.method == "POST" and form.is_valid():
        try:
            confirm_bank_feed(
                account=account,
                through_on=form.cleaned_data["through_on"],
                on=on,
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            form.add_error("through_on", str(refusal))
        else:
            messages.success(request, _("Noted. Reminders may go on."))
            return redirect("clients:creditors")
    return render(request, "clients/bank_feed.html", {"form": form, "account": account})


@approver_required
@require_http_methods(GET_AND_POST)
def books(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a period."""
    creditor = get_object_or_404(Creditor, pk=pk)
    form = CloseBooksForm(request.POST or None, initial={"through_on": creditor.books_closed_on})
    if request.method == "POST" and form.is_valid():
        try:
            close_books(
                creditor=creditor,
                through_on=form.cleaned_data["through_on"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            form.add_error("through_on", str(refusal))
        else:
            messages.success(request, _("The books are closed through that day."))
            return redirect("clients:creditors")
    return render(request, "clients/close_books.html", {"form": form, "creditor": creditor})

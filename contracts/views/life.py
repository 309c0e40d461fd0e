"""A contract's life: its edges, legal review, signature, gaps and overrides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.forms import (
    AskReviewForm,
    OptionalReasonForm,
    OverrideForm,
    ReasonForm,
    SignatureForm,
    VerdictForm,
)
from contracts.models import Contract, OverrideRequest, Review
from contracts.rules.completeness import GapCode
from contracts.selectors.completeness import contract_gaps
from contracts.selectors.reviews import (
    gap_as_it_is,
    open_override_requests,
    reviewed_text,
    reviews_waiting,
    stopped_contracts,
    with_what_stops,
)
from contracts.services import (
    activate_contract,
    ask_for_override,
    ask_for_review,
    complete_contract,
    decline_override,
    fill_gap,
    override_gap,
    record_signature,
    reopen_contract,
    request_changes,
    resume_contract,
    send_contract,
    sign_off,
    suspend_contract,
    take_in_signed,
    terminate_contract,
    withdraw_review,
)
from contracts.states import ContractState, ReviewState
from core.access import approver_required, current_user, staff_required
from core.dates import now, today
from core.errors import Refusal
from core.forms import note_refusal

GET_AND_POST = ["GET", "HEAD", "POST"]
PER_PAGE = 50


def _contract(request: HttpRequest, pk: int) -> Contract:
    visible = Contract.objects.visible_to(current_user(request))
    return get_object_or_404(
        visible.select_related("client", "creditor", "document", "created_by"), pk=pk
    )


def _page(contract: Contract) -> str:
    return reverse("contracts:contract", args=[contract.pk])


# --- Edges -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One edge that a person walks from the contract's page."""

    act: Callable[..., Contract]
    to: ContractState
    label: str | Promise
    what: str | Promise
    needs_reason: bool = False
    tone: str = "primary"


STEPS: Final[Mapping[str, Step]] = {
    "send": Step(
        send_contract,
        ContractState.SENT,
        _("Send to the client"),
        _(
            "This text is frozen as a version, with the prepayment it asks for. From now on the "
            "client may accept it by a link, or sign it on paper."
        ),
    ),
    "reopen": Step(
        reopen_contract,
        ContractState.DRAFT,
        _("Take back to the desk"),
        _(
            "The text can be changed again. It needs a new legal review before it goes out; the "
            "client can no longer accept what was sent."
        ),
        needs_reason=True,
    ),
    "activate": Step(
        activate_contract,
        ContractState.ACTIVE,
        _("Put into force"),
        _(
            "From now on the contract counts: what it promises is watched, and invoices may be "
            "issued under it."
        ),
    ),
    "suspend": Step(
        suspend_contract,
        ContractState.SUSPENDED,
        _("Suspend"),
        _(
            "Suspend only what the contract's clause lets you suspend, and say in the reason which "
            "clause that is."
        ),
        needs_reason=True,
        tone="danger",
    ),
    "resume": Step(resume_contract, ContractState.ACTIVE, _("Resume"), _("The work goes on.")),
    "complete": Step(
        complete_contract,
        ContractState.COMPLETED,
        _("Mark as completed"),
        _("Both sides have done what was agreed. Its invoices stay due."),
    ),
    "terminate": Step(
        terminate_contract,
        ContractState.TERMINATED,
        _("Terminate"),
        _("A terminated contract stays terminated. Its invoices stay due."),
        needs_reason=True,
        tone="danger",
    ),
}

_OPEN: Final[Mapping[ContractState, tuple[str, ...]]] = {
    ContractState.DRAFT: ("terminate",),
    ContractState.APPROVED: ("send", "reopen", "terminate"),
    ContractState.SENT: ("reopen", "terminate"),
    ContractState.SIGNED: ("activate", "terminate"),
    ContractState.ACTIVE: ("complete", "suspend", "terminate"),
    ContractState.SUSPENDED: ("resume", "terminate"),
}


def open_steps(contract: Contract) -> list[tuple[str, Step]]:
    """The edges that are open from the contract's state, as its page offers them."""
    return [(name, STEPS[name]) for name in _OPEN.get(ContractState(contract.state), ())]


@staff_required
@require_http_methods(GET_AND_POST)
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Say what will happen, ask for the reason, then walk one edge."""
    row = _contract(request, pk)
    if name not in STEPS:
        raise Http404
    edge = STEPS[name]
    kind = ReasonForm if edge.needs_reason else OptionalReasonForm
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            edge.act(
                contract=row,
                reason=form.cleaned_data["reason"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, gettext("The contract is now: %s.") % edge.to.label)
            return redirect("contracts:contract", pk)
    context = {
        "contract": row,
        "step": edge,
        "form": form,
        "tone": edge.tone,
        "submit_label": edge.label,
        "cancel_url": _page(row),
        "gaps": _blocking(row) if name in {"send", "activate"} else [],
    }
    return render(request, "contracts/contract_state.html", context)


def _blocking(contract: Contract) -> list[Any]:
    shown = contract_gaps(contract, today(contract.creditor.time_zone))
    return [one for one in shown if one.blocks]


@staff_required
@require_http_methods(GET_AND_POST)
def signed(request: HttpRequest, pk: int) -> HttpResponse:
    """It is signed already: the day, who signed, the scan. A draft is taken in by it."""
    row = _contract(request, pk)
    is_draft = row.state == ContractState.DRAFT
    form = SignatureForm(request.POST or None, request.FILES or None, contract=row)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data.get("file")
        act = take_in_signed if is_draft else record_signature
        try:
            row = act(
                contract=row,
                signed_on=form.cleaned_data["signed_on"],
                name=form.cleaned_data["name"],
                data=upload.read() if upload else None,
                filename=upload.name if upload else "",
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            _tell_signed(request, row, is_draft=is_draft)
            return redirect("contracts:contract", pk)
    context = {
        "contract": row,
        "form": form,
        "cancel_url": _page(row),
        "is_draft": is_draft,
        "gaps": [
            one
            for one in contract_gaps(row, today(row.creditor.time_zone), as_taken_in=True)
            if is_draft and one.blocks
        ],
    }
    return render(request, "contracts/signed.html", context)


def _tell_signed(request: HttpRequest, row: Contract, *, is_draft: bool) -> None:
    if is_draft and row.state == ContractState.SIGNED:
        messages.warning(
            request, gettext("The signature is kept. Something still blocks: see the check list.")
        )
    else:
        label = ContractState(row.state).label
        messages.success(request, gettext("The contract is now: %s.") % label)


# --- Legal review ------------------------------------------------------------------------------


@approver_required
@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    """What waits for this reviewer, the oldest first; with `?all=1` what waits for anybody."""
    user = current_user(request)
    everybody = request.GET.get("all") == "1"
    waiting = reviews_waiting(reviewer=None if everybody else user)
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    url = reverse("contracts:review_queue")
    tabs = [
        {"label": gettext("Waiting for me"), "url": url, "is_active": not everybody},
        {"label": gettext("Waiting for anybody"), "url": f"{url}?all=1", "is_active": everybody},
    ]
    return render(request, "contracts/review_queue.html", {"page": page, "tabs": tabs})


@staff_required
@require_http_methods(GET_AND_POST)
def review_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a reviewer; the draft is frozen and goes to their desk."""
    row, user = _contract(request, pk), current_user(request)
    form = AskReviewForm(request.POST or None, contract=row, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_review(contract=row, actor=user, at=now(), **form.cleaned_data)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, gettext("The draft is frozen and waits for the reviewer."))
            return redirect("contracts:contract", pk)
    context = {
        "contract": row,
        "form": form,
        "cancel_url": _page(row),
        "submit_label": gettext("Ask for review"),
        "gaps": _blocking(row),
    }
    return render(request, "contracts/review_ask.html", context)


def _review(request: HttpRequest, pk: int) -> Review:
    visible = Contract.objects.visible_to(current_user(request))
    rows = Review.objects.filter(contract__in=visible).select_related(
        "contract__client", "contract__creditor", "version", "reviewer", "asked_by"
    )
    return get_object_or_404(rows, pk=pk)


@staff_required
@require_http_methods(GET_AND_POST)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen text with a remark beside each clause, and the verdict."""
    row, user = _review(request, pk), current_user(request)
    text = reviewed_text(row)
    may_decide = row.state == ReviewState.ASKED and row.reviewer_id == user.pk
    form = VerdictForm(request.POST or None, positions=[one.position for one in text.clauses])
    if request.method == "POST" and form.is_valid():
        decide = sign_off if request.POST.get("decision") == "sign_off" else request_changes
        try:
            decide(
                review=row,
                verdict=form.cleaned_data["verdict"],
                remarks=form.remarks(),
                actor=user,
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            row.refresh_from_db()
            messages.success(request, str(ReviewState(row.state).label))
            return redirect("contracts:contract", row.contract_id)
    context = {
        "review": row,
        "contract": row.contract,
        "text": text,
        "clauses": _with_fields(text.clauses, form) if may_decide else text.clauses,
        "form": form,
        "may_decide": may_decide,
        "gaps": contract_gaps(row.contract, today(row.contract.creditor.time_zone)),
    }
    return render(request, "contracts/review.html", context)


def _with_fields(clauses: list[Any], form: forms.Form) -> list[Any]:
    for one in clauses:
        one.field = form[f"remark_{one.position}"]
    return clauses


@staff_required
@require_http_methods(GET_AND_POST)
def review_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the contract back before the verdict."""
    row = _review(request, pk)
    form = OptionalReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_review(review=row, actor=current_user(request), at=now(), **form.cleaned_data)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, gettext("The contract is back on the desk."))
            return redirect("contracts:contract", row.contract_id)
    context = {
        "contract": row.contract,
        "review": row,
        "form": form,
        "submit_label": gettext("Withdraw"),
        "cancel_url": _page(row.contract),
    }
    return render(request, "contracts/review_withdraw.html", context)


# --- Gaps and overrides ------------------------------------------------------------------------


@staff_required
@require_POST
def gap_fix(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One click: the standard clause of the gap, and the fields it speaks of."""
    row = _contract(request, pk)
    try:
        fill_gap(contract=row, gap=code, actor=current_user(request), at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("Added. Read the clause once before it goes out."))
    return redirect(f"{_page(row)}#gaps")


@approver_required
@require_http_methods(GET_AND_POST)
def gap_override(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A manager lets the contract pass in spite of a gap."""
    row = _contract(request, pk)

    def act(reason: str) -> None:
        override_gap(contract=row, gap=code, reason=reason, actor=current_user(request), at=now())

    labels = (
        gettext("Let it pass"),
        gettext("Kept. The override is shown with your name from now on."),
    )
    template = "contracts/queue_override.html"
    return _about_gap(request, row, code, act=act, labels=labels, template=template)


@staff_required
@require_http_methods(GET_AND_POST)
def gap_ask(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Ask a manager to let the contract pass in spite of a gap."""
    row = _contract(request, pk)

    def act(reason: str) -> None:
        ask_for_override(contract=row, gap=code, note=reason, actor=current_user(request), at=now())

    labels = (gettext("Ask a manager"), gettext("Asked. A manager finds it in the queue."))
    template = "contracts/queue_ask.html"
    return _about_gap(request, row, code, act=act, labels=labels, template=template)


def _about_gap(
    request: HttpRequest,
    row: Contract,
    code: str,
    *,
    act: Callable[[str], None],
    labels: tuple[str, str],
    template: str,
) -> HttpResponse:
    if code not in GapCode.__members__:
        raise Http404
    form = OverrideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data["reason"])
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, labels[1])
            return redirect(f"{_page(row)}#gaps")
    shown = contract_gaps(row, today(row.creditor.time_zone))
    context = {
        "contract": row,
        "shown": next((one for one in shown if one.gap.code == code), None),
        "form": form,
        "submit_label": labels[0],
        "cancel_url": f"{_page(row)}#gaps",
    }
    return render(request, template, context)


@approver_required
@require_safe
def override_queue(request: HttpRequest) -> HttpResponse:
    """Contracts stopped by blocking gaps: who asked to let them pass, and what stops the rest."""
    user, on = current_user(request), today(settings.TIME_ZONE)
    asked = open_override_requests(user=user, on=on)
    stopped = Paginator(stopped_contracts(user=user), PER_PAGE)
    page = stopped.get_page(request.GET.get("page"))
    context = {"asked": asked, "page": page, "rows": with_what_stops(list(page), on)}
    return render(request, "contracts/queue.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def override_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, and what would help."""
    visible = Contract.objects.visible_to(current_user(request))
    asked = OverrideRequest.objects.filter(contract__in=visible)
    row = get_object_or_404(asked.select_related("contract__client", "actor"), pk=pk)
    form = OverrideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decline_override(
                request=row,
                reason=form.cleaned_data["reason"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, gettext("Answered. The answer is on the contract's page."))
            return redirect("contracts:override_queue")
    context = {
        "contract": row.contract,
        "asked": row,
        "sentence": gap_as_it_is(row, today(settings.TIME_ZONE)),
        "form": form,
        "submit_label": gettext("Decline"),
        "cancel_url": reverse("contracts:override_queue"),
    }
    return render(request, "contracts/queue_decline.html", context)

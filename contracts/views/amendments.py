"""Amendments: proposed with a preview, decided, accepted on paper; the queue and the limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.forms.amendments import (
    FORMS,
    AmendForm,
    LimitForm,
    NeededNoteForm,
    NoteForm,
    SignedAmendmentForm,
)
from contracts.models import Amendment, Contract
from contracts.rules.amendments import Limit, discount_percent
from contracts.selectors.amendments import (
    ROLE_ORDER,
    amendments_to_decide,
    is_current,
    limits_by_role,
    movable_parts,
    who_may_approve,
)
from contracts.selectors.prepaid import prepayment_effect
from contracts.selectors.versions import compared, read_content
from contracts.services.amendments import (
    Outlook,
    accept_amendment,
    agreement_pdf,
    approve_amendment,
    decline_amendment,
    preview_amendment,
    propose_amendment,
    reject_amendment,
    set_amendment_limit,
    withdraw_amendment,
)
from contracts.states import BINDING_STATES, AcceptedHow, AmendmentKind, AmendmentState
from contracts.views.schedule import GET_AND_POST, own_contract
from contracts.views.versions import pdf_response
from core.access import approver_required, current_user, staff_required
from core.dates import now
from core.documents import document_response
from core.errors import Refusal
from core.forms import note_refusal
from core.models import User
from core.states import Role

PER_PAGE = 50
S = AmendmentState

#: What each kind is for, as its form and the choice between them say it.
WHAT: Final[Mapping[AmendmentKind, str | Promise]] = {
    AmendmentKind.EXTENSION: _("Later days: of the end, of deliveries, of payments."),
    AmendmentKind.DISCOUNT: _("A lower price, on what is not invoiced yet."),
    AmendmentKind.SCHEDULE: _("Other days and sums for what is not invoiced yet; the same price."),
    AmendmentKind.SCOPE: _("More, less or other services, with what they cost."),
}


# --- Proposing -----------------------------------------------------------------------------------


@staff_required
@require_safe
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Which kind of amendment."""
    row = own_contract(request, pk)
    kinds = [
        (kind, what, reverse("contracts:amend", args=[pk, kind.lower()]))
        for kind, what in WHAT.items()
        if kind != AmendmentKind.SCOPE or row.lines.exists()
    ]
    context = {
        "contract": row,
        "kinds": kinds,
        "in_force": row.state in BINDING_STATES,
        "open": row.amendments.undecided().first(),
        "cancel_url": reverse("contracts:contract", args=[pk]),
    }
    return render(request, "contracts/amend.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def amend(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """One kind: the form, then what it leads to, then the proposal. Only that last writes."""
    row, user = own_contract(request, pk), current_user(request)
    chosen = _kind(kind)
    movable = movable_parts(row)
    form = FORMS[chosen](request.POST or None, contract=row, movable=movable)
    outlook: Outlook | None = None
    if request.method == "POST" and form.is_valid():
        try:
            outlook = preview_amendment(contract=row, changes=form.read, actor=user, at=now())
            if request.POST.get("do") == "propose" and form.cleaned_data["seen"]:
                made = _propose(row, form, user)
                messages.success(request, gettext("Proposed. It waits for an approval."))
                return redirect("contracts:amendment", made.pk)
        except Refusal as refusal:
            form.note(refusal)
    context = {
        "contract": row,
        "kind": chosen,
        "what": WHAT[chosen],
        "form": form,
        "movable": movable,
        "row_template": f"contracts/_amend_{chosen.lower()}.html",
        "preview": _preview(outlook) if outlook else None,
        "seen": outlook.sha256 if outlook else "",
        "in_force": row.state in BINDING_STATES,
        "open": row.amendments.undecided().first(),
        "cancel_url": reverse("contracts:contract", args=[pk]),
    }
    return render(request, "contracts/amend_form.html", context)


def _kind(name: str) -> AmendmentKind:
    try:
        return AmendmentKind(name.upper())
    except ValueError as error:
        raise Http404 from error


def _propose(row: Contract, form: AmendForm, user: User) -> Amendment:
    return propose_amendment(
        contract=row,
        kind=form.kind,
        changes=form.read,
        reason=form.cleaned_data["reason"],
        seen=form.cleaned_data["seen"],
        actor=user,
        at=now(),
    )


def _preview(outlook: Outlook) -> dict[str, Any]:
    return {
        "sections": compared(outlook.before, outlook.after),
        "prepayment": prepayment_effect(
            outlook.before,
            outlook.after,
            asked=outlook.prepaid.asked,
            received=outlook.prepaid.received,
        ),
        "price_before": outlook.price_before,
        "price_after": outlook.price_after,
        "discount": outlook.discount_percent,
        "days": outlook.days_longer,
        "roles": [Role(role).label for role in outlook.roles],
    }


# --- One amendment -------------------------------------------------------------------------------


def _amendment(request: HttpRequest, pk: int) -> Amendment:
    found = Amendment.objects.visible_to(current_user(request)).select_related(
        "contract__client",
        "contract__creditor__logo",
        "contract__service_type",
        "base",
        "version__document",
        "proposed_by",
        "decided_by",
        "document",
    )
    return get_object_or_404(found, pk=pk)


@staff_required
@require_safe
def amendment(request: HttpRequest, pk: int) -> HttpResponse:
    """What changes, why, who may approve it, what became of it."""
    row, user = _amendment(request, pk), current_user(request)
    limits = limits_by_role()
    allowed = who_may_approve(row, limits)
    is_open = row.state in {S.PROPOSED, S.APPROVED}
    before, after = read_content(row.base), read_content(row.version)
    context = {
        "amendment": row,
        "contract": row.contract,
        "sections": compared(before, after),
        "prepayment": prepayment_effect(
            before, after, asked=row.prepaid_asked, received=row.prepaid_received
        ),
        "discount": discount_percent(row.price_before, row.price_after),
        "limits": limit_rows(limits, allowed),
        "allowed": [Role(role).label for role in allowed],
        "may_approve": row.state == S.PROPOSED
        and user.role in allowed
        and row.proposed_by_id != user.pk,
        "is_own": row.proposed_by_id == user.pk,
        "is_open": is_open,
        "is_current": not is_open or is_current(row),
        "acceptance": getattr(row.version, "acceptance", None),
        "history": _history(row),
    }
    return render(request, "contracts/amendment.html", context)


def limit_rows(limits: Mapping[str, Limit], allowed: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Every role with how far it may go."""
    return [
        {
            "role": role,
            "label": role.label,
            "limit": limits.get(role),
            "covers": role in allowed,
        }
        for role in ROLE_ORDER
    ]


def _history(row: Amendment) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = [
        {
            "icon": "pencil",
            "title": gettext("Proposed"),
            "at": row.proposed_at,
            "who": row.proposed_by,
            "body": row.reason,
        }
    ]
    if row.decided_at:
        rejected = row.state == S.REJECTED
        entries.append(
            {
                "icon": "circle-x" if rejected else "circle-check",
                "title": S.REJECTED.label if rejected else gettext("Approved"),
                "at": row.decided_at,
                "who": row.decided_by,
                "body": row.note if row.state in {S.REJECTED, S.APPROVED} else "",
            }
        )
    if row.ended_at and row.state != S.REJECTED:
        entries.append(
            {
                "icon": "signature" if row.state == S.ACCEPTED else "arrow-back-up",
                "title": S(row.state).label,
                "at": row.ended_at,
                "who": None,
                "body": "" if row.state == S.ACCEPTED else row.note,
            }
        )
    return entries[::-1]


@dataclass(frozen=True, slots=True)
class Act:
    """Something done with an open amendment, asked for on a page of its own."""

    do: Callable[..., Amendment]
    label: str | Promise
    what: str | Promise
    done: str | Promise
    form: type[forms.Form] = NoteForm
    tone: str = "primary"


ACTS: Final[Mapping[str, Act]] = {
    "approve": Act(
        approve_amendment,
        _("Approve"),
        _("It then goes to the client, who accepts it by a link or on paper."),
        _("Approved. Now the client is asked."),
    ),
    "reject": Act(
        reject_amendment,
        _("Reject"),
        _("It goes no further. The contract stays as it is."),
        _("Rejected. The contract stays as it is."),
        NeededNoteForm,
        "danger",
    ),
    "withdraw": Act(
        withdraw_amendment,
        _("Withdraw"),
        _("It is given up; links to it close. Another amendment can be proposed."),
        _("Withdrawn. The contract stays as it is."),
    ),
    "declined": Act(
        decline_amendment,
        _("The client declined"),
        _("The client does not want it. The contract stays as it is; links to it close."),
        _("Kept. The contract stays as it is."),
        NeededNoteForm,
    ),
}


@staff_required
@require_http_methods(GET_AND_POST)
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Approve, reject, withdraw, or note that the client declined."""
    row = _amendment(request, pk)
    if name not in ACTS:
        raise Http404
    one = ACTS[name]
    form = one.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            one.do(amendment=row, actor=current_user(request), at=now(), **form.cleaned_data)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, str(one.done))
            return redirect("contracts:amendment", pk)
    context = {
        "amendment": row,
        "contract": row.contract,
        "act": one,
        "form": form,
        "tone": one.tone,
        "submit_label": one.label,
        "cancel_url": reverse("contracts:amendment", args=[pk]),
    }
    return render(request, "contracts/amendment_act.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def signed(request: HttpRequest, pk: int) -> HttpResponse:
    """The agreement came back signed: the scan, the name, the day; then it is in force."""
    row = _amendment(request, pk)
    initial = {"name": row.contract.client_signatory}
    form = SignedAmendmentForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            accept_amendment(
                amendment=row,
                how=AcceptedHow.PAPER,
                name=form.cleaned_data["name"],
                accepted_on=form.cleaned_data["accepted_on"],
                data=upload.read(),
                filename=upload.name,
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, gettext("In force. The contract says what was signed."))
            return redirect("contracts:amendment", pk)
    context = {
        "amendment": row,
        "contract": row.contract,
        "form": form,
        "is_current": is_current(row),
        "cancel_url": reverse("contracts:amendment", args=[pk]),
    }
    return render(request, "contracts/amendment_signed.html", context)


@staff_required
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The scan of the signed agreement."""
    row = _amendment(request, pk)
    if row.document is None:
        raise Http404
    return document_response(row.document)


@staff_required
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The agreement to be signed, as PDF; made for this reader, from the two kept versions."""
    row = _amendment(request, pk)
    try:
        pdf = agreement_pdf(row)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("contracts:amendment", pk)
    return pdf_response(pdf, f"{row.contract.number} A{row.number}.pdf")


# --- The queue and the limits --------------------------------------------------------------------


@staff_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Amendments that nobody decided yet, the oldest first."""
    user, limits = current_user(request), limits_by_role()
    page = Paginator(amendments_to_decide(user=user), PER_PAGE).get_page(request.GET.get("page"))
    rows = []
    for one in page:
        allowed = who_may_approve(one, limits)
        rows.append(
            {
                "amendment": one,
                "discount": discount_percent(one.price_before, one.price_after),
                "roles": [Role(role).label for role in allowed],
                "may_approve": user.role in allowed and one.proposed_by_id != user.pk,
            }
        )
    return render(request, "contracts/amendments.html", {"page": page, "rows": rows})


@approver_required
@require_safe
def limits(request: HttpRequest) -> HttpResponse:
    """How far each role may let an amendment go."""
    context = {"rows": limit_rows(limits_by_role())}
    return render(request, "contracts/amendment_limits.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def limit_edit(request: HttpRequest, name: str) -> HttpResponse:
    """Change the limit of one role from now on."""
    try:
        role = Role(name.upper())
    except ValueError as error:
        raise Http404 from error
    kept = limits_by_role().get(role)
    initial = {
        "discount_percent": f"{kept.discount_percent.normalize():f}" if kept else "",
        "extension_days": kept.extension_days if kept else "",
    }
    form = LimitForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_amendment_limit(
                role=role, **form.cleaned_data, actor=current_user(request), at=now()
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, gettext("Kept. What was approved before stays approved."))
            return redirect("contracts:amendment_limits")
    context = {"role": role, "form": form, "cancel_url": reverse("contracts:amendment_limits")}
    return render(request, "contracts/amendment_limit.html", context)

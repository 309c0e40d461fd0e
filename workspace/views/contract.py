"""The page of one contract: what comes next on top, then what was agreed and what became of it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contracts.models import Contract, ContractAcceptance, Review
from contracts.rules.completeness import GapCode
from contracts.selectors.amendments import amendments_of
from contracts.selectors.completeness import ShownGap, contract_gaps
from contracts.selectors.parts import parts_of
from contracts.selectors.performance import lines_to_deliver, performance_of
from contracts.selectors.reviews import remarks_to_answer
from contracts.selectors.schedule import schedule_context
from contracts.selectors.terms import terms_context
from contracts.states import BINDING_STATES, ContractState, DeliveryState, ReviewState
from contracts.views.contracts import late_charge_name
from contracts.views.life import open_steps
from core.access import MONEY, current_user, staff_required
from core.dates import today
from core.display import format_day, format_percent
from core.models import User
from core.money import format_money
from payments.models import Invoice
from payments.selectors.prepayments import Hold, prepayments_context

INVOICES = 25
S = ContractState


@staff_required
@require_safe
def contract_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Next action, check list, parts, review, versions, acceptances, history, invoices."""
    user = current_user(request)
    visible = Contract.objects.visible_to(user).select_related(
        "client", "creditor__logo", "document", "created_by", "service_type", "template"
    )
    contract = get_object_or_404(visible, pk=pk)
    on = today(contract.creditor.time_zone)
    shown = contract_gaps(contract, on)
    reviews = list(contract.reviews.select_related("reviewer", "asked_by", "version")[:20])
    page = Paginator(contract.invoices.order_by("-issued_on", "-pk"), INVOICES).get_page(
        request.GET.get("page")
    )
    prepaid = prepayments_context(contract)
    context = {
        **parts_of(contract),
        **schedule_context(contract),
        **terms_context(contract),
        **prepaid,
        "performance": performance_of(contract),
        "contract": contract,
        "next": _next(contract, user, shown, reviews, prepaid["delivery_hold"]),
        "steps": [
            (reverse("contracts:step", args=[pk, name]), step.label, step.tone)
            for name, step in open_steps(contract)
        ],
        "gaps": [_gap(one, contract, user) for one in shown],
        "blocking": sum(one.blocks for one in shown),
        "in_force": contract.state in {*BINDING_STATES, S.COMPLETED},
        "reviews": reviews,
        "to_answer": remarks_to_answer(contract),
        "acceptances": ContractAcceptance.objects.filter(version__contract=contract)
        .select_related("version", "actor")
        .order_by("at"),
        **_amendments(contract),
        "overrides": contract.overrides.select_related("actor"),
        "declined": contract.override_requests.exclude(refusal="").select_related(
            "actor", "answered_by"
        ),
        "transitions": contract.transitions.select_related("actor").order_by("-at", "-pk"),
        "facts": _facts(contract),
        "invoices": page,
        "rows": [_invoice(invoice, on) for invoice in page],
    }
    return render(request, "contracts/contract.html", context)


def _amendments(contract: Contract) -> dict[str, Any]:
    found = amendments_of(contract)
    is_open = any(one.state in {"PROPOSED", "APPROVED"} for one in found)
    in_force = contract.state in BINDING_STATES
    return {"amendments": found, "may_amend": in_force and not is_open}


# --- The next action -----------------------------------------------------------------------------


def _next(
    contract: Contract,
    user: User,
    shown: list[ShownGap],
    reviews: list[Review],
    hold: Hold | None,
) -> dict[str, Any] | None:
    """What is missing and who has to do what; None when nothing waits."""
    state, key = ContractState(contract.state), [contract.pk]
    blocking = sum(one.blocks for one in shown)
    if state == S.DRAFT:
        return _next_of_draft(contract, blocking, reviews)
    if state == S.REVIEW:
        return _next_of_review(user, reviews)
    if state == S.APPROVED:
        return _action(
            _("Approved: send it to the client"),
            _("The client then accepts by a link, or signs on paper."),
            reverse("contracts:step", args=[*key, "send"]),
            _("Send to the client"),
            "send",
        )
    if state == S.SENT:
        return _action(
            _("Waiting for the client's signature"),
            _("Ask for it by link, or keep the scan when the signed paper comes back."),
            reverse("portal:contract_new", args=key),
            _("Ask to accept by link"),
            "signature",
        )
    if state == S.SIGNED:
        return _next_of_signed(contract, user, blocking)
    return _next_of_work(contract, hold, user) if state == S.ACTIVE else None


def _action(title: str, text: str, url: str, action: str, icon_name: str) -> dict[str, Any]:
    return {"title": title, "text": text, "url": url, "action": action, "icon_name": icon_name}


def _count(blocking: int) -> str:
    return ngettext("%(n)s thing blocks", "%(n)s things block", blocking) % {"n": blocking}


def _next_of_draft(contract: Contract, blocking: int, reviews: list[Review]) -> dict[str, Any]:
    if reviews and reviews[0].state == ReviewState.CHANGES:
        return _action(
            _("The reviewer wants changes"),
            reviews[0].verdict,
            reverse("contracts:review_ask", args=[contract.pk]),
            _("Ask again"),
            "message",
        )
    if blocking:
        return _action(
            _count(blocking),
            _("Mend it with one click below, fill the fields, or ask a manager to let it pass."),
            "#gaps",
            _("See the check list"),
            "checklist",
        )
    return _action(
        _("Complete: ask for the legal review"),
        _("A manager who did not draft it reads the text and signs it off."),
        reverse("contracts:review_ask", args=[contract.pk]),
        _("Ask for review"),
        "scale",
    )


def _next_of_review(user: User, reviews: list[Review]) -> dict[str, Any] | None:
    waiting = next((one for one in reviews if one.state == ReviewState.ASKED), None)
    if waiting is None:
        return None
    mine = waiting.reviewer_id == user.pk
    title = (
        _("You are asked to review this contract")
        if mine
        else _("Waiting for the review by %s") % waiting.reviewer
    )
    return _action(
        title,
        waiting.note,
        reverse("contracts:review", args=[waiting.pk]),
        _("Review") if mine else _("See the review"),
        "scale",
    )


def _next_of_signed(contract: Contract, user: User, blocking: int) -> dict[str, Any]:
    if blocking:
        text = (
            _("Let it pass with a reason, or have it mended.")
            if user.may_approve
            else _("The text is settled: a manager lets it pass, or an amendment mends it.")
        )
        return _action(_count(blocking), text, "#gaps", _("See the check list"), "lock")
    return _action(
        _("Signed: put it into force"),
        _("Nothing blocks any more."),
        reverse("contracts:step", args=[contract.pk, "activate"]),
        _("Put into force"),
        "player-play",
    )


def _next_of_work(contract: Contract, hold: Hold | None, user: User) -> dict[str, Any] | None:
    """Under a contract in force: the money first, then deliveries and their acceptance."""
    if hold is not None:
        return _next_of_held(contract, hold, user)
    waiting = contract.deliveries.filter(state=DeliveryState.DELIVERED)
    delivery = waiting.order_by("delivered_on", "pk").first()
    if delivery is not None:
        return _action(
            _("Waiting for acceptance: %s") % delivery.what,
            _("Ask the client to accept it by link, or record the answer below."),
            reverse("portal:delivery_new", args=[delivery.pk]),
            _("Ask the client to accept by link"),
            "link",
        )
    line = lines_to_deliver(contract).first()
    if line is None:
        return None
    day = format_day(line.deliver_on, get_language() or "en") if line.deliver_on else "–"
    return _action(
        _("To be delivered next: %s") % line.description,
        _("Agreed for: %s") % day,
        reverse("contracts:delivery_new", args=[line.pk]),
        _("Record a delivery"),
        "package",
    )


def _next_of_held(contract: Contract, hold: Hold, user: User) -> dict[str, Any]:
    title = _("Work is held until the prepayment is there")
    if hold.unasked > 0:
        url, action = reverse("payments:prepayment_new", args=[contract.pk]), _("Request it")
        return _action(title, hold.sentence, url, action, "wallet")
    asked = min(hold.waiting, key=lambda one: (one.due_on, one.pk))
    handles_money = user.role in MONEY
    return _action(
        title,
        hold.sentence,
        reverse(
            "payments:prepayment_receive" if handles_money else "payments:prepayment",
            args=[asked.pk],
        ),
        _("Money received") if handles_money else _("See the request"),
        "wallet",
    )


# --- The check list ------------------------------------------------------------------------------


#: Where what a gap names is filled in: the route, and the field whose key it takes.
_PLACES = {
    "lines": ("contracts:lines", "pk"),
    "schedule": ("contracts:schedule", "pk"),
    "client": ("clients:client", "client_id"),
    "creditor": ("clients:creditor_edit", "creditor_id"),
    "scan": ("contracts:signed_copy", "pk"),
}


def _gap(shown: ShownGap, contract: Contract, user: User) -> dict[str, Any]:
    """A row of the check list with what this user can do about it."""
    gap, key = shown.gap, [contract.pk]
    is_draft = contract.state == S.DRAFT
    is_over = contract.state in {S.COMPLETED, S.TERMINATED}
    code = [*key, str(gap.code)]
    can_pass = shown.blocks and not is_over
    own = contract.created_by_id == user.pk
    if gap.code == GapCode.OVER_LIMIT:
        return {
            "shown": shown,
            "severity": gap.severity,
            "field_url": reverse("clients:standing", args=[contract.client_id]),
            "ask_url": reverse("credit:limit_ask", args=key)
            if can_pass and contract.state in {S.SENT, *BINDING_STATES}
            else "",
        }
    return {
        "shown": shown,
        "severity": gap.severity,
        "fix_url": reverse("contracts:gap_fix", args=code) if gap.fix and is_draft else "",
        "field_url": _field_url(gap.field, contract, user),
        "override_url": reverse("contracts:gap_override", args=code)
        if can_pass and user.may_approve and not own
        else "",
        "ask_url": reverse("contracts:gap_ask", args=code)
        if can_pass and shown.request is None and not (user.may_approve and not own)
        else "",
    }


def _field_url(field: str, contract: Contract, user: User) -> str:
    """Where this user can fill it in; nowhere in a settled text."""
    if not field or (field == "creditor" and not user.may_approve):
        return ""
    if contract.state != S.DRAFT and field not in {"client", "creditor", "scan"}:
        return ""
    if field not in _PLACES:
        return reverse("contracts:edit", args=[contract.pk]) + f"#id_{field}"
    name, key = _PLACES[field]
    return reverse(name, args=[getattr(contract, key)])


# --- Figures -------------------------------------------------------------------------------------


def _facts(contract: Contract) -> list[tuple[str, object]]:
    language = get_language() or "en"

    def day(value: Any) -> str:
        return format_day(value, language) if value else "–"

    price = (
        None
        if contract.amount is None
        else format_money(contract.amount, contract.currency, language)
    )
    signers = (contract.creditor_signatory or "–", contract.client_signatory or "–")
    return [
        (_("Creditor"), contract.creditor),
        (_("Service"), contract.service_type and _service(contract, language)),
        (_("Contract price"), price),
        (pgettext("contract", "Runs"), f"{day(contract.starts_on)} – {day(contract.ends_on)}"),
        (_("Signed on"), day(contract.signed_on)),
        (_("Payment terms"), _("%s days from the invoice date") % contract.terms_days),
        (_("Late charge"), _late_charge(contract)),
        (_("Days to accept"), contract.acceptance_days),
        (_("Days to object to minutes"), contract.minutes_days),
        (_("Days late before suspension"), contract.suspension_days),
        (_("Notices go to"), contract.notice_email or contract.notice_address or None),
        (
            _("Governing law and forum"),
            " · ".join(one for one in (contract.governing_law, contract.forum) if one),
        ),
        (_("Signed by"), " / ".join(signers)),
        (_("Drafted by"), contract.created_by and str(contract.created_by)),
    ]


def _service(contract: Contract, language: str) -> str:
    service = contract.service_type
    if service is None:
        return ""
    return service.name_zh if language == "zh-hans" else service.name


def _late_charge(contract: Contract) -> str | None:
    if contract.late_charge_kind == "RATE" and contract.late_charge_rate is not None:
        return _("%(rate)s a year, on a year of %(basis)s days") % {
            "rate": format_percent(contract.late_charge_rate, 2),
            "basis": contract.late_charge_basis,
        }
    if contract.late_charge_kind == "PRESET":
        return late_charge_name(contract)
    return None


def _invoice(invoice: Invoice, on: Any) -> dict[str, Any]:
    language = get_language() or "en"
    return {
        "invoice": invoice,
        "state": invoice.state_on(on),
        "url": reverse("payments:invoice", args=[invoice.pk]),
        "issued": format_day(invoice.issued_on, language),
        "due": format_day(invoice.due_on, language),
        "amount": format_money(invoice.amount, invoice.currency, language),
        "open": format_money(invoice.open_amount, invoice.currency, language),
    }

"""The credit policy: what is in force, old versions, the editor and its "what if"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.selectors import our_zone
from core.access import approver_required, current_user, staff_required
from core.dates import now, today
from core.display import format_percent
from core.errors import Refusal
from core.forms import note_refusal
from core.money import format_money
from core.states import Role
from credit.forms.policy import HoldRuleForm, PolicyLineForm, SavePolicyForm, SegmentForm
from credit.models import CreditPolicy, PolicyRow
from credit.rules.policy import (
    GRADES,
    PolicyChange,
    PolicyLine,
    changes,
    line_for,
    threshold_changes,
)
from credit.selectors.standing import days_words
from credit.selectors.standings import current_policy, policy_lines, thresholds
from credit.selectors.what_if import (
    FIGURES,
    ClientEffect,
    GradeEffect,
    clients_behind,
    policy_effect,
    totals,
)
from credit.services.policy import (
    UnableToSavePolicy,
    draft_of,
    drop_draft,
    keep_draft,
    save_policy,
    with_segment,
    without_segment,
)
from credit.states import HoldRuleCode, LimitAction

GET_AND_POST = ["GET", "HEAD", "POST"]
VERSIONS = 20


def day_here() -> dt.date:
    """Today, where our company is."""
    return today(our_zone())


@staff_required
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """What is in force; everybody may read what follows from a grade."""
    newest = CreditPolicy.objects.select_related("created_by").get(pk=current_policy().pk)
    context = {
        "policy": newest,
        "parts": _parts(policy_lines(newest)),
        "rules": [(HoldRuleCode(one.rule).label, one) for one in thresholds(newest)],
        "may_edit": current_user(request).may_approve,
    }
    return render(request, "credit/policy.html", context)


def _parts(lines: Sequence[PolicyLine]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Lines by segment, grades in their order; the lines for all come first."""
    segments = sorted({line.segment for line in lines})
    return [
        (
            segment,
            [
                _shown(line)
                for grade in GRADES
                if (line := line_for(_of(lines, segment), segment, grade)) is not None
            ],
        )
        for segment in segments
    ]


def _of(lines: Sequence[PolicyLine], segment: str) -> list[PolicyLine]:
    return [line for line in lines if line.segment == segment]


def _shown(line: PolicyLine) -> dict[str, Any]:
    return {
        "grade": line.grade,
        "deposit": format_percent(line.deposit_ratio * 100, 1),
        "days": days_words(line.terms_days),
        "factor": f"{line.limit_factor.normalize():f}",
        "action": LimitAction(line.limit_action),
        "monitor": days_words(line.monitor_days),
        "approver": Role(line.approver).label,
    }


# --- Versions ------------------------------------------------------------------------------------


@staff_required
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Every version, the newest first, with what it changed."""
    found = CreditPolicy.objects.select_related("created_by").order_by("-number")
    page = Paginator(found, VERSIONS).get_page(request.GET.get("page"))
    shown = list(page)
    numbers = {row.number for row in shown} | {row.number - 1 for row in shown}
    lines: dict[int, list[PolicyLine]] = {number: [] for number in numbers}
    kept = PolicyRow.objects.filter(policy__number__in=numbers).select_related("policy")
    for row in kept.order_by("segment", "grade", "pk"):
        lines[row.policy.number].append(row.line)
    rules = {
        row.number: [one.plain for one in row.hold_rules.all()]
        for row in CreditPolicy.objects.filter(number__in=numbers).prefetch_related("hold_rules")
    }
    rows = [
        (
            row,
            [] if row.number == 1 else _differences(lines[row.number - 1], lines[row.number]),
            [] if row.number == 1 else _rule_differences(rules[row.number - 1], rules[row.number]),
        )
        for row in shown
    ]
    return render(request, "credit/policy_versions.html", {"page": page, "rows": rows})


def _differences(before: Sequence[PolicyLine], after: Sequence[PolicyLine]) -> list[dict[str, Any]]:
    """Changed figures in words; a segment's rows that came or went are one line a grade."""
    return [
        {
            "segment": one.segment,
            "grade": one.grade,
            "field": FIELD_LABELS[one.field](),
            "before": _figure(one, one.before),
            "after": _figure(one, one.after),
        }
        for one in changes(before, after)
    ]


FIELD_LABELS = {
    "deposit_ratio": lambda: _("Deposit"),
    "terms_days": lambda: _("Payment terms"),
    "limit_factor": lambda: _("Limit factor"),
    "monitor_days": lambda: _("Looked at every"),
    "approver": lambda: _("Who approves"),
    "limit_action": lambda: _("Over the limit"),
}


def _figure(change: PolicyChange, value: object) -> str:
    if value is None:
        return "–"
    if change.field == "deposit_ratio":
        return format_percent(Decimal(str(value)) * 100, 1)
    if change.field in {"terms_days", "monitor_days"}:
        return days_words(int(str(value)))
    if change.field == "approver":
        return str(Role(str(value)).label)
    if change.field == "limit_action":
        return str(LimitAction(str(value)).label)
    return f"{Decimal(str(value)).normalize():f}"


def _rule_differences(before: Sequence[Any], after: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {"rule": HoldRuleCode(code).label, "before": old, "after": new}
        for code, old, new in threshold_changes(before, after)
    ]


# --- The editor ----------------------------------------------------------------------------------


@approver_required
@require_http_methods(GET_AND_POST)
def policy_edit(request: HttpRequest) -> HttpResponse:
    """Try another policy out; the next page shows what it would do before it is saved."""
    user = current_user(request)
    based_on, lines, rules = draft_of(user)
    data = request.POST if request.method == "POST" else None
    line_forms = [PolicyLineForm(data, line=line) for line in _ordered(lines)]
    rule_forms = [HoldRuleForm(data, rule=rule) for rule in rules]
    segment_form = SegmentForm(taken={line.segment for line in lines})
    if data is not None:
        if "drop" in data:
            drop_draft(owner=user)
            return redirect("credit:policy")
        if all([one.is_valid() for one in (*line_forms, *rule_forms)]):  # noqa: C419  # each shows its errors
            typed = [one.read() for one in line_forms]
            try:
                typed = _with_segments(typed, data)
            except UnableToSavePolicy as refusal:
                messages.error(request, str(refusal))
            keep_draft(
                owner=user,
                based_on=based_on,
                lines=typed,
                rules=[one.read() for one in rule_forms],
                at=now(),
            )
            moved = "add_segment" in data or "remove_segment" in data
            return redirect("credit:policy_edit" if moved else "credit:policy_effect")
    context = {
        "parts": _form_parts(line_forms),
        "rules": rule_forms,
        "segment_form": segment_form if segment_form.names else None,
        "based_on": based_on,
    }
    return render(request, "credit/policy_edit.html", context)


def _with_segments(lines: list[PolicyLine], data: Any) -> list[PolicyLine]:
    if "add_segment" in data:
        return with_segment(lines, data.get("segment", ""))
    if "remove_segment" in data:
        return without_segment(lines, data["remove_segment"])
    return lines


def _ordered(lines: Sequence[PolicyLine]) -> list[PolicyLine]:
    return sorted(lines, key=lambda line: (line.segment, GRADES.index(line.grade)))


def _form_parts(forms: Sequence[PolicyLineForm]) -> list[tuple[str, list[PolicyLineForm]]]:
    segments = sorted({form.line.segment for form in forms})
    return [(name, [form for form in forms if form.line.segment == name]) for name in segments]


# --- What if -------------------------------------------------------------------------------------


@approver_required
@require_http_methods(GET_AND_POST)
def policy_effect_page(request: HttpRequest) -> HttpResponse:
    """What the draft would do to today's clients, and the button that saves it."""
    user, on = current_user(request), day_here()
    based_on, lines, rules = draft_of(user)
    form = SavePolicyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_policy(
                lines=lines,
                rules=rules,
                based_on=based_on,
                note=form.cleaned_data["note"],
                on=on,
                actor=user,
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(
                request,
                _("Version %s is in force. The clients are being brought up to it.") % saved.number,
            )
            return redirect("credit:policy")
    before = policy_lines()
    effects = policy_effect(on=on, before=before, after=lines)
    context = {
        "form": form,
        "rows": [_effect(one) for one in [totals(effects), *effects]],
        "differences": _differences(before, lines),
        "rule_differences": _rule_differences(thresholds(), rules),
    }
    return render(request, "credit/policy_effect.html", context)


def _effect(one: GradeEffect) -> dict[str, Any]:
    language = get_language() or "en"
    rows = reverse("credit:policy_effect_rows")

    def cell(name: str) -> tuple[int, str]:
        return one.counts[name], f"{rows}?figure={name}&grade={one.grade}"

    return {
        "grade": one.grade,
        **{name: cell(name) for name in FIGURES},
        "limits": [
            (format_money(old, currency, language), format_money(new, currency, language))
            for currency, (old, new) in one.limits.items()
        ],
    }


@approver_required
@require_safe
def policy_effect_rows(request: HttpRequest) -> HttpResponse:
    """The clients behind one figure of the effect."""
    figure, grade = request.GET.get("figure", "clients"), request.GET.get("grade", "")
    if figure not in FIGURES or (grade and grade not in GRADES):
        raise Http404
    number = request.GET.get("page", "1")
    page = max(int(number), 1) if number.isdecimal() else 1
    _based_on, lines, _rules = draft_of(current_user(request))
    found, has_more = clients_behind(
        on=day_here(), before=policy_lines(), after=lines, figure=figure, grade=grade, page=page
    )
    context = {
        "rows": [_client_effect(one) for one in found],
        "title": FIGURE_LABELS[figure](),
        "grade": grade,
        "page": page,
        "has_more": has_more,
    }
    return render(request, "credit/policy_effect_rows.html", context)


FIGURE_LABELS = {
    "clients": lambda: _("Clients"),
    "deposit_up": lambda: _("Deposit rises"),
    "deposit_down": lambda: _("Deposit falls"),
    "limit_up": lambda: _("Limit rises"),
    "limit_down": lambda: _("Limit falls"),
    "terms": lambda: _("Other terms"),
    "over_before": lambda: _("Over the limit today"),
    "over_after": lambda: _("Over the limit then"),
}


def _client_effect(one: ClientEffect) -> dict[str, Any]:
    language = get_language() or "en"

    def money(amount: Decimal | None) -> str:
        return "–" if amount is None else format_money(amount, one.currency, language)

    return {
        "url": reverse("clients:client", args=[one.client_id]),
        "name": one.name,
        "grade": one.grade,
        "deposit": (
            format_percent(one.old_ratio * 100, 1),
            format_percent(one.new_ratio * 100, 1),
            one.old_ratio != one.new_ratio,
        ),
        "limit": (money(one.old_limit), money(one.new_limit), one.old_limit != one.new_limit),
        "days": (days_words(one.old_days), days_words(one.new_days), one.old_days != one.new_days),
        "used": money(one.used),
        "is_over": one.new_limit is not None and one.used > one.new_limit,
    }

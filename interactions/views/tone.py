"""The tone check: a page to try a text, the lexicon for managers, what was sent all the same."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import approver_required, current_user, staff_required
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal
from core.navigation import route_or_blank
from core.paging import stretch
from interactions.forms.tone import CheckForm, LexiconFilter, ToneRuleForm
from interactions.models import ToneOverride, ToneRule
from interactions.services.tone import save_tone_rule
from interactions.states import ToneName

GET_AND_POST = ["GET", "HEAD", "POST"]
_FIELDS = tuple(ToneRuleForm.base_fields)


def library_tabs(active: str, *, may_edit: bool) -> list[dict[str, Any]]:
    """The pages about calm communication."""
    places = [
        ("tone_check", _("Check a text"), True),
        ("texts", _("Texts"), True),
        ("scripts", _("Scripts"), True),
        ("outgoing", _("Written mails"), True),
        ("tone_rules", _("Lexicon"), may_edit),
        ("tone_overrides", _("Sent all the same"), may_edit),
    ]
    return [
        {"label": label, "url": url, "is_active": name == active}
        for name, label, shown in places
        if shown and (url := route_or_blank(f"interactions:{name}"))
    ]


@staff_required
@require_http_methods(GET_AND_POST)
def check(request: HttpRequest) -> HttpResponse:
    """Paste a text, see what in it is not calm. Nothing is kept."""
    user = current_user(request)
    language = get_language() or "en"
    form = CheckForm(
        request.POST or None,
        text_language=language,
        initial={"language": "zh-hans" if language == "zh-hans" else "en"},
    )
    is_checked = request.method == "POST" and (form.is_valid() or form.was_calmed or form.has_tone)
    context = {
        "form": form,
        "is_calm": is_checked and not form.has_tone,
        "tabs": library_tabs("tone_check", may_edit=user.may_approve),
    }
    return render(request, "interactions/tone_check.html", context)


@approver_required
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The lexicon, each entry in its newest version."""
    form = LexiconFilter(request.GET)
    read = form.cleaned_data if form.is_valid() else {}
    found = ToneRule.objects.newest()
    if not read.get("unused"):
        found = found.filter(is_active=True)
    if read.get("rule"):
        found = found.filter(rule=read["rule"])
    if read.get("language"):
        found = found.filter(language=read["language"])
    if read.get("q"):
        found = found.filter(Q(pattern__icontains=read["q"]) | Q(calmer__icontains=read["q"]))
    rows = stretch(found, order=("key", "pk"), after=request.GET.get("after", ""))
    context = {
        "rows": rows.rows,
        "cursor": rows.cursor,
        "form": form,
        "tabs": library_tabs("tone_rules", may_edit=True),
    }
    return render(request, "interactions/tone_rules.html", context)


@approver_required
@require_safe
def rule(request: HttpRequest, key: str) -> HttpResponse:
    """One entry with all its versions."""
    versions = list(
        ToneRule.objects.filter(key=key).select_related("created_by").order_by("-version")
    )
    if not versions:
        raise Http404
    context = {
        "rule": versions[0],
        "versions": versions,
        "why": versions[0].why_zh if get_language() == "zh-hans" else versions[0].why,
    }
    return render(request, "interactions/tone_rule.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def rule_new(request: HttpRequest) -> HttpResponse:
    """A new entry."""
    return _rule_form(request, None)


@approver_required
@require_http_methods(GET_AND_POST)
def rule_edit(request: HttpRequest, key: str) -> HttpResponse:
    """A new version of an entry; the old ones stay."""
    row = ToneRule.objects.newest().filter(key=key).first()
    if row is None:
        raise Http404
    return _rule_form(request, row)


def _rule_form(request: HttpRequest, row: ToneRule | None) -> HttpResponse:
    initial = {name: getattr(row, name) for name in _FIELDS if name != "note"} if row else {}
    form = ToneRuleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            kept = save_tone_rule(
                key=row.key if row else "",
                actor=current_user(request),
                at=now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Version %(n)d is kept.") % {"n": kept.version})
            return redirect("interactions:tone_rule", kept.key)
    cancel = (
        reverse("interactions:tone_rule", args=[row.key])
        if row
        else reverse("interactions:tone_rules")
    )
    context = {"form": form, "rule": row, "cancel_url": cancel}
    return render(request, "interactions/tone_rule_form.html", context)


@approver_required
@require_safe
def overrides(request: HttpRequest) -> HttpResponse:
    """What was sent although the check warned, and why."""
    found = ToneOverride.objects.visible_to(current_user(request)).select_related(
        "client", "decided_by"
    )
    rows = stretch(found, order=("-decided_at", "-pk"), after=request.GET.get("after", ""))
    context = {
        "rows": [{"row": row, "hits": _hits(row)} for row in rows.rows],
        "cursor": rows.cursor,
        "tabs": library_tabs("tone_overrides", may_edit=True),
    }
    return render(request, "interactions/tone_overrides.html", context)


def _hits(row: ToneOverride) -> list[dict[str, Any]]:
    known = set(ToneName.values)
    return [
        {"rule": ToneName(hit["rule"]).label, "matched": hit["matched"]}
        for hit in row.hits
        if hit["rule"] in known
    ]

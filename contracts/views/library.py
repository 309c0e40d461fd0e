"""The library, for managers: services, clauses with their versions, templates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.forms.library import (
    ClauseFilter,
    ClauseForm,
    ServiceTypeForm,
    TemplateForm,
    WordingForm,
)
from contracts.letters import clause_papers
from contracts.models import Clause, ContractTemplate, ServiceType
from contracts.rules.differences import compare_texts
from contracts.selectors import preset_choices
from contracts.selectors.library import (
    clauses_listed,
    newest_version,
    placeholder_list,
    services_listed,
    template_content,
    templates_listed,
)
from contracts.selectors.parts import texts_in_both
from contracts.services.library import (
    WORDING,
    add_clause_version,
    create_clause,
    save_clause,
    save_service_type,
    save_template,
)
from core.access import approver_required, current_user
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal

GET_AND_POST = ["GET", "HEAD", "POST"]


def _tabs(active: str) -> list[dict[str, Any]]:
    places = (
        ("library", _("Clauses")),
        ("templates", _("Templates")),
        ("services", _("Services")),
    )
    return [
        {"label": label, "url": reverse(f"contracts:{name}"), "is_active": name == active}
        for name, label in places
    ]


# --- clauses --------------------------------------------------------------------------------


@approver_required
@require_safe
def clauses(request: HttpRequest) -> HttpResponse:
    """Every clause of the library."""
    form = ClauseFilter(request.GET)
    read = form.cleaned_data if form.is_valid() else {}
    rows = clauses_listed(kind=read.get("kind", ""), with_unused=read.get("unused", False))
    context = {"rows": rows, "form": form, "tabs": _tabs("library")}
    return render(request, "contracts/library.html", context)


@approver_required
@require_safe
def clause(request: HttpRequest, pk: int) -> HttpResponse:
    """A clause as it reads in both languages, and how it read before."""
    row = get_object_or_404(Clause, pk=pk)
    versions = list(row.versions.select_related("created_by").order_by("-number"))
    changes = [
        {
            "version": new,
            "heading": compare_texts(old.heading, new.heading) if old else None,
            "body": compare_texts(old.body, new.body) if old else None,
            "body_zh": compare_texts(old.body_zh, new.body_zh) if old else None,
        }
        for new, old in zip(versions, [*versions[1:], None], strict=True)
    ]
    context = {
        "clause": row,
        "versions": changes,
        "texts": texts_in_both(versions[0]) if versions else [],
        "templates": row.templates.select_related("service_type").order_by("name"),
    }
    return render(request, "contracts/library_clause.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def clause_create(request: HttpRequest) -> HttpResponse:
    """A new clause with its first wording."""
    form, wording = ClauseForm(request.POST or None), WordingForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and wording.is_valid():
        try:
            row = create_clause(
                fields=form.cleaned_data,
                wording=wording.cleaned_data,
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form if refusal.field in form.fields else wording, refusal)
        else:
            messages.success(request, _("The clause is in the library."))
            return redirect("contracts:library_clause", row.pk)
    context = {
        "form": form,
        "wording": wording,
        "placeholders": placeholder_list(get_language() or "en"),
        "cancel_url": reverse("contracts:library"),
    }
    return render(request, "contracts/library_form.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def clause_change(request: HttpRequest, pk: int) -> HttpResponse:
    """How the library files a clause. Its text changes by a new version."""
    row = get_object_or_404(Clause, pk=pk)
    form = ClauseForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_clause(clause=row, actor=current_user(request), at=now(), **form.cleaned_data)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("contracts:library_clause", pk)
    cancel = reverse("contracts:library_clause", args=[pk])
    context = {"form": form, "clause": row, "cancel_url": cancel}
    return render(request, "contracts/library_form.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def clause_word(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version of a clause; contracts keep the wording they have."""
    row = get_object_or_404(Clause, pk=pk)
    newest = newest_version(row)
    names = (*WORDING, "source")
    initial = {name: getattr(newest, name) for name in names} if newest else {}
    wording = WordingForm(request.POST or None, initial=initial)
    if request.method == "POST" and wording.is_valid():
        try:
            kept = add_clause_version(
                clause=row, actor=current_user(request), at=now(), **wording.cleaned_data
            )
        except Refusal as refusal:
            note_refusal(wording, refusal)
        else:
            messages.success(request, _("Version %(n)d is kept.") % {"n": kept.number})
            return redirect("contracts:library_clause", pk)
    context = {
        "wording": wording,
        "clause": row,
        "placeholders": placeholder_list(get_language() or "en"),
        "cancel_url": reverse("contracts:library_clause", args=[pk]),
    }
    return render(request, "contracts/library_form.html", context)


# --- services -------------------------------------------------------------------------------


@approver_required
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Every kind of service."""
    context = {"rows": services_listed(), "tabs": _tabs("services")}
    return render(request, "contracts/library_services.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def service_create(request: HttpRequest) -> HttpResponse:
    """A new kind of service."""
    return _service_form(request, None)


@approver_required
@require_http_methods(GET_AND_POST)
def service_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a kind of service."""
    return _service_form(request, get_object_or_404(ServiceType, pk=pk))


def _service_form(request: HttpRequest, row: ServiceType | None) -> HttpResponse:
    form = ServiceTypeForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_service_type(
                service_type=row, actor=current_user(request), at=now(), **form.cleaned_data
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("contracts:services")
    context = {"form": form, "service": row, "cancel_url": reverse("contracts:services")}
    return render(request, "contracts/library_form.html", context)


# --- templates ------------------------------------------------------------------------------


@approver_required
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """Every template."""
    context = {"rows": templates_listed(), "tabs": _tabs("templates")}
    return render(request, "contracts/library_templates.html", context)


@approver_required
@require_safe
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """A template as its contracts will read, in the languages asked for."""
    row = get_object_or_404(ContractTemplate.objects.select_related("service_type"), pk=pk)
    languages = {"both": _("Side by side"), "en": "English", "zh-hans": "中文"}
    asked = request.GET.get("language", "both")
    language = asked if asked in languages else "both"
    tabs = [
        {"label": label, "url": f"?language={code}", "is_active": code == language}
        for code, label in languages.items()
    ]
    content = template_content(row, language)
    context = {
        "template": row,
        "terms": content["terms"],
        "clauses": clause_papers(content),
        "is_bilingual": language == "both",
        "tabs": tabs,
    }
    return render(request, "contracts/template.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def template_create(request: HttpRequest) -> HttpResponse:
    """A new template."""
    return _template_form(request, None)


@approver_required
@require_http_methods(GET_AND_POST)
def template_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a template. Contracts already begun keep what they have."""
    return _template_form(request, get_object_or_404(ContractTemplate, pk=pk))


def _template_form(request: HttpRequest, row: ContractTemplate | None) -> HttpResponse:
    presets = preset_choices(get_language() or "en")
    form = TemplateForm(request.POST or None, instance=row, presets=presets)
    if request.method == "POST" and form.is_valid():
        try:
            kept = save_template(
                template=row, actor=current_user(request), at=now(), **form.cleaned_data
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("contracts:template", kept.pk)
    cancel = reverse("contracts:template", args=[row.pk]) if row else reverse("contracts:templates")
    context = {"form": form, "template": row, "cancel_url": cancel}
    return render(request, "contracts/library_form.html", context)

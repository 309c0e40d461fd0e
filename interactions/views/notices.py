"""Policy notices: what clients are told, in versions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.selectors import our_zone
from core.access import approver_required, current_user, staff_required
from core.dates import now, today
from core.errors import Refusal
from core.forms import note_refusal
from core.navigation import route_or_blank
from interactions.forms.notices import NewNoticeForm, NoticeForm
from interactions.models import NoticeVersion, PolicyNotice
from interactions.selectors.notices import (
    acknowledged_counts,
    newest_versions,
    version_in_force,
)
from interactions.services.notices import WORDS, create_notice, publish_notice

GET_AND_POST = ["GET", "HEAD", "POST"]


@staff_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Every notice in its newest version, and how many clients have read it."""
    counts = acknowledged_counts()
    rows = [{"version": one, "readers": counts.get(one.pk, 0)} for one in newest_versions()]
    may_write = current_user(request).may_approve
    return render(request, "interactions/notices.html", {"rows": rows, "may_write": may_write})


@staff_required
@require_safe
def notice_version(request: HttpRequest, pk: int) -> HttpResponse:
    """The exact words of one version in both languages, and the other versions."""
    found = NoticeVersion.objects.select_related("notice__creditor", "created_by")
    version = get_object_or_404(found, pk=pk)
    others = list(version.notice.versions.order_by("-number"))
    in_force = version_in_force(version.notice, today(our_zone()))
    in_chinese = (get_language() or "en") == "zh-hans"
    texts = [("zh-Hans", version.title_zh, version.text_zh), ("en", version.title, version.text)]
    context = {
        "version": version,
        "texts": texts if in_chinese else list(reversed(texts)),
        "versions": others,
        "is_newest": others[0].pk == version.pk,
        "in_force": in_force,
        "register_url": route_or_blank("portal:notice_register", version.pk),
        "may_write": current_user(request).may_approve,
    }
    return render(request, "interactions/notice_version.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def notice_new(request: HttpRequest) -> HttpResponse:
    """A notice with its first version."""
    form = NewNoticeForm(request.POST or None, initial={"active_from": today(our_zone())})
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("kind", "creditor", "active_from")}
        try:
            made = create_notice(**given, words=form.words(), actor=current_user(request), at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            return _published(request, made)
    return _form_page(request, form, None, reverse("interactions:notices"))


@approver_required
@require_http_methods(GET_AND_POST)
def notice_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version of a notice, beginning with the words of the newest."""
    notice = get_object_or_404(PolicyNotice.objects.select_related("creditor"), pk=pk)
    newest = notice.versions.order_by("-number").first()
    on = today(our_zone())
    initial: dict[str, Any] = {name: getattr(newest, name) for name in WORDS} if newest else {}
    initial["active_from"] = max(on, newest.active_from) if newest else on
    form = NoticeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = publish_notice(
                notice=notice,
                words=form.words(),
                active_from=form.cleaned_data["active_from"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            return _published(request, made)
    back = reverse("interactions:notices")
    if newest is not None:
        back = reverse("interactions:notice_version", args=[newest.pk])
    return _form_page(request, form, notice, back)


def _published(request: HttpRequest, made: NoticeVersion) -> HttpResponse:
    messages.success(request, _("Published. Clients who read an older version are shown."))
    return redirect("interactions:notice_version", made.pk)


def _form_page(
    request: HttpRequest, form: NoticeForm, notice: PolicyNotice | None, back: str
) -> HttpResponse:
    context = {"form": form, "notice": notice, "cancel_url": back}
    return render(request, "interactions/notice_form.html", context)

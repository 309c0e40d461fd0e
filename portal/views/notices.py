"""The staff's side of notices: sending one, and the register of who has read it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from core.access import current_user, staff_required
from core.dates import now
from core.display import format_moment
from core.errors import Refusal
from core.forms import note_refusal
from core.paging import stretch
from core.templatetags.dunwell import badge_html
from disputes.selectors import creditor_of_client
from interactions.models import NoticeVersion
from portal.forms import IssueLinkForm
from portal.models import PortalLink
from portal.selectors.notices import links_of_version, not_seen
from portal.services import UnableToIssueLink
from portal.services.notices import issue_notice
from portal.views.staff import issued_page

GET_AND_POST = ["GET", "HEAD", "POST"]
MISSING = 100


def _version(pk: int) -> NoticeVersion:
    found = NoticeVersion.objects.select_related("notice__creditor")
    return get_object_or_404(found, pk=pk)


@staff_required
@require_safe
def notice_register(request: HttpRequest, version: int) -> HttpResponse:
    """Who was sent a version, opened it and read it, and who has not seen it."""
    user, row = current_user(request), _version(version)
    found = links_of_version(row, user).select_related("client", "creditor")
    rows = stretch(
        found.prefetch_related("acts"),
        order=("-created_at", "-pk"),
        after=request.GET.get("after", ""),
    )
    missing = list(not_seen(row, user)[: MISSING + 1])
    newest = row.notice.versions.order_by("-number").first()
    context = {
        "version": row,
        "rows": [_register_row(one) for one in rows.rows],
        "cursor": rows.cursor,
        "missing": missing[:MISSING],
        "has_more": len(missing) > MISSING,
        "is_newest": newest is not None and newest.pk == row.pk,
    }
    return render(request, "portal/notice_register.html", context)


def _register_row(link: PortalLink) -> dict[str, Any]:
    language, zone = get_language() or "en", link.creditor.time_zone
    act = next(iter(link.acts.all()), None)

    def moment(at: Any) -> str:
        return format_moment(at, language, zone) if at else ""

    return {
        "link": link,
        "url": reverse("portal:link", args=[link.pk]),
        "client_url": reverse("clients:client", args=[link.client_id]),
        "state": badge_html("link", link.state_at(now()), language),
        "sent": moment(link.created_at),
        "opened": moment(link.opened_at),
        "read": moment(act.at) if act else "",
        "name": act.typed_name if act else "",
        "address": (act.address or "") if act else "",
    }


@staff_required
@require_http_methods(GET_AND_POST)
def notice_new(request: HttpRequest, version: int, pk: int) -> HttpResponse:
    """Ask a client to read a notice."""
    user, row = current_user(request), _version(version)
    client = get_object_or_404(Client.objects.visible_to(user), pk=pk)
    form = IssueLinkForm(request.POST or None, client=client)
    creditor = row.notice.creditor or creditor_of_client(client)
    if request.method == "POST" and form.is_valid():
        try:
            if creditor is None:
                raise UnableToIssueLink(_("Enter one of your own companies first."))
            issued = issue_notice(
                version=row,
                client=client,
                creditor=creditor,
                **form.cleaned_data,
                actor=user,
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            return issued_page(request, issued)
    context = {
        "form": form,
        "version": row,
        "client": client,
        "cancel_url": reverse("clients:client", args=[client.pk]),
    }
    return render(request, "portal/notice_new.html", context)

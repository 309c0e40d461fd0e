"""What a client sees. No account, no script, no session: the link is the key.

The address in the mail opens a page with one button. Only that button, a POST, opens the link:
programs that look at every address in a mail open nothing. It puts the token into a cookie of
its own and leads to a clean address, where the client reads and answers.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import decorator_from_middleware
from django.utils.translation import get_language, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from clients.states import Language
from core.dates import now
from core.documents import document_response
from core.errors import Refusal
from core.forms import note_refusal
from core.models import Document
from portal.forms import AnswerForm, answer_form
from portal.models import PortalLink
from portal.selectors import link_by_token
from portal.services import (
    LinkClosed,
    Visitor,
    action_of,
    answer_link,
    may_read_again,
    may_try,
    note_unknown,
    open_link,
    refuse_closed,
)
from portal.states import WhyClosed

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

GET_AND_POST: Final = ["GET", "HEAD", "POST"]
COOKIE_SECONDS: Final = 12 * 60 * 60
GONE: Final = 410


class _Csrf(CsrfViewMiddleware):
    """Django's own check of the form's token, for pages that send no referrer.

    Under `Referrer-Policy: no-referrer` a browser writes `Origin: null` on a form's POST. That
    says nothing either way, so the token alone decides; any other foreign origin is refused.
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        if request.META.get("HTTP_ORIGIN") == "null":
            return True
        verified: bool = super()._origin_verified(request)  # type: ignore[misc]  # not in the stubs
        return verified


_csrf_checked = decorator_from_middleware(_Csrf)


def client_page(view: View[P]) -> View[P]:
    """A page for people outside: kept by nobody, found by no search, telling no other site."""
    checked: View[P] = _csrf_checked(view)

    @csrf_exempt  # checked by the class above instead
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = checked(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return cast("View[P]", guarded)


@client_page
@require_http_methods(GET_AND_POST)
def entry(request: HttpRequest, token: str) -> HttpResponseBase:
    """The address in the mail: a button that opens the page. A GET changes nothing."""
    if not may_try(_address(request)):
        return _show(request, None, "portal/busy.html", status=429)
    link = link_by_token(token)
    if link is None:
        note_unknown(_address(request))
        return _show(request, None, "portal/unknown.html", status=404)
    try:
        if request.method != "POST":
            return _invite(request, link)
        open_link(link=link, visitor=_visitor(request), at=now())
    except LinkClosed as closed:
        return _closed(request, link, closed.why)
    response = redirect(_clean_address(request, link))
    response.set_cookie(
        cookie_name(link.reference),
        token,
        max_age=COOKIE_SECONDS,
        secure=settings.PORTAL_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _invite(request: HttpRequest, link: PortalLink) -> HttpResponse:
    """The button that opens it: to answer, or to read what came of the answer."""
    at = now()
    is_answered = may_read_again(link, at)
    if not is_answered:
        refuse_closed(link, at)
    return _show(request, link, "portal/entry.html", {"is_answered": is_answered})


@client_page
@require_http_methods(GET_AND_POST)
def page(request: HttpRequest, reference: uuid.UUID) -> HttpResponseBase:
    """What is asked, and the form to answer; afterwards, what was answered."""
    link = _link_of(request, reference)
    if link is None:
        return _show(request, None, "portal/unknown.html", status=404)
    with override(_language(request, link)):
        return _ask(request, link) if request.method != "POST" else _answer(request, link)


def _ask(request: HttpRequest, link: PortalLink) -> HttpResponse:
    try:
        refuse_closed(link, now())
    except LinkClosed as closed:
        if closed.why is WhyClosed.USED:
            return _receipt(request, link)
        return _closed(request, link, closed.why)
    return _form_page(request, link, answer_form(link.action)(link=link))


def _answer(request: HttpRequest, link: PortalLink) -> HttpResponse:
    form = answer_form(link.action)(request.POST, link=link)
    if not form.is_valid():
        return _form_page(request, link, form)
    try:
        answer_link(
            link=link,
            typed_name=form.cleaned_data["name"],
            answer=form.answer(),
            key=form.cleaned_data["key"],
            language=get_language() or link.language,
            visitor=_visitor(request),
            at=now(),
        )
    except LinkClosed as closed:
        return _closed(request, link, closed.why)
    except Refusal as refusal:
        note_refusal(form, refusal)
        return _form_page(request, link, form)
    return redirect(_clean_address(request, link))


@client_page
@require_safe
def logo(request: HttpRequest, reference: uuid.UUID) -> HttpResponseBase:
    """The creditor's logo, for whoever has opened the link."""
    link = _link_of(request, reference)
    return _file(request, link.creditor.logo if link else None)


@client_page
@require_safe
def document(request: HttpRequest, reference: uuid.UUID) -> HttpResponseBase:
    """The file that the link is about, for whoever has opened it."""
    link = _link_of(request, reference)
    return _file(request, link.document if link else None)


def _file(request: HttpRequest, kept: Document | None) -> HttpResponseBase:
    if kept is None:
        return _show(request, None, "portal/unknown.html", status=404)
    return document_response(kept, inline=True)


def cookie_name(reference: uuid.UUID) -> str:
    """One cookie per link, so that two may be open side by side."""
    # Browsers take the prefix on HTTPS only; it keeps other hosts from setting the cookie.
    prefix = "__Host-" if settings.PORTAL_COOKIE_SECURE else ""
    return f"{prefix}dunwell-link-{reference.hex}"


def _link_of(request: HttpRequest, reference: uuid.UUID) -> PortalLink | None:
    """The link whose token this browser holds; another link's token opens nothing here."""
    link = link_by_token(request.COOKIES.get(cookie_name(reference), ""))
    return link if link is not None and link.reference == reference else None


def _form_page(request: HttpRequest, link: PortalLink, form: AnswerForm) -> HttpResponse:
    # One that may be answered again says that the last answer was taken.
    last = link.acts.order_by("pk").last() if link.is_repeatable else None
    return _show(request, link, "portal/page.html", {"form": form, "last": last})


def _receipt(request: HttpRequest, link: PortalLink) -> HttpResponse:
    act = link.acts.order_by("pk")[0]  # a single one, else the link were not closed
    words = action_of(link.action).describe(act.answer)
    return _show(request, link, "portal/receipt.html", {"act": act, "answer_words": words})


def _closed(request: HttpRequest, link: PortalLink, why: WhyClosed) -> HttpResponse:
    return _show(request, link, "portal/closed.html", {"why": why}, status=GONE)


def _show(
    request: HttpRequest,
    link: PortalLink | None,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A page in the client's language, with the creditor's letterhead when the link is known."""
    language = _language(request, link)
    with override(language):
        shown: dict[str, Any] = {"link": link, "language": language, **(context or {})}
        if link is not None:
            action = action_of(link.action)
            shown |= {
                "action": action,
                "creditor_name": link.creditor.name_in(language),
                "creditor_address": link.creditor.address_in(language),
                "asked": action.present(link, language),
                "question": action.question,
            }
        response = render(request, template, shown, status=status)
    response["Content-Language"] = language
    return response


def _language(request: HttpRequest, link: PortalLink | None) -> str:
    """What the reader chose in the address, else the link's, else the browser's."""
    asked = request.GET.get("language", "")
    if asked in Language.values:
        return asked
    return link.language if link is not None else get_language() or "en"


def _clean_address(request: HttpRequest, link: PortalLink) -> str:
    url = reverse("portal:page", args=[link.reference])
    language = _language(request, link)
    return url if language == link.language else f"{url}?language={language}"


def _address(request: HttpRequest) -> str:
    """The address the request came from, by the same rule as for signing in; "" when unknown."""
    try:
        address: str = get_adapter().get_client_ip(request)
    except PermissionDenied:
        return ""
    return address


def _visitor(request: HttpRequest) -> Visitor:
    return Visitor(_address(request) or None, request.headers.get("User-Agent", ""))

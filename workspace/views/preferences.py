"""What a reader sets for themselves: language, light or dark."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as set_language_cookie

from core.access import current_user, staff_required
from workspace.services import UnableToChooseLanguage, choose_language

THEMES = ("light", "dark")
A_YEAR = 365 * 24 * 60 * 60


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Switch the language of every page; a signed-in reader keeps it in every browser."""
    if request.user.is_authenticated:
        try:
            choose_language(actor=current_user(request), language=request.POST.get("language", ""))
        except UnableToChooseLanguage:
            return HttpResponseRedirect(_next_page(request))
    return set_language_cookie(request)


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep "light" or "dark" in a cookie; anything else lets the device decide again."""
    response = HttpResponseRedirect(_next_page(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            "theme",
            chosen,
            max_age=A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@require_safe
@staff_required
def profile(request: HttpRequest) -> HttpResponse:
    """One's own account: who one is here, language, theme, second step."""
    has_second_step = is_mfa_enabled(current_user(request))
    return render(request, "workspace/profile.html", {"has_second_step": has_second_step})


def _next_page(request: HttpRequest) -> str:
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if safe else "/"

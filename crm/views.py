"""Pages that belong to the installation, not to a room: health, and the caught mail."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.access import money_required
from crm.health import SWEEPER_LATE_SECONDS, ready, sweeper_age_seconds
from crm.mail_selectors import caught_mail, caught_mails


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """The process is up. Touches nothing else, so a slow database restarts nobody."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """The process can work: 200, else 503 with what is missing."""
    probes = ready()
    ok = all(probe.ok for probe in probes)
    # Told, not judged: without a worker pages still work, and new processes must come up.
    age = sweeper_age_seconds() if ok else None
    body = {
        "status": "ok" if ok else "unavailable",
        "checks": {probe.name: probe.detail or "ok" for probe in probes},
        "sweeper_age_seconds": None if age is None else round(age, 1),
        "sweeper_late": age is None or age > SWEEPER_LATE_SECONDS,
    }
    return JsonResponse(body, status=200 if ok else 503)


@require_safe
@money_required
def mail_list(request: HttpRequest) -> HttpResponse:
    """Mails the catcher caught, newest first."""
    _refuse_without_catcher()
    return render(request, "crm/mail_list.html", {"mails": caught_mails(settings.MAIL_CATCHER_DIR)})


@require_safe
@money_required
def mail_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One caught mail, as text."""
    _refuse_without_catcher()
    mail = caught_mail(settings.MAIL_CATCHER_DIR, key)
    if mail is None:
        raise Http404
    return render(request, "crm/mail_detail.html", {"open": mail})


def _refuse_without_catcher() -> None:
    # With a real mail server there is nothing to show, and old caught mail is nobody's business.
    if not settings.MAIL_CATCHER:
        raise Http404

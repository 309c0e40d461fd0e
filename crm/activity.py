"""When and from where each session was last seen, to the minute."""

import datetime as dt
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

EXACT_TO = dt.timedelta(minutes=1)


class SessionActivityMiddleware:
    """Keeps "last seen" as allauth's own middleware does, without a write for every page.

    A page within a minute of the one before, from the same address and browser, only asks.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Django's: what answers after this one."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note the visit of whoever is signed in, then answer."""
        key = request.session.session_key
        if key and request.user.is_authenticated and not _is_known(request, key):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


def _is_known(request: HttpRequest, key: str) -> bool:
    """Whether all that would be written is written already."""
    browser = UserSession._meta.get_field("user_agent").max_length
    known: bool = UserSession.objects.filter(
        session_key=key,
        user_id=request.user.pk,
        ip=get_adapter().get_client_ip(request),
        user_agent=request.META.get("HTTP_USER_AGENT", "")[:browser],
        last_seen_at__gt=timezone.now() - EXACT_TO,
    ).exists()
    return known

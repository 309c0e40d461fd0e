"""How a test's browser comes to be somebody's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.test import Client as Visitor

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam

    from core.models import User


def cookie_of(user: User, server: Any) -> SetCookieParam:
    """The cookie of a session that has begun; the form is filled in by a journey."""
    visitor = Visitor()
    visitor.force_login(user)
    session = visitor.cookies[settings.SESSION_COOKIE_NAME]
    return {"name": session.key, "value": session.value, "url": server.url}

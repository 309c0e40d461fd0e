"""When a session was last seen: kept to the minute, without a write for every page."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from core.states import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)


def visit(browser: Browser, **meta: Any) -> tuple[UserSession, int]:
    """The session after a page, and how many statements about it wrote."""
    with CaptureQueriesContext(connection) as captured:
        assert browser.get("/jobs/", **meta).status_code in {200, 404}
    writes = [
        one["sql"]
        for one in captured.captured_queries
        if "usersessions" in one["sql"] and not one["sql"].startswith("SELECT")
    ]
    return UserSession.objects.get(), len(writes)


def test_a_page_soon_after_another_writes_nothing_and_a_later_one_does() -> None:
    browser = Browser()
    with time_machine.travel(AT, tick=False):
        browser.force_login(make_user(Role.SALES))
        begun, _ = visit(browser)
    with time_machine.travel(AT + dt.timedelta(seconds=50), tick=False):
        seen, writes = visit(browser)
        assert (seen.last_seen_at, writes) == (begun.last_seen_at, 0)
    with time_machine.travel(AT + dt.timedelta(seconds=70), tick=False):
        seen, writes = visit(browser)
        assert (seen.last_seen_at, writes) == (AT + dt.timedelta(seconds=70), 1)


@pytest.mark.parametrize(
    ("field", "meta"),
    [
        ("ip", {"REMOTE_ADDR": "192.0.2.7"}),
        ("user_agent", {"HTTP_USER_AGENT": "another browser"}),
    ],
)
def test_another_address_or_browser_is_written_at_once(field: str, meta: dict[str, str]) -> None:
    browser = Browser()
    with time_machine.travel(AT, tick=False):
        browser.force_login(make_user(Role.SALES))
        visit(browser)
        seen, writes = visit(browser, **meta)
        assert (getattr(seen, field), writes) == (next(iter(meta.values())), 1)
        assert visit(browser, **meta)[1] == 0


def test_a_browser_with_a_long_name_is_known_again() -> None:
    browser = Browser(headers={"user-agent": "x" * 2_000})
    with time_machine.travel(AT, tick=False):
        browser.force_login(make_user(Role.SALES))
        visit(browser)
        assert visit(browser)[1] == 0

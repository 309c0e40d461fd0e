"""A real Chromium, a mail server that keeps what it gets, and people who sign in."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import Browser, Page

from core import outbox
from core.dates import now
from core.models import User
from tests.browsing import cookie_of


class Mailbox:
    """Takes every message and keeps its bytes."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []

    async def handle_DATA(  # noqa: N802  # the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the text and say so."""
        content = envelope.content or b""
        self.messages.append(content if isinstance(content, bytes) else content.encode())
        return "250 kept"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """A mail server of this test's own."""
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield box
    controller.stop()


@pytest.fixture
def sign_in(chromium: Browser, live_server: Any) -> Callable[..., Page]:
    """`sign_in(user, locale="zh-CN")`: an empty page of a person who has signed in.

    With `by_form=True` by the form, and then at the page that follows it.
    """

    def enter(user: User, *, by_form: bool = False, **options: Any) -> Page:
        context = chromium.new_context(base_url=live_server.url, **options)
        if not by_form:
            context.add_cookies([cookie_of(user, live_server)])
        page = context.new_page()
        page.set_default_timeout(60_000)
        if by_form:
            page.goto("/account/login/")
            page.fill("[name=login]", user.email)
            page.fill("[name=password]", "right horse battery")
            page.click("main button[type=submit]")
            page.wait_for_url(f"{live_server.url}/")
        return page

    return enter


@pytest.fixture
def work() -> Callable[[], None]:
    """Do what was promised to the worker, as a worker would."""

    def run() -> None:
        for _round in range(5):
            if not outbox.run_waiting(at=now()):
                break

    return run


def press_open(phone: Page, word: str = "Open") -> None:
    """Press the button that opens a client link; the page behind it fits a phone.

    The width is read once the page has loaded: before its style sheet is there it is wider.
    """
    phone.click(f"button:has-text('{word}')")
    phone.wait_for_url("**/p/page/**", wait_until="load")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

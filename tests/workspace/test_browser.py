"""What only a real browser shows: the policy is kept, keys work, nothing needs a script."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Visitor
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from core.models import Job, User
from core.states import JobState, Role
from tests.factories import NOW, make_client, make_creditor, make_invoice, make_user

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Needs Debian's chromium."),
]


@pytest.fixture(scope="module", autouse=True)
def _blocking_calls_are_fine() -> Iterator[None]:
    """Playwright's sync API runs a loop in this thread; the ORM would refuse to work beside it."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def alice() -> User:
    return make_user(Role.FINANCE, name="Alice")


def sign_in(context: BrowserContext, server: Any, user: User, path: str = "/") -> Page:
    """A page, signed in by cookie; the form is filled in by the journeys."""
    visitor = Visitor()
    visitor.force_login(user)
    session = visitor.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": session.key, "value": session.value, "url": server.url}])
    page = context.new_page()
    page.goto(f"{server.url}{path}")
    return page


def test_the_styleguide_breaks_no_rule_of_the_policy(
    chromium: Browser, live_server: Any, alice: User
) -> None:
    said: list[str] = []
    page = sign_in(chromium.new_context(), live_server, alice)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{live_server.url}/styleguide/")
    page.wait_for_selector(".dw-chart-drawn canvas")
    page.hover(".dw-chart-drawn canvas")
    assert [line for line in said if "Content Security Policy" in line or "Error" in line] == []


def test_a_chart_is_drawn_and_its_table_folded(
    chromium: Browser, live_server: Any, alice: User
) -> None:
    page = sign_in(chromium.new_context(), live_server, alice, "/styleguide/")
    page.wait_for_selector(".dw-chart-drawn canvas")
    assert not page.is_visible("#sample-aging-table")


def test_without_a_script_the_figures_are_a_table(
    chromium: Browser, live_server: Any, alice: User
) -> None:
    page = sign_in(
        chromium.new_context(java_script_enabled=False), live_server, alice, "/styleguide/"
    )
    assert page.is_visible("#sample-aging-table")
    assert not page.is_visible(".dw-chart")


def test_without_a_script_language_and_theme_still_switch(
    chromium: Browser, live_server: Any, alice: User
) -> None:
    page = sign_in(chromium.new_context(java_script_enabled=False), live_server, alice)
    page.click(".dw-language button")
    assert page.get_attribute("html", "lang") == "zh-hans"
    page.click("details.dw-menu:has(button[name=theme]) > summary")
    page.click("button[name=theme][value=dark]")
    assert page.get_attribute("html", "data-bs-theme") == "dark"


def test_the_device_decides_while_nobody_chose(
    chromium: Browser, live_server: Any, alice: User
) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    seen = set()
    for scheme in ("light", "dark"):
        page = sign_in(chromium.new_context(color_scheme=scheme), live_server, alice)
        seen.add(page.evaluate(background))
    assert len(seen) == 2


def test_the_first_tab_stop_leads_to_the_content(
    chromium: Browser, live_server: Any, alice: User
) -> None:
    page = sign_in(chromium.new_context(), live_server, alice)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_question_mark_lists_the_keys(chromium: Browser, live_server: Any, alice: User) -> None:
    page = sign_in(chromium.new_context(), live_server, alice)
    page.keyboard.press("?")
    assert page.is_visible("#dw-keys")
    page.keyboard.press("Escape")
    assert not page.is_visible("#dw-keys")


def test_g_and_a_letter_go_to_a_place(chromium: Browser, live_server: Any, alice: User) -> None:
    page = sign_in(chromium.new_context(), live_server, alice, "/me/")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url(f"{live_server.url}/")


def test_a_group_of_the_menu_opens_with_keys_and_gives_the_focus_back(
    chromium: Browser, live_server: Any, alice: User
) -> None:
    page = sign_in(chromium.new_context(), live_server, alice)
    page.focus(".dw-nav-group summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.pathname") == "/interactions/"
    page.keyboard.press("Escape")
    assert not page.is_visible(".dw-nav-group .dw-menu-panel")
    assert page.evaluate("document.activeElement.localName") == "summary"
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url(f"{live_server.url}/interactions/mail/")


def test_without_a_script_a_group_of_the_menu_opens(
    chromium: Browser, live_server: Any, alice: User
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = sign_in(context, live_server, alice)
    page.click(".dw-nav-group summary")
    page.click(".dw-nav-group a[href='/interactions/meetings/']")
    page.wait_for_url(f"{live_server.url}/interactions/meetings/")
    page.set_viewport_size({"width": 390, "height": 844})
    page.click(".dw-menu-phone summary")
    page.click(".dw-menu-phone a[href='/links/']")
    page.wait_for_url(f"{live_server.url}/links/")


def test_letters_typed_into_a_field_go_nowhere(
    chromium: Browser, live_server: Any, alice: User
) -> None:
    page = sign_in(chromium.new_context(), live_server, alice, "/account/password/change/")
    page.type("input[type=password] >> nth=0", "gh?")
    assert page.url.endswith("/account/password/change/")
    assert not page.is_visible("#dw-keys")


def test_escape_closes_an_open_menu(chromium: Browser, live_server: Any, alice: User) -> None:
    page = sign_in(chromium.new_context(), live_server, alice)
    menu = "details.dw-menu:has(button[name=theme])"
    page.click(f"{menu} > summary")
    assert page.is_visible("button[name=theme][value=dark]")
    page.keyboard.press("Escape")
    assert not page.is_visible("button[name=theme][value=dark]")


def test_a_page_that_waits_for_work_shows_its_end_by_itself(
    chromium: Browser, live_server: Any, alice: User
) -> None:
    job = Job.objects.create(
        kind="x",
        title="Import of ledger.csv",
        state=JobState.RUNNING,
        created_by=alice,
        created_at=NOW,
        started_at=NOW,
    )
    page = sign_in(chromium.new_context(), live_server, alice)
    page.goto(f"{live_server.url}/jobs/{job.pk}/")
    with page.expect_event("load"):
        Job.objects.filter(pk=job.pk).update(state=JobState.DONE, finished_at=NOW)
    assert page.is_visible("[data-state=DONE]")
    page.wait_for_timeout(1500)  # and does not reload again and again
    assert page.evaluate("performance.now()") > 1500


def test_nothing_sticks_out_on_a_phone(chromium: Browser, live_server: Any, alice: User) -> None:
    make_invoice(make_client(legal_name="A client with a rather long name " * 3), make_creditor())
    phone = chromium.new_context(viewport={"width": 360, "height": 740})
    page = sign_in(phone, live_server, alice)
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for path in ("/", "/me/", "/styleguide/", "/account/2fa/"):
        page.goto(f"{live_server.url}{path}")
        assert page.evaluate(width) <= 0, path
        page.click("details.dw-menu-phone > summary")
        assert page.is_visible(".dw-menu-phone a[href='/']"), path

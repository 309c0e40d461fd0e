"""What only a real browser shows: the policy is kept, keys work, nothing needs a script."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from core.models import Job, User
from core.states import JobState, Role
from tests.browsing import cookie_of
from tests.factories import NOW, make_client, make_creditor, make_invoice, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice() -> User:
    return make_user(Role.FINANCE, name="Alice")


def sign_in(context: BrowserContext, server: Any, user: User, path: str = "/") -> Page:
    """A page of somebody who has signed in."""
    context.add_cookies([cookie_of(user, server)])
    page = context.new_page()
    page.goto(f"{server.url}{path}")
    return page


def test_the_styleguide_breaks_no_rule_of_the_policy_and_its_chart_is_drawn(
    chromium: Browser, live_server: Any, alice: User
) -> None:
    said: list[str] = []
    context = chromium.new_context()
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(f"Error: {error.error}"))
    page = sign_in(context, live_server, alice, "/styleguide/")
    page.wait_for_selector(".dw-chart-drawn canvas")
    page.hover(".dw-chart-drawn canvas")
    assert not page.is_visible("#sample-aging-table")  # it is folded
    assert [line for line in said if "Content Security Policy" in line or "Error" in line] == []


def test_without_a_script_all_can_be_read_and_reached(
    chromium: Browser, live_server: Any, alice: User
) -> None:
    page = sign_in(
        chromium.new_context(java_script_enabled=False), live_server, alice, "/styleguide/"
    )
    assert page.is_visible("#sample-aging-table")  # the figures are a table
    assert not page.is_visible(".dw-chart")
    # A group of the menu opens.
    page.click(".dw-nav-group summary")
    page.click(".dw-nav-group a[href='/interactions/meetings/']")
    page.wait_for_url(f"{live_server.url}/interactions/meetings/")
    page.set_viewport_size({"width": 390, "height": 844})
    page.click(".dw-menu-phone summary")
    page.click(".dw-menu-phone a[href='/links/']")
    page.wait_for_url(f"{live_server.url}/links/")
    page.set_viewport_size({"width": 1280, "height": 720})
    # Language and theme switch.
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


def _the_first_tab_stop_leads_to_the_content(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def _a_question_mark_lists_the_keys(page: Page) -> None:
    assert not page.is_visible("#dw-keys")
    page.keyboard.press("?")
    assert page.is_visible("#dw-keys")
    page.keyboard.press("Escape")
    assert not page.is_visible("#dw-keys")


def _escape_closes_an_open_menu(page: Page) -> None:
    page.click("details.dw-menu:has(button[name=theme]) > summary")
    assert page.is_visible("button[name=theme][value=dark]")
    page.keyboard.press("Escape")
    assert not page.is_visible("button[name=theme][value=dark]")


def _a_group_of_the_menu_opens_and_gives_the_focus_back(page: Page) -> None:
    page.focus(".dw-nav-group summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.pathname") == "/interactions/"
    page.keyboard.press("Escape")
    assert not page.is_visible(".dw-nav-group .dw-menu-panel")
    assert page.evaluate("document.activeElement.localName") == "summary"


def test_what_keys_do(chromium: Browser, live_server: Any, alice: User) -> None:
    page = sign_in(chromium.new_context(), live_server, alice)
    _the_first_tab_stop_leads_to_the_content(page)
    _a_question_mark_lists_the_keys(page)
    _escape_closes_an_open_menu(page)
    _a_group_of_the_menu_opens_and_gives_the_focus_back(page)
    # g and a letter go to a place ...
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url(f"{live_server.url}/interactions/mail/")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url(f"{live_server.url}/")
    # ... but not while they are typed into a field.
    page.goto(f"{live_server.url}/account/password/change/")
    page.type("input[type=password] >> nth=0", "gh?")
    assert page.url.endswith("/account/password/change/")
    assert not page.is_visible("#dw-keys")


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

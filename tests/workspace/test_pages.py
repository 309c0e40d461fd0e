"""What every page has: the strict policy, both languages, a theme, landmarks for the keyboard."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client as Browser

from core.models import User
from core.states import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PAGES = [
    "/account/login/",
    "/account/password/reset/",
    "/",
    "/me/",
    "/styleguide/",
    "/account/2fa/",
]
OWN = ["/", "/me/", "/styleguide/"]


class Page(HTMLParser):
    """The tags of a page, and what the policy would block in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.blocked: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        self.blocked += [name for name in found if name == "style" or name.startswith("on")]
        if tag == "style":
            self.blocked.append(tag)
        if tag == "script" and "src" not in found and found.get("type") != "application/json":
            self.blocked.append(tag)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture
def alice() -> User:
    return make_user(Role.ADMIN, name="Alice")


@pytest.fixture
def browser(alice: User) -> Browser:
    browser = Browser()
    browser.force_login(alice)
    return browser


def opened(path: str, browser: Browser) -> Browser:
    return Browser() if path.startswith("/account/") and "2fa" not in path else browser


@pytest.mark.parametrize("path", PAGES)
def test_it_sends_a_strict_policy_and_breaks_none_of_it(path: str, browser: Browser) -> None:
    response = opened(path, browser).get(path)
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert Page(response.content.decode()).blocked == []


@pytest.mark.parametrize("path", PAGES)
def test_it_has_the_landmarks_a_keyboard_needs(path: str, browser: Browser) -> None:
    page = Page(opened(path, browser).get(path).content.decode())
    assert any(attrs.get("href") == "#main" for attrs in page.all("a"))
    assert [attrs.get("id") for attrs in page.all("main")] == ["main"]
    assert len(page.all("h1")) == 1
    assert page.all("html")[0]["lang"] == "en"


@pytest.mark.parametrize("path", PAGES)
def test_every_control_has_a_name(path: str, browser: Browser) -> None:
    page = Page(opened(path, browser).get(path).content.decode())
    labelled = {attrs.get("for") for attrs in page.all("label")}
    for attrs in [*page.all("input"), *page.all("select"), *page.all("textarea")]:
        if attrs.get("type") in {"hidden", "radio", "checkbox"}:
            continue
        assert attrs.get("id") in labelled or attrs.get("aria-label"), attrs


@pytest.mark.parametrize("path", PAGES)
def test_ids_are_unique(path: str, browser: Browser) -> None:
    page = Page(opened(path, browser).get(path).content.decode())
    ids = [attrs["id"] for _tag, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]


@pytest.mark.parametrize("path", PAGES)
def test_it_switches_language_and_theme(path: str, browser: Browser) -> None:
    page = Page(opened(path, browser).get(path).content.decode())
    actions = {attrs.get("action") for attrs in page.all("form")}
    assert {"/language/", "/theme/"} <= actions


def test_the_language_is_kept_for_the_reader(browser: Browser, alice: User) -> None:
    response = browser.post("/language/", {"language": "zh-hans", "next": "/me/"})
    assert response.headers["Location"] == "/me/"
    alice.refresh_from_db()
    assert alice.language == "zh-hans"
    assert '<html lang="zh-hans"' in browser.get("/me/").content.decode()


def test_a_visitor_may_choose_the_language_too() -> None:
    visitor = Browser()
    visitor.post("/language/", {"language": "zh-hans", "next": "/account/login/"})
    assert '<html lang="zh-hans"' in visitor.get("/account/login/").content.decode()


def test_a_language_we_do_not_speak_changes_nothing(browser: Browser, alice: User) -> None:
    browser.post("/language/", {"language": "tlh", "next": "/me/"})
    alice.refresh_from_db()
    assert alice.language == ""
    assert '<html lang="en"' in browser.get("/me/").content.decode()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_is_on_the_page_before_any_script(theme: str, browser: Browser) -> None:
    browser.post("/theme/", {"theme": theme, "next": "/me/"})
    assert f'data-bs-theme="{theme}"' in browser.get("/me/").content.decode()


def test_auto_lets_the_device_decide_again(browser: Browser) -> None:
    browser.post("/theme/", {"theme": "dark"})
    browser.post("/theme/", {"theme": "auto"})
    assert "data-bs-theme" not in browser.get("/me/").content.decode()


def test_a_forged_theme_cookie_does_not_reach_the_page(browser: Browser) -> None:
    browser.cookies["theme"] = '"><script>'
    assert "data-bs-theme" not in browser.get("/me/").content.decode()


@pytest.mark.parametrize("path", ["/language/", "/theme/"])
@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_it_never_sends_the_reader_elsewhere(path: str, elsewhere: str, browser: Browser) -> None:
    response = browser.post(path, {"language": "en", "theme": "dark", "next": elsewhere})
    assert response.headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/language/", "/theme/"])
def test_a_preference_is_not_changed_by_following_a_link(path: str, browser: Browser) -> None:
    assert browser.get(path).status_code == 405


def test_a_name_cannot_carry_markup() -> None:
    browser = Browser()
    browser.force_login(make_user(name="<img src=x onerror=alert(1)>"))
    assert "<img src=x" not in browser.get("/me/").content.decode()


@pytest.mark.parametrize("path", OWN)
def test_a_stranger_is_sent_to_the_door(path: str) -> None:
    response = Browser().get(path)
    assert response.headers["Location"] == f"/account/login/?next={path}"


def menu(browser: Browser) -> list[str]:
    """The addresses of the menu of a desk; that of a phone has the same."""
    html = browser.get("/me/").content.decode()
    found = [
        re.findall(r'class="dw-(?:nav|menu)-item[^"]*" href="([^"]+)"', part)
        for part in re.findall(r'<nav class="dw-(?:nav|menu-panel)".*?</nav>', html, re.DOTALL)
    ]
    phone, desk = found
    assert phone == desk
    return desk


@pytest.mark.parametrize("role", Role)
def test_every_place_in_the_menu_of_a_role_opens(role: Role) -> None:
    browser = Browser()
    browser.force_login(make_user(role))
    places = menu(browser)
    assert "/" in places
    assert ("/admin/" in places) == (role == Role.ADMIN)
    assert {place: browser.get(place).status_code for place in places} == dict.fromkeys(places, 200)


def test_an_administrator_makes_accounts_and_a_manager_does_not() -> None:
    for role, status in ((Role.ADMIN, 200), (Role.MANAGER, 302)):
        browser = Browser()
        browser.force_login(make_user(role))
        assert browser.get("/admin/core/user/add/").status_code == status


def test_the_menu_marks_where_one_is(browser: Browser) -> None:
    html = browser.get("/").content.decode()
    assert re.search(r'class="dw-nav-item active" href="/" aria-current="page"', html)
    assert 'class="dw-nav-item active"' not in browser.get("/me/").content.decode()


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/interactions/", "/interactions/"),
        ("/interactions/follow-ups/", "/interactions/"),
        ("/interactions/outgoing/", "/interactions/mail/"),
        ("/interactions/meetings/", "/interactions/meetings/"),
        ("/interactions/texts/", "/interactions/tone/check/"),
        ("/interactions/care/surveys/", "/interactions/care/"),
        ("/links/balances/", "/links/"),
    ],
)
def test_a_group_of_the_menu_is_marked_with_the_place_in_it(
    path: str, place: str, browser: Browser
) -> None:
    html = browser.get(path).content.decode()
    desk = re.findall(r'<nav class="dw-nav".*?</nav>', html, re.DOTALL)[0]
    group = '<summary class="dw-nav-item active" aria-current="true">'
    assert group in desk
    assert re.findall(r'href="([^"]+)" aria-current="page"', desk) == [place]
    assert group not in browser.get("/").content.decode()


def test_a_missing_page_says_so_in_the_same_frame(browser: Browser) -> None:
    response = browser.get("/no-such-page/")
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()
    assert Page(response.content.decode()).blocked == []


def test_a_stale_form_gets_an_explanation() -> None:
    strict = Browser(enforce_csrf_checks=True)
    response = strict.post("/theme/", {"theme": "dark"})
    assert response.status_code == 403
    assert "Nothing was changed" in response.content.decode()


def test_the_styleguide_shows_every_badge(browser: Browser) -> None:
    from core.ui import all_badges

    html = browser.get("/styleguide/").content.decode()
    for badges in all_badges().values():
        for badge in badges:
            assert not badge.value or f'data-state="{badge.value}"' in html


#: Two English words side by side, the second without a capital: a sentence, not a name.
ENGLISH = re.compile(r"\b[A-Za-z]{2,} [a-z]{2,}\b")


@pytest.mark.parametrize("url", OWN)
def test_a_chinese_page_has_no_english_left(browser: Browser, url: str) -> None:
    html = browser.get(url, headers={"accept-language": "zh-CN"}).content.decode()
    html = re.sub(r"(?s)<(script|style|title|svg)\b.*?</\1>", " ", html)
    shown = [words.strip() for words in re.sub(r"<[^>]*>", "\n", html).split("\n")]
    assert [words for words in shown if ENGLISH.search(words)] == []
    assert sum(bool(re.search("[一-鿿]", words)) for words in shown) > 20


def test_signing_in_shows_an_error_beside_the_form() -> None:
    response = Browser().post("/account/login/", {"login": "a@b.example", "password": "wrong"})
    page = response.content.decode()
    assert response.status_code == 200
    assert 'role="alert"' in page


def test_signing_in_and_out_works_without_a_script(alice: User) -> None:
    browser = Browser()
    answer = browser.post(
        "/account/login/", {"login": alice.email, "password": "right horse battery"}
    )
    assert answer.headers["Location"] == "/"
    assert "Alice" in browser.get("/").content.decode()
    browser.post("/account/logout/")
    assert browser.get("/").status_code == 302


def test_signing_in_brings_the_readers_language_along() -> None:
    reader = make_user(language="zh-hans")
    browser = Browser()
    browser.post("/account/login/", {"login": reader.email, "password": "right horse battery"})
    assert '<html lang="zh-hans"' in browser.get("/").content.decode()


def test_the_door_of_a_demonstration_names_its_logins(settings: Any) -> None:
    make_user(Role.SALES, email=f"sales@{settings.DEMO_DOMAIN}")
    html = Browser().get("/account/login/").content.decode()
    assert f"sales@{settings.DEMO_DOMAIN}" in html
    assert f"finance@{settings.DEMO_DOMAIN}" not in html


def test_the_door_of_production_names_nobody(settings: Any) -> None:
    settings.PRODUCTION = True
    make_user(Role.SALES, email=f"sales@{settings.DEMO_DOMAIN}")
    html = Browser().get("/account/login/").content.decode()
    assert settings.DEMO_DOMAIN not in html
    assert settings.DEMO_PASSWORD not in html


def test_nobody_signs_up() -> None:
    response = Browser().get("/account/signup/")
    assert "password1" not in response.content.decode()

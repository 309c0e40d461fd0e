"""Signing in with a second step, as a member of staff meets it."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client as Browser

from core.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return make_user(name="Alice")


def sign_in(user: User) -> Browser:
    browser = Browser()
    browser.post("/account/login/", {"login": user.email, "password": "right horse battery"})
    return browser


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def confirm_password(browser: Browser) -> None:
    answer = browser.get("/account/2fa/totp/activate/")
    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    browser.post("/account/reauthenticate/", {"password": "right horse battery"})


def set_up(browser: Browser) -> str:
    confirm_password(browser)
    page = browser.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r'class="dw-key">([A-Z2-7]+)<', page)
    assert secret, "the key is shown for phones without a camera"
    assert 'src="data:image/svg+xml' in page
    answer = browser.post("/account/2fa/totp/activate/", {"code": code_of(secret.group(1))})
    assert answer.status_code == 302
    return secret.group(1)


def test_setting_it_up_switches_it_on_and_leaves_recovery_codes(alice: User) -> None:
    browser = sign_in(alice)
    assert "Off" in browser.get("/account/2fa/").content.decode()
    set_up(browser)
    assert "tone-good" in browser.get("/account/2fa/").content.decode()
    codes = browser.get("/account/2fa/recovery-codes/").content.decode()
    assert len(re.findall(r"<li><code>\w+</code></li>", codes)) == 10


def test_a_password_alone_opens_nothing_any_more(alice: User) -> None:
    set_up(sign_in(alice))
    thief = sign_in(alice)
    assert thief.get("/").status_code == 302
    page = thief.get("/account/2fa/authenticate/").content.decode()
    assert "authenticator app" in page
    thief.post("/account/2fa/authenticate/", {"code": "000000"})
    assert thief.get("/").status_code == 302


def test_a_recovery_code_opens_once(alice: User) -> None:
    browser = sign_in(alice)
    set_up(browser)
    page = browser.get("/account/2fa/recovery-codes/").content.decode()
    code = re.findall(r"<li><code>(\w+)</code></li>", page)[0]
    first, second = sign_in(alice), sign_in(alice)
    first.post("/account/2fa/authenticate/", {"code": code})
    assert first.get("/").status_code == 200
    second.post("/account/2fa/authenticate/", {"code": code})
    assert second.get("/").status_code == 302


def test_a_wrong_code_says_so_beside_the_field(alice: User) -> None:
    browser = sign_in(alice)
    confirm_password(browser)
    browser.get("/account/2fa/totp/activate/")
    page = browser.post("/account/2fa/totp/activate/", {"code": "1"}).content.decode()
    described = re.search(r'name="code"[^>]*aria-describedby="([^"]+)"', page)
    assert described
    assert f'id="{described.group(1).split()[-1]}"' in page


def test_a_lost_password_is_renewed_by_mail(alice: User, mailoutbox: list[object]) -> None:
    browser = Browser()
    answer = browser.post("/account/password/reset/", {"email": alice.email}, follow=True)
    assert "Look in your mail" in answer.content.decode()
    link = re.search(r"http://[^/]+(/account/password/reset/key/\S+)", str(mailoutbox[0].body))  # type: ignore[attr-defined]  # an EmailMessage
    assert link
    page = browser.get(link.group(1), follow=True)
    assert "Choose a new password" in page.content.decode()
    new = "quite another battery"
    browser.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    again = Browser()
    again.post("/account/login/", {"login": alice.email, "password": new})
    assert again.get("/").status_code == 200


def test_nobody_learns_whether_an_address_has_an_account(alice: User) -> None:
    pages = [
        Browser().post("/account/password/reset/", {"email": email}, follow=True)
        for email in (alice.email, "nobody@dunwell.example")
    ]
    shown = {page.redirect_chain[-1] for page in pages}
    assert len(shown) == 1
    assert all("Look in your mail" in page.content.decode() for page in pages)

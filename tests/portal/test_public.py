"""What a client can do with a link, and what nobody can."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test import override_settings
from django.utils.translation import get_language

from clients.models import Client
from core.dates import now
from core.documents import store_document
from core.models import AuditEvent
from interactions.models import FollowUp, Interaction
from portal.models import PortalAct, PortalLink, PortalVisit
from portal.services import LinkClosed, Visitor, answer_link, revoke_link
from portal.services.limits import TRIES
from portal.states import WhyClosed
from tests.factories import NOW, TODAY, make_client, make_contact, make_invoice, pay
from tests.portal.conftest import Issue, answer, forced, opened

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def rows() -> tuple[int, int, int, int]:
    return (
        PortalVisit.objects.count(),
        PortalAct.objects.count(),
        Interaction.objects.count(),
        AuditEvent.objects.count(),
    )


def every_text_in_the_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM \"{table}\" t")
            found.append(cursor.fetchone()[0])
    return "\n".join(found)


def test_the_token_is_kept_nowhere(issue: Issue, phone: Browser) -> None:
    issued = issue()
    url = opened(phone, issued)
    phone.get(url)
    phone.post(url, answer())
    kept = every_text_in_the_database()
    assert issued.token not in kept
    assert issued.link.token_sha256 in kept  # else the search would prove nothing


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_fetches_the_address_changes_nothing(
    issue: Issue, phone: Browser, method: str
) -> None:
    issued = issue()
    before = rows()
    response = getattr(phone, method)(f"/p/{issued.token}/")
    assert response.status_code == 200
    assert rows() == before
    link = PortalLink.objects.get()
    assert link.opened_at is None
    assert not [name for name in phone.cookies if "dunwell-link" in name]
    assert b"INV-1" not in response.content  # nothing of the matter before it is opened


def test_open_notes_the_visit_and_leads_to_an_address_without_the_token(
    issue: Issue, phone: Browser
) -> None:
    issued = issue()
    response = phone.post(f"/p/{issued.token}/", headers={"user-agent": "Firefox/1"})
    assert response.headers["Location"] == f"/p/page/{issued.link.reference}/"
    visit = PortalVisit.objects.get()
    assert (visit.what, visit.address, visit.user_agent) == ("OPENED", "127.0.0.1", "Firefox/1")
    issued.link.refresh_from_db()
    assert issued.link.opened_at == visit.at
    page = phone.get(response.headers["Location"]).content.decode()
    assert "INV-1" in page
    assert "1,250.50" in page
    assert issued.link.text_sha256 in page
    assert issued.token not in page


@pytest.mark.parametrize("secure", [True, False])
def test_the_cookie_is_bound_to_this_host_where_there_is_https(
    issue: Issue, phone: Browser, secure: bool
) -> None:
    issued = issue()
    with override_settings(PORTAL_COOKIE_SECURE=secure):
        phone.post(f"/p/{issued.token}/")
    prefix = "__Host-" if secure else ""
    cookie = phone.cookies[f"{prefix}dunwell-link-{issued.link.reference.hex}"]
    assert bool(cookie["secure"]) is secure
    assert cookie["httponly"]
    assert cookie["path"] == "/"
    assert not cookie["domain"]


def test_every_answer_to_the_outside_is_kept_by_nobody(issue: Issue, phone: Browser) -> None:
    issued = issue()
    url = opened(phone, issued)
    for path in (f"/p/{issued.token}/", url, f"{url}logo/", "/p/unknown/"):
        headers = phone.get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["Cache-Control"] == "no-store", path
        assert "noindex" in headers["X-Robots-Tag"], path
        assert "script-src 'self'" in headers["Content-Security-Policy"], path
    page = phone.get(url).content.decode()
    assert "<script" not in page
    assert "style=" not in page
    assert "http://" not in page
    assert "https://" not in page


def test_a_confirmed_balance_is_an_entry_in_the_log_with_its_proof(
    issue: Issue, phone: Browser, client: Client
) -> None:
    issued = issue()
    url = opened(phone, issued)
    response = phone.post(url, answer(name="Wang Fang 王芳"))
    assert response.status_code == 302
    entry = Interaction.objects.get(client=client)
    act = PortalAct.objects.get()
    assert (entry.direction, entry.outcome, entry.contact) == ("IN", "", client.contacts.get())
    for proof in (
        issued.link.text,
        issued.link.text_sha256,
        "Wang Fang 王芳",
        "127.0.0.1",
        "Asia/Shanghai",
    ):
        assert proof in entry.body
    assert (entry.about_type, entry.about_id) == ("portal.portalact", str(act.pk))
    event = AuditEvent.objects.get(action="portal.answer")
    assert event.stream_id == f"client:{client.pk}"
    assert "Wang" not in event.payload
    assert json.loads(event.payload)["data"]["text"] == issued.link.text_sha256
    receipt = phone.get(url)
    assert receipt.status_code == 200
    assert "Wang Fang 王芳" in receipt.content.decode()


def test_an_objection_is_noted_and_waits_for_the_account_manager(
    issue: Issue, phone: Browser, client: Client
) -> None:
    url = opened(phone, issue())
    phone.post(url, answer(choice="OBJECTED", remark="INV-2 was never delivered"))
    entry = Interaction.objects.get(client=client)
    assert entry.outcome == "DISPUTED"
    assert "INV-2 was never delivered" in entry.body
    follow_up = FollowUp.objects.get(client=client)
    assert (follow_up.owner, follow_up.interaction) == (client.owner, entry)


@pytest.mark.parametrize(
    "missing",
    [
        {"name": ""},
        {"name": " \r\n\t"},
        {"choice": ""},
        {"choice": "SOMETHING"},
        {"choice": "OBJECTED", "remark": "  "},
        {"key": ""},
        {"name": "x" * 121},
    ],
)
def test_an_answer_with_something_missing_writes_nothing(
    issue: Issue, phone: Browser, missing: dict[str, str]
) -> None:
    url = opened(phone, issue())
    before = rows()
    response = phone.post(url, answer(**missing))
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert rows() == before


def test_a_double_click_is_one_answer(issue: Issue, phone: Browser) -> None:
    url = opened(phone, issue())
    filled = answer()
    assert phone.post(url, filled).status_code == 302
    assert phone.post(url, filled).status_code == 302
    assert PortalAct.objects.count() == 1
    assert Interaction.objects.count() == 1


def test_a_second_answer_is_turned_away(issue: Issue, phone: Browser) -> None:
    issued = issue()
    url = opened(phone, issued)
    phone.post(url, answer())
    response = phone.post(url, answer(choice="OBJECTED", remark="No"))
    assert response.status_code == 410
    assert PortalAct.objects.get().answer["choice"] == "CONFIRMED"
    assert PortalVisit.objects.get(what="REFUSED").reason == "USED"
    assert Browser().get(f"/p/{issued.token}/").status_code == 410


def close(issued: Any, how: str) -> None:
    if how == "REVOKED":
        revoke_link(link=issued.link, reason="Wrong person", actor=None, at=now())
    elif how == "OUTDATED":  # money that came before the day of the statement, entered later
        link = issued.link
        pay(link.client.invoices.get(number="INV-1"), "10.00", on=TODAY - DAY)
    else:
        forced("UPDATE portal_portallink SET created_at = '2026-06-01', expires_at = '2026-06-15'")


@pytest.mark.parametrize("how", ["REVOKED", "EXPIRED", "OUTDATED"])
def test_a_closed_link_says_calmly_whom_to_ask(issue: Issue, phone: Browser, how: str) -> None:
    issued = issue()
    url = opened(phone, issued)
    close(issued, how)
    before = rows()
    for response in (phone.get(f"/p/{issued.token}/"), phone.get(url)):
        assert response.status_code == 410
        page = response.content.decode()
        assert "+86 21 5555 0000" in page
        assert "Sally Owner" in page
        assert "INV-1" not in page
    assert rows() == before
    assert phone.post(f"/p/{issued.token}/").status_code == 410
    assert phone.post(url, answer()).status_code == 410
    assert PortalVisit.objects.filter(what="REFUSED", reason=how).count() == 2
    assert not PortalAct.objects.exists()


def test_a_payment_after_the_day_leaves_the_statement_as_it_was(
    issue: Issue, phone: Browser
) -> None:
    issued = issue()
    pay(issued.link.client.invoices.get(number="INV-1"), on=TODAY + DAY)
    url = opened(phone, issued)
    assert phone.post(url, answer()).status_code == 302


def test_a_text_that_was_tampered_with_is_not_answered(issue: Issue, phone: Browser) -> None:
    """Past the trigger and the CHECK, as a superuser could."""
    issued = issue()
    url = opened(phone, issued)
    forced("UPDATE portal_portallink SET text = replace(text, '250', '950')")
    assert phone.get(url).status_code == 410
    assert phone.post(url, answer()).status_code == 410
    assert not PortalAct.objects.exists()
    assert PortalVisit.objects.get(what="REFUSED").reason == "ALTERED"


def test_the_token_of_one_link_opens_no_other(
    issue: Issue, phone: Browser, creditor: Any, client: Client
) -> None:
    mine = issue()
    other = make_client(legal_name="Somebody Else Ltd")
    make_contact(other)
    make_invoice(other, creditor, "77.00", number="INV-OTHER")
    theirs = issue(client=other, contact=None)
    opened(phone, mine)
    stolen = phone.cookies[f"dunwell-link-{mine.link.reference.hex}"].value
    phone.cookies[f"dunwell-link-{theirs.link.reference.hex}"] = stolen
    url = f"/p/page/{theirs.link.reference}/"
    for response in (phone.get(url), phone.post(url, answer()), phone.get(f"{url}document/")):
        assert response.status_code == 404
        assert "INV" not in response.content.decode()
    assert not PortalAct.objects.exists()


@pytest.mark.parametrize("path", ["x", "A" * 43, "A" * 43 + "%0d%0aSet-Cookie:x=1", "..%2f", "é"])
def test_an_unknown_address_gives_no_hint(path: str, phone: Browser) -> None:
    get, post = phone.get(f"/p/{path}/"), phone.post(f"/p/{path}/")
    assert get.status_code == post.status_code == 404
    assert "Set-Cookie" not in get.headers


def test_who_tries_many_addresses_has_to_wait_and_others_do_not(
    issue: Issue, phone: Browser
) -> None:
    issued = issue()
    url = opened(phone, issued)
    for n in range(TRIES):
        assert phone.get(f"/p/{n:043d}/").status_code == 404
    assert phone.get(f"/p/{'z' * 43}/").status_code == 429
    assert phone.post(f"/p/{issued.token}/").status_code == 429
    assert phone.get(url).status_code == 200  # what is open stays open
    assert phone.get(f"/p/{issued.token}/", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_what_a_client_types_is_text_and_nothing_else(
    issue: Issue, phone: Browser, owner: Any
) -> None:
    issued = issue()
    url = opened(phone, issued)
    nasty = "<script>alert(1)</script>"
    phone.post(url, answer(choice="OBJECTED", remark=nasty, name=f"{nasty}\r\nX-Evil: 1"))
    act = PortalAct.objects.get()
    assert "\n" not in act.typed_name
    staff = Browser()
    staff.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    log = f"/interactions/clients/{issued.link.client_id}/"
    pages = [phone.get(url), staff.get(f"/links/{issued.link.pk}/"), staff.get("/links/")]
    pages.append(staff.get(f"/clients/{issued.link.client_id}/"))
    for response in pages:
        assert response.status_code == 200, log
        assert nasty not in response.content.decode()
        assert "X-Evil" not in response.headers


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Please check your balance"), ("zh-hans", "请核对")]
)
def test_a_page_is_in_the_language_of_its_link_and_can_be_read_in_the_other(
    issue: Issue, phone: Browser, language: str, words: str
) -> None:
    issued = issue(language=language)
    entry = phone.get(f"/p/{issued.token}/", headers={"accept-language": "fr"})
    assert words in entry.content.decode()
    assert entry.headers["Content-Language"] == language
    url = opened(phone, issued)
    assert words in phone.get(url).content.decode()
    other = "en" if language == "zh-hans" else "zh-hans"
    switched = phone.get(f"{url}?language={other}").content.decode()
    assert words not in switched
    assert issued.link.text.splitlines()[0] in switched  # the kept text stays as it was written
    wrong = phone.post(f"{url}?language={other}", answer(name=""))
    assert words not in wrong.content.decode()
    phone.post(f"{url}?language={other}", answer())
    assert PortalAct.objects.get().language == other
    assert get_language() == "en"  # the next request starts from its own


def test_the_logo_is_shown_to_whoever_opened_the_link(
    issue: Issue, phone: Browser, creditor: Any
) -> None:
    creditor.logo = store_document(data=PNG, name="logo.png", actor=None, at=NOW)
    creditor.save()
    issued = issue()
    url = opened(phone, issued)
    assert f"{url}logo/" in phone.get(url).content.decode()
    shown = phone.get(f"{url}logo/")
    assert shown.headers["Content-Type"] == "image/png"
    assert b"".join(shown.streaming_content) == PNG  # type: ignore[attr-defined]  # a file
    assert Browser().get(f"{url}logo/").status_code == 404


def test_a_form_from_elsewhere_is_refused_and_one_without_referrer_is_not(issue: Issue) -> None:
    """Under `no-referrer` browsers write `Origin: null`: then the token in the form decides."""
    issued = issue()
    phone = Browser(enforce_csrf_checks=True)
    path = f"/p/{issued.token}/"
    assert phone.post(path).status_code == 403
    phone.get(path)
    token = {"csrfmiddlewaretoken": phone.cookies["csrftoken"].value}
    assert phone.post(path, headers={"origin": "null"}).status_code == 403
    assert phone.post(path, token, headers={"origin": "https://evil.example"}).status_code == 403
    assert not PortalVisit.objects.exists()
    assert phone.post(path, token, headers={"origin": "null"}).status_code == 302


def test_a_service_takes_no_answer_to_a_link_that_was_closed_meanwhile(issue: Issue) -> None:
    issued = issue()
    stale = PortalLink.objects.get()
    revoke_link(link=issued.link, reason="Wrong person", actor=None, at=now())
    with pytest.raises(LinkClosed) as closed:
        answer_link(
            link=stale,
            typed_name="Wang",
            answer={"choice": "CONFIRMED", "remark": ""},
            key="k",
            language="en",
            visitor=Visitor("127.0.0.1", ""),
            at=now(),
        )
    assert closed.value.why is WhyClosed.REVOKED

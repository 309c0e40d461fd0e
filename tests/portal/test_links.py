"""Making, sending and closing links; what the database keeps."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import io
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client as Browser

from clients.models import Client
from clients.services import save_contact
from core.dates import now
from core.models import AuditEvent, User
from core.states import Role
from interactions.models import Interaction
from portal.forms import answer_form
from portal.models import PortalAct, PortalLink, PortalVisit
from portal.selectors.verify import acts_agree, acts_recorded, texts_match
from portal.services import (
    Issued,
    UnableToIssueLink,
    UnableToRevokeLink,
    UnableToSendLink,
    Visitor,
    all_actions,
    answer_link,
    open_link,
    revoke_link,
    send_link,
)
from portal.states import MAIL_TRANSITIONS, LinkMail, LinkState
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_contact,
    make_user,
    signed_in,
)
from tests.portal.conftest import Issue, answer, forced, opened

DAY = dt.timedelta(days=1)
HERE = Visitor("192.0.2.1", "Firefox/1")


def confirm(issued: Issued, **changed: Any) -> PortalAct:
    given: dict[str, Any] = {
        "link": issued.link,
        "typed_name": "Wang Fang",
        "answer": {"choice": "CONFIRMED", "remark": ""},
        "key": "k1",
        "language": "en",
        "visitor": HERE,
        "at": now(),
    }
    return answer_link(**{**given, **changed})


# --- Making one ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_link_is_made_with_the_exact_text_and_its_hash(issue: Issue, client: Client) -> None:
    link = issue().link
    assert link.text.splitlines()[0] == "Confirmation of balance as of 15 June 2026"
    assert "INV-1, issued 6 May 2026, due 5 Jun 2026" in link.text
    assert "Open in total: CN¥1,250.50" in link.text
    assert link.facts["total"] == "1250.500"
    assert (link.recipient_name, link.recipient_email) == ("Wang Fang", "wang@fareast.example")
    event = AuditEvent.objects.get(action="portal.issue")
    assert event.stream_id == f"client:{client.pk}"
    assert "Wang" not in event.payload


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"on": dt.date(2036, 1, 1)}, "on"),
        ({"on": dt.date(2020, 1, 1)}, "on"),
        ({"currency": "EUR"}, "on"),
        ({"days": 365}, "days"),
        ({"language": "fr"}, "language"),
    ],
)
def test_it_refuses_what_makes_no_sense(issue: Issue, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(UnableToIssueLink) as refused:
        issue(**changed)
    assert refused.value.field == field
    assert not PortalLink.objects.exists()


@pytest.mark.django_db
def test_it_refuses_a_contact_of_another_client(issue: Issue) -> None:
    stranger = make_contact(make_client())
    with pytest.raises(UnableToIssueLink, match="another client"):
        issue(contact=stranger)


@pytest.mark.django_db
def test_one_form_makes_one_link(issue: Issue) -> None:
    issue(key="same")
    with pytest.raises(UnableToIssueLink, match="sent before"):
        issue(key="same")
    assert PortalLink.objects.count() == 1


# --- Closing one -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_revoking_takes_a_reason_and_happens_once(issue: Issue, owner: User) -> None:
    link = issue().link
    with pytest.raises(UnableToRevokeLink):
        revoke_link(link=link, reason=" ", actor=owner, at=now())
    assert revoke_link(link=link, reason="Wrong person", actor=owner, at=now())
    assert not revoke_link(link=link, reason="Again", actor=owner, at=now())
    link.refresh_from_db()
    assert (link.revoke_reason, link.revoked_by) == ("Wrong person", owner)
    assert AuditEvent.objects.filter(action="portal.revoke").count() == 1


@pytest.mark.django_db
def test_an_answer_is_not_revoked(issue: Issue, owner: User) -> None:
    issued = issue()
    confirm(issued)
    with pytest.raises(UnableToRevokeLink, match="answered"):
        revoke_link(link=issued.link, reason="Oh", actor=owner, at=now())


# --- What the database keeps -----------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"text": "Something else"},
        {"client_id": 0},
        {"expires_at": NOW + 3650 * DAY},
        {"token_sha256": "0" * 64},
        {"facts": {}},
        {"recipient_email": "x@y.example"},
        {"is_repeatable": True},
    ],
)
def test_the_facts_of_a_link_cannot_be_changed(issue: Issue, change: dict[str, Any]) -> None:
    issue()
    with pytest.raises(DatabaseError), transaction.atomic():
        PortalLink.objects.update(**change)


@pytest.mark.django_db
def test_visits_and_answers_can_neither_be_changed_nor_deleted(issue: Issue) -> None:
    issued = issue()
    open_link(link=issued.link, visitor=HERE, at=now())
    confirm(issued)
    forbidden: tuple[Callable[[], object], ...] = (
        lambda: PortalAct.objects.update(typed_name="X"),
        lambda: PortalVisit.objects.update(address="192.0.2.2"),
        lambda: PortalVisit.objects.all()._raw_delete("default"),
        lambda: PortalAct.objects.all()._raw_delete("default"),
        lambda: PortalLink.objects.all()._raw_delete("default"),
        lambda: PortalLink.objects.update(acted_at=None),
        lambda: PortalLink.objects.update(opened_at=now()),
    )
    for act in forbidden:
        with pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
            act()


@pytest.mark.django_db
def test_the_database_refuses_a_text_that_is_not_the_one_hashed(issue: Issue) -> None:
    link = issue().link
    link.pk = None
    link._state.adding = True
    link.text, link.token_sha256, link.issue_key = "Other", "1" * 64, "other"
    link.reference = uuid.uuid4()
    with pytest.raises(IntegrityError, match="link_text_matches_hash"), transaction.atomic():
        link.save()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"at": now() + 90 * DAY}, "this link is closed"),
        ({"text_sha256": "0" * 64}, "not what the link asks"),
        ({"is_single": False}, "not what the link asks"),
        ({"typed_name": ""}, "act_name_typed"),
    ],
)
def test_the_database_refuses_an_answer_the_link_does_not_allow(
    issue: Issue, changed: dict[str, Any], constraint: str
) -> None:
    link = issue().link
    given = {"link": link, "typed_name": "W", "text_sha256": link.text_sha256, "at": now()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PortalAct.objects.create(**{**given, **changed}, key="k", language="en")


@pytest.mark.django_db
def test_verify_finds_nothing_when_all_is_well_and_each_forgery(issue: Issue) -> None:
    issued = issue()
    open_link(link=issued.link, visitor=HERE, at=now())
    confirm(issued)
    checks = (acts_agree, texts_match, acts_recorded)
    assert [list(check()) for check in checks] == [[], [], []]
    forced(
        "UPDATE portal_portalact SET typed_name = 'Somebody Else'",
        "UPDATE portal_portallink SET text = text || '!', acted_at = NULL",
    )
    assert all(list(check()) for check in checks)


@pytest.mark.django_db
def test_the_checks_are_part_of_verify_ledger(issue: Issue) -> None:
    issue()
    out = io.StringIO()
    call_command("verify_ledger", stdout=out)
    assert "portal: links, visits and answers agree" in out.getvalue()


# --- Two at once -----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_is_taken(issue: Issue) -> None:
    issued = issue()
    ready, taken, turned_away = threading.Barrier(4), [], []

    def act(n: int) -> None:
        try:
            ready.wait(timeout=20)
            taken.append(confirm(issued, key=f"k{n}"))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is looked at below
            turned_away.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[n]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
    assert {type(error).__name__ for error in turned_away} == {"LinkClosed"}
    assert (PortalAct.objects.count(), Interaction.objects.count()) == (1, 1)
    assert PortalVisit.objects.filter(what="REFUSED", reason="USED").count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_click_twice_at_once_is_one_answer(issue: Issue) -> None:
    issued = issue()
    ready, taken = threading.Barrier(2), []

    def act() -> None:
        try:
            ready.wait(timeout=20)
            taken.append(confirm(issued, key="same").pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == [PortalAct.objects.get().pk] * 2
    assert Interaction.objects.count() == 1


# --- Mail ------------------------------------------------------------------------------------


class Server:
    """Takes mail, or says no."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.reply = "250 kept"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.reply.startswith("250"):
            self.messages.append(envelope.content)
        return self.reply


@pytest.fixture
def mail(settings: Any) -> Iterator[Server]:
    server = Server()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield server
    controller.stop()


def send(issued: Issued, **changed: Any) -> LinkMail:
    given: dict[str, Any] = {
        "link": issued.link,
        "token": issued.token,
        "url": f"https://dunwell.example/p/{issued.token}/",
        "actor": None,
        "at": now(),
    }
    return send_link(**{**given, **changed})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "subject", "dear"),
    [
        ("en", "Please check your balance · Harbour Ltd", "Dear Wang Fang,"),
        ("zh-hans", "请核对往来余额 · 海港有限公司", "Wang Fang，您好："),
    ],
)
def test_it_is_mailed_once_in_the_language_of_the_link(
    issue: Issue, mail: Server, language: str, subject: str, dear: str
) -> None:
    issued = issue(language=language)
    assert send(issued) is LinkMail.SENT
    with pytest.raises(UnableToSendLink, match="sent before"):
        send(issued)
    (raw,) = mail.messages
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["Subject"] == subject
    assert message["To"] == "Wang Fang <wang@fareast.example>"
    assert message["Reply-To"] == "ledger@harbour.example"
    body = message.get_content()
    assert dear in body
    assert f"https://dunwell.example/p/{issued.token}/" in body
    entry = Interaction.objects.get(kind="EMAIL")
    assert entry.direction == "OUT"
    assert issued.token not in entry.body
    assert issued.token not in AuditEvent.objects.get(action="portal.send").payload


@pytest.mark.django_db
def test_a_line_break_in_a_name_makes_no_header(issue: Issue, mail: Server, client: Client) -> None:
    contact = client.contacts.get()
    type(contact).objects.update(name="Wang\r\nBcc: evil@example.com")
    contact.refresh_from_db()
    send(issue(contact=contact))
    message = email.message_from_bytes(mail.messages[0], policy=email.policy.default)
    assert message["Bcc"] is None
    assert "Bcc: evil" in message["To"]


@pytest.mark.django_db
def test_a_refused_mail_is_not_tried_again_and_one_that_never_left_may_be(
    issue: Issue, mail: Server, settings: Any
) -> None:
    mail.reply = "554 no"
    refused = issue()
    assert send(refused) is LinkMail.FAILED
    with pytest.raises(UnableToSendLink):
        send(refused)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    waiting = issue()
    assert send(waiting) is LinkMail.NONE
    settings.EMAIL_PORT, mail.reply = port, "250 kept"
    assert send(waiting) is LinkMail.SENT
    assert len(mail.messages) == 1


@pytest.mark.django_db
def test_it_is_not_mailed_with_another_token_to_nobody_or_when_closed(
    issue: Issue, mail: Server, client: Client
) -> None:
    issued, other = issue(), issue()
    with pytest.raises(UnableToSendLink, match="not the address"):
        send(issued, token=other.token)
    nobody = issue(contact=save_contact(client=client, name="No mail", actor=None, at=NOW))
    with pytest.raises(UnableToSendLink, match="no e-mail address"):
        send(nobody)
    revoke_link(link=issued.link, reason="Wrong", actor=None, at=now())
    with pytest.raises(UnableToSendLink, match="closed"):
        send(issued)
    assert not mail.messages


def test_every_state_of_mail_has_its_way_on() -> None:
    assert set(MAIL_TRANSITIONS) == set(LinkMail)
    assert all(ways <= set(LinkMail) for ways in MAIL_TRANSITIONS.values())


# --- Pages of the staff ----------------------------------------------------------------------


@pytest.mark.django_db
def test_sales_make_a_link_and_see_its_address_once(
    client: Client, owner: User, mail: Server
) -> None:
    web = signed_in(owner)
    url = f"/links/statement/{client.pk}/"
    page = web.get(url).content.decode()
    assert "1,250.50" in page
    account = f"{client.invoices.all()[0].creditor_id}:CNY"
    filled = {
        "account": account,
        "on": TODAY.isoformat(),
        "contact": client.contacts.get().pk,
        "language": "zh-hans",
        "days": "14",
        "key": "form-1",
    }
    made = web.post(url, filled)
    link = PortalLink.objects.get()
    token = made.context["token"]
    assert f"/p/{token}/" in made.content.decode()
    assert made.headers["Cache-Control"] == "no-store"
    again = web.post(url, filled)
    assert "sent before" in again.content.decode()
    assert token not in web.get(f"/links/{link.pk}/").content.decode()
    web.post(f"/links/{link.pk}/send/", {"token": token})
    assert len(mail.messages) == 1
    assert "Sent to wang@fareast.example" in web.get(f"/links/{link.pk}/").content.decode()


@pytest.mark.django_db
def test_the_page_of_a_link_tells_who_opened_it_when_and_what_was_answered(
    issue: Issue, phone: Browser, owner: User
) -> None:
    issued = issue()
    url = opened(phone, issued)
    phone.post(url, answer(choice="OBJECTED", remark="INV-2 is wrong", name="Li Lei"))
    page = signed_in(owner).get(f"/links/{issued.link.pk}/").content.decode()
    for said in ("Li Lei", "INV-2 is wrong", "127.0.0.1", issued.link.text_sha256, "Answered"):
        assert said in page
    assert f"/links/{issued.link.pk}/revoke/" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("state", list(LinkState))
def test_the_list_finds_links_by_their_state(issue: Issue, owner: User, state: LinkState) -> None:
    made = {LinkState.WAITING: issue(), LinkState.OPENED: issue(), LinkState.ACTED: issue()}
    made |= {LinkState.REVOKED: issue(), LinkState.EXPIRED: issue(at=now() - 15 * DAY)}
    open_link(link=made[LinkState.OPENED].link, visitor=HERE, at=now())
    confirm(made[LinkState.ACTED])
    revoke_link(link=made[LinkState.REVOKED].link, reason="x", actor=None, at=now())
    shown = signed_in(owner).get(f"/links/?state={state}").context["rows"]
    assert [row["url"] for row in shown] == [f"/links/{made[state].link.pk}/"]
    link = PortalLink.objects.get(pk=made[state].link.pk)
    assert link.state_at(now()) is state


@pytest.mark.django_db
def test_strangers_see_nothing_and_lists_ask_the_database_as_often_for_many(
    issue: Issue, owner: User, client: Client
) -> None:
    issue()
    stranger = signed_in(make_user(Role.SALES))
    assert not stranger.get("/links/").context["rows"]
    assert stranger.get(f"/links/?client={client.pk}").status_code == 404
    web = signed_in(owner)
    web.get("/links/")
    before = count_queries(lambda: web.get("/links/"))
    for _ in range(5):
        issue()
    assert count_queries(lambda: web.get("/links/")) == before <= 8


def test_every_action_has_what_its_pages_need() -> None:
    from django.template.loader import get_template

    codes = {action.code for action in all_actions()}
    assert "statement.confirm" in codes
    for action in all_actions():
        get_template(action.template)  # raises when it is missing
        assert {"name", "key"} <= set(answer_form(action.code).base_fields)

"""`minutes.confirm`: the exact text, point by point, once; outdated by a newer version."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from clients.models import Client, Creditor
from contracts.models import Contract
from contracts.services import create_contract
from core import outbox
from core.audit import chain_breaks
from core.dates import now, today
from core.models import User
from core.states import Role
from core.verify import run_checks
from interactions.models import FollowUp, Interaction, Minutes
from interactions.rules.minutes import draft_from_json
from interactions.services.meetings import save_draft
from interactions.services.minutes import UnableToSendMinutes, issue_minutes
from interactions.states import MinutesState
from portal.models import PortalAct, PortalLink, PortalVisit
from portal.services import Issued, UnableToIssueLink, issue_minutes_confirmation
from portal.states import WhyClosed
from tests.factories import count_queries, make_contact, make_user, signed_in
from tests.interactions.minutes_cast import DAY, HOUR, make_draft, make_meeting
from tests.portal.conftest import opened

pytestmark = pytest.mark.django_db
Ask = Callable[..., Issued]


def issued_now(meeting: Any, **changed: Any) -> Minutes:
    """A version of the minutes with its paper, made now."""
    meeting.refresh_from_db()
    save_draft(
        meeting=meeting,
        draft=make_draft(**changed),
        revision=meeting.revision,
        actor=None,
        at=now(),
    )
    meeting.refresh_from_db()
    minutes = issue_minutes(meeting=meeting, actor=None, at=now())
    outbox.run_waiting(at=now())
    minutes.refresh_from_db()
    return minutes


@pytest.fixture
def contract(client: Client, creditor: Creditor) -> Contract:
    made = create_contract(
        creditor=creditor,
        client=client,
        number="K-9",
        currency="CNY",
        minutes_days=3,
        actor=None,
        at=now(),
    )
    Contract.objects.filter(pk=made.pk).update(state="ACTIVE")
    return made


@pytest.fixture
def minutes(client: Client, creditor: Creditor) -> Minutes:
    return issued_now(make_meeting(client, creditor, starts_at=now() - HOUR, at=now()), tasks=())


@pytest.fixture
def ask(minutes: Minutes, owner: User) -> Ask:
    """`ask(language="zh-hans")`: a fresh link to the minutes."""

    def make(**changed: Any) -> Issued:
        given: dict[str, Any] = {
            "minutes": minutes,
            "language": "en",
            "contact": minutes.meeting.client.contacts.first(),
            "days": 14,
            "key": uuid.uuid4().hex,
            "actor": owner,
            "at": now(),
        }
        return issue_minutes_confirmation(**{**given, **changed})

    return make


def said(**changed: str) -> dict[str, str]:
    """A form filled in: the minutes are right."""
    given = {"choice": "CONFIRMED", "remark": "", "name": "Wang Fang", "key": uuid.uuid4().hex}
    return {**given, **changed}


def test_a_client_confirms_the_exact_text(minutes: Minutes, ask: Ask, phone: Browser) -> None:
    url = opened(phone, issued := ask())
    page = phone.get(url).content.decode()
    assert "INV-1 is paid by 22 June." in page
    assert minutes.sha256 in page
    assert "<script" not in page
    assert phone.post(url, said()).status_code == 302
    minutes.refresh_from_db()
    assert minutes.state == MinutesState.CONFIRMED
    answer = minutes.answer
    assert (answer.name, answer.address, answer.text_sha256) == (
        "Wang Fang",
        "127.0.0.1",
        minutes.sha256,
    )
    assert answer.reference == str(issued.link.reference)
    entry = Interaction.objects.filter(direction="IN").get()
    assert minutes.sha256 in entry.body
    assert not FollowUp.objects.exists()
    assert list(chain_breaks()) == []
    assert [one for one in run_checks() if one.problems] == []


def test_an_objection_names_its_points_and_is_to_be_met(
    minutes: Minutes, ask: Ask, phone: Browser, owner: User
) -> None:
    url = opened(phone, ask())
    sent = said(choice="OBJECTED", point_2="We said 29 June.", remark="Please correct it.")
    assert phone.post(url, sent).status_code == 302
    minutes.refresh_from_db()
    assert minutes.state == MinutesState.OBJECTED
    assert [(o.point, o.remark) for o in minutes.answer.objections.all()] == [
        (2, "We said 29 June.")
    ]
    assert FollowUp.objects.get().owner == owner
    receipt = phone.get(url).content.decode()
    assert "We said 29 June." in receipt


@pytest.mark.parametrize(
    "wrong",
    [
        {"choice": ""},
        {"choice": "OBJECTED"},
        {"choice": "CONFIRMED", "point_1": "and yet"},
        {"name": ""},
    ],
)
def test_an_answer_that_does_not_hold_together_writes_nothing(
    wrong: dict[str, str], minutes: Minutes, ask: Ask, phone: Browser
) -> None:
    url = opened(phone, ask())
    assert phone.post(url, said(**wrong)).status_code == 200
    minutes.refresh_from_db()
    assert minutes.state == MinutesState.SENT
    assert not PortalAct.objects.exists()


def test_a_double_click_is_one_answer(minutes: Minutes, ask: Ask, phone: Browser) -> None:
    url = opened(phone, ask())
    sent = said()
    assert phone.post(url, sent).status_code == 302
    assert phone.post(url, sent).status_code == 302
    assert PortalAct.objects.count() == 1
    assert phone.post(url, said(choice="OBJECTED", remark="no")).status_code == 410


def test_reading_writes_nothing(minutes: Minutes, ask: Ask, phone: Browser) -> None:
    issued = ask()
    phone.get(f"/p/{issued.token}/")
    assert not PortalVisit.objects.exists()
    url = opened(phone, issued)
    visits = PortalVisit.objects.count()
    phone.get(url)
    phone.get(f"/p/page/{issued.link.reference}/document/")
    assert PortalVisit.objects.count() == visits
    minutes.refresh_from_db()
    assert minutes.state == MinutesState.SENT


def test_a_newer_version_makes_the_link_outdated(
    minutes: Minutes, ask: Ask, phone: Browser
) -> None:
    url = opened(phone, issued := ask())
    newer = issued_now(minutes.meeting, tasks=(), content="More was said.")
    assert phone.get(url).status_code == 410
    assert phone.post(url, said()).status_code == 410
    refused = PortalVisit.objects.filter(link=issued.link, what="REFUSED")
    assert refused.get().reason == WhyClosed.OUTDATED
    minutes.refresh_from_db()
    assert minutes.state == MinutesState.SUPERSEDED
    again = issue_minutes_confirmation(
        minutes=newer,
        language="en",
        contact=None,
        days=7,
        key=uuid.uuid4().hex,
        actor=None,
        at=now(),
    )
    assert phone.post(opened(phone, again), said()).status_code == 302


def test_two_links_to_one_version_take_one_answer(
    minutes: Minutes, ask: Ask, phone: Browser
) -> None:
    first, second = opened(phone, ask()), opened(phone, ask())
    assert phone.post(first, said()).status_code == 302
    assert phone.post(second, said(choice="OBJECTED", remark="no")).status_code == 410
    minutes.refresh_from_db()
    assert minutes.state == MinutesState.CONFIRMED


def test_an_answered_version_is_not_sent_again(minutes: Minutes, ask: Ask, phone: Browser) -> None:
    phone.post(opened(phone, ask()), said())
    with pytest.raises(UnableToSendMinutes):
        ask()


def test_it_waits_for_its_paper(client: Client, creditor: Creditor) -> None:
    meeting = make_meeting(client, creditor, starts_at=now() - HOUR, at=now())
    save_draft(meeting=meeting, draft=make_draft(tasks=()), revision=0, actor=None, at=now())
    meeting.refresh_from_db()
    minutes = issue_minutes(meeting=meeting, actor=None, at=now())
    with pytest.raises(UnableToIssueLink):
        issue_minutes_confirmation(
            minutes=minutes,
            language="en",
            contact=None,
            days=7,
            key="k",
            actor=None,
            at=now(),
        )
    minutes.refresh_from_db()
    assert minutes.state == MinutesState.ISSUED


def test_opening_the_link_starts_the_days_of_silence(
    client: Client, creditor: Creditor, contract: Contract, phone: Browser
) -> None:
    about = f"contracts.contract:{contract.pk}"
    meeting = make_meeting(client, creditor, starts_at=now() - HOUR, at=now(), about=about)
    row = issued_now(meeting, tasks=())
    issued = issue_minutes_confirmation(
        minutes=row,
        language="zh-hans",
        contact=None,
        days=14,
        key="k",
        actor=None,
        at=now(),
    )
    row.refresh_from_db()
    assert row.deemed_on is None
    url = opened(phone, issued)
    row.refresh_from_db()
    assert row.deemed_on == today(creditor.time_zone) + 3 * DAY
    page = phone.get(url).content.decode()
    assert "K-9" in page
    assert "视为确认" in page


def test_a_stranger_makes_no_link_and_no_guess_opens_one(
    minutes: Minutes, ask: Ask, phone: Browser, owner: User
) -> None:
    stranger = signed_in(make_user(Role.SALES))
    assert stranger.get(f"/links/minutes/{minutes.pk}/").status_code == 404
    assert stranger.get(f"/interactions/minutes/{minutes.pk}/").status_code == 404
    assert signed_in(owner).get(f"/links/minutes/{minutes.pk}/").status_code == 200
    issued = ask()
    assert phone.get(f"/p/page/{issued.link.reference}/").status_code == 404


def test_the_page_of_the_staff_makes_the_link_once(minutes: Minutes, owner: User) -> None:
    browser = signed_in(owner)
    contact = make_contact(minutes.meeting.client)
    form = {"contact": contact.pk, "language": "zh-hans", "days": 14, "key": "once"}
    first = browser.post(f"/links/minutes/{minutes.pk}/", form)
    assert "/p/" in first.content.decode()
    again = browser.post(f"/links/minutes/{minutes.pk}/", form)
    assert "这份表单" in again.content.decode() or "sent before" in again.content.decode()
    assert PortalLink.objects.filter(action="minutes.confirm").count() == 1


def test_the_clients_page_takes_the_same_queries_for_any_number_of_points(
    minutes: Minutes, ask: Ask, phone: Browser
) -> None:
    url = opened(phone, ask())
    assert count_queries(lambda: phone.get(url)) <= 5


def test_the_draft_is_what_the_form_shows(minutes: Minutes) -> None:
    assert draft_from_json(minutes.meeting.draft).points[1].text == "INV-1 is paid by 22 June."

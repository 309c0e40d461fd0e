"""Silence is followed up, and reminded of once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from clients.models import Client, Creditor
from core.models import User
from interactions.models import FollowUp
from portal.models import LinkReminder, PortalLink, StatementAnswer
from portal.selectors.balances import balances_in, state_of, with_answers
from portal.services import revoke_link
from portal.services.silence import chase_silent, set_silence_days
from portal.states import StatementState
from tests.factories import NOW, make_invoice
from tests.portal.conftest import Issue, answer, opened

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def wait(days: int, hour: int = 3) -> dt.datetime:
    """An instant some days on; 03:00 UTC is 11:00 in Shanghai."""
    return (NOW + days * DAY).replace(hour=hour)


def test_silence_is_followed_up_after_working_days_once(issue: Issue, owner: User) -> None:
    issue()  # 15 June 2026 is a Monday; the 19th is the Dragon Boat Festival
    assert chase_silent(at=wait(2)) == (0, 0)
    assert chase_silent(at=wait(3)) == (1, 0)
    assert chase_silent(at=wait(4)) == (0, 0)
    assert FollowUp.objects.get().owner == owner


def test_the_policy_says_how_long(issue: Issue, creditor: Creditor) -> None:
    set_silence_days(creditor=creditor, days=1, actor=None, at=NOW)
    issue()
    assert chase_silent(at=wait(1)) == (1, 0)


def test_an_approved_mail_leaves_once_in_office_hours(
    issue: Issue, sent: list[tuple[str, bytes]], phone: Browser
) -> None:
    first = issue(may_remind=True)
    night = (NOW + 3 * DAY).replace(hour=18)  # 02:00 in Shanghai
    assert chase_silent(at=night.replace(hour=16)) == (1, 0)
    assert sent == []
    morning = wait(3, hour=2)
    assert chase_silent(at=morning) == (0, 1)
    assert chase_silent(at=morning) == (0, 0)
    assert [to for to, _raw in sent] == ["wang@fareast.example"]
    reminder = LinkReminder.objects.get()
    assert reminder.fresh is not None
    assert reminder.fresh.text == first.link.text
    assert reminder.fresh.expires_at == first.link.expires_at


def test_without_approval_no_mail_leaves(issue: Issue, sent: list[tuple[str, bytes]]) -> None:
    issue()
    assert chase_silent(at=wait(4)) == (1, 0)
    assert sent == []


@pytest.mark.parametrize("what", ["answered", "revoked", "outdated", "opted out"])
def test_who_needs_no_reminder_gets_none(
    what: str, issue: Issue, sent: list[tuple[str, bytes]], phone: Browser, client: Client
) -> None:
    issued = issue(may_remind=True)
    if what == "answered":
        phone.post(opened(phone, issued), answer())
    if what == "revoked":
        revoke_link(link=issued.link, reason="x", actor=None, at=NOW)
    if what == "outdated":
        make_invoice(client, issued.link.creditor, "7.00")
    if what == "opted out":
        client.contacts.update(opted_out_at=NOW)
    followed, mailed = chase_silent(at=wait(4))
    assert (followed, mailed) == (1 if what == "opted out" else 0, 0)
    assert sent == []


def token_in(raw: bytes) -> str:
    from email import message_from_bytes

    part: Any = message_from_bytes(raw).get_payload(decode=True)
    return str(part.decode().split("/p/")[1].split("/")[0])


def test_either_link_is_answered_and_closes_the_other(
    issue: Issue, sent: list[tuple[str, bytes]], phone: Browser
) -> None:
    first = issue(may_remind=True)
    chase_silent(at=wait(3, hour=2))
    with time_machine.travel(wait(3), tick=False):
        url = opened(phone, first)
        response = phone.post(f"/p/{token_in(sent[0][1])}/")
        fresh_url = str(response.headers["Location"])
        assert phone.post(fresh_url, answer()).status_code == 302
        assert phone.get(url).status_code == 410
        assert phone.post(url, answer(choice="OBJECTED", remark="no")).status_code == 410
    kept = StatementAnswer.objects.get()
    assert kept.grade == "B"  # it went by mail from here
    shown = with_answers(balances_in(PortalLink.objects.all(), None, NOW)).get()
    assert state_of(shown, NOW) is StatementState.CONFIRMED


def test_revoking_closes_the_reminder_too(issue: Issue, sent: list[tuple[str, bytes]]) -> None:
    first = issue(may_remind=True)
    chase_silent(at=wait(3, hour=2))
    first.link.refresh_from_db()
    revoke_link(link=first.link, reason="wrong", actor=None, at=NOW)
    assert not PortalLink.objects.filter(revoked_at=None).exists()

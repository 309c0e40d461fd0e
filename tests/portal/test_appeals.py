"""A client reads what is held against it and appeals, once, in time, without a script."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Creditor
from core.models import AuditEvent, User
from core.states import Role
from credit.models import Appeal, Calibration, CurrentScore, FreeEntry, RiskBehaviour, ScoreSnapshot
from credit.rules.columns import FACTS
from credit.rules.score import FACTORS
from credit.services.appeals import decide_appeal, receive_appeal, set_answer_time, take_up_appeal
from credit.services.behaviours import confirm_behaviour, propose_behaviour, withdraw_behaviour
from credit.services.freeloading import Gift, judge_free_work, note_free_work
from credit.services.holds import place_hold
from credit.states import FreeWork
from interactions.models import FollowUp, Interaction
from interactions.services import log_interaction
from portal.models import PortalAct, PortalLink, PortalVisit
from portal.rules import sha256_of
from portal.selectors.verify import acts_recorded
from portal.services import Issued, UnableToIssueLink, issue_appeal, revoke_link
from tests.factories import NOW, TODAY, make_client, make_user, signed_in
from tests.portal.conftest import opened
from tests.reminders.chaos import at_once

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
WORDS = "It was the forwarder, not our people."
_keys = itertools.count()


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def boss() -> User:
    return make_user(Role.MANAGER, name="Boss")


@pytest.fixture
def other() -> User:
    return make_user(Role.MANAGER, name="Other boss")


def said(client: Client) -> Interaction:
    return log_interaction(
        client=client, kind="CALL", direction="IN", occurred_at=NOW, body="Secret of ours",
        actor=None, at=NOW,
    )  # fmt: skip


def proposed(client: Client) -> RiskBehaviour:
    return propose_behaviour(
        client=client, kind="abuse", what="Shouted at <our> clerk", happened_on=TODAY,
        key=f"b{next(_keys)}", evidence=[("interaction", said(client))], actor=client.owner,
        on=TODAY, at=NOW,
    )  # fmt: skip


@pytest.fixture
def behaviour(client: Client, boss: User) -> RiskBehaviour:
    return confirm_behaviour(behaviour=proposed(client), reason="Internal", actor=boss, at=NOW)


def free_work_of(client: Client, boss: User) -> FreeEntry:
    gift = Gift(kind=FreeWork.TRIAL, happened_on=TODAY, currency="CNY", hours=Decimal("2.50"),
                note="Two more tests", interaction=said(client))  # fmt: skip
    row = note_free_work(
        client=client, gift=gift, key=f"f{next(_keys)}", on=TODAY, actor=client.owner, at=NOW
    )
    judge_free_work(entry=row, verdict="CONFIRMED", reason="x", on=TODAY, actor=boss, at=NOW)
    return row


def score_of(client: Client, **points: float) -> ScoreSnapshot:
    calibration = Calibration.objects.create(
        on=TODAY, invoices=1, shares=[0.3, 0.2, 0.1], levels=[0, 0, 0], mean_late=1, created_at=NOW
    )
    row = ScoreSnapshot.objects.create(
        client=client, on=TODAY, calibration=calibration, score=480, start=600, computed="D",
        granted="D", late_0=0.5, late_7=0.4, late_30=0.3, warning=0,
        points=[points.get(code, 0.0) for code in FACTORS],
        facts=[2.0 if name == "broken_promises" else 0.0 for name in FACTS], created_at=NOW,
    )  # fmt: skip
    CurrentScore.objects.update_or_create(
        client=client, defaults={"snapshot": row, "warning": 0, "look_on": TODAY}
    )
    return row


def ask(thing: Any, **changed: Any) -> Issued:
    given: dict[str, Any] = {
        "thing": thing,
        "language": "en",
        "contact": thing.client.contacts.first(),
        "days": 14,
        "key": uuid.uuid4().hex,
        "actor": thing.client.owner,
        "at": NOW,
    }
    return issue_appeal(**{**given, **changed})


def writes(grounds: str = WORDS, **changed: str) -> dict[str, str]:
    return {"grounds": grounds, "name": "Wang Fang", "key": uuid.uuid4().hex, **changed}


def text_of(browser: Browser, url: str) -> str:
    return browser.get(url).content.decode()


def test_a_client_reads_what_is_on_record_and_appeals(
    phone: Browser, client: Client, behaviour: RiskBehaviour
) -> None:
    issued = ask(behaviour)
    url = opened(phone, issued)
    page = text_of(phone, url)
    for words in ("Shouted at &lt;our&gt; clerk", "15 June 2026", "28 June 2026", "15 days"):
        assert words in page
    for words in ("Conduct towards our staff", "Harbour Ltd", "<textarea"):
        assert words in page
    for words in ("Secret of ours", "Internal", "<script", "Abuse"):
        assert words not in page
    assert phone.post(url, writes()).status_code == 302
    row = Appeal.objects.get()
    assert (row.against, row.behaviour, row.channel) == ("BEHAVIOUR", behaviour, "LINK")
    assert (row.grounds, row.state, row.created_by) == (WORDS, "RECEIVED", None)
    assert row.decided_by == behaviour.decided_by
    assert row.answer_by == TODAY + 15 * DAY
    assert row.interaction is not None
    assert row.interaction.about_id == str(PortalAct.objects.get().pk)
    assert issued.link.text in row.interaction.body
    assert WORDS in row.interaction.body
    todo = FollowUp.objects.get()
    assert (todo.owner, todo.client) == (client.owner, client)
    actions = AuditEvent.objects.filter(stream__name=f"client:{client.pk}")
    assert actions.filter(action="credit.appeal_receive", actor=None).count() == 1
    assert not list(acts_recorded())


def test_the_exact_text_has_what_the_page_shows_and_its_hash_is_kept(
    phone: Browser, behaviour: RiskBehaviour
) -> None:
    link = ask(behaviour).link
    assert sha256_of(link.text) == link.text_sha256
    for words in ("Shouted at <our> clerk", "Client: Far East Ltd", "It counts until: 14 June 2027",
                  "An entry of our log (Call), 15 June 2026", "by 28 June 2026"):  # fmt: skip
        assert words in link.text


def test_it_reads_natively_in_chinese(phone: Browser, behaviour: RiskBehaviour) -> None:
    issued = ask(behaviour, language="zh-hans")
    assert issued.link.text.startswith("债权人：海港有限公司")
    assert "请于2026年6月28日（含当日）前" in issued.link.text
    url = opened(phone, issued)
    page = text_of(phone, url)
    assert "对我方人员的言行" in page
    assert "如贵方有不同意见" in page
    assert "If you see it differently" in text_of(phone, f"{url}?language=en")


def test_a_get_writes_nothing(phone: Browser, behaviour: RiskBehaviour) -> None:
    issued = ask(behaviour)
    text_of(phone, f"/p/{issued.token}/")
    assert not PortalVisit.objects.exists()
    url = opened(phone, issued)
    before = (PortalVisit.objects.count(), AuditEvent.objects.count(), Appeal.objects.count())
    text_of(phone, url)
    after = (PortalVisit.objects.count(), AuditEvent.objects.count(), Appeal.objects.count())
    assert after == before


def test_words_and_a_name_are_asked_for(phone: Browser, behaviour: RiskBehaviour) -> None:
    url = opened(phone, ask(behaviour))
    for wrong in (writes(" "), writes(name=" "), writes("x" * 4001)):
        assert phone.post(url, wrong).status_code == 200
    assert not Appeal.objects.exists()
    assert phone.post(url, writes("x" * 4000)).status_code == 302


def test_twice_is_once(phone: Browser, behaviour: RiskBehaviour) -> None:
    url = opened(phone, ask(behaviour))
    fields = writes()
    assert [phone.post(url, fields).status_code for _ in range(2)] == [302, 302]
    assert phone.post(url, writes("More")).status_code == 410
    assert (Appeal.objects.count(), FollowUp.objects.count()) == (1, 1)


def test_it_ends_with_a_whole_day(phone: Browser, behaviour: RiskBehaviour) -> None:
    issued = ask(behaviour, days=7)
    url = opened(phone, issued)
    last = dt.datetime(2026, 6, 21, 23, 59, tzinfo=dt.timezone(8 * dt.timedelta(hours=1)))
    assert "21 June 2026" in text_of(phone, url)
    with time_machine.travel(last, tick=False):
        assert phone.get(url).status_code == 200
    with time_machine.travel(last + dt.timedelta(minutes=1), tick=False):
        assert phone.get(url).status_code == 410
        assert phone.post(url, writes()).status_code == 410
        assert Browser().get(f"/p/{issued.token}/").status_code == 410
    assert not Appeal.objects.exists()


def test_it_ends_no_later_than_what_is_held_against_the_client(
    client: Client, boss: User, behaviour: RiskBehaviour
) -> None:
    hold = place_hold(
        client=client, reason="Owes much", expires_on=TODAY + 3 * DAY, actor=boss, at=NOW
    )
    assert ask(hold).link.facts["last_day"] == (TODAY + 3 * DAY).isoformat()
    late = NOW + 360 * DAY
    assert ask(behaviour, days=90, at=late).link.facts["last_day"] == "2027-06-14"
    with pytest.raises(UnableToIssueLink, match="does not count"):
        ask(behaviour, at=NOW + 365 * DAY)


def test_a_revoked_link_and_a_guessed_one_say_no_more_than_others(
    phone: Browser, behaviour: RiskBehaviour
) -> None:
    issued = ask(behaviour)
    url = opened(phone, issued)
    assert Browser().get(url).status_code == 404
    assert phone.get(f"/p/{'x' * 43}/").status_code == 404
    revoke_link(link=issued.link, reason="A mistake", actor=None, at=NOW)
    closed = phone.post(url, writes())
    assert closed.status_code == 410
    assert "Shouted" not in closed.content.decode()
    assert not Appeal.objects.exists()


def test_what_is_not_held_against_the_client_any_more_is_not_asked_about(
    phone: Browser, client: Client, boss: User, behaviour: RiskBehaviour
) -> None:
    url = opened(phone, ask(behaviour))
    withdraw_behaviour(behaviour=behaviour, reason="An error", actor=boss, at=NOW)
    assert phone.get(url).status_code == 410
    assert phone.post(url, writes()).status_code == 410
    assert not Appeal.objects.exists()
    with pytest.raises(UnableToIssueLink, match="does not count"):
        ask(behaviour)
    with pytest.raises(UnableToIssueLink, match="does not count"):
        ask(proposed(client))


def test_an_appeal_that_came_otherwise_closes_the_link(
    phone: Browser, client: Client, behaviour: RiskBehaviour
) -> None:
    url = opened(phone, ask(behaviour))
    receive_appeal(
        client=client, against="BEHAVIOUR", behaviour=behaviour, grounds="By phone", channel="CALL",
        received_on=TODAY, key="a", actor=client.owner, on=TODAY, at=NOW,
    )  # fmt: skip
    assert phone.post(url, writes()).status_code == 410
    assert Appeal.objects.count() == 1
    with pytest.raises(UnableToIssueLink, match="already"):
        ask(behaviour)


def test_free_work_a_hold_and_a_score_can_be_appealed_against(
    phone: Browser, client: Client, boss: User
) -> None:
    hold = place_hold(
        client=client, reason="Two invoices are 90 days overdue", expires_on=TODAY + 60 * DAY,
        actor=boss, at=NOW,
    )  # fmt: skip
    entry, score = free_work_of(client, boss), score_of(client, broken_promises=-30.0)
    for thing, words in (
        (entry, ("Trial or sample", "2.5", "Two more tests")),
        (hold, ("Two invoices are 90 days overdue", "2 promises")),
        (score, ("2 promises", "left out")),
    ):
        url = opened(phone, ask(thing))
        page = text_of(phone, url)
        assert all(one in page for one in words), (thing, words)
        assert phone.post(url, writes()).status_code == 302
    found = {row.against: row for row in Appeal.objects.all()}
    assert found["FREE_WORK"].free_entry == entry
    assert found["FREE_WORK"].decided_by == boss
    assert (found["HOLD"].hold, found["HOLD"].decided_by) == (hold, boss)
    assert found["GRADE"].snapshot == score


def test_an_old_score_and_one_that_nothing_speaks_against_are_not_told(client: Client) -> None:
    old = score_of(client, late_0=-20.0)
    plain = score_of(client, late_0=20.0)
    with pytest.raises(UnableToIssueLink, match="newer score"):
        ask(old)
    with pytest.raises(UnableToIssueLink, match="does not count"):
        ask(plain)


def test_a_grade_that_changed_closes_its_link(phone: Browser, client: Client) -> None:
    url = opened(phone, ask(score_of(client, late_0=-20.0)))
    Client.objects.filter(pk=client.pk).update(grade="B")
    assert phone.post(url, writes()).status_code == 410


def test_the_days_that_were_promised_hold(
    phone: Browser, boss: User, behaviour: RiskBehaviour
) -> None:
    url = opened(phone, ask(behaviour))
    set_answer_time(days=30, reason="Holidays", actor=boss, at=NOW)
    phone.post(url, writes())
    assert Appeal.objects.get().answer_by == TODAY + 15 * DAY


def test_the_answer_stands_where_the_client_wrote(
    phone: Browser, behaviour: RiskBehaviour, other: User
) -> None:
    issued = ask(behaviour)
    url = opened(phone, issued)
    phone.post(url, writes())
    receipt = text_of(phone, url)
    assert "You get our answer by 30 June 2026" in receipt
    assert WORDS in receipt
    assert "<textarea" not in receipt
    row = Appeal.objects.get()
    take_up_appeal(appeal=row, handler=other, actor=other, at=NOW)
    decide_appeal(
        appeal=row, outcome="UPHELD", answer="The caller was not of yours.", follows="Nothing",
        actor=other, on=TODAY, at=NOW,
    )  # fmt: skip
    with time_machine.travel(NOW + 20 * DAY, tick=False):
        fresh = Browser()
        entry = text_of(fresh, f"/p/{issued.token}/")
        assert "You answered on" in entry
        page = text_of(fresh, opened(fresh, issued))
        assert "Our answer to your appeal" in page
        assert "The caller was not of yours." in page
        assert PortalVisit.objects.filter(what="OPENED").count() == 2
        assert fresh.post(opened(fresh, issued), writes("Again")).status_code == 410
    with time_machine.travel(NOW + 121 * DAY, tick=False):
        assert Browser().get(f"/p/{issued.token}/").status_code == 410
        assert Browser().post(f"/p/{issued.token}/").status_code == 410


def test_only_such_a_link_opens_again(phone: Browser, issue: Any) -> None:
    issued = issue()
    url = opened(phone, issued)
    phone.post(url, {"choice": "CONFIRMED", "name": "Wang", "key": "k", "remark": ""})
    assert PortalLink.objects.get().acted_at is not None
    assert Browser().post(f"/p/{issued.token}/").status_code == 410


def test_what_was_read_can_not_be_changed(behaviour: RiskBehaviour) -> None:
    link = ask(behaviour).link
    with pytest.raises(DatabaseError), transaction.atomic():
        PortalLink.objects.filter(pk=link.pk).update(facts={})


# --- Pages of the staff --------------------------------------------------------------------------


def test_the_staff_see_what_the_client_will_read_and_make_the_link(
    client: Client, behaviour: RiskBehaviour, other: User
) -> None:
    assert client.owner is not None
    web = signed_in(client.owner)
    address = reverse("portal:appeal_new", args=["behaviour", behaviour.pk])
    assert address in text_of(web, reverse("credit:behaviour", args=[behaviour.pk]))
    page = text_of(web, address)
    assert "Shouted at &lt;our&gt; clerk" in page
    made = web.post(address, {"language": "en", "days": "14", "contact": "", "key": "k"})
    assert "/p/" in made.content.decode()
    link = PortalLink.objects.get()
    assert link.action == "decision.appeal"
    withdraw_behaviour(behaviour=behaviour, reason="An error", actor=other, at=NOW)
    assert "does not count" in text_of(web, address)
    refused = web.post(address, {"language": "en", "days": "14", "contact": "", "key": "l"})
    assert refused.status_code == 200
    assert PortalLink.objects.count() == 1


def test_the_pages_lead_to_it(client: Client, boss: User) -> None:
    web = signed_in(boss)
    hold = place_hold(client=client, reason="Owes", expires_on=TODAY + 60 * DAY, actor=boss, at=NOW)
    entry, score = free_work_of(client, boss), score_of(client, late_0=-20.0)
    for page, about, pk in (
        (reverse("credit:hold", args=[hold.pk]), "hold", hold.pk),
        (reverse("credit:free_entry", args=[entry.pk]), "free", entry.pk),
        (reverse("credit:file", args=[client.pk]), "grade", score.pk),
    ):
        address = reverse("portal:appeal_new", args=[about, pk])
        assert address in text_of(web, page), about
        assert web.get(address).status_code == 200
    assert web.get("/links/appeal/nothing/1/").status_code == 404


def test_the_appeal_leads_to_who_wrote_it(
    phone: Browser, boss: User, behaviour: RiskBehaviour
) -> None:
    issued = ask(behaviour)
    phone.post(opened(phone, issued), writes())
    page = text_of(signed_in(boss), reverse("credit:appeal", args=[Appeal.objects.get().pk]))
    assert reverse("portal:link", args=[issued.link.pk]) in page


def test_another_client_is_not_told(behaviour: RiskBehaviour, creditor: Creditor) -> None:
    stranger = make_user(Role.SALES)
    make_client(owner=stranger)
    address = reverse("portal:appeal_new", args=["behaviour", behaviour.pk])
    assert signed_in(stranger).get(address).status_code == 404


# --- Two at once -----------------------------------------------------------------------------


def posted_at_once(url: str, phone: Browser, *bodies: dict[str, str]) -> list[int]:
    """Send each body on a connection of its own, all with the cookies of the one phone."""

    def send(body: dict[str, str]) -> int:
        browser = Browser()
        browser.cookies = phone.cookies
        return browser.post(url, body).status_code

    return at_once(*[partial(send, body) for body in bodies])


@pytest.mark.django_db(transaction=True)
def test_of_two_appeals_at_once_by_one_link_one_is_taken(
    phone: Browser, behaviour: RiskBehaviour
) -> None:
    url = opened(phone, ask(behaviour))
    statuses = posted_at_once(url, phone, *[writes(f"Ground {n}") for n in range(4)])
    assert len(statuses) == 4
    assert max(statuses) < 500
    assert (Appeal.objects.count(), PortalAct.objects.count()) == (1, 1)
    assert PortalVisit.objects.filter(what="REFUSED", reason="USED").count() == 3


@pytest.mark.django_db(transaction=True)
def test_one_click_sent_twice_at_once_is_one_appeal(
    phone: Browser, behaviour: RiskBehaviour
) -> None:
    url = opened(phone, ask(behaviour))
    click = writes()
    assert posted_at_once(url, phone, click, click) == [302, 302]
    assert (Appeal.objects.count(), PortalAct.objects.count()) == (1, 1)

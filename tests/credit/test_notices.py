"""Notices: graded, told once to whoever should know, and by one mail a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from clients.models import Client
from core import outbox
from core.models import OutboxItem, User
from core.states import Role
from credit.models import (
    CreditNotice,
    CurrentScore,
    Monitoring,
    NoticeDigest,
    NoticeTo,
    ScoreSnapshot,
    StandingChange,
)
from credit.rules.notices import bands_fallen, level_of_breach, level_of_fall, level_of_report
from credit.services.demo import tell_scores
from credit.services.monitoring import refresh_monitoring
from credit.services.notices import MailNotSent, give_notices, send_digest, write_digests
from credit.services.reports import FactLine
from credit.services.scores import score_clients
from tests.credit.reports.cast import filed
from tests.credit.test_monitoring import DAY, owing
from tests.credit.test_scores import history
from tests.factories import NOW, TODAY, count_queries, make_invoice, make_user, signed_in
from tests.reminders.sink import Sink, mail_sink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.SITE_URL = "https://crm.example"
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with mail_sink(settings) as server:
        yield server


@pytest.fixture
def owner() -> User:
    return make_user(Role.SALES, name="Sally")


@pytest.fixture
def finance() -> User:
    return make_user(Role.FINANCE, name="Fiona", language="zh-hans")


@pytest.fixture
def manager() -> User:
    return make_user(Role.MANAGER, name="Max")


@pytest.fixture
def client(owner: User, finance: User, manager: User) -> Client:
    return owing(owner, "Far East Ltd")


def fell(client: Client, *grades: str, at: dt.datetime = NOW) -> None:
    """A grade went down these steps, the last one at `at`, each a month after the one before."""
    for place, (was, now) in enumerate(pairwise(grades)):
        when = at - dt.timedelta(days=31 * (len(grades) - 2 - place))
        StandingChange.objects.create(
            client=client, part="GRADE", before=was, after=now, cause="GRADE", at=when
        )


def give(on: dt.date = TODAY, at: dt.datetime = NOW) -> int:
    return give_notices(on=on, at=at)


def told() -> set[str]:
    return set(NoticeTo.objects.values_list("user__name", flat=True))


# --- Rules -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "bands"),
    [
        (["B"], "C", 1), (["A", "B"], "C", 2), (["C"], "B", 0), (["U"], "C", 0), ([], "C", 0),
        (["B"], "U", 0), ([""], "E", 0), (["B"], "", 0),
    ],
)  # fmt: skip
def test_a_fall_is_counted_from_the_best_grade(before: list[str], after: str, bands: int) -> None:
    assert bands_fallen(before, after) == bands


def test_how_grave_it_is() -> None:
    assert [level_of_fall(1, "C"), level_of_fall(2, "C")] == ["NOTICE", "WARNING"]
    assert level_of_fall(1, "E") == "URGENT"
    assert level_of_breach(Decimal(149), Decimal(100)) == "WARNING"
    assert level_of_breach(Decimal(150), Decimal(100)) == "URGENT"
    assert level_of_report(["TAX"]) == "WARNING"
    assert level_of_report(["TAX", "INSOLVENCY"]) == "URGENT"


# --- What is told, and to whom -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grades", "level", "people"),
    [
        (["B", "C"], "NOTICE", {"Sally"}),
        (["A", "B", "C"], "WARNING", {"Sally", "Fiona"}),
        (["D", "E"], "URGENT", {"Sally", "Fiona", "Max"}),
    ],
)
def test_the_graver_it_is_the_more_people_are_told(
    client: Client, grades: list[str], level: str, people: set[str]
) -> None:
    fell(client, *grades)
    # The steps before the last are more than a week old and are not told any more.
    assert give() == 1
    notice = CreditNotice.objects.get()
    assert (notice.level, notice.facts) == (level, {"was": grades[0], "is": grades[-1]})
    assert told() == people


def test_nothing_is_told_twice(client: Client) -> None:
    fell(client, "B", "C")
    assert [give(), give(), give(TODAY + DAY, NOW + DAY)] == [1, 0, 0]
    assert NoticeTo.objects.count() == 1


def test_a_rise_and_a_first_grade_are_not_told(client: Client) -> None:
    fell(client, "C", "B")
    fell(client, "U", "C")
    assert give() == 0


def test_a_client_of_nobody_is_told_to_finance(client: Client) -> None:
    Client.objects.filter(pk=client.pk).update(owner=None)
    fell(client, "B", "C")
    give()
    assert told() == {"Fiona"}


def test_somebody_who_left_is_not_told_and_somebody_always_is(
    client: Client, owner: User, finance: User
) -> None:
    User.objects.filter(pk__in=[owner.pk, finance.pk]).update(is_active=False)
    fell(client, "B", "C")
    give()
    assert told() == {"Max"}


def test_a_new_breach_is_told_once_and_a_later_one_again(client: Client) -> None:
    Client.objects.filter(pk=client.pk).update(credit_limit=Decimal(500), limit_currency="CNY")
    refresh_monitoring(on=TODAY)
    creditor = client.invoices.get().creditor
    make_invoice(client, creditor, "450.00", due_on=TODAY)
    for later in (1, 2):
        refresh_monitoring(on=TODAY + later * DAY)
        give(TODAY + later * DAY, NOW + later * DAY)
    notice = CreditNotice.objects.get()
    assert (notice.level, notice.fact) == ("WARNING", (TODAY + DAY).isoformat())
    assert Decimal(notice.facts["used"]) == 550
    Monitoring.objects.update(over_since=TODAY + 3 * DAY)
    assert give(TODAY + 3 * DAY, NOW + 3 * DAY) == 1


def test_who_was_over_when_it_began_is_no_news(client: Client) -> None:
    Client.objects.filter(pk=client.pk).update(credit_limit=Decimal(50), limit_currency="CNY")
    refresh_monitoring(on=TODAY)
    assert Monitoring.objects.get().over_since == TODAY
    assert give() == 0


def test_who_becomes_likely_to_go_late_is_told_once_a_month(client: Client) -> None:
    creditor = client.invoices.get().creditor
    history(client, creditor, *[0] * 8, until=TODAY - 60 * DAY)
    score_clients(on=TODAY - 10 * DAY, at=NOW - 10 * DAY)
    assert give() == 0
    for number in range(5):
        due = TODAY - (50 + number) * DAY
        make_invoice(client, creditor, "100.00", due_on=due, issued_on=due - 30 * DAY)
    score_clients(on=TODAY, at=NOW)
    assert give() == 1
    notice = CreditNotice.objects.get()
    row = client.current_score.snapshot
    assert (notice.signal, notice.level, notice.fact) == ("LIKELY_LATE", "WARNING", str(row.pk))
    assert notice.facts["chance"] == round(100 * row.late_30)
    # It goes to and fro: the crossing of the next week is a fact of its own, and too soon to tell.
    ScoreSnapshot.objects.bulk_create([again(row, 0.5), again(row, 2.5)])
    CurrentScore.objects.update(snapshot=client.scores.order_by("-pk")[0], warning=2.5)
    assert give() == 0
    assert give(TODAY + 31 * DAY, NOW + 31 * DAY) == 0
    assert CreditNotice.objects.count() == 1


def again(row: ScoreSnapshot, warning: float) -> ScoreSnapshot:
    """The score once more, with another early warning."""
    copy = ScoreSnapshot.objects.get(pk=row.pk)
    copy.pk, copy.warning, copy.on = None, warning, row.on + DAY
    return copy


def test_bad_reports_and_those_that_ran_out_are_told(client: Client) -> None:
    filed(client, facts=[FactLine(kind="INSOLVENCY", text="in liquidation")])
    filed(client, "creditsafe", on=TODAY - 2 * DAY, valid_until=TODAY - DAY)
    filed(client, "own", facts=[FactLine(kind="CHARGE", text="a charge")])
    assert give() == 2
    levels = dict(CreditNotice.objects.values_list("signal", "level"))
    assert levels == {"BAD_REPORT": "URGENT", "EXPIRED_REPORT": "NOTICE"}


def test_what_the_database_keeps(client: Client, owner: User, manager: User) -> None:
    fell(client, "B", "C")
    give()
    notice, one = CreditNotice.objects.get(), NoticeTo.objects.get()
    NoticeTo.objects.filter(pk=one.pk).update(seen_at=NOW)
    digest = NoticeDigest.objects.create(user=manager, on=TODAY, created_at=NOW, left_at=NOW)
    wrong: list[Any] = [
        lambda: CreditNotice.objects.update(level="URGENT"),
        lambda: NoticeTo.objects.update(seen_at=None),
        lambda: NoticeTo.objects.update(user=manager),
        lambda: NoticeTo.objects.update(digest=digest),
        lambda: NoticeTo.objects.all().delete(),
        lambda: NoticeDigest.objects.update(left_at=None),
        lambda: NoticeTo.objects.create(notice=notice, user=owner),
        lambda: NoticeDigest.objects.create(user=manager, on=TODAY, created_at=NOW),
    ]
    for change in wrong:
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            change()


def test_the_demonstration_has_clients_to_look_at_and_news(client: Client, owner: User) -> None:
    creditor = client.invoices.get().creditor
    history(client, creditor, *[0] * 8, until=TODAY - 200 * DAY)
    for number in range(6):
        due = TODAY - (40 + number) * DAY
        make_invoice(client, creditor, "100.00", due_on=due, issued_on=due - 30 * DAY)
    tell_scores(on=TODAY, at=NOW)
    assert Monitoring.objects.visible_to(owner).due(on=TODAY).get().client == client
    assert CreditNotice.objects.filter(signal="GRADE").count() == 1


# --- One mail a day ------------------------------------------------------------------------------

MORNING = NOW  # 10:00 in Shanghai


def digests(at: dt.datetime = MORNING, on: dt.date = TODAY) -> int:
    return write_digests(on=on, at=at, zone="Asia/Shanghai")


def test_each_person_gets_one_mail_a_day_in_their_language(client: Client, sink: Sink) -> None:
    other = owing(client.owner, "Second Ltd")
    fell(client, "D", "E")
    fell(other, "A", "B", "C")
    give()
    assert [digests(), digests()] == [3, 0]
    assert outbox.run_waiting(at=MORNING) == 3
    mails = {str(mail["To"].addresses[0].display_name): mail for mail in sink.mails}
    assert set(mails) == {"Sally", "Fiona", "Max"}
    english, chinese = mails["Sally"].get_content(), mails["Fiona"].get_content()
    assert str(mails["Sally"]["Subject"]) == "Credit: 1 urgent notice"
    assert english.index("Far East Ltd") < english.index("Second Ltd")
    assert "The grade fell from D to E." in english
    look = reverse("credit:look_new", args=[client.pk])
    assert f"https://crm.example{look}" in english
    assert "信用等级由 D 降至 E" in chinese
    assert "Second Ltd" not in mails["Max"].get_content()
    # What came later the same day waits for the next morning, and only the new is told then.
    fell(client, "B", "C")
    give()
    assert digests() == 0
    tomorrow = MORNING + DAY
    assert digests(tomorrow, TODAY + DAY) == 1
    outbox.run_waiting(at=tomorrow)
    assert "D to E" not in sink.mails[-1].get_content()


def test_before_seven_nothing_leaves(client: Client) -> None:
    fell(client, "B", "C")
    give()
    assert digests(dt.datetime(2026, 6, 14, 22, 59, tzinfo=dt.UTC)) == 0
    assert digests(dt.datetime(2026, 6, 14, 23, 0, tzinfo=dt.UTC)) == 1


def test_what_was_read_is_not_mailed(client: Client, owner: User, sink: Sink) -> None:
    fell(client, "B", "C")
    give()
    digests()
    NoticeTo.objects.update(seen_at=NOW)
    outbox.run_waiting(at=MORNING)
    assert sink.mails == []


def test_who_lost_the_client_is_not_told_of_it_any_more(client: Client, sink: Sink) -> None:
    fell(client, "B", "C")
    give()
    Client.objects.filter(pk=client.pk).update(owner=make_user(Role.SALES))
    assert digests() == 0
    assert not OutboxItem.objects.exists()


def test_a_mail_that_left_is_never_sent_again(client: Client, sink: Sink) -> None:
    fell(client, "B", "C")
    give()
    digests()
    row = NoticeDigest.objects.get()
    # The server keeps the text and hangs up: nobody knows whether it arrived.
    sink.script = lambda step, _argument: "!kept" if step == "text" else None
    send_digest(digest_id=row.pk, clock=lambda: MORNING)
    sink.script = lambda _step, _argument: None
    send_digest(digest_id=row.pk, clock=lambda: MORNING)
    assert len(sink.mails) == 1
    row.refresh_from_db()
    assert row.left_at == MORNING


def test_while_the_server_is_away_it_is_tried_again(client: Client, sink: Sink) -> None:
    fell(client, "B", "C")
    give()
    digests()
    row = NoticeDigest.objects.get()
    sink.script = lambda step, _argument: "451 later" if step == "mail" else None
    with pytest.raises(MailNotSent):
        send_digest(digest_id=row.pk, clock=lambda: MORNING)
    sink.script = lambda _step, _argument: None
    send_digest(digest_id=row.pk, clock=lambda: MORNING)
    assert len(sink.mails) == 1


# --- Pages ---------------------------------------------------------------------------------------


def test_ones_own_notices_stand_on_the_page_and_at_home_until_read(
    client: Client, owner: User, finance: User
) -> None:
    fell(client, "B", "C")
    give()
    mine, theirs = signed_in(owner), signed_in(finance)
    for name in ("credit:notices", "workspace:home"):
        assert "The grade fell from B to C." in mine.get(reverse(name)).content.decode()
        assert "The grade fell" not in theirs.get(reverse(name)).content.decode()
    row = NoticeTo.objects.get()
    theirs.post(reverse("credit:notices_read"), {"id": row.pk})
    row.refresh_from_db()
    assert row.seen_at is None
    mine.post(reverse("credit:notices_read"), {"id": row.pk})
    text = mine.get(reverse("credit:notices")).content.decode()
    assert "The grade fell" not in text
    assert "The grade fell" in mine.get(reverse("credit:notices") + "?show=all").content.decode()


def test_every_signal_is_read_in_chinese(client: Client, manager: User) -> None:
    facts = {
        "GRADE": {"was": "B", "is": "C"},
        "LIKELY_LATE": {"snapshot": 1, "chance": 61},
        "OVER_LIMIT": {"used": "9.00", "limit": "5.00", "currency": "CNY"},
        "BAD_REPORT": {
            "report": 1, "provider": "Agency", "provider_zh": "征信", "kinds": ["TAX"],
        },
        "EXPIRED_REPORT": {"report": 1, "provider": "Agency", "provider_zh": "征信"},
    }  # fmt: skip
    for signal, given in facts.items():
        row = CreditNotice.objects.create(
            client=client, signal=signal, fact="x", level="WARNING", facts=given,
            happened_on=TODAY, at=NOW,
        )  # fmt: skip
        NoticeTo.objects.create(notice=row, user=manager)
    chinese = {"accept-language": "zh-hans"}
    text = signed_in(manager).get(reverse("credit:notices"), headers=chinese).content.decode()
    for words in ("由 B 降至 C", "61%", "超过授信额度", "征信的信用报告对客户不利", "已过期"):
        assert words in text


def test_the_list_of_notices_costs_the_same_for_any_length(client: Client, owner: User) -> None:
    browser = signed_in(owner)
    fell(client, "B", "C")
    give()
    url = reverse("credit:notices")
    browser.get(url)
    before = count_queries(lambda: browser.get(url))
    for _number in range(4):
        fell(owing(owner), "B", "C")
    give()
    assert count_queries(lambda: browser.get(url)) == before <= 10


def test_telling_many_costs_the_same_as_telling_one(client: Client, owner: User) -> None:
    fell(client, "D", "E")
    before = count_queries(give)
    for _number in range(6):
        fell(owing(owner), "D", "E")
    assert count_queries(give) == before
    assert CreditNotice.objects.count() == 7

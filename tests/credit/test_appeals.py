"""Appeals: a deadline, somebody else who looks, an answer with reasons in the client's language."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.urls import reverse

from clients.models import Client
from core.models import AuditEvent, User
from core.states import Role
from credit.models import (
    Appeal,
    AppealTerms,
    Calibration,
    CurrentScore,
    FreeEntry,
    ScoreSnapshot,
)
from credit.rules.columns import FACTS
from credit.rules.reasons import Counted, strongest, words_of
from credit.rules.score import FACTORS
from credit.selectors.explain import strongest_reasons
from credit.selectors.fairness import fairness_histories
from credit.selectors.freeloading import freeloading_facts
from credit.services.appeals import (
    UnableToHandleAppeal,
    decide_appeal,
    receive_appeal,
    set_answer_time,
    take_up_appeal,
    withdraw_appeal,
)
from credit.services.behaviours import confirm_behaviour, propose_behaviour
from credit.services.freeloading import Gift, judge_free_work, note_free_work
from credit.services.holds import place_hold
from credit.states import APPEAL_TRANSITIONS, AppealState, FreeWork
from interactions.models import FollowUp, Interaction
from interactions.services import log_interaction
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_creditor,
    make_invoice,
    make_user,
    pay,
    signed_in,
)

S = AppealState
DAY = dt.timedelta(days=1)
_keys = itertools.count()
db = pytest.mark.django_db


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


@pytest.fixture
def client() -> Client:
    make_creditor(legal_name="Own Ltd", legal_name_zh="自有有限公司")
    return make_client(owner=make_user(Role.SALES), legal_name="Far East Ltd", language="en")


def behaviour_of(client: Client, boss: User) -> Any:
    entry = log_interaction(
        client=client, kind="CALL", direction="IN", occurred_at=NOW, body="Shouted", actor=None,
        at=NOW,
    )  # fmt: skip
    row = propose_behaviour(
        client=client, kind="abuse", what="Shouted", happened_on=TODAY, key=f"b{next(_keys)}",
        evidence=[("interaction", entry)], actor=client.owner, on=TODAY, at=NOW,
    )  # fmt: skip
    return confirm_behaviour(behaviour=row, reason="So it was", actor=boss, at=NOW)


def received(client: Client, **changed: Any) -> Appeal:
    given: dict[str, Any] = {
        "against": "OTHER",
        "decision": "No discount",
        "grounds": "It was agreed on the telephone",
        "channel": "LETTER",
        "received_on": TODAY,
        "key": f"a{next(_keys)}",
        "actor": client.owner,
        "on": TODAY,
        "at": NOW,
    }
    return receive_appeal(client=client, **{**given, **changed})


def decided(row: Appeal, handler: User, outcome: str = "UPHELD", **changed: Any) -> Appeal:
    take_up_appeal(appeal=row, handler=handler, actor=handler, at=NOW)
    given = {"answer": "The recording shows another voice.", "follows": "Nothing more"}
    return decide_appeal(
        appeal=row, outcome=outcome, **{**given, **changed}, actor=handler, on=TODAY, at=NOW
    )


@db
def test_an_appeal_is_answered_within_fifteen_days_and_is_in_the_log(client: Client) -> None:
    row = received(client, received_on=TODAY - DAY)
    assert (row.state, row.answer_by) == (S.RECEIVED, TODAY + 14 * DAY)
    entry = Interaction.objects.get()
    assert (entry.kind, entry.direction, entry.body) == ("LETTER", "IN", row.grounds)
    assert AuditEvent.objects.filter(
        action="credit.appeal_receive", stream__name=f"client:{client.pk}"
    ).exists()


@db
def test_the_days_to_answer_change_for_later_appeals_only(client: Client, boss: User) -> None:
    before = received(client)
    given: dict[str, Any] = {"actor": boss, "at": NOW}
    wrong: dict[str, Any]
    for wrong in (
        {"days": 0, "reason": "x"},
        {"days": 61, "reason": "x"},
        {"days": 5, "reason": ""},
    ):
        with pytest.raises(UnableToHandleAppeal):
            set_answer_time(**{**wrong, **given})
    set_answer_time(days=5, reason="We are quick", **given)
    assert received(client).answer_by == TODAY + 5 * DAY
    before.refresh_from_db()
    assert before.answer_by == TODAY + 15 * DAY
    assert AppealTerms.objects.count() == 2


@db
def test_upheld_a_behaviour_is_overturned_in_the_same_breath(
    client: Client, boss: User, other: User
) -> None:
    behaviour = behaviour_of(client, boss)
    row = received(client, against="BEHAVIOUR", behaviour=behaviour, decision="")
    assert row.decided_by == boss
    decided(row, other)
    behaviour.refresh_from_db()
    assert (behaviour.state, row.state) == ("OVERTURNED", S.UPHELD)
    assert "You are right." in row.letter
    assert "not held against you any more" in row.letter
    assert row.letter in Interaction.objects.order_by("-pk")[0].body
    assert not list(fairness_histories())


def free_work_of(client: Client, noted_by: User, judge: User) -> FreeEntry:
    entry = log_interaction(
        client=client, kind="CALL", direction="IN", occurred_at=NOW, body="More tests", actor=None,
        at=NOW,
    )  # fmt: skip
    gift = Gift(kind=FreeWork.TRIAL, happened_on=TODAY, currency="CNY", hours=Decimal(3),
                interaction=entry)  # fmt: skip
    row = note_free_work(
        client=client, gift=gift, key=f"f{next(_keys)}", on=TODAY, actor=noted_by, at=NOW
    )
    judge_free_work(
        entry=row, verdict="CONFIRMED", reason="Asked for", on=TODAY, actor=judge, at=NOW
    )
    return row


@db
def test_upheld_free_work_is_our_own_choice_from_then_on(
    client: Client, boss: User, other: User
) -> None:
    noted_by = make_user(Role.MANAGER, name="Who noted it")
    entry = free_work_of(client, noted_by, boss)
    row = received(client, against="FREE_WORK", free_entry=entry, decision="")
    assert row.decided_by == boss
    with pytest.raises(UnableToHandleAppeal, match="looked at already"):
        received(client, against="FREE_WORK", free_entry=entry, decision="")
    for involved in (boss, noted_by):
        with pytest.raises(UnableToHandleAppeal, match="does not look"):
            take_up_appeal(appeal=row, handler=involved, actor=other, at=NOW)
    assert freeloading_facts(on=TODAY)[client.pk].times == 1
    decided(row, other)
    assert freeloading_facts(on=TODAY) == {}
    assert "work of 15 June 2026" in row.letter
    assert "not held against you any more" in row.letter
    with pytest.raises(UnableToHandleAppeal, match="nothing to undo"):
        received(client, against="FREE_WORK", free_entry=entry, decision="")


@db
def test_the_database_knows_no_appeal_against_free_work_without_it(client: Client) -> None:
    for wrong in ({"against": "FREE_WORK"}, {"against": "BEHAVIOUR"}, {"against": "HOLD"}):
        with pytest.raises(UnableToHandleAppeal):
            received(client, **wrong)
        with (
            pytest.raises(IntegrityError, match="appeal_against_one_thing"),
            transaction.atomic(),
        ):
            Appeal.objects.create(
                client=client, **wrong, channel="CALL", grounds="x", received_on=TODAY,
                answer_by=TODAY, key=f"a{next(_keys)}", created_at=NOW,
            )  # fmt: skip


@db
def test_free_work_of_another_client_is_refused(client: Client, boss: User) -> None:
    foreign = free_work_of(make_client(), make_user(Role.SALES), boss)
    with pytest.raises(UnableToHandleAppeal, match="another client"):
        received(client, against="FREE_WORK", free_entry=foreign, decision="")


@db
def test_a_page_offers_the_free_work_that_counts(client: Client, boss: User, other: User) -> None:
    assert client.owner is not None
    entry = free_work_of(client, client.owner, boss)
    browser = signed_in(client.owner)
    code = f"free:{entry.pk}"
    assert code in browser.get(reverse("credit:free_entry", args=[entry.pk])).content.decode()
    address = reverse("credit:appeal_new", args=[client.pk])
    assert f'value="{code}" selected' in browser.get(f"{address}?about={code}").content.decode()
    fields = {"channel": "CALL", "received_on": "2026-06-15", "grounds": "We paid it", "key": "k"}
    assert browser.post(address, {**fields, "about": code}).status_code == 302
    row = Appeal.objects.get()
    assert (row.against, row.free_entry, row.decided_by) == ("FREE_WORK", entry, boss)
    decided(row, other)
    page = browser.get(reverse("credit:appeal", args=[row.pk])).content.decode()
    assert reverse("credit:free_entry", args=[entry.pk]) in page
    assert code not in browser.get(address).content.decode()


@db
@pytest.mark.parametrize("outcome", ["PARTLY", "REJECTED"])
def test_otherwise_a_behaviour_stays(client: Client, boss: User, other: User, outcome: str) -> None:
    behaviour = behaviour_of(client, boss)
    row = received(client, against="BEHAVIOUR", behaviour=behaviour, decision="")
    decided(row, other, outcome)
    behaviour.refresh_from_db()
    assert behaviour.state == "CONFIRMED"
    assert FollowUp.objects.filter(owner=other).count() == (1 if outcome == "PARTLY" else 0)


@db
def test_who_decided_does_not_look_at_the_appeal(client: Client, boss: User, other: User) -> None:
    row = received(client, against="BEHAVIOUR", behaviour=behaviour_of(client, boss), decision="")
    with pytest.raises(UnableToHandleAppeal, match="took the decision"):
        take_up_appeal(appeal=row, handler=boss, actor=other, at=NOW)
    with pytest.raises(IntegrityError, match="appeal_four_eyes"), transaction.atomic():
        Appeal.objects.filter(pk=row.pk).update(state="IN_WORK", handler=boss)
    take_up_appeal(appeal=row, handler=other, actor=boss, at=NOW)
    with pytest.raises(UnableToHandleAppeal, match="Only who looks"):
        decide_appeal(
            appeal=row, outcome="REJECTED", answer="No", follows="", actor=boss, on=TODAY, at=NOW
        )


@db
@pytest.mark.parametrize("role", [Role.SALES, Role.FINANCE])
def test_only_a_manager_looks_at_it(client: Client, boss: User, role: Role) -> None:
    row, person = received(client), make_user(role)
    with pytest.raises(UnableToHandleAppeal, match="manager"):
        take_up_appeal(appeal=row, handler=person, actor=boss, at=NOW)
    with pytest.raises(UnableToHandleAppeal, match="manager"):
        take_up_appeal(appeal=row, handler=boss, actor=person, at=NOW)


@db
def test_a_hold_is_released_by_a_person(client: Client, boss: User, other: User) -> None:
    with pytest.raises(UnableToHandleAppeal, match="not on hold"):
        received(client, against="HOLD", decision="")
    hold = place_hold(
        client=client, reason="Owes much", expires_on=TODAY + 30 * DAY, actor=boss, at=NOW
    )
    row = received(client, against="HOLD", decision="")
    assert (row.hold, row.decided_by) == (hold, boss)
    decided(row, other, follows="Release it today")
    hold.refresh_from_db()
    assert hold.state == "HELD"
    assert "hold" in FollowUp.objects.get(owner=other).text


@db
@pytest.mark.parametrize(
    "changed",
    [
        {"grounds": " "},
        {"received_on": TODAY + DAY},
        {"decision": " "},
        {"against": "BEHAVIOUR"},
    ],
)
def test_an_appeal_that_says_too_little_is_refused_and_leaves_nothing(
    client: Client, changed: dict[str, Any]
) -> None:
    with pytest.raises(UnableToHandleAppeal):
        received(client, **changed)
    assert not Appeal.objects.exists()
    assert not Interaction.objects.exists()


@db
def test_one_appeal_at_a_time_against_a_behaviour_and_none_against_what_does_not_count(
    client: Client, boss: User, other: User
) -> None:
    behaviour = behaviour_of(client, boss)
    given = {"against": "BEHAVIOUR", "behaviour": behaviour, "decision": ""}
    row = received(client, **given)
    with pytest.raises(UnableToHandleAppeal, match="already"):
        received(client, **given)
    decided(row, other)
    behaviour.refresh_from_db()
    with pytest.raises(UnableToHandleAppeal, match="does not count"):
        received(client, **given)
    stranger = make_client()
    with pytest.raises(UnableToHandleAppeal, match="another client"):
        received(stranger, **{**given, "behaviour": behaviour_of(client, boss)}, actor=boss)


@db
def test_the_same_form_twice_is_one_appeal(client: Client) -> None:
    assert received(client, key="f").pk == received(client, key="f").pk
    assert (Appeal.objects.count(), Interaction.objects.count()) == (1, 1)


@db
@pytest.mark.parametrize("changed", [{"answer": " "}, {"follows": ""}, {"outcome": "WITHDRAWN"}])
def test_a_decision_without_reason_or_consequence_is_refused(
    client: Client, boss: User, changed: dict[str, str]
) -> None:
    row = received(client)
    with pytest.raises(UnableToHandleAppeal):
        decided(row, boss, **changed)
    assert Appeal.objects.get().state == S.IN_WORK


PATHS: dict[AppealState, tuple[AppealState, ...]] = {
    S.RECEIVED: (),
    S.IN_WORK: (S.IN_WORK,),
    S.UPHELD: (S.IN_WORK, S.UPHELD),
    S.PARTLY: (S.IN_WORK, S.PARTLY),
    S.REJECTED: (S.IN_WORK, S.REJECTED),
    S.WITHDRAWN: (S.WITHDRAWN,),
}


def walk(row: Appeal, to: AppealState, boss: User) -> None:
    if to == S.IN_WORK:
        take_up_appeal(appeal=row, handler=boss, actor=boss, at=NOW)
    elif to == S.WITHDRAWN:
        withdraw_appeal(appeal=row, reason="By mail", actor=boss, at=NOW)
    else:
        decide_appeal(
            appeal=row, outcome=to, answer="So", follows="Nothing", actor=boss, on=TODAY, at=NOW
        )


@db
@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("to", [one for one in S if one != S.RECEIVED])
def test_every_edge_is_allowed_or_refused_by_service_and_database(
    client: Client, boss: User, before: AppealState, to: AppealState
) -> None:
    row = received(client)
    for step in PATHS[before]:
        walk(row, step, boss)
    steps = row.transitions.count()
    if to in APPEAL_TRANSITIONS[before]:
        walk(row, to, boss)
        assert (row.state, row.transitions.count()) == (to, steps + 1)
    else:
        with pytest.raises(UnableToHandleAppeal):
            walk(row, to, boss)
        if to != before:
            with pytest.raises(DatabaseError), transaction.atomic():
                Appeal.objects.filter(pk=row.pk).update(
                    state=to, handler=boss, answer="x", letter="x", closed_at=NOW
                )
    assert not list(fairness_histories())


@db
def test_of_two_decisions_at_once_one_wins(client: Client, boss: User) -> None:
    row = received(client)
    take_up_appeal(appeal=row, handler=boss, actor=boss, at=NOW)
    same = Appeal.objects.get(pk=row.pk)
    walk(row, S.REJECTED, boss)
    with pytest.raises(UnableToHandleAppeal, match="meanwhile"):
        walk(same, S.UPHELD, boss)


@db
@pytest.mark.parametrize("change", [{"grounds": "y"}, {"answer_by": TODAY + 90 * DAY}])
def test_what_was_said_and_by_when_it_is_answered_stays(
    client: Client, change: dict[str, Any]
) -> None:
    received(client)
    with pytest.raises(DatabaseError), transaction.atomic():
        Appeal.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Appeal.objects.all().delete()


# --- reasons ----------------------------------------------------------------------------------


def snapshot_of(client: Client, points: dict[str, float], **facts: float) -> ScoreSnapshot:
    calibration = Calibration.objects.create(
        on=TODAY, invoices=1, shares=[0.3, 0.2, 0.1], levels=[0, 0, 0], mean_late=1, created_at=NOW
    )
    row = ScoreSnapshot.objects.create(
        client=client, on=TODAY, calibration=calibration, score=480, start=600, computed="D",
        granted="D", late_0=0.5, late_7=0.4, late_30=0.3, warning=0,
        points=[points.get(code, 0.0) for code in FACTORS],
        facts=[facts.get(name, 0.0) for name in FACTS], created_at=NOW,
    )  # fmt: skip
    CurrentScore.objects.create(client=client, snapshot=row, warning=0, look_on=TODAY)
    return row


@db
def test_the_strongest_reasons_come_first_with_the_figures_of_the_ledger(client: Client) -> None:
    creditor = make_creditor()
    # Due on Mondays; paid 0, 10 and 45 days later, and one is open for 40 days.
    for late in (0, 10, 45):
        due = dt.date(2026, 3, 2)
        invoice = make_invoice(client, creditor, due_on=due)
        pay(invoice, on=due + late * DAY)
    make_invoice(client, creditor, due_on=dt.date(2026, 5, 4))
    points = {"late_0": -10.0, "late_7": -60.0, "late_30": -40.0, "abuse": -30.0, "recent": 8.0}
    found = strongest_reasons(snapshot_of(client, points, abuse=1), "en")
    assert [one.code for one in found] == ["late_7", "late_30", "abuse", "late_0"]
    assert found[0].words == (
        "2 of 3 invoices were paid more than 7 days late, and 1 invoice is more than 7 days overdue"
    )
    assert found[1].words.startswith("1 of 3 invoices was paid more than 30 days late")
    assert "1 incident" in found[2].words
    chinese = strongest_reasons(ScoreSnapshot.objects.get(), "zh-hans", count=1)
    assert (
        chinese[0].words
        == "3 张发票中有 2 张晚于到期日 7 天以上才付款；目前有 1 张发票逾期超过 7 天"
    )


@db
def test_an_answer_about_a_grade_names_the_reasons_in_the_clients_language(boss: User) -> None:
    make_creditor(legal_name_zh="自有有限公司")
    client = make_client(owner=make_user(Role.SALES), language="zh-hans")
    snapshot = snapshot_of(client, {"broken_promises": -30.0}, broken_promises=2)
    row = received(client, against="GRADE", decision="", snapshot=snapshot)
    decided(row, boss, "REJECTED", answer="所述款项尚未到账。", follows="")
    assert "一年内有 2 次付款承诺未履行" in row.letter
    assert "维持原决定" in row.letter
    assert "自有有限公司" in row.letter
    assert "Dear" not in row.letter


def test_what_gave_points_or_took_next_to_nothing_is_no_reason() -> None:
    points = [("late_0", 5.0), ("late_7", -0.4), ("late_30", -3.0), ("recent", -9.0)]
    assert strongest(points, 4) == [("recent", -9.0), ("late_30", -3.0)]
    assert strongest(points, 1) == [("recent", -9.0)]


@pytest.mark.parametrize("code", FACTORS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("times", [1, 3])
def test_every_code_has_words_in_both_languages(code: str, language: str, times: int) -> None:
    words = words_of(code, language, counted=Counted(9, times, 0), times=times, mean=times)
    assert words
    assert words.isascii() == (language == "en")
    assert str(times) in words or (code in {"returns", "freeloading"} and times == 1)
    assert words_of(code, language, counted=Counted(), times=times, mean=-2.0)


# --- pages ------------------------------------------------------------------------------------


@db
def test_an_appeal_goes_through_the_pages_to_a_letter(
    client: Client, boss: User, other: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    behaviour = behaviour_of(client, boss)
    assert client.owner is not None
    seller = signed_in(client.owner)
    address = reverse("credit:appeal_new", args=[client.pk])
    fields = {
        "about": f"behaviour:{behaviour.pk}", "channel": "LETTER", "received_on": "2026-06-15",
        "grounds": "It was not us", "key": "k",
    }  # fmt: skip
    assert seller.post(address, {**fields, "about": "behaviour:0"}).status_code == 200
    assert not Appeal.objects.exists()
    seller.post(address, fields)
    row = Appeal.objects.get()
    take_up = reverse("credit:appeal_take_up", args=[row.pk])
    wrong = signed_in(boss).post(take_up, {"handler": boss.pk})
    assert wrong.status_code == 200  # the decider is not offered
    signed_in(boss).post(take_up, {"handler": other.pk})
    decide = reverse("credit:appeal_decide", args=[row.pk])
    fields = {"outcome": "UPHELD", "answer": "You are right", "follows": "We say sorry"}
    assert "Only who looks" in signed_in(boss).post(decide, fields).content.decode()
    assert signed_in(other).post(decide, fields).status_code == 302
    page = seller.get(reverse("credit:appeal", args=[row.pk])).content.decode()
    assert "We say sorry" in page
    assert "You are right" in page
    letter = seller.get(reverse("credit:appeal_letter", args=[row.pk]))
    assert letter["Content-Type"] == "application/pdf"
    assert letter.content.startswith(b"%PDF")


@db
def test_late_appeals_stand_on_the_list_and_on_home(client: Client, boss: User) -> None:
    received(client, received_on=TODAY - 20 * DAY)
    browser = signed_in(boss)
    for page in (reverse("credit:appeals") + "?late=on", reverse("workspace:home")):
        text = browser.get(page).content.decode()
        assert client.legal_name in text
    assert "Appeals not answered in time" in text
    with time_machine.travel(NOW - 10 * DAY, tick=False):
        assert client.legal_name not in browser.get(reverse("workspace:home")).content.decode()


@db
def test_the_list_costs_the_same_however_long(client: Client, boss: User) -> None:
    browser = signed_in(boss)
    received(client)
    page = reverse("credit:appeals")
    browser.get(page)  # the first visit of a process fills caches
    before = count_queries(lambda: browser.get(page))
    for _n in range(4):
        received(client)
    assert count_queries(lambda: browser.get(page)) == before
    assert before <= 10


@db
def test_a_manager_changes_the_days_to_answer_on_a_page(boss: User) -> None:
    browser, page = signed_in(boss), reverse("credit:appeal_time")
    assert browser.post(page, {"days": 61, "reason": "x"}).status_code == 200
    assert browser.post(page, {"days": 10, "reason": "Sooner"}).status_code == 302
    assert "Sooner" in browser.get(page).content.decode()
    assert Decimal(AppealTerms.objects.order_by("-pk")[0].answer_days) == 10

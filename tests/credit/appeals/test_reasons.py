"""What a client is told of its score: the strongest reasons, with the figures of the ledger."""

from __future__ import annotations

import datetime as dt

import pytest

from clients.models import Client
from core.models import User
from core.states import Role
from credit.models import (
    ScoreSnapshot,
)
from credit.rules.reasons import Counted, said_once, strongest, words_of
from credit.rules.score import FACTORS
from credit.selectors.explain import strongest_reasons
from tests.credit.appeals.cast import (
    decided,
    received,
    snapshot_of,
)
from tests.factories import (
    make_client,
    make_creditor,
    make_invoice,
    make_user,
    pay,
)

DAY = dt.timedelta(days=1)
db = pytest.mark.django_db


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
    # Whoever was over 7 days late was over 5 too: the same invoices are named once.
    assert [one.code for one in found] == ["late_7", "late_30", "abuse"]
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
    assert strongest(points) == [("recent", -9.0), ("late_30", -3.0)]


def test_the_same_invoices_are_held_against_a_client_once() -> None:
    found = [("late_0", -9.0), ("recent", -8.0), ("late_7", -7.0), ("late_30", -6.0)]
    counts = {"late_0": Counted(22, 20, 3), "late_7": Counted(22, 20, 3), "late_30": Counted(22, 4)}
    assert [code for code, _ in said_once(found, counts)] == ["recent", "late_7", "late_30"]
    counts["late_7"] = Counted(22, 19, 3)
    assert said_once(found, counts) == found
    gone = dict.fromkeys(counts, Counted())  # the invoices are not in the ledger any more
    assert said_once(found, gone) == found


@pytest.mark.parametrize("code", FACTORS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("times", [1, 3])
def test_every_code_has_words_in_both_languages(code: str, language: str, times: int) -> None:
    words = words_of(code, language, counted=Counted(9, times, 0), times=times, mean=times)
    assert words
    assert words.isascii() == (language == "en")
    assert str(times) in words or (code in {"returns", "freeloading"} and times == 1)
    assert words_of(code, language, counted=Counted(), times=times, mean=-2.0)

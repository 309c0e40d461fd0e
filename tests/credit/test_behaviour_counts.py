"""What behaviour takes points: confirmed, judged or filed by a person, for a year, once."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from clients.models import Client, Creditor
from core.models import User
from core.states import Role
from credit.models import CreditReport, CurrentScore, FreeEntry, ReportProvider, ScoreSnapshot
from credit.rules.columns import FACTS, facts_row, named_facts, named_points
from credit.rules.score import BEHAVIOUR_FACTORS, FACTORS
from credit.selectors import report_facts
from credit.selectors.behaviour_counts import behaviour_counts, clients_by_behaviour
from credit.selectors.explain import factor_lines
from credit.selectors.facts import facts_on
from credit.selectors.file import file_facts
from credit.selectors.freeloading import freeloading_facts
from credit.services import correct_report, file_report, withdraw_report
from credit.services.behaviours import confirm_behaviour, overturn_behaviour, propose_behaviour
from credit.services.freeloading import Gift, judge_free_work, note_free_work, reverse_free_work
from credit.services.reports import Content, FactLine, Upload
from credit.services.scores import Run, score_clients
from credit.services.weights import set_weight
from credit.states import FreeVerdict, FreeWork
from interactions.services import log_interaction
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_creditor,
    make_invoice,
    make_user,
    pay,
    signed_in,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
_keys = itertools.count()


@pytest.fixture(autouse=True)
def _frozen(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def boss() -> User:
    return make_user(Role.MANAGER, name="Boss")


@pytest.fixture(scope="module")
def creditor(kept: None) -> Creditor:
    return make_creditor()


@pytest.fixture(scope="module")
def client(creditor: Creditor) -> Client:
    with time_machine.travel(NOW, tick=False):
        return paying(
            creditor, owner=make_user(Role.SALES, name="Sally"), legal_name="Far East Ltd"
        )


def paying(creditor: Creditor, **said: Any) -> Client:
    """A client with enough paid invoices for a grade."""
    found = make_client(**said)
    for place in range(8):
        due = TODAY - (60 + 10 * place) * DAY
        pay(make_invoice(found, creditor, "100.00", due_on=due, issued_on=due - 30 * DAY), on=due)
    return found


def heard(client: Client) -> Any:
    return log_interaction(
        client=client, kind="CALL", direction="IN", occurred_at=NOW, body="Heard", actor=None,
        at=NOW,
    )  # fmt: skip


def confirmed(client: Client, boss: User, kind: str = "abuse", day: dt.date = TODAY) -> Any:
    row = propose_behaviour(
        client=client, kind=kind, what="Shouted", happened_on=day,
        evidence=[("interaction", heard(client))], key=f"b{next(_keys)}", actor=client.owner,
        on=TODAY, at=NOW,
    )  # fmt: skip
    return confirm_behaviour(behaviour=row, reason="Heard it", actor=boss, at=NOW)


def given(client: Client, day: dt.date = TODAY, kind: FreeWork = FreeWork.TRIAL) -> FreeEntry:
    gift = Gift(
        kind=kind, happened_on=day, currency="CNY", hours=Decimal(2), interaction=heard(client)
    )
    return note_free_work(
        client=client, gift=gift, key=f"f{next(_keys)}", on=TODAY, actor=client.owner, at=NOW
    )


def judged(entry: FreeEntry, boss: User, verdict: FreeVerdict = FreeVerdict.CONFIRMED) -> FreeEntry:
    judge_free_work(
        entry=entry, verdict=verdict, reason="Asked in writing", on=TODAY, actor=boss, at=NOW
    )
    return entry


def filed(
    client: Client, actor: User | None, code: str = "dnb", day: dt.date = TODAY, **said: Any
) -> CreditReport:
    said.setdefault("facts", [])
    return file_report(
        client=client,
        provider=ReportProvider.objects.get(code=code),
        content=Content(report_on=day, **said),
        uploads=[Upload(name="report.pdf", data=PDF)],
        key=f"r{next(_keys)}",
        on=TODAY,
        actor=actor,
        at=NOW,
    )


def times(client: Client, name: str, on: dt.date = TODAY) -> tuple[int, int]:
    """How often it counts, and in how many days the clock changes that."""
    rows = behaviour_counts(on=on, clients=[client.pk])
    own = rows[rows[:, 0] == BEHAVIOUR_FACTORS.index(name)]
    return (int(own[0, 2]), int(own[0, 3])) if len(own) else (0, 0)


def run(on: dt.date = TODAY) -> Run:
    return score_clients(on=on, at=NOW)


def snapshot(client: Client) -> ScoreSnapshot:
    return CurrentScore.objects.get(client=client).snapshot


TAX = [FactLine(kind="TAX", text="Owes taxes")]


# --- what counts ------------------------------------------------------------------------------


def test_free_work_counts_by_the_last_verdict_of_a_manager_until_it_is_taken_back(
    client: Client, boss: User
) -> None:
    entry = given(client, TODAY - 5 * DAY)
    assert times(client, "freeloading") == (0, 0), "nobody has judged it"
    judged(entry, boss)
    judged(given(client), boss)
    judged(given(client, TODAY - 365 * DAY), boss)  # a year ago
    judged(given(client), boss, FreeVerdict.OURS)
    given(client, kind=FreeWork.COLLECTION)
    assert times(client, "freeloading") == (2, 360)
    judged(entry, boss, FreeVerdict.OURS)
    assert times(client, "freeloading") == (1, 365)
    last = judged(given(client), boss)
    assert times(client, "freeloading")[0] == 2
    reverse_free_work(entry=last, reason="Paid since", on=TODAY, actor=boss, at=NOW)
    facts = freeloading_facts(on=TODAY, since=TODAY - 364 * DAY)[client.pk]
    assert times(client, "freeloading")[0] == facts.times == 1


def test_a_report_counts_when_it_is_bad_and_a_person_filed_it(client: Client, boss: User) -> None:
    charge = [FactLine(kind="CHARGE", text="A mortgage")]
    filed(client, boss, "own", facts=charge, score=Decimal(80), score_worst=Decimal(0),
          score_best=Decimal(100))  # fmt: skip
    assert times(client, "reports")[0] == 0, "a charge is how companies borrow"
    filed(client, None, "qcc", facts=TAX)
    assert times(client, "reports")[0] == 0, "nobody filed it"
    bad = filed(client, boss, "dnb", facts=TAX)
    assert times(client, "reports") == (1, (bad.valid_until - TODAY).days + 1)
    assert times(client, "reports", bad.valid_until + DAY)[0] == 0
    correct_report(
        report=bad,
        content=Content(report_on=TODAY),
        correction="Another company was meant",
        uploads=[],
        key="c",
        on=TODAY,
        actor=boss,
        at=NOW,
    )
    assert times(client, "reports")[0] == 0


@pytest.mark.parametrize(
    ("said", "is_bad"),
    [
        ({"score": 20, "score_worst": 0, "score_best": 100}, True),
        ({"score": 21, "score_worst": 0, "score_best": 100}, False),
        ({"score": 500, "score_worst": 600, "score_best": 100}, True),
        ({"score": 300, "score_worst": 600, "score_best": 100}, False),
        ({"recommended_limit": 0, "currency": "CNY"}, True),
        ({"recommended_limit": 1, "currency": "CNY"}, False),
        ({"default_probability": 10}, True),
        ({"default_probability": Decimal("9.999")}, False),
        ({"note": "Nothing to say"}, False),
    ],
)
def test_the_statement_and_the_rule_agree_on_what_is_bad(
    client: Client, boss: User, said: dict[str, Any], is_bad: bool
) -> None:
    figures: dict[str, Any] = {
        name: Decimal(value) if isinstance(value, int) else value for name, value in said.items()
    }
    filed(client, boss, **figures)
    assert bool(report_facts([client.pk], on=TODAY)[client.pk].bad) is is_bad
    assert times(client, "reports")[0] == is_bad


def test_reports_that_ran_out_count_for_a_year_and_only_while_none_is_valid(
    client: Client, boss: User
) -> None:
    old = filed(client, boss, "qcc", day=TODAY - 200 * DAY)
    ended = old.valid_until
    assert ended < TODAY
    assert times(client, "expired_reports") == (1, (ended - TODAY).days + 365)
    assert times(client, "expired_reports", ended + 364 * DAY) == (1, 1)
    assert times(client, "expired_reports", ended + 365 * DAY)[0] == 0
    other = filed(client, boss)
    assert times(client, "expired_reports") == (0, (other.valid_until - TODAY).days + 1)
    withdraw_report(report=other, reason="Of another firm", on=TODAY, actor=boss, at=NOW)
    assert times(client, "expired_reports")[0] == 1


def test_clients_are_counted_by_behaviour_in_one_statement(
    client: Client, boss: User, creditor: Creditor
) -> None:
    for _n in range(2):
        confirmed(client, boss)
    confirmed(paying(creditor), boss, "demands")
    with CaptureQueriesContext(connection) as asked:
        found = clients_by_behaviour(on=TODAY)
    assert {name: count for name, count in found.items() if count} == {"abuse": 1, "demands": 1}
    assert sum("riskbehaviour" in one["sql"] for one in asked) <= 1


def test_a_client_without_invoices_is_passed_over(client: Client, boss: User) -> None:
    confirmed(make_client(), boss)
    found = facts_on(on=TODAY)
    assert found.ids.tolist() == [client.pk]
    assert found.rows[0, -len(BEHAVIOUR_FACTORS) :].sum() == 0


# --- scoring ----------------------------------------------------------------------------------


def test_each_act_brings_its_client_back_and_takes_or_gives_back_points(
    client: Client, boss: User, creditor: Creditor
) -> None:
    paying(creditor, legal_name="Untouched Ltd")
    run()
    run()
    assert run().clients == 0
    begin = snapshot(client).score

    def after(name: str, taken: int) -> None:
        found = run()
        assert (found.clients, found.is_whole) == (1, False)
        now = snapshot(client)
        assert round(named_points(now.points)[name]) == -taken
        assert now.score == pytest.approx(begin - taken, abs=1)
        run()

    row = confirmed(client, boss)
    after("abuse", 30)
    overturn_behaviour(behaviour=row, reason="It was not them", actor=boss, at=NOW)
    after("abuse", 0)
    entry = judged(given(client), boss)
    after("freeloading", 30)
    judged(entry, boss, FreeVerdict.OURS)
    after("freeloading", 0)
    bad = filed(client, boss, facts=TAX)
    after("reports", 60)
    withdraw_report(report=bad, reason="Of another firm", on=TODAY, actor=boss, at=NOW)
    after("reports", 0)


def test_a_behaviour_of_little_weight_is_told_too(client: Client, boss: User) -> None:
    set_weight(factor="abuse", each=1, most=1, reason="Hardly", actor=boss, at=NOW)
    run()
    confirmed(client, boss)
    assert run().changed == 1
    assert named_facts(snapshot(client).facts)["abuse"] == 1


def test_weighing_anew_scores_everybody_anew(
    client: Client, boss: User, creditor: Creditor
) -> None:
    paying(creditor)
    confirmed(client, boss)
    run()
    run()
    assert run().clients == 0
    before = snapshot(client).score
    set_weight(factor="abuse", each=60, most=60, reason="Heavier", actor=boss, at=NOW)
    found = run()
    assert (found.clients, found.changed, found.is_whole) == (2, 1, True)
    assert snapshot(client).score == before - 30


def test_the_clock_alone_gives_points_back(client: Client, boss: User) -> None:
    row = confirmed(client, boss, day=TODAY - 350 * DAY)
    run()
    run()
    assert CurrentScore.objects.get(client=client).look_on <= row.counts_until + DAY
    assert named_facts(snapshot(client).facts)["abuse"] == 1
    run(row.counts_until)
    assert named_facts(snapshot(client).facts)["abuse"] == 1
    run(row.counts_until + DAY)
    assert named_facts(snapshot(client).facts)["abuse"] == 0


def test_a_snapshot_from_before_a_behaviour_was_counted_is_still_explained(
    client: Client, boss: User
) -> None:
    run()
    now = snapshot(client)
    now.points, now.facts = now.points[:-1], now.facts[:-1]
    assert list(named_points(now.points)) == list(FACTORS)
    assert list(named_facts(now.facts)) == list(FACTS)
    assert facts_row(now.facts).behaviour.shape == (1, len(BEHAVIOUR_FACTORS))
    assert factor_lines(now, now) == factor_lines(snapshot(client), snapshot(client))


# --- in words ---------------------------------------------------------------------------------


def all_of_it(client: Client, boss: User) -> dict[str, str]:
    """Everything that a person can hold against a client, and where each is listed."""
    for kind in ("returns", "demands", "abuse"):
        confirmed(client, boss, kind)
    judged(given(client), boss)
    filed(client, boss, facts=TAX)
    of = [client.pk]
    behaviours = reverse("credit:client_behaviours", args=of)
    return {
        **dict.fromkeys(("returns", "demands", "abuse"), behaviours),
        "freeloading": reverse("credit:freeloading_client", args=of),
        "reports": reverse("credit:client_reports", args=of),
    }


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_behaviour_has_words_and_leads_to_its_rows(
    client: Client, boss: User, language: str
) -> None:
    where = all_of_it(client, boss)
    run()
    with translation.override(language):
        lines = {line.factor.value: line for line in factor_lines(snapshot(client))}
        for name, url in where.items():
            line = lines[name]
            assert line.points < 0
            assert line.url == url
            assert str(line.label).isascii() == line.fact.isascii() == (language == "en")
    browser = signed_in(boss)
    assert {browser.get(url).status_code for url in where.values()} == {200}
    taken = sum(line.points for line in lines.values() if line.factor.is_behaviour)
    assert taken == -(30 + 20 + 30 + 30 + 60)


def test_the_credit_file_has_each_with_its_proof_and_what_was_overturned(
    client: Client, boss: User
) -> None:
    all_of_it(client, boss)
    struck = confirmed(client, boss, "demands", TODAY - DAY)
    overturn_behaviour(behaviour=struck, reason="Not so", actor=boss, at=NOW)
    filed(client, boss, "qcc", day=TODAY - 200 * DAY)
    run()
    found = file_facts(client, on=TODAY, limit=60)
    titles = [one.title for one in found]
    assert sum("confirmed by Boss" in title for title in titles) == 3
    assert sum("overturned by appeal" in title for title in titles) == 1
    assert sum("Obtained for free" in title for title in titles) == 1
    assert sum("speaks against the client" in title for title in titles) == 1
    assert sum("ran out" in title for title in titles) == 1
    browser = signed_in(boss)
    assert {browser.get(one.url).status_code for one in found} == {200}
    page = browser.get(reverse("credit:file", args=[client.pk])).content.decode()
    assert "1 incident towards our staff" in page
    assert "confirmed by Boss" in page


def test_the_page_of_weights_shows_each_behaviour_with_its_clients(
    client: Client, boss: User
) -> None:
    all_of_it(client, boss)
    page = signed_in(boss).get(reverse("credit:weights"))
    shown = {one.factor.value: one for one in page.context["rows"]}
    assert set(shown) == set(BEHAVIOUR_FACTORS)
    assert all(one.row is not None for one in shown.values())
    clients = [shown[name].clients for name in ("abuse", "freeloading", "reports")]
    assert clients == [1, 1, 1]
    assert shown["expired_reports"].clients == 0


def test_statements_do_not_grow_with_what_is_held_against_clients(
    client: Client, boss: User, creditor: Creditor
) -> None:
    confirmed(client, boss)
    with CaptureQueriesContext(connection) as one:
        first = facts_on(on=TODAY)
    for _n in range(3):
        other = paying(creditor)
        all_of_it(other, boss)
    with CaptureQueriesContext(connection) as more:
        found = facts_on(on=TODAY)
    assert len(one) == len(more)
    assert len(found.ids) == len(first.ids) + 3
    assert np.isfinite(found.rows).all()

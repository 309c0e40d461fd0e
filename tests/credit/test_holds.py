"""Holds: proposed by rules, decided by a person, ended by one or by the day."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from clients.models import Client
from core.models import AuditEvent, User
from core.states import Role
from core.verify import run_checks
from credit.models import CreditHold, HoldTransition, StandingChange
from credit.rules.holds import HoldFacts, matches, over_percent
from credit.rules.policy import Threshold
from credit.selectors.holds import open_hold, proposal_words, what_would_lift
from credit.services.holds import (
    UnableToHold,
    ask_for_hold,
    decide_hold,
    decline_hold,
    expire_holds,
    place_hold,
    propose_holds,
    release_hold,
)
from credit.states import HOLD_TRANSITIONS, HoldState
from payments.models import Promise
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

db = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LAST = TODAY + 30 * DAY
RULES = [
    Threshold("OVERDUE_DAYS", Decimal(60), None, is_on=True),
    Threshold("OVER_LIMIT", Decimal(20), None, is_on=True),
    Threshold("GRADE", Decimal(0), None, is_on=True),
    Threshold("BROKEN_PROMISES", Decimal(2), 90, is_on=True),
]
CALM = HoldFacts("C", None, 0, Decimal(100), Decimal(100))


# --- Rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        (CALM, []),
        (HoldFacts("C", TODAY - 60 * DAY, 0, None, Decimal(0)), []),
        (HoldFacts("C", TODAY - 61 * DAY, 0, None, Decimal(0)), ["OVERDUE_DAYS"]),
        (HoldFacts("C", None, 0, Decimal(100), Decimal(120)), []),
        (HoldFacts("C", None, 0, Decimal(100), Decimal("120.01")), ["OVER_LIMIT"]),
        (HoldFacts("C", None, 0, None, Decimal(10**9)), []),
        (HoldFacts("C", None, 0, Decimal(0), Decimal("0.01")), ["OVER_LIMIT"]),
        (HoldFacts("E", None, 0, None, Decimal(0)), ["GRADE"]),
        (HoldFacts("C", None, 1, None, Decimal(0)), []),
        (HoldFacts("C", None, 2, None, Decimal(0)), ["BROKEN_PROMISES"]),
    ],
)
def test_what_speaks_for_a_hold(facts: HoldFacts, rules: list[str]) -> None:
    assert [one.rule for one in matches(facts, RULES, TODAY)] == rules
    off = [Threshold(r.rule, r.threshold, r.within_days, is_on=False) for r in RULES]
    assert matches(facts, off, TODAY) == []


def test_over_by_how_much() -> None:
    assert over_percent(Decimal(150), Decimal(100)) == 50
    assert over_percent(Decimal(100), Decimal(100)) == 0
    assert over_percent(Decimal(1), Decimal(0)) == 100


# --- Proposed ------------------------------------------------------------------------------------


def late_client(days: int = 70, **fields: Any) -> Client:
    client = make_client(**fields)
    make_invoice(client, make_creditor(), "900.00", due_on=TODAY - days * DAY)
    return client


def place(client: Client, actor: User | None = None, expires_on: dt.date = LAST) -> CreditHold:
    return place_hold(
        client=client,
        reason="Two broken promises",
        expires_on=expires_on,
        actor=actor or make_user(Role.MANAGER),
        at=NOW,
    )


@db
def test_a_rule_proposes_and_nothing_is_held_by_itself() -> None:
    client, calm = late_client(), late_client(days=20)
    assert propose_holds(on=TODAY, at=NOW) == (1, 0)
    row = CreditHold.objects.get()
    assert (row.client, row.state, row.proposed_by) == (client, "PROPOSED", None)
    assert "70 days overdue" in proposal_words(row)[0]
    assert not Client.objects.filter(on_credit_hold=True).exists()
    assert open_hold(calm) is None
    assert propose_holds(on=TODAY, at=NOW + dt.timedelta(hours=1)) == (0, 0)  # once
    assert HoldTransition.objects.filter(hold=row, to_state="PROPOSED").count() == 1


@db
def test_a_disputed_invoice_proposes_nothing() -> None:
    from disputes.services import open_dispute

    client = late_client()
    invoice = client.invoices.get()
    open_dispute(
        invoice=invoice, amount=invoice.amount, reason="QUALITY", note="Broken", on=TODAY,
        actor=None, at=NOW,
    )  # fmt: skip
    assert propose_holds(on=TODAY, at=NOW) == (0, 0)


@db
def test_broken_promises_grade_and_limit_propose_too() -> None:
    creditor = make_creditor()
    broken, worst, over = make_client(), make_client(), make_client()
    for days in (5, 80):
        Promise.objects.create(
            creditor=creditor, client=broken, currency="CNY", amount=1, state="BROKEN",
            promised_on=TODAY - 95 * DAY, due_on=TODAY - days * DAY, created_at=NOW, judged_at=NOW,
        )  # fmt: skip
    Client.objects.filter(pk=worst.pk).update(grade="E")
    Client.objects.filter(pk=over.pk).update(credit_limit=100, limit_currency="CNY")
    make_invoice(over, creditor, "121.00")
    propose_holds(on=TODAY, at=NOW)
    rules = {row.client_id: [m["rule"] for m in row.matches] for row in CreditHold.objects.all()}
    assert rules == {
        broken.pk: ["BROKEN_PROMISES"],
        worst.pk: ["GRADE"],
        over.pk: ["OVER_LIMIT"],
    }


@db
def test_what_is_no_longer_so_is_taken_back_but_not_what_a_colleague_asked() -> None:
    client, asked = late_client(), make_client()
    ask_for_hold(client=asked, reason="They move assets away", actor=make_user(), at=NOW)
    propose_holds(on=TODAY, at=NOW)
    pay(client.invoices.get())
    assert propose_holds(on=TODAY, at=NOW) == (0, 1)
    assert {row.client_id: row.state for row in CreditHold.objects.all()} == {
        client.pk: "WITHDRAWN",
        asked.pk: "PROPOSED",
    }


@db
def test_proposals_cost_the_same_for_any_number_of_clients() -> None:
    late_client()
    one = count_queries(lambda: propose_holds(on=TODAY, at=NOW))
    for _n in range(5):
        late_client()
    later = NOW + dt.timedelta(hours=1)
    assert count_queries(lambda: propose_holds(on=TODAY, at=later)) == one


# --- Decided -------------------------------------------------------------------------------------


def proposed(**fields: Any) -> CreditHold:
    client = late_client(**fields)
    propose_holds(on=TODAY, at=NOW)
    return CreditHold.objects.get(client=client)


def decide(hold: CreditHold, actor: User | None = None, **fields: Any) -> CreditHold:
    given: dict[str, Any] = {"reason": "Owes since March", "expires_on": LAST, "at": NOW, **fields}
    return decide_hold(hold=hold, actor=actor or make_user(Role.MANAGER), **given)


@db
def test_a_manager_holds_and_lifts_with_reasons_and_an_end() -> None:
    hold = decide(proposed())
    client = Client.objects.get(pk=hold.client_id)
    assert (client.on_credit_hold, client.hold_reason) == (True, "Owes since March")
    with pytest.raises(UnableToHold, match="Say why it is lifted"):
        release_hold(hold=hold, reason="", actor=make_user(Role.MANAGER), at=NOW)
    release_hold(hold=hold, reason="Paid today", actor=make_user(Role.MANAGER), at=NOW)
    client.refresh_from_db()
    assert (client.on_credit_hold, client.hold_reason) == (False, "")
    rows = StandingChange.objects.filter(client=client, part="HOLD").order_by("pk")
    assert [(row.cause, row.after) for row in rows] == [
        ("HELD", "Owes since March"),
        ("RELEASED", ""),
    ]
    assert [t.to_state for t in hold.transitions.order_by("pk")] == ["PROPOSED", "HELD", "RELEASED"]
    assert AuditEvent.objects.filter(action="credit.hold_released").exists()


@db
def test_who_may_not_decide() -> None:
    manager, sales = make_user(Role.MANAGER), make_user(Role.SALES)
    own = proposed(owner=manager)
    with pytest.raises(UnableToHold, match="own client"):
        decide(own, manager)
    with pytest.raises(UnableToHold, match="A manager decides"):
        decide(own, sales)
    asked = ask_for_hold(client=make_client(), reason="Rumours", actor=manager, at=NOW)
    with pytest.raises(UnableToHold, match="proposed this yourself"):
        decide(asked, manager)
    assert not Client.objects.filter(on_credit_hold=True).exists()
    # To give credit again takes the role of the policy: an administrator for grade E.
    held = decide(proposed())
    Client.objects.filter(pk=held.client_id).update(grade="E")
    with pytest.raises(UnableToHold, match="Administrator"):
        release_hold(hold=held, reason="Paid", actor=manager, at=NOW)
    release_hold(hold=held, reason="Paid", actor=make_user(Role.ADMIN), at=NOW)


@db
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": " "}, "needs a reason"),
        ({"expires_on": TODAY}, "after today"),
        ({"expires_on": TODAY + 400 * DAY}, "a year"),
    ],
)
def test_a_hold_without_reason_or_end_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(UnableToHold, match=words):
        decide(proposed(), **fields)


@db
def test_a_declined_one_is_not_proposed_again_at_once() -> None:
    hold = proposed()
    decline_hold(hold=hold, reason="Paid by cheque", actor=make_user(Role.MANAGER), at=NOW)
    assert propose_holds(on=TODAY + 29 * DAY, at=NOW) == (0, 0)
    assert propose_holds(on=TODAY + 30 * DAY, at=NOW + DAY) == (1, 0)
    with pytest.raises(UnableToHold, match="Declined"):
        decide(hold)


@db
def test_a_hold_ends_after_its_last_day_with_a_note() -> None:
    hold = place(make_client())
    assert expire_holds(on=LAST, at=NOW) == 0
    assert expire_holds(on=LAST + DAY, at=NOW) == 1
    hold.refresh_from_db()
    assert (hold.state, hold.client.on_credit_hold) == ("EXPIRED", False)
    assert StandingChange.objects.filter(client=hold.client, cause="EXPIRED").exists()
    assert hold.transitions.filter(to_state="EXPIRED").exists()


@db
def test_there_is_one_open_hold_a_client() -> None:
    hold = place(make_client())
    with pytest.raises(UnableToHold, match="on hold already"):
        place(hold.client)
    with pytest.raises(UnableToHold, match="on hold already"):
        ask_for_hold(client=hold.client, reason="Me too", actor=make_user(), at=NOW)


@db
@pytest.mark.parametrize("state", list(HoldState))
def test_every_edge_that_the_map_lacks_is_refused_by_the_database(state: HoldState) -> None:
    hold = place(make_client()) if state != HoldState.PROPOSED else proposed()
    ended = {"ended_at": NOW} if not HOLD_TRANSITIONS[state] else {}
    if state not in {HoldState.PROPOSED, HoldState.HELD}:
        if state in {HoldState.DECLINED, HoldState.WITHDRAWN}:
            hold = proposed()
        CreditHold.objects.filter(pk=hold.pk).update(state=state, **ended)
    for to in set(HoldState) - HOLD_TRANSITIONS[state] - {state}:
        with pytest.raises(IntegrityError, match="corrected by adding"), transaction.atomic():
            CreditHold.objects.filter(pk=hold.pk).update(state=to)


@db
def test_the_verifier_sees_a_hold_that_is_only_on_the_client() -> None:
    client = make_client()
    name = "credit: who is on hold has a hold, and the other way round"
    place(client)
    assert next(one for one in run_checks() if one.name == name).holds
    Client.objects.filter(pk=client.pk).update(on_credit_hold=False)
    (problem,) = next(one for one in run_checks() if one.name == name).problems
    assert str(client.pk) in problem


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_counts() -> None:
    hold = proposed()
    managers = [make_user(Role.MANAGER), make_user(Role.MANAGER)]
    start, said = threading.Barrier(2), []

    def run(act: Any, actor: User) -> None:
        start.wait()
        try:
            act(actor)
            said.append("done")
        except UnableToHold:
            said.append("refused")
        finally:
            connection.close()

    acts = (
        lambda actor: decide(hold, actor),
        lambda actor: decline_hold(hold=hold, reason="No", actor=actor, at=NOW),
    )
    threads = [threading.Thread(target=run, args=pair) for pair in zip(acts, managers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", "refused"]
    hold.refresh_from_db()
    assert Client.objects.get(pk=hold.client_id).on_credit_hold == (hold.state == "HELD")


# --- What would lift it --------------------------------------------------------------------------


@db
def test_what_would_lift_it_is_named_with_its_figures() -> None:
    client = late_client()
    hold = decide(_proposal(client))
    (first, last) = what_would_lift(client, TODAY, hold=hold)
    assert "900.00" in first.sentence
    assert "1 invoice that is more than 60 days overdue" in first.sentence
    assert str(client.pk) in first.url
    assert "ends by itself" in last.sentence
    pay(client.invoices.get())
    assert "No rule speaks" in what_would_lift(client, TODAY, hold=hold)[0].sentence


def _proposal(client: Client) -> CreditHold:
    propose_holds(on=TODAY, at=NOW)
    return CreditHold.objects.get(client=client)


# --- Pages ---------------------------------------------------------------------------------------


@db
def test_the_manager_decides_from_the_queue_and_sales_read_why() -> None:
    sales, manager = make_user(Role.SALES), make_user(Role.MANAGER)
    hold = proposed(owner=sales)
    web = signed_in(manager)
    assert hold.client.legal_name in web.get(reverse("workspace:home")).content.decode()
    assert hold.client.legal_name in web.get(reverse("credit:holds")).content.decode()
    step = reverse("credit:hold_step", args=[hold.pk, "hold"])
    assert "days overdue" in web.get(step).content.decode()
    assert web.post(step, {"reason": "", "expires_on": ""}).context["form"].errors
    until = (dt.date.today() + 20 * DAY).isoformat()  # noqa: DTZ011  # pages have the real clock
    sent = web.post(step, {"reason": "Owes since March", "expires_on": until})
    assert sent.headers["Location"] == reverse("credit:hold", args=[hold.pk])
    mine = signed_in(sales)
    page = mine.get(reverse("clients:standing", args=[hold.client_id])).content.decode()
    assert "Owes since March" in page
    assert "What would lift it" in page
    assert mine.get(step).status_code == 404
    assert (
        signed_in(make_user(Role.SALES)).get(reverse("credit:hold", args=[hold.pk])).status_code
        == 404
    )
    assert web.get(reverse("credit:hold_step", args=[hold.pk, "nonsense"])).status_code == 404
    release = reverse("credit:hold_step", args=[hold.pk, "release"])
    assert web.post(release, {"reason": "Paid"}).status_code == 302
    assert (
        hold.client.legal_name in web.get(reverse("credit:holds") + "?show=ended").content.decode()
    )
    assert web.get(reverse("credit:holds") + "?show=nonsense").status_code == 404


@db
def test_sales_propose_and_managers_place() -> None:
    make_creditor()
    sales = make_user(Role.SALES)
    client = make_client(owner=sales)
    url = reverse("credit:hold_new", args=[client.pk])
    assert signed_in(sales).post(url, {"reason": "They closed their shop"}).status_code == 302
    assert CreditHold.objects.get().state == "PROPOSED"
    other = make_client()
    until = (dt.date.today() + 20 * DAY).isoformat()  # noqa: DTZ011  # pages have the real clock
    web = signed_in(make_user(Role.MANAGER))
    place_url = reverse("credit:hold_new", args=[other.pk])
    assert web.post(place_url, {"reason": "Fraud", "expires_on": until}).status_code == 302
    assert CreditHold.objects.get(client=other).state == "HELD"
    assert web.get(place_url).status_code == 302


@db
def test_the_queue_costs_the_same_for_any_number() -> None:
    web = signed_in(make_user(Role.MANAGER))
    proposed()
    url = reverse("credit:holds")
    web.get(url)
    few = count_queries(lambda: web.get(url))
    for _n in range(4):
        proposed()
    assert count_queries(lambda: web.get(url)) == few

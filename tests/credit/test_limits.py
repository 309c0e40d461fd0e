"""The limit at each edge of a contract, and the decisions that let one pass."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from clients.models import Client
from clients.states import Grade
from contracts.models import Contract
from contracts.rules.completeness import GapCode
from contracts.selectors.completeness import contract_gaps
from contracts.services import (
    UnableToActivate,
    UnableToOverride,
    activate_contract,
    ask_for_override,
    override_gap,
    reopen_contract,
    send_contract,
    terminate_contract,
)
from contracts.services.performance import UnableToDeliver, record_delivery
from contracts.states import ContractState, Severity
from core.models import User
from core.states import Role
from credit.models import LimitDecision, LimitRequest
from credit.selectors.exposure import credit_check
from credit.services.holds import place_hold
from credit.services.limits import (
    UnableToDecideLimit,
    ask_for_release,
    recheck_over_limit,
    reject_over_limit,
    release_over_limit,
    revoke_release,
)
from tests.contracts.cast import at_state, graded, our_company, signed_on_paper, whole_draft
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_invoice,
    make_user,
    pay,
    signed_in,
)

db = pytest.mark.django_db
pytestmark = db
S = ContractState
DAY = dt.timedelta(days=1)
LAST = TODAY + 20 * DAY


def limited(limit: int = 4000, grade: Grade = Grade.C, **fields: Any) -> Client:
    """A client with a limit; a contract of the cast adds 5,000 on credit."""
    client = make_client(country="CN", address="1 Renmin Road", **fields)
    return graded(client, grade, credit_limit=Decimal(limit), limit_currency="CNY")


def signed(client: Client | None = None, **fields: Any) -> Contract:
    contract = at_state(S.SIGNED, client=client or limited(), **fields)
    return Contract.objects.select_related("client", "creditor").get(pk=contract.pk)


def activate(contract: Contract) -> Contract:
    return activate_contract(contract=contract, actor=None, at=NOW)


def ask(contract: Contract, actor: User | None = None) -> LimitRequest:
    return ask_for_release(
        contract=contract,
        note="Their parent stands for it",
        actor=actor or make_user(Role.SALES),
        at=NOW,
    )


def release(request: LimitRequest, actor: User | None = None, **fields: Any) -> LimitDecision:
    given: dict[str, Any] = {
        "reason": "The guarantee is signed",
        "expires_on": LAST,
        "seen": request.exposure,
        "at": NOW,
        **fields,
    }
    return release_over_limit(request=request, actor=actor or make_user(Role.MANAGER), **given)


def deliver(contract: Contract, on: dt.date = TODAY) -> object:
    line = contract.lines.order_by("position")[0]
    return record_delivery(
        line=line, delivered_on=TODAY, what="Part", completes_line=False, on=on, actor=None, at=NOW
    )


def prepaid_in(contract: Contract) -> None:
    """What is asked before the work came in, so that only credit can stop a delivery."""
    from tests.payments.prepaid import ask as ask_prepayment
    from tests.payments.prepaid import receive

    receive(ask_prepayment(contract, "5000.00"), "5000.00")


# --- Warn or block -------------------------------------------------------------------------------


def test_within_the_limit_it_comes_into_force() -> None:
    assert activate(signed(limited(5000))).state == S.ACTIVE


def test_over_the_limit_it_waits_and_says_with_which_figures() -> None:
    contract = signed()
    with pytest.raises(UnableToActivate, match=r"adds CN¥5,000\.00; the limit is CN¥4,000\.00"):
        activate(contract)
    assert Contract.objects.get(pk=contract.pk).state == S.SIGNED


def test_where_the_policy_warns_it_comes_into_force() -> None:
    contract = signed(limited(grade=Grade.A))
    (gap,) = [one for one in contract_gaps(contract, TODAY) if one.gap.code == GapCode.OVER_LIMIT]
    assert gap.gap.severity == Severity.WARNING
    assert activate(contract).state == S.ACTIVE


def test_a_contract_in_force_counts_against_the_next() -> None:
    client = limited(9000)
    ours = our_company()
    activate(signed(client, creditor=ours))
    with pytest.raises(UnableToActivate, match="exposure of the client"):
        activate(signed(client, creditor=ours, number="K-2"))


def test_splitting_a_contract_leads_nowhere() -> None:
    client = limited(12_000)
    ours = our_company()
    for n in (1, 2):
        activate(signed(client, creditor=ours, number=f"S-{n}"))
    with pytest.raises(UnableToActivate):
        activate(signed(client, creditor=ours, number="S-3"))


def test_a_limit_in_another_currency_is_told_and_not_compared() -> None:
    client = graded(make_client(country="CN"), credit_limit=Decimal(1), limit_currency="USD")
    contract = whole_draft(client=client)
    found = {one.gap.code: one for one in contract_gaps(contract, TODAY)}
    assert GapCode.OVER_LIMIT not in found
    assert found[GapCode.LIMIT_CURRENCY].gap.severity == Severity.WARNING
    assert "cannot be held against it" in found[GapCode.LIMIT_CURRENCY].sentence


# --- Deliveries ----------------------------------------------------------------------------------


def in_force(limit: int = 5000, **fields: Any) -> Contract:
    contract = activate(signed(limited(limit, **fields)))
    prepaid_in(contract)
    return contract


def test_a_delivery_is_judged_on_the_exposure_of_its_moment() -> None:
    contract = in_force()
    assert deliver(contract)
    invoice = make_invoice(contract.client, contract.creditor, "0.01")
    with pytest.raises(UnableToDeliver, match=r"5,000\.01"):
        deliver(contract)
    pay(invoice)
    assert deliver(contract)


def test_where_the_policy_warns_it_is_delivered() -> None:
    contract = in_force(grade=Grade.A)
    make_invoice(contract.client, contract.creditor, "900.00")
    assert deliver(contract)


def test_a_hold_stops_deliveries_too() -> None:
    contract = in_force()
    place_hold(
        client=contract.client,
        reason="Moves assets away",
        expires_on=LAST,
        actor=make_user(Role.MANAGER),
        at=NOW,
    )
    with pytest.raises(UnableToDeliver, match="Moves assets away"):
        deliver(contract)
    override_gap(
        contract=contract,
        gap="CREDIT_HOLD",
        reason="The last delivery ends it",
        actor=make_user(Role.MANAGER),
        at=NOW,
    )
    assert deliver(contract)


# --- Released ------------------------------------------------------------------------------------


def test_a_release_lets_this_contract_pass_and_keeps_who_and_why() -> None:
    contract = signed()
    manager = make_user(Role.MANAGER)
    request: Any = ask(contract)
    assert (request.limit, request.exposure) == (4000, 5000)
    decision: Any = release(request, manager)
    assert (decision.role, decision.exposure, decision.expires_on) == ("MANAGER", 5000, LAST)
    assert activate(contract).state == S.ACTIVE
    prepaid_in(contract)
    assert deliver(contract)


def test_a_release_covers_no_more_than_was_seen() -> None:
    contract = signed()
    release(ask(contract))
    make_invoice(contract.client, contract.creditor, "0.01")
    with pytest.raises(UnableToActivate):
        activate(contract)


def test_a_release_runs_out() -> None:
    contract = signed()
    release(ask(contract))
    with pytest.raises(UnableToActivate):
        activate_contract(contract=contract, actor=None, at=NOW + 21 * DAY)
    activate(contract)
    prepaid_in(contract)
    assert deliver(contract, on=LAST)
    with pytest.raises(UnableToDeliver):
        deliver(contract, on=LAST + DAY)


def test_a_release_taken_back_stops_what_is_to_come() -> None:
    contract = signed()
    request = ask(contract)
    release(request)
    revoke_release(
        request=request, reason="The guarantee was void", actor=make_user(Role.MANAGER), at=NOW
    )
    with pytest.raises(UnableToActivate):
        activate(contract)


def test_closing_and_a_new_draft_is_judged_anew() -> None:
    client, ours = limited(), our_company()
    first = signed(client, creditor=ours)
    release(ask(first))
    terminate_contract(contract=first, reason="Anew", actor=None, at=NOW)
    with pytest.raises(UnableToActivate):
        activate(signed(client, creditor=ours, number="K-2"))


def test_reopening_voids_the_release() -> None:
    contract = at_state(S.SENT, client=limited())
    request = ask(contract)
    release(request)
    reopen_contract(contract=contract, reason="A better price", actor=None, at=NOW)
    contract.refresh_from_db()
    line = contract.lines.order_by("position")[0]
    from contracts.services.lines import change_line
    from tests.contracts.cast import pay_in, reviewed_by

    change_line(line=line, description="Portal, larger", actor=None, at=NOW)
    pay_in(contract, prepaid=Decimal("0.5"))
    contract.refresh_from_db()
    reviewed_by(contract)
    send_contract(contract=contract, actor=None, at=NOW)
    signed_on_paper(contract)
    contract.refresh_from_db()
    assert contract.version_number != request.version_number
    with pytest.raises(UnableToActivate):
        activate(contract)
    # The new text is asked about anew, although the old request was answered.
    release(ask(contract))
    assert activate(contract).state == S.ACTIVE


def test_the_old_way_past_a_gap_does_not_lead_past_the_limit() -> None:
    contract = signed()
    with pytest.raises(UnableToOverride, match="decision of its own"):
        override_gap(
            contract=contract, gap="OVER_LIMIT", reason="Fine", actor=make_user(Role.MANAGER),
            at=NOW,
        )  # fmt: skip
    with pytest.raises(UnableToOverride, match="decision of its own"):
        ask_for_override(
            contract=contract, gap="OVER_LIMIT", note="Please", actor=make_user(), at=NOW
        )


# --- Rejected, checked again ---------------------------------------------------------------------


def test_a_rejected_one_waits() -> None:
    contract = signed()
    request = ask(contract)
    reject_over_limit(
        request=request, reason="Take half before", actor=make_user(Role.MANAGER), at=NOW
    )
    request.refresh_from_db()
    assert request.state == "REJECTED"
    with pytest.raises(UnableToActivate):
        activate(contract)
    with pytest.raises(UnableToDecideLimit, match="Rejected"):
        release(request)


def test_checked_again_it_is_settled_when_the_money_came() -> None:
    client = limited(5500)
    contract = signed(client)
    invoice = make_invoice(client, contract.creditor, "900.00")
    request = ask(contract)
    manager = make_user(Role.MANAGER)
    recheck_over_limit(request=request, reason="They say it is paid", actor=manager, at=NOW)
    request.refresh_from_db()
    assert request.state == "ASKED"
    pay(invoice)
    recheck_over_limit(request=request, reason="The money came", actor=manager, at=NOW)
    request.refresh_from_db()
    assert request.state == "SETTLED"
    assert activate(contract).state == S.ACTIVE
    assert request.decisions.count() == 2


# --- Refused -------------------------------------------------------------------------------------


def test_who_may_not_decide() -> None:
    manager, sales = make_user(Role.MANAGER), make_user(Role.SALES)
    own = ask(signed(limited(owner=manager)))
    with pytest.raises(UnableToDecideLimit, match="does not decide"):
        release(own, manager)
    asked = ask(signed(number="K-2", client=limited()), manager)
    with pytest.raises(UnableToDecideLimit, match="does not decide"):
        release(asked, manager)
    drafted = signed(number="K-3", client=limited())
    Contract.objects.filter(pk=drafted.pk).update(created_by=manager)
    with pytest.raises(UnableToDecideLimit, match="does not decide"):
        release(ask(drafted, sales), manager)
    for role in (Role.SALES, Role.FINANCE):
        with pytest.raises(UnableToDecideLimit, match="Manager"):
            release(asked, make_user(role))
    # Finance decide where the policy says so, and not for grade E.
    Client.objects.filter(pk=asked.client_id).update(grade="B")
    assert release(asked, make_user(Role.FINANCE)).role == "FINANCE"
    Client.objects.filter(pk=drafted.client_id).update(grade="E")
    with pytest.raises(UnableToDecideLimit, match="Administrator"):
        release(LimitRequest.objects.get(contract=drafted), make_user(Role.MANAGER))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": " "}, "Say why"),
        ({"expires_on": TODAY}, "after today"),
        ({"expires_on": TODAY + 400 * DAY}, "a year"),
        ({"seen": Decimal("4999.99")}, "has grown"),
    ],
)
def test_what_is_no_release(fields: dict[str, Any], words: str) -> None:
    request = ask(signed())
    with pytest.raises(UnableToDecideLimit, match=words):
        release(request, **fields)
    assert not LimitDecision.objects.exists()


def test_what_is_not_asked() -> None:
    with pytest.raises(UnableToDecideLimit, match="within the limit"):
        ask(signed(limited(5000)))
    with pytest.raises(UnableToDecideLimit, match="has gone out"):
        ask(whole_draft(client=limited(), number="D-1"))
    contract = signed(limited(), number="K-9")
    ask(contract)
    with pytest.raises(UnableToDecideLimit, match="asked for already"):
        ask(contract)


def test_decisions_are_never_edited() -> None:
    request = ask(signed())
    release(request)
    for act in (
        lambda: LimitDecision.objects.update(reason="Other"),
        lambda: LimitDecision.objects.all().delete(),
        lambda: LimitRequest.objects.update(exposure=1),
        lambda: LimitRequest.objects.update(state="ASKED"),
    ):
        with pytest.raises(IntegrityError, match="corrected by adding"), transaction.atomic():
            act()


# --- At once -------------------------------------------------------------------------------------


def at_once(*acts: Any) -> list[str]:
    start, said = threading.Barrier(len(acts)), []

    def run(act: Any) -> None:
        start.wait()
        try:
            act()
            said.append("done")
        except (UnableToDecideLimit, UnableToActivate):
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


@pytest.mark.django_db(transaction=True)
def test_of_two_releases_at_once_one_counts() -> None:
    request = ask(signed())
    managers = [make_user(Role.MANAGER), make_user(Role.MANAGER)]
    said = at_once(*(lambda m=m: release(request, m) for m in managers))
    assert said == ["done", "refused"]
    assert LimitDecision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_contracts_that_fit_alone_do_not_come_into_force_together() -> None:
    client, ours = limited(7000), our_company()
    pair = [signed(client, creditor=ours, number=f"K-{n}") for n in (1, 2)]
    assert at_once(*(lambda c=c: activate(c) for c in pair)) == ["done", "refused"]
    assert credit_check(client.pk).own.used.amount == 5000


# --- Pages ---------------------------------------------------------------------------------------


def test_sales_ask_and_the_manager_decides_on_pages() -> None:
    sales, manager = make_user(Role.SALES), make_user(Role.MANAGER)
    contract = signed(limited(owner=sales))
    mine, web = signed_in(sales), signed_in(manager)
    ask_url = reverse("credit:limit_ask", args=[contract.pk])
    page = mine.get(reverse("contracts:contract", args=[contract.pk])).content.decode()
    assert ask_url in page
    assert mine.post(ask_url, {"note": ""}).context["form"].errors
    assert mine.post(ask_url, {"note": "They pay on Friday"}).status_code == 302
    request = LimitRequest.objects.get()
    assert mine.get(ask_url).headers["Location"] == reverse("credit:limit", args=[request.pk])
    assert "They pay on Friday" in web.get(reverse("workspace:home")).content.decode()
    assert "They pay on Friday" in web.get(reverse("credit:limits")).content.decode()
    step = reverse("credit:limit_step", args=[request.pk, "release"])
    form = web.get(step).context["form"]
    assert "5,000.00" in web.get(step).content.decode()
    until = (dt.date.today() + 20 * DAY).isoformat()  # noqa: DTZ011  # pages have the real clock
    typed = {"reason": "Fine", "expires_on": until, "seen": form["seen"].value()}
    assert web.post(step, typed).status_code == 302
    request.refresh_from_db()
    assert request.state == "RELEASED"
    shown = mine.get(reverse("credit:limit", args=[request.pk])).content.decode()
    assert "Fine" in shown
    assert mine.get(step).status_code == 404
    assert "Fine" not in web.get(reverse("credit:limits")).content.decode()
    assert web.get(reverse("credit:limits") + "?show=decided").status_code == 200
    assert web.get(reverse("credit:limit_step", args=[request.pk, "none"])).status_code == 404


def test_the_queue_costs_the_same_for_any_number() -> None:
    web = signed_in(make_user(Role.MANAGER))
    ask(signed(number="Q-0"))
    url = reverse("credit:limits")
    web.get(url)
    few = count_queries(lambda: web.get(url))
    for n in range(1, 4):
        ask(signed(limited(), number=f"Q-{n}"))
    assert count_queries(lambda: web.get(url)) == few

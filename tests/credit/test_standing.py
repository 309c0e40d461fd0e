"""Standing: grade and policy, settings by hand that expire, rises that a person confirms."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from clients.models import Client
from contracts.rules.prepayment import reason_in
from contracts.selectors.terms import terms_for
from core.models import User
from core.states import Role
from credit.models import Standing, StandingChange, StandingOverride
from credit.selectors.standing import standing_view
from credit.services.standing import (
    UnableToSetStanding,
    apply_grade,
    apply_grades,
    confirm_rise,
    end_override,
    refresh_all,
    set_override,
)
from credit.states import StandingPart
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_credit_note,
    make_creditor,
    make_invoice,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
P = StandingPart
DAY = dt.timedelta(days=1)
LAST = TODAY + 30 * DAY


def trading(**fields: Any) -> Any:
    """A client that was sold 120,000 in the last twelve months."""
    creditor = make_creditor()
    client = make_client(**fields)
    make_invoice(client, creditor, "120000.00", issued_on=dt.date(2026, 2, 1))
    return client


def grade(client: Any, letter: str, actor: User | None = None) -> Any:
    apply_grade(client=client, grade=letter, reason=f"Scored {letter}", actor=actor, at=NOW)
    client.refresh_from_db()
    return client


def by_hand(client: Client, part: StandingPart, value: Decimal | str, **fields: Any) -> None:
    given: dict[str, Any] = {"expires_on": LAST, "reason": "Known for years", "at": NOW, **fields}
    given.setdefault("actor", make_user(Role.MANAGER))
    set_override(client=client, part=part, value=value, **given)
    client.refresh_from_db()


# --- By grade and policy -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letter", "limit"), [("A", 30_000), ("B", 15_000), ("C", 6_000), ("D", 1_500), ("E", 0)]
)
def test_a_grade_gives_its_limit(letter: str, limit: int) -> None:
    client = grade(trading(), letter)
    assert (client.grade, client.credit_limit, client.limit_currency) == (letter, limit, "CNY")


def test_without_sales_there_is_no_limit_but_e_has_one_of_zero() -> None:
    make_creditor()
    assert grade(make_client(), "A").credit_limit is None
    assert grade(make_client(), "E").credit_limit == 0


def test_sales_are_net_and_of_the_last_twelve_whole_months_in_one_currency() -> None:
    creditor = make_creditor()
    client = make_client()
    make_invoice(client, creditor, "130000.00", issued_on=dt.date(2025, 6, 1))
    make_invoice(client, creditor, "99999.00", issued_on=dt.date(2025, 5, 31))
    make_invoice(client, creditor, "99999.00", issued_on=dt.date(2026, 6, 1))
    make_invoice(client, creditor, "5.00", issued_on=dt.date(2026, 1, 1))
    make_invoice(client, creditor, "900.00", issued_on=dt.date(2026, 1, 1), currency="USD")
    make_credit_note(client, creditor, "10005.00", issued_on=dt.date(2026, 3, 1))
    assert grade(client, "C").credit_limit == 6_000  # of 120,000


def test_every_change_of_a_part_is_a_row_with_its_reason() -> None:
    client = trading()
    grade(grade(client, "B"), "C")
    rows = StandingChange.objects.filter(client=client).order_by("pk")
    assert [(row.part, row.before, row.after, row.cause) for row in rows] == [
        ("GRADE", "U", "B", "GRADE"),
        ("LIMIT", "", "15000 CNY", "GRADE"),
        ("GRADE", "B", "C", "GRADE"),
        ("LIMIT", "15000 CNY", "6000 CNY", "GRADE"),
        ("DEPOSIT", "", "0.1 KEPT", "GRADE"),
    ]
    assert rows[2].reason == "Scored C"


def test_the_refresh_writes_only_what_changes() -> None:
    client = trading()
    assert refresh_all(on=TODAY, at=NOW) == 1
    rows = StandingChange.objects.count()
    assert refresh_all(on=TODAY, at=NOW) == 0
    assert StandingChange.objects.count() == rows
    assert refresh_all(on=dt.date(2027, 6, 1), at=NOW) == 1  # the sales have gone out of the year
    client.refresh_from_db()
    assert client.credit_limit is None


def test_many_clients_are_refreshed_in_as_many_queries_as_one() -> None:
    trading()
    one = count_queries(lambda: refresh_all(on=TODAY, at=NOW))
    for _n in range(4):
        trading()
    assert count_queries(lambda: refresh_all(on=TODAY, at=NOW)) == one


def test_an_unknown_grade_is_refused() -> None:
    with pytest.raises(UnableToSetStanding, match="no such grade"):
        apply_grades(grades={make_client().pk: ("Z", "?")}, actor=None, at=NOW)


# --- A rise of the deposit needs a person --------------------------------------------------------


def test_a_machines_worse_grade_does_not_raise_the_deposit_by_itself() -> None:
    client = grade(grade(trading(), "B"), "D")
    assert (client.deposit_ratio, client.deposit_basis) == (Decimal("0.1"), "KEPT")
    assert terms_for(client=client).ratio == Decimal("0.1")
    assert "last confirmed" in reason_in(terms_for(client=client).reason, "en")
    assert standing_view(client, TODAY).rise_to == Decimal("0.5")
    grade(client, "E")
    assert client.deposit_ratio == Decimal("0.1")
    confirm_rise(client=client, reason="I called them", actor=make_user(Role.MANAGER), at=NOW)
    assert (client.deposit_ratio, client.deposit_basis) == (None, "")
    assert terms_for(client=client).ratio == 1
    with pytest.raises(UnableToSetStanding, match="No rise waits"):
        confirm_rise(client=client, reason="Again", actor=make_user(Role.MANAGER), at=NOW)


def test_a_better_grade_lowers_it_at_once_and_a_persons_grade_needs_no_second_word() -> None:
    client = grade(grade(grade(trading(), "C", make_user(Role.MANAGER)), "D"), "B")
    assert (client.deposit_ratio, Standing.objects.get(client=client).deposit_cap) == (None, None)
    assert terms_for(client=client).ratio == Decimal("0.1")
    grade(client, "D", make_user(Role.MANAGER))
    assert terms_for(client=client).ratio == Decimal("0.5")


def test_only_another_manager_confirms_a_rise() -> None:
    manager = make_user(Role.MANAGER)
    client = grade(grade(trading(owner=manager), "B"), "D")
    with pytest.raises(UnableToSetStanding, match="own client"):
        confirm_rise(client=client, reason="Yes", actor=manager, at=NOW)
    with pytest.raises(UnableToSetStanding, match="A manager decides"):
        confirm_rise(client=client, reason="Yes", actor=make_user(Role.FINANCE), at=NOW)
    with pytest.raises(UnableToSetStanding, match="Say why"):
        confirm_rise(client=client, reason=" ", actor=make_user(Role.MANAGER), at=NOW)


# --- By hand -------------------------------------------------------------------------------------


def test_each_part_is_set_by_hand_and_returns_after_its_last_day() -> None:
    client = grade(trading(), "C", make_user(Role.MANAGER))
    by_hand(client, P.LIMIT, Decimal(50_000))
    by_hand(client, P.DEPOSIT, Decimal("0.05"))
    by_hand(client, P.TERMS, Decimal(60))
    assert (client.credit_limit, client.deposit_ratio, client.terms_days) == (
        50_000,
        Decimal("0.05"),
        60,
    )
    assert "set for this client" in reason_in(terms_for(client=client).reason, "en")
    view = standing_view(client, TODAY)
    assert {one.row.part: one.after for one in view.settings} == {
        "DEPOSIT": "30.0%",
        "LIMIT": "CN¥6,000.00",
        "TERMS": "30 days",
    }
    assert refresh_all(on=LAST, at=NOW) == 0
    assert refresh_all(on=LAST + DAY, at=NOW) == 1
    client.refresh_from_db()
    assert (client.credit_limit, client.deposit_ratio, client.terms_days) == (6_000, None, None)
    assert set(StandingOverride.objects.values_list("ended_how", flat=True)) == {"EXPIRED"}
    assert StandingChange.objects.filter(client=client, cause="EXPIRED").count() == 3


def test_a_grade_by_hand_stands_above_the_score_for_its_time() -> None:
    client = grade(trading(), "D", make_user(Role.MANAGER))
    by_hand(client, P.GRADE, "B")
    assert (client.grade, client.credit_limit) == ("B", 15_000)
    assert grade(client, "E").grade == "B"
    refresh_all(on=LAST + DAY, at=NOW)
    client.refresh_from_db()
    assert client.grade == "E"


def test_a_grade_by_hand_of_one_never_scored_returns_to_what_it_was() -> None:
    client = trading()
    by_hand(client, P.GRADE, "A")
    refresh_all(on=LAST + DAY, at=NOW)
    client.refresh_from_db()
    assert client.grade == "U"


def test_a_new_setting_takes_the_place_of_the_old_and_one_ends_early() -> None:
    client = grade(trading(), "C")
    by_hand(client, P.LIMIT, Decimal(50_000))
    by_hand(client, P.LIMIT, Decimal(70_000))
    first, second = StandingOverride.objects.order_by("pk")
    assert (first.ended_how, second.ended_at) == ("REPLACED", None)
    end_override(override=second, reason="Paid late", actor=make_user(Role.MANAGER), at=NOW)
    client.refresh_from_db()
    assert client.credit_limit == 6_000
    with pytest.raises(UnableToSetStanding, match="ended already"):
        end_override(override=second, reason="Again", actor=make_user(Role.MANAGER), at=NOW)


@pytest.mark.parametrize(
    ("part", "value", "fields", "words"),
    [
        (P.LIMIT, Decimal(-1), {}, "cannot be"),
        (P.DEPOSIT, Decimal("1.01"), {}, "cannot be"),
        (P.TERMS, Decimal(366), {}, "cannot be"),
        (P.GRADE, "Z", {}, "no such grade"),
        (P.HOLD, Decimal(1), {}, "own page"),
        (P.LIMIT, Decimal(1), {"reason": " "}, "Say why"),
        (P.LIMIT, Decimal(1), {"expires_on": TODAY}, "after today"),
        (P.LIMIT, Decimal(1), {"expires_on": TODAY + 367 * DAY}, "a year"),
    ],
)
def test_what_is_no_setting_is_refused(
    part: StandingPart, value: Decimal | str, fields: dict[str, Any], words: str
) -> None:
    client = trading()
    with pytest.raises(UnableToSetStanding, match=words):
        by_hand(client, part, value, **fields)
    assert not StandingOverride.objects.exists()


def test_nobody_sets_their_own_clients_standing() -> None:
    manager = make_user(Role.MANAGER)
    client = trading(owner=manager)
    with pytest.raises(UnableToSetStanding, match="own client"):
        by_hand(client, P.LIMIT, Decimal(1), actor=manager)
    with pytest.raises(UnableToSetStanding, match="A manager decides"):
        by_hand(client, P.LIMIT, Decimal(1), actor=make_user(Role.SALES))


def test_a_setting_is_as_it_was_approved() -> None:
    client = trading()
    by_hand(client, P.LIMIT, Decimal(1))
    with pytest.raises(IntegrityError, match="corrected by adding"), transaction.atomic():
        StandingOverride.objects.update(value=2)
    with pytest.raises(IntegrityError, match="corrected by adding"), transaction.atomic():
        StandingOverride.objects.all().delete()


# --- Pages ---------------------------------------------------------------------------------------


def test_sales_read_and_a_manager_sets() -> None:
    sales, manager = make_user(Role.SALES), make_user(Role.MANAGER)
    client = grade(trading(owner=sales), "C", manager)
    url = reverse("clients:standing", args=[client.pk])
    page = signed_in(sales).get(url).content.decode()
    assert "¥6,000.00" in page
    assert "Set by hand:" not in page
    assert signed_in(make_user(Role.SALES)).get(url).status_code == 404
    web = signed_in(manager)
    form = reverse("credit:override_new", args=[client.pk, "LIMIT"])
    assert web.get(form).status_code == 200
    until = (dt.date.today() + 20 * DAY).isoformat()  # noqa: DTZ011  # pages have the real clock
    typed = {"value": "9,500", "currency": "CNY", "expires_on": until, "reason": ""}
    assert web.post(form, typed).context["form"].errors["reason"]
    assert web.post(form, typed | {"reason": "Their parent stands for it"}).status_code == 302
    client.refresh_from_db()
    assert client.credit_limit == 9_500
    shown = web.get(url).content.decode()
    assert "Their parent stands for it" in shown
    row = StandingOverride.objects.get()
    end = reverse("credit:override_end", args=[row.pk])
    assert web.post(end, {"reason": "Over"}).status_code == 302
    assert web.get(reverse("credit:override_new", args=[client.pk, "HOLD"])).status_code == 404


@pytest.mark.parametrize("part", ["GRADE", "DEPOSIT", "TERMS"])
def test_each_part_has_its_form(part: str) -> None:
    client = grade(trading(), "C")
    web = signed_in(make_user(Role.MANAGER))
    url = reverse("credit:override_new", args=[client.pk, part])
    until = (dt.date.today() + 20 * DAY).isoformat()  # noqa: DTZ011  # pages have the real clock
    value = {"GRADE": "B", "DEPOSIT": "12.5", "TERMS": "45"}[part]
    sent = web.post(url, {"value": value, "expires_on": until, "reason": "Known for years"})
    assert sent.status_code == 302
    row = StandingOverride.objects.get()
    assert (row.grade or row.value) in {"B", Decimal("0.125"), Decimal(45)}


def test_the_card_on_the_clients_page_costs_few_queries() -> None:
    from credit.templatetags.credit_standing import client_standing

    client, manager = grade(trading(), "C"), make_user(Role.MANAGER)
    context = {"request": SimpleNamespace(user=manager), "on": TODAY}
    assert count_queries(lambda: client_standing(context, client)) <= 8
    page = signed_in(manager).get(reverse("clients:client", args=[client.pk]))
    assert "Credit standing" in page.content.decode()

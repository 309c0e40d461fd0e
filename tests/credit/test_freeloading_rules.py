"""The arithmetic of the net margin: exact, and never better for more that was given away."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.rules.freeloading import AVOIDED, GIVEN, L, NetMargin, Terms, guessed_nature, net_margin
from credit.states import ClientAdvice, CreditNature, MarginLine

A = ClientAdvice
#: From the best to the worst.
ORDER = (A.KEEP, A.PREPAY, A.EXIT)
TERMS = Terms(gross_margin=Decimal(30), keep_at=Decimal(0), min_invoices=3)


def worked_out(terms: Terms = TERMS, *, invoices: int = 5, **lines: int) -> NetMargin:
    amounts = {L(name): Decimal(amount) for name, amount in lines.items()}
    return net_margin(currency="CNY", amounts=amounts, invoices=invoices, terms=terms)


def test_every_line_takes_its_part() -> None:
    found = worked_out(
        INVOICED=10_000, RETURNED=1_000, CREDITED=200, TRIAL=300, CONTACTS=150, MONEY=50, LOST=100
    )
    assert (int(found.net_sales), int(found.gross)) == (9_000, 2_700)
    assert (int(found.given), int(found.prepaid)) == (500, 2_200)
    assert found.net == 1_900
    assert found.percent is not None
    assert round(found.percent, 2) == Decimal("21.11")


def test_a_lower_price_by_amendment_costs_its_whole_amount_once() -> None:
    """10,000 agreed, 9,000 invoiced after a discount: the work cost what it had cost before."""
    found = worked_out(INVOICED=9_000, DISCOUNT=1_000)
    assert found.net == worked_out(INVOICED=10_000).net - 1_000


def test_a_credit_note_that_was_given_costs_more_than_a_return() -> None:
    given_away = worked_out(INVOICED=10_000, CREDITED=1_000)
    returned = worked_out(INVOICED=10_000, RETURNED=1_000)
    assert given_away.net == 2_000
    assert returned.net == 2_700


@pytest.mark.parametrize(
    ("lines", "advice"),
    [
        ({"INVOICED": 1_000}, A.KEEP),
        ({"INVOICED": 1_000, "CONTACTS": 300}, A.KEEP),
        ({"INVOICED": 1_000, "CONTACTS": 301}, A.PREPAY),
        ({"INVOICED": 1_000, "TRIAL": 300, "CONTACTS": 1}, A.PREPAY),
        ({"INVOICED": 1_000, "TRIAL": 301}, A.EXIT),
    ],
)
def test_the_advice_follows_from_what_is_left(lines: dict[str, int], advice: ClientAdvice) -> None:
    assert worked_out(TERMS, invoices=5, **lines).advice == advice


def test_too_few_invoices_say_nothing() -> None:
    found = worked_out(invoices=2, INVOICED=1_000, TRIAL=9_000)
    assert found.advice == A.TOO_LITTLE
    assert worked_out(invoices=3, INVOICED=1_000, TRIAL=9_000).advice == A.EXIT


def test_a_higher_floor_asks_for_more() -> None:
    terms = Terms(gross_margin=Decimal(30), keep_at=Decimal(10), min_invoices=1)
    assert worked_out(terms, INVOICED=1_000, CONTACTS=200).advice == A.KEEP
    assert worked_out(terms, INVOICED=1_000, CONTACTS=201).advice == A.PREPAY
    assert worked_out(terms, INVOICED=1_000, TRIAL=201).advice == A.EXIT


sums = st.decimals(min_value=0, max_value=10**7, places=3)
all_lines = st.dictionaries(st.sampled_from(list(MarginLine)), sums)
all_terms = st.builds(
    Terms,
    gross_margin=st.decimals(min_value=0, max_value=100, places=3),
    keep_at=st.decimals(min_value=0, max_value=100, places=3),
    min_invoices=st.integers(min_value=0, max_value=9),
)
currencies = st.sampled_from(["CNY", "JPY", "KWD"])


@given(all_lines, all_terms, currencies)
def test_the_result_is_the_sum_of_the_lines_shown(
    lines: dict[MarginLine, Decimal], terms: Terms, currency: str
) -> None:
    found = net_margin(currency=currency, amounts=lines, invoices=3, terms=terms)
    below = sum((found.of(one) for one in (*GIVEN, *AVOIDED)), Decimal(0))
    assert found.net == found.gross - below
    above = found.of(L.INVOICED) - found.of(L.RETURNED) + found.of(L.DISCOUNT)
    assert found.sales == above
    assert found.prepaid - found.net == sum((found.of(one) for one in AVOIDED), Decimal(0))
    # Every line but the two of the sales is subtracted exactly once.
    assert {*GIVEN, *AVOIDED} == set(MarginLine) - {L.INVOICED, L.RETURNED}
    assert len({*GIVEN, *AVOIDED}) == len(GIVEN) + len(AVOIDED)


@given(all_lines, all_terms, st.sampled_from([*GIVEN, *AVOIDED]), sums, currencies)
def test_more_given_away_never_improves_the_advice(
    lines: dict[MarginLine, Decimal],
    terms: Terms,
    line: MarginLine,
    more: Decimal,
    currency: str,
) -> None:
    before = net_margin(currency=currency, amounts=lines, invoices=9, terms=terms)
    worse = {**lines, line: lines.get(line, Decimal(0)) + more}
    after = net_margin(currency=currency, amounts=worse, invoices=9, terms=terms)
    assert after.net <= before.net
    assert ORDER.index(after.advice) >= ORDER.index(before.advice)


@pytest.mark.parametrize(
    ("reason", "nature"),
    [
        ("Goods returned", CreditNature.RETURNED),
        ("客户退货", CreditNature.RETURNED),
        ("Wrong price on the invoice", CreditNature.CORRECTED),
        ("发票开错，冲红", CreditNature.CORRECTED),
        ("Goodwill", CreditNature.GIVEN),
        ("", CreditNature.GIVEN),
    ],
)
def test_words_of_a_credit_note_suggest_what_it_was(reason: str, nature: CreditNature) -> None:
    assert guessed_nature(reason) == nature

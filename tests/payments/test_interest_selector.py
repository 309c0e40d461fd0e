"""Interest of stored invoices: from the ledger's rows to sentences on a page."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from clients.models import Client, Creditor
from contracts.models import Contract
from contracts.states import LateChargeKind
from disputes.services import open_dispute
from payments.models import InterestPreset, Invoice, ReferenceRate
from payments.rules.presets import PresetInvalid
from payments.selectors.interest import (
    InvoiceInterest,
    interest_for_invoice,
    interest_for_invoices,
    interest_rules,
    preset_choices,
    rate_table,
)
from payments.selectors.interest_words import ProblemCode
from payments.services import allocate, reverse_allocation
from tests.factories import (
    NOW,
    make_client,
    make_credit_note,
    make_creditor,
    make_invoice,
    pay,
)
from tests.payments.shipped import rows

pytestmark = pytest.mark.django_db
D = Decimal
DUE = dt.date(2025, 3, 31)
UNTIL = dt.date(2025, 4, 30)


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor(country="US", currency="USD")


@pytest.fixture
def client_(creditor: Creditor) -> Client:
    return make_client()


def contract(client: Client, creditor: Creditor, **fields: Any) -> Contract:
    """A contract over 3.65% a year, so that 10,000 bear 1.00 a day."""
    fields.setdefault("late_charge_kind", LateChargeKind.RATE)
    if fields["late_charge_kind"] == LateChargeKind.RATE:
        fields.setdefault("late_charge_rate", D("3.65"))
    return Contract.objects.create(
        creditor=creditor,
        client=client,
        number="K-1",
        currency=creditor.currency,
        signed_on=fields.pop("signed_on", dt.date(2025, 1, 2)),
        created_at=NOW,
        **fields,
    )


def invoice_under(agreed: Contract, amount: str = "10000.00") -> Invoice:
    return make_invoice(agreed.client, agreed.creditor, amount, due_on=DUE, contract=agreed)


def code(answer: InvoiceInterest) -> ProblemCode | None:
    return answer.problem.code if answer.problem else None


def test_the_migration_loads_every_shipped_row() -> None:
    assert ReferenceRate.objects.count() == len(rows("reference_rates.json"))
    assert InterestPreset.objects.count() == len(rows("interest_presets.json"))
    assert set(interest_rules().book.codes()) == {value for value, _ in preset_choices("en")}


def test_rates_can_be_read_by_series() -> None:
    assert rate_table("lpr_1y").on("lpr_1y", dt.date(2025, 1, 1)).percent == D("3.10")


def test_it_follows_the_ledgers_payments(client_: Client, creditor: Creditor) -> None:
    invoice = invoice_under(contract(client_, creditor))
    pay(invoice, "4000.00", on=dt.date(2025, 4, 10))
    calculation = interest_for_invoice(invoice=invoice, until=UNTIL).calculation
    # 10 days on 10,000 (10.00) and 20 on 6,000 (12.00).
    assert calculation is not None
    assert [line.amount for line in calculation.lines] == [D("10.00"), D("12.00")]
    assert calculation.daily_accrual == D("0.60")


def test_a_reversed_payment_bears_interest_again(client_: Client, creditor: Creditor) -> None:
    invoice = invoice_under(contract(client_, creditor))
    row = pay(invoice, "10000.00", on=dt.date(2025, 4, 10))
    reverse_allocation(
        allocation=row, reason="Bounced", on=dt.date(2025, 4, 20), actor=None, at=NOW
    )
    calculation = interest_for_invoice(invoice=invoice, until=UNTIL).calculation
    assert calculation is not None
    assert calculation.total == D("20.00")  # 10 days before the payment, 10 after its reversal


def test_a_credit_note_that_corrects_the_invoice_counts_from_the_start(
    client_: Client, creditor: Creditor
) -> None:
    invoice = invoice_under(contract(client_, creditor))
    own = make_credit_note(
        client_, creditor, "4000.00", invoice=invoice, issued_on=dt.date(2025, 4, 20)
    )
    allocate(credit_note=own, lines=[(invoice, D("4000.00"))], actor=None, at=NOW)
    calculation = interest_for_invoice(invoice=invoice, until=UNTIL).calculation
    assert calculation is not None
    assert calculation.total == D("18.00")  # 30 days on 6,000: the 4,000 were never owed


def test_a_credit_note_of_another_origin_counts_from_its_day(
    client_: Client, creditor: Creditor
) -> None:
    invoice = invoice_under(contract(client_, creditor))
    other = make_credit_note(client_, creditor, "4000.00", issued_on=dt.date(2025, 4, 20))
    allocate(credit_note=other, lines=[(invoice, D("4000.00"))], actor=None, at=NOW)
    calculation = interest_for_invoice(invoice=invoice, until=UNTIL).calculation
    assert calculation is not None
    assert calculation.total == D("26.00")  # 20 days on 10,000 and 10 on 6,000


def test_nothing_agreed_gives_no_figure_and_says_what_would(
    client_: Client, creditor: Creditor
) -> None:
    bare = make_invoice(client_, creditor, due_on=DUE)
    answer = interest_for_invoice(invoice=bare, until=UNTIL)
    assert code(answer) is ProblemCode.NOTHING_AGREED
    assert answer.total is None
    assert "statutory rule" in answer.problem_text
    tried = interest_for_invoice(invoice=bare, until=UNTIL, preset="us_new_york")
    assert tried.calculation is not None


def test_a_contract_without_a_late_charge_has_none(client_: Client, creditor: Creditor) -> None:
    agreed = contract(client_, creditor, late_charge_kind=LateChargeKind.NONE)
    answer = interest_for_invoice(invoice=invoice_under(agreed), until=UNTIL)
    assert code(answer) is ProblemCode.NOTHING_AGREED


def test_a_statutory_preset_of_the_contract_is_used(client_: Client) -> None:
    german = make_creditor(country="DE", currency="EUR")
    agreed = contract(
        client_, german, late_charge_kind=LateChargeKind.PRESET, late_charge_preset="de_288"
    )
    answer = interest_for_invoice(invoice=invoice_under(agreed), until=UNTIL)
    assert answer.calculation is not None
    assert answer.calculation.total == D("92.63")  # 10,000 x 11.27% / 365 x 30 = 92.6301
    assert answer.total == D("132.63")  # and EUR 40


def test_an_agreed_rate_in_china_is_judged_by_chinas_caps(client_: Client) -> None:
    chinese = make_creditor(country="CN", currency="CNY")
    agreed = contract(client_, chinese, late_charge_rate=D("24"))
    answer = interest_for_invoice(invoice=invoice_under(agreed), until=UNTIL)
    assert answer.preset_code == "cn_contract"
    assert any("12.40%" in sentence for sentence in answer.warnings)  # 3.10 x 4


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"late_charge_preset": "nowhere"}, ProblemCode.RULE_UNKNOWN),
        ({"late_charge_preset": "us_contract"}, ProblemCode.AGREED_RATE_MISSING),
    ],
)
def test_it_names_what_is_missing(
    client_: Client, creditor: Creditor, fields: dict[str, str], expected: ProblemCode
) -> None:
    agreed = contract(client_, creditor, late_charge_kind=LateChargeKind.PRESET, **fields)
    answer = interest_for_invoice(invoice=invoice_under(agreed), until=UNTIL)
    assert code(answer) is expected
    assert answer.problem_text


def test_a_missing_published_rate_is_named(client_: Client, creditor: Creditor) -> None:
    bare = make_invoice(client_, creditor, due_on=dt.date(2026, 6, 10))
    answer = interest_for_invoice(invoice=bare, until=dt.date(2026, 7, 2), preset="eu_2011_7")
    assert code(answer) is ProblemCode.RATE_UNKNOWN
    assert "ECB main refinancing rate for 1 Jul 2026" in answer.problem_text
    with translation.override("zh-hans"):
        assert "2026-07-01" in answer.problem_text


def test_the_disputed_part_is_left_out(client_: Client, creditor: Creditor) -> None:
    invoice = invoice_under(contract(client_, creditor))
    open_dispute(
        invoice=invoice,
        amount=D("4000.00"),
        reason="QUALITY",
        on=dt.date(2025, 4, 2),
        actor=None,
        at=NOW,
    )
    invoice.refresh_from_db()
    answer = interest_for_invoice(invoice=invoice, until=UNTIL)
    assert answer.calculation is not None
    assert answer.calculation.total == D("18.00")
    assert any("$4,000.00" in sentence for sentence in answer.warnings)


def test_a_row_an_administrator_spoiled_is_refused() -> None:
    InterestPreset.objects.filter(code="de_288").update(parameters={"use": "interest"})
    with pytest.raises(PresetInvalid, match="de_288"):
        interest_rules()


def test_many_invoices_cost_no_more_queries_than_one(
    client_: Client, creditor: Creditor, django_assert_num_queries: Any
) -> None:
    agreed = contract(client_, creditor)
    invoices = [invoice_under(agreed) for _ in range(4)]
    for invoice in invoices:
        pay(invoice, "100.00", on=dt.date(2025, 4, 10))
    fresh = list(Invoice.objects.filter(pk__in=[one.pk for one in invoices]))
    with django_assert_num_queries(5):  # presets, rates, contracts, creditors, allocations
        answers = interest_for_invoices(invoices=fresh, until=UNTIL)
    assert len({answer.total for answer in answers}) == 1


# --- The page fragment ----------------------------------------------------------------------


def page(answer: InvoiceInterest, language: str = "en") -> str:
    with translation.override(language):
        return render_to_string("payments/_interest_calculation.html", {"interest": answer})


def test_the_fragment_shows_every_line_and_its_source(client_: Client, creditor: Creditor) -> None:
    invoice = invoice_under(contract(client_, creditor, late_charge_clause="§ 7 (2)"))
    pay(invoice, "4000.00", on=dt.date(2025, 4, 10))
    html = page(interest_for_invoice(invoice=invoice, until=UNTIL))
    for shown in ("1 Apr 2025", "10 Apr 2025", "3.65% a year", "Agreed in the contract", "§ 7 (2)"):
        assert shown in html
    assert "$22.00" in html  # in total
    assert "$0.60" in html  # each further day
    assert "Payments were taken as booked" in html
    assert "Unverified" not in html


def test_the_fragment_marks_what_nobody_verified(client_: Client) -> None:
    german = make_creditor(country="DE", currency="EUR")
    bare = make_invoice(client_, german, due_on=DUE)
    html = page(interest_for_invoice(invoice=bare, until=UNTIL, preset="de_288"))
    assert "2.27% + 9.00% = 11.27% a year" in html
    assert "Unverified" in html


def test_the_fragment_says_why_there_is_nothing(client_: Client, creditor: Creditor) -> None:
    bare = make_invoice(client_, creditor, due_on=DUE)
    html = page(interest_for_invoice(invoice=bare, until=UNTIL))
    assert "Not calculated" in html
    assert "<table" not in html
    paid_in_time = invoice_under(contract(client_, creditor))
    pay(paid_in_time, on=DUE)
    assert "No interest has accrued" in page(
        interest_for_invoice(invoice=paid_in_time, until=UNTIL)
    )


def test_the_fragment_speaks_the_readers_language(client_: Client) -> None:
    chinese = make_creditor(country="CN", currency="CNY")
    bare = make_invoice(client_, chinese, due_on=DUE)
    html = page(
        interest_for_invoice(invoice=bare, until=UNTIL, preset="cn_sale_default"), "zh-hans"
    )
    assert "中国：买卖合同未约定违约金" in html
    assert "2025-04-01" in html


def test_the_fragment_escapes_what_people_typed(client_: Client, creditor: Creditor) -> None:
    agreed = contract(client_, creditor, late_charge_clause="<script>alert(1)</script>")
    html = page(interest_for_invoice(invoice=invoice_under(agreed), until=UNTIL))
    assert "<script>" not in html
    assert "style=" not in html  # the page's policy blocks inline styles

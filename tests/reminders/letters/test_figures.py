"""What a demand letter claims and says."""

import datetime as dt
import re
import subprocess
from decimal import Decimal

import pytest

from clients.models import Client, Creditor
from clients.states import Language
from core.documents import read_document
from core.models import User
from core.states import Role
from disputes.services import open_dispute
from payments.services import agree_plan
from reminders.models import DemandLetter
from reminders.selectors.letters import letter_figures
from tests.factories import NOW, TODAY, make_client, make_contact, make_invoice, make_user, pay
from tests.reminders.letters.cast import agreed, made

pytestmark = pytest.mark.django_db


def text_of(letter: DemandLetter) -> str:
    assert letter.document is not None
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"],
        input=read_document(letter.document),
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


def test_it_claims_what_is_open_and_undisputed(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    part_paid = make_invoice(client_row, creditor, "1000.00", number="A-1")
    pay(part_paid, "400.00", on=TODAY - dt.timedelta(days=3))
    contested = make_invoice(client_row, creditor, "500.00", number="A-2")
    open_dispute(
        invoice=contested, amount=Decimal(120), reason="QUALITY", on=TODAY, actor=None, at=NOW
    )
    pay(make_invoice(client_row, creditor, "70.00", number="A-3"))
    make_invoice(client_row, creditor, "80.00", number="A-4", due_on=TODAY)
    letter = made(client_row, creditor, finance, with_interest=False)
    assert letter.principal == Decimal("980.00")  # 600 + 380
    assert letter.total == Decimal("980.00")
    assert letter.context is not None
    assert [row["number"] for row in letter.context["invoices"]] == ["A-1", "A-2"]
    assert [row["disputed"] for row in letter.context["invoices"]] == ["–", "120.00"]
    text = text_of(letter)
    assert "人民币980.00元" in text
    assert "玖佰捌拾元整" in text
    assert "A-3" not in text
    assert "A-4" not in text


def test_a_wholly_disputed_invoice_and_one_on_a_plan_stay_out(
    client_row: Client, creditor: Creditor
) -> None:
    make_invoice(client_row, creditor, "10.00", number="A-1")
    disputed = make_invoice(client_row, creditor, "20.00", number="A-2")
    open_dispute(
        invoice=disputed, amount=Decimal(20), reason="QUALITY", on=TODAY, actor=None, at=NOW
    )
    planned = make_invoice(client_row, creditor, "30.00", number="A-3")
    agree_plan(
        creditor=creditor,
        client=client_row,
        currency="CNY",
        invoices=[planned],
        instalments=[(TODAY + dt.timedelta(days=9), Decimal(30))],
        on=TODAY,
        actor=None,
        at=NOW,
    )
    figures = letter_figures(client=client_row, creditor=creditor, currency="CNY", on=TODAY)
    assert [line.invoice.number for line in figures.invoices] == ["A-1"]
    assert (figures.wholly_disputed, figures.on_plan) == (1, 1)


def test_its_figures_are_those_of_its_day(client_row: Client, creditor: Creditor) -> None:
    invoice = make_invoice(client_row, creditor, "100.00")
    pay(invoice, on=TODAY)
    before = letter_figures(
        client=client_row, creditor=creditor, currency="CNY", on=TODAY - dt.timedelta(days=1)
    )
    assert before.principal == Decimal(100)
    assert letter_figures(
        client=client_row, creditor=creditor, currency="CNY", on=TODAY
    ).principal == Decimal(0)


def test_interest_follows_the_contract_and_is_worked_out_line_by_line(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    contract = agreed(client_row, creditor)
    due = dt.date(2026, 6, 5)  # a Friday: nothing is moved to a business day
    invoice = make_invoice(client_row, creditor, "10000.00", due_on=due, contract=contract)
    pay(invoice, "4000.00", on=due + dt.timedelta(days=4))
    letter = made(client_row, creditor, finance)
    # 4 days on 10,000, then 6 days on 6,000, at 7.30 % over 365: 0.02 % a day.
    assert letter.interest == Decimal("15.20")
    assert letter.total == Decimal("6015.20")
    assert letter.context is not None
    lines = letter.context["interest"]["lines"]
    assert [(row["days"], row["principal"], row["interest"]) for row in lines] == [
        ("4", "10,000.00", "8.00"),
        ("6", "6,000.00", "7.20"),
    ]
    text = re.sub(r"\s", "", text_of(letter))
    assert "合同（编号：HY-1）第8.2条及《中华人民共和国民法典》第五百八十五条" in text
    assert "每日另计人民币1.20元" in text


def test_a_statutory_rule_serves_where_the_contract_says_nothing(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor, "10000.00", due_on=TODAY - dt.timedelta(days=90))
    without = letter_figures(client=client_row, creditor=creditor, currency="CNY", on=TODAY)
    assert without.interest_total == 0
    letter = made(client_row, creditor, finance, interest_preset="cn_sale_default")
    assert letter.interest is not None
    assert letter.interest > 0
    assert "第十八条" in text_of(letter)


def test_the_letter_speaks_the_clients_language_not_the_operators(
    client_row: Client, creditor: Creditor
) -> None:
    make_invoice(client_row, creditor)
    chinese = made(client_row, creditor, make_user(Role.FINANCE, language="en"))
    assert "催款函" in re.sub(r"\s", "", text_of(chinese))
    english_client = make_client(legal_name="Brightwater Ltd", language=Language.EN)
    make_invoice(english_client, creditor, currency="EUR")
    english = made(
        english_client,
        creditor,
        make_user(Role.FINANCE, language="zh-hans"),
        currency="EUR",
        language="en",
    )
    text = text_of(english)
    assert "Demand for payment" in text
    assert "€1,000.00" in text
    assert "DE89 3704 0044 0532 0130 00" in text
    assert not re.search(r"[一-鿿]", text.replace("杭州恒远精密机械有限公司", ""))


def test_it_lists_everything_a_demand_letter_must_say(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_contact(client_row, name="李敏")
    make_invoice(client_row, creditor, "1234.50", contract=agreed(client_row, creditor))
    letter = made(
        client_row,
        creditor,
        finance,
        is_final=True,
        attention="李敏",
        facts="货物已于2026年5月交付。\n贵司已签收。",
        service_method="EMS",
    )
    text = re.sub(r"\s", "", text_of(letter))
    for part in (
        letter.reference,
        "2026年6月15日",
        "杭州恒远精密机械有限公司",
        "致：上海明川电子科技有限公司",
        "浦东新区张江路66弄8号",
        "收件人：李敏",
        "HY-1",
        "2025年1月2日",
        "货物已于2026年5月交付。",
        "贵司已签收。",
        "到期日",
        "争议金额",
        "1,234.50",
        "年利率",
        "365",
        "每日另计",
        "应付总额",
        "2026年6月29日前",
        "120202250990",
        "有异议",
        "分期还款计划",
        "经营遇有特殊困难",
        "依法主张权利",
        "保留",
        "附件一",
        "回执",
        "ar@hengyuan.example",
        "盖章",
        "EMS",
    ):
        assert part in text, part

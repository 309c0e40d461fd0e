"""Demand letters made of nothing, for tests and the bench: no database."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from core.display import format_day, format_long_day
from core.money import format_amount, format_money
from reminders.letters.paper import (
    Addressee,
    ContractReference,
    DemandLetter,
    InterestLine,
    InterestStatement,
    InvoiceLine,
    InvoiceTotals,
    LabelledLine,
    Sender,
    Signatory,
)

AS_OF = dt.date(2026, 11, 21)
DEADLINE = dt.date(2026, 12, 5)
_NOTHING = "–"


def sample_letter(
    language: str, invoices: int, *, with_interest: bool = True, with_reply_form: bool = True
) -> DemandLetter:
    """A letter over so many invoices, in English (EUR) or Chinese (CNY)."""
    is_english = language == "en"
    currency = "EUR" if is_english else "CNY"
    amounts = [Decimal(1000 + 37 * number) / 4 for number in range(invoices)]
    total = sum(amounts, Decimal(0))
    interest = _interest(language, currency, amounts) if with_interest else None
    base = _english() if is_english else _chinese()
    return replace(
        base,
        invoices=tuple(
            _invoice(number, amount, language, currency) for number, amount in enumerate(amounts)
        ),
        invoice_count=invoices,
        totals=InvoiceTotals(
            caption="Total" if is_english else "合计",
            amount=format_amount(total, currency, language),
            paid=_NOTHING,
            disputed=_NOTHING,
            balance=format_amount(total, currency, language),
            balance_money=format_money(total, currency, language),
        ),
        interest=interest,
        total=format_money(total, currency, language),
        with_reply_form=with_reply_form,
    )


def _invoice(number: int, amount: Decimal, language: str, currency: str) -> InvoiceLine:
    issued = dt.date(2025, 3, 1) + dt.timedelta(days=number)
    due = issued + dt.timedelta(days=30)
    written = format_amount(amount, currency, language)
    return InvoiceLine(
        number=f"INV-{10_000 + number}",
        issued_on=format_day(issued, language),
        due_on=format_day(due, language),
        days_overdue=str((AS_OF - due).days),
        amount=written,
        paid=_NOTHING,
        disputed=_NOTHING,
        balance=written,
    )


def _interest(language: str, currency: str, amounts: list[Decimal]) -> InterestStatement:
    is_english = language == "en"
    lines = tuple(
        InterestLine(
            number=f"INV-{10_000 + number}",
            first_day=format_day(dt.date(2026, 1, 1), language),
            last_day=format_day(AS_OF, language),
            days="325",
            principal=format_amount(amount, currency, language),
            rate="10.15%",
            day_basis="365",
            interest=format_amount(amount * Decimal("0.0903"), currency, language),
        )
        for number, amount in enumerate(amounts)
    )
    total = sum(amounts, Decimal(0)) * Decimal("0.0903")
    return InterestStatement(
        basis="section 288 of the German Civil Code" if is_english else "合同第8.2条",
        rate="10.15% a year" if is_english else "按年利率10.15%计算",
        day_count="actual days over 365" if is_english else "一年按365日计",
        cut_off=format_long_day(AS_OF, language),
        next_day=format_long_day(AS_OF + dt.timedelta(days=1), language),
        daily=format_money(Decimal("12.34"), currency, language),
        total=format_money(total, currency, language),
        total_amount=format_amount(total, currency, language),
        formula="Interest = principal × rate ÷ basis × days."
        if is_english
        else "利息＝本金×年利率÷计息基准×天数。",
        source="",
        lines=lines,
    )


def _english() -> DemandLetter:
    return DemandLetter(
        language="en",
        is_final=False,
        reference="DL-2026-0042",
        dated=format_long_day(AS_OF, "en"),
        created="2026-11-21T09:00:00+00:00",
        as_of=format_long_day(AS_OF, "en"),
        deadline=format_long_day(DEADLINE, "en"),
        delivery="Registered post",
        sender=Sender(
            legal_name="Hartwell & Łukasz Precision Ltd",
            other_name="",
            lines=("18 Kestrel Court, Bristol", "accounts@hartwell.example"),
            reply_to="accounts@hartwell.example",
            has_logo=False,
        ),
        addressee=Addressee(
            legal_name="Brightwater Systems GmbH",
            attention="Ms Anna Weiß",
            lines=("Lindenstraße 42", "10969 Berlin"),
            registration="HRB 88214 B",
        ),
        contracts=(ContractReference("HW-2024-117", "Supply of housings", "3 October 2024"),),
        facts=("We delivered the goods ordered under it, and they were accepted.",),
        currency_note="Amounts in EUR",
        invoices=(),
        invoice_count=0,
        totals=InvoiceTotals("", "", "", "", "", ""),
        has_disputes=False,
        interest=None,
        total="",
        total_in_words="",
        account=(LabelledLine("IBAN", "GB29 NWBK 6016 1331 9268 19"),),
        payment_reference="DL-2026-0042",
        signatory=Signatory("Marian Okafor", "Head of Credit Control"),
        contact=("Tom Ellery", "+44 117 496 0110"),
        enclosures=("Copies of the invoices",),
        with_reply_form=True,
    )


def _chinese() -> DemandLetter:
    return replace(
        _english(),
        language="zh-hans",
        dated=format_long_day(AS_OF, "zh-hans"),
        as_of=format_long_day(AS_OF, "zh-hans"),
        deadline=format_long_day(DEADLINE, "zh-hans"),
        delivery="EMS邮政特快专递",
        sender=Sender(
            legal_name="杭州恒远精密机械有限公司",
            other_name="",
            lines=("浙江省杭州市滨江区江南大道588号", "电话：0571-8800 1234"),
            reply_to="ar@hengyuan.example",
            has_logo=False,
        ),
        addressee=Addressee(
            legal_name="上海明川电子科技有限公司",
            attention="李敏 女士",
            lines=("上海市浦东新区张江路66弄8号楼3层",),
            registration="91310115MA1K3ABC9X",
        ),
        contracts=(ContractReference("HY-2024-0117", "精密零部件采购合同", "2024年10月3日"),),
        facts=("合同签订后，我方依约分批交付货物，贵司均已签收。",),
        currency_note="币种：人民币（CNY）　单位：元",
        total_in_words="人民币壹万贰仟叁佰肆拾伍元陆角柒分",
        account=(LabelledLine("账　号", "1202 0225 0990 0123 456"),),
        signatory=Signatory("陈国栋", "法定代表人"),
        contact=("应收账款组 王芳", "0571-8800 1234"),
        enclosures=("发票复印件",),
    )

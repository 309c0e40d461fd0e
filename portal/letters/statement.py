"""A statement of account as it is printed: native words per language, made of frozen facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from clients.models import Client, Creditor
from core.display import format_day, format_long_day
from core.letterhead import Sender, letterhead
from core.money import format_amount, format_money

EN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "title": "Statement of account",
        "as_of": "As of the end of",
        "currency": "Amounts in",
        "client_code": "Client",
        "number": "Invoice",
        "issued": "Issued",
        "due": "Due",
        "amount": "Amount",
        "open": "Open",
        "total": "Open in total",
        "credit": "Payments and credit notes not yet applied",
        "interest": "Late-payment interest up to and including that day, as stated",
        "reserved": "This statement shows principal only. All rights to late-payment interest and "
        "liquidated damages are reserved.",
        "ask": "Please compare it with your own books and answer through the link that was sent "
        "with it, invoice by invoice where something differs.",
        "not_payment": "It is no invoice and no request for payment. If you have already paid, "
        "please disregard the amounts concerned.",
    }
)
ZH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "title": "对账单",
        "as_of": "截止日",
        "currency": "币种：",
        "client_code": "客户编号",
        "number": "发票",
        "issued": "开票日",
        "due": "到期日",
        "amount": "金额",
        "open": "未付",
        "total": "未付合计",
        "credit": "尚未核销的收款及红字发票",
        "interest": "截至该日（含当日）债权人计算的逾期利息",
        "reserved": "本对账单仅列示本金。我方保留主张逾期利息及违约金的全部权利。",
        "ask": "请与贵司账面核对，并通过随附链接答复；如有不符，请逐张发票说明。",
        "not_payment": "本对账单不是发票，也不是付款通知。如已付款，请忽略相应金额。",
    }
)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One open invoice."""

    number: str
    issued: str
    due: str
    amount: str
    open: str


@dataclass(frozen=True, slots=True)
class StatementPaper:
    """Everything that is printed."""

    language: str
    created: str
    words: Mapping[str, str]
    sender: Sender
    client_name: str
    client_code: str
    client_address: tuple[str, ...]
    as_of: str
    currency: str
    rows: tuple[StatementRow, ...]
    total: str
    credit: str
    interest: str


def statement_paper(
    facts: Mapping[str, Any],
    *,
    client: Client,
    creditor: Creditor,
    language: str,
    has_logo: bool,
) -> StatementPaper:
    """The paper of a statement, in the language of its reader."""
    currency = str(facts["currency"])
    on = dt.date.fromisoformat(facts["on"])

    def money(amount: str) -> str:
        return format_money(Decimal(amount), currency, language)

    def day(text: str) -> str:
        return format_day(dt.date.fromisoformat(text), language)

    rows = tuple(
        StatementRow(
            number=line["number"],
            issued=day(line["issued_on"]),
            due=day(line["due_on"]),
            amount=format_amount(Decimal(line["amount"]), currency, language),
            open=format_amount(Decimal(line["open"]), currency, language),
        )
        for line in facts["lines"]
    )
    return StatementPaper(
        language=language,
        created=on.isoformat(),
        words=ZH if language == "zh-hans" else EN,
        sender=_sender(creditor, language, has_logo=has_logo),
        client_name=client.legal_name,
        client_code=client.code,
        client_address=tuple(line.strip() for line in client.address.splitlines() if line.strip()),
        as_of=format_long_day(on, language),
        currency=currency,
        rows=rows,
        total=money(facts["total"]),
        credit=money(facts["credit"]) if Decimal(facts["credit"]) else "",
        interest=money(facts["interest"]["total"]) if "interest" in facts else "",
    )


def _sender(creditor: Creditor, language: str, *, has_logo: bool) -> Sender:
    names = (creditor.legal_name, creditor.legal_name_zh)
    own, other = names[::-1] if language == "zh-hans" and names[1] else names
    lines = [*creditor.address_in(language).splitlines(), creditor.phone, creditor.email]
    return letterhead(own, other, lines, has_logo=has_logo)

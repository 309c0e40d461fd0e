"""The payment request for a prepayment, and the statement of one, as PDF.

Everything on paper is text in the reader's language, whoever ordered it; the fixed words stand
here and not in the catalogue of translations, because a letter stays as it was written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from clients.models import BankAccount, Client, Creditor
from contracts.states import PrepaymentKind
from core.display import format_day, format_long_day
from core.documents import read_document
from core.letterhead import Sender, letterhead
from core.money import format_amount, format_money
from core.pdf.service import render_pdf
from core.words import renminbi_in_words
from payments.models import Prepayment
from payments.selectors.prepayments import Movement, MovementKind, Statement
from payments.states import PrepaymentState, RefundKind, ReleaseState

EN: Final = "en"
ZH: Final = "zh-hans"
_LOGO_TYPES: Final = ("image/png", "image/jpeg")
_UNIFORM_CODE: Final = 18

Pair = tuple[str, str]

_TITLES: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        PrepaymentKind.PREPAYMENT: ("Request for prepayment", "预付款付款通知"),
        PrepaymentKind.EARNEST: ("Request for earnest money", "定金付款通知"),
        PrepaymentKind.DEPOSIT: ("Request for a security deposit", "保证金付款通知"),
    }
)
_STATEMENTS: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        PrepaymentKind.PREPAYMENT: ("Statement of prepayment", "预付款对账单"),
        PrepaymentKind.EARNEST: ("Statement of earnest money", "定金对账单"),
        PrepaymentKind.DEPOSIT: ("Statement of security deposit", "保证金对账单"),
    }
)
_KINDS: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        PrepaymentKind.PREPAYMENT: ("prepayment", "预付款"),
        PrepaymentKind.EARNEST: ("earnest money (定金)", "定金"),
        PrepaymentKind.DEPOSIT: ("security deposit", "保证金"),
    }
)
#: What the money is in law, as the request says it (PRC Civil Code art. 586-588).
_NATURE: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        PrepaymentKind.PREPAYMENT: (
            "It is part of the price: each invoice of this contract is settled from it first, and "
            "what is not used is returned.",
            "该款项为合同价款的一部分，将优先抵付本合同项下的应付款项；未使用的部分将予退还。",
        ),
        PrepaymentKind.EARNEST: (
            "It is earnest money under articles 586 and 587 of the Civil Code of China: the party "
            "that gives it loses it by not performing, and the party that receives it returns it "
            "twice by not performing.",
            "该款项为《中华人民共和国民法典》第五百八十六条、第五百八十七条规定的定金：给付定金的一方不履行债务或履行债务"
            "不符合约定，致使不能实现合同目的的，无权请求返还定金；收受定金的一方有上述情形的，应当双倍返还"
            "定金。",
        ),
        PrepaymentKind.DEPOSIT: (
            "It is a security deposit and no part of the price. It is returned when the contract "
            "has been performed.",
            "该款项为履约保证金，不属于合同价款；合同履行完毕后将予退还。",
        ),
    }
)
_EARNEST_USE: Final[Mapping[bool, Pair]] = MappingProxyType(
    {
        True: (
            "When the contract is performed it counts towards the price{clause}.",
            "合同履行后，定金抵作价款{clause}。",
        ),
        False: ("When the contract is performed it is returned.", "合同履行后，定金予以退还。"),
    }
)
_STATES: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        PrepaymentState.REQUESTED: ("Requested", "已请求付款"),
        PrepaymentState.CLEARED: ("Cleared", "已到账"),
        PrepaymentState.CLOSED: ("Closed", "已结清"),
        PrepaymentState.CANCELLED: ("Cancelled", "已取消"),
    }
)
_MOVED: Final[Mapping[MovementKind, Pair]] = MappingProxyType(
    {
        MovementKind.RECEIVED: ("Received", "收款"),
        MovementKind.NEVER_CAME: ("Taken out again", "冲回"),
        MovementKind.APPLIED: ("Applied to invoice", "抵付发票/账单"),
        MovementKind.TAKEN_BACK: ("Application taken back", "撤销抵付"),
        MovementKind.REFUNDED: ("Refunded", "退款"),
        MovementKind.FORFEITED: ("Forfeited", "定金不予返还"),
    }
)
_REFUNDS: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        RefundKind.REFUND: ("to the client", "退还客户"),
        RefundKind.RETURNED: ("returned by the bank", "银行退票"),
        RefundKind.ENTRY_ERROR: ("entered by mistake", "误记更正"),
        RefundKind.FORFEITED: ("earnest money", "定金"),
        RefundKind.TWICE: ("earnest money, to be returned twice", "双倍返还定金之本金"),
        RefundKind.DEPOSIT: ("security deposit", "退还保证金"),
    }
)


class _Words:
    """Says things in one language."""

    def __init__(self, language: str, currency: str) -> None:
        self.language = ZH if language == ZH else EN
        self.currency = currency

    @property
    def is_chinese(self) -> bool:
        return self.language == ZH

    def of(self, pair: Pair) -> str:
        return pair[self.is_chinese]

    def say(self, english: str, chinese: str) -> str:
        return chinese if self.is_chinese else english

    def money(self, amount: Decimal) -> str:
        if self.is_chinese and self.currency == "CNY":
            return f"人民币{self.plain(amount)}元"
        return format_money(amount, self.currency, self.language)

    def plain(self, amount: Decimal) -> str:
        return format_amount(amount, self.currency, self.language).replace("-", "−")

    def day(self, on: dt.date) -> str:
        return format_day(on, self.language)

    def long_day(self, on: dt.date) -> str:
        return format_long_day(on, self.language)

    def sender(self, creditor: Creditor, *, has_logo: bool) -> Sender:
        name = creditor.name_in(self.language)
        other = creditor.legal_name if self.is_chinese else creditor.legal_name_zh
        address = creditor.address_in(self.language).splitlines()
        lines = [line.strip() for line in address if line.strip()]
        joined = self.say(", ", " ").join(line.rstrip(",") for line in lines)
        return letterhead(name, other, (joined, creditor.phone, creditor.email), has_logo=has_logo)

    def addressee(self, client: Client, notice: str) -> dict[str, Any]:
        number = client.registration_number
        is_uniform = len(number) == _UNIFORM_CODE
        label = self.say("Registration no. ", "统一社会信用代码：" if is_uniform else "登记号：")
        address = (notice or client.address).splitlines()
        return {
            "to": self.say("", "致："),
            "legal_name": client.legal_name,
            "registration": label + number if number else "",
            "lines": [line.strip() for line in address if line.strip()],
        }

    def account(self, account: BankAccount | None) -> list[dict[str, str]]:
        if account is None:
            return []
        number = account.account_number
        if number[:2].isalpha():  # an IBAN is read in fours
            compact = number.replace(" ", "")
            number = " ".join(compact[i : i + 4] for i in range(0, len(compact), 4))
        lines = (
            (self.say("Account holder", "户　名"), account.account_name),
            (self.say("Bank", "开户行"), account.bank_name),
            (self.say("Account", "账　号"), number),
            (self.say("BIC", "BIC/联行号"), account.bic),
        )
        return [{"label": label, "value": value} for label, value in lines if value]


def _assets(creditor: Creditor) -> dict[str, bytes]:
    logo = creditor.logo
    if logo is None or logo.mime not in _LOGO_TYPES:
        return {}
    return {"logo": read_document(logo)}


def _head(row: Prepayment, words: _Words, title: str, *, has_logo: bool) -> dict[str, Any]:
    contract = row.contract
    return {
        "language": words.language,
        "is_chinese": words.is_chinese,
        "title": title,
        "number": row.number,
        "sender": words.sender(contract.creditor, has_logo=has_logo),
        "addressee": words.addressee(contract.client, contract.notice_address),
        "kind": words.of(_KINDS[row.kind]),
        "contract_number": contract.number,
        "contract_title": _title(row, words),
        "signed_on": words.long_day(contract.signed_on) if contract.signed_on else "",
        "signatory": {
            "name": contract.creditor.signatory,
            "title": contract.creditor.signatory_title,
        },
        "account": words.account(row.bank_account),
    }


def _title(row: Prepayment, words: _Words) -> str:
    chinese = getattr(row.contract, "title_zh", "")
    return (chinese if words.is_chinese else "") or row.contract.title or chinese


def request_context(row: Prepayment, *, has_logo: bool = False) -> dict[str, Any]:
    """What the payment request prints, as text in the client's language."""
    words = _Words(row.language, row.currency)
    nature = words.of(_NATURE[row.kind])
    if row.kind == PrepaymentKind.EARNEST:
        clause = words.say(f" ({row.clause})", f"（{row.clause}）") if row.clause else ""
        use = words.of(_EARNEST_USE[row.applies_to_price]).format(clause=clause)
        nature += words.say(" ", "") + use
    in_words = ""
    if words.is_chinese and row.currency == "CNY":
        in_words = renminbi_in_words(row.amount)
    return {
        **_head(row, words, words.of(_TITLES[row.kind]), has_logo=has_logo),
        "created": row.requested_on.isoformat(),
        "dated": words.long_day(row.requested_on),
        "deadline": words.long_day(row.due_on),
        "amount": words.money(row.amount),
        "price": words.money(row.contract.amount) if row.contract.amount else "",
        "in_words": in_words,
        "nature": nature,
    }


def request_pdf(row: Prepayment) -> bytes:
    """The payment request; rendered outside of any transaction. Raises UnableToRenderPdf."""
    assets = _assets(row.contract.creditor)
    context = request_context(row, has_logo="logo" in assets)
    return render_pdf(
        template="pdf/prepayment_request.html",
        context={"letter": context, "sender": context["sender"]},
        language=context["language"],
        assets=assets,
    )


def statement_context(
    statement: Statement, *, language: str, on: dt.date, has_logo: bool = False
) -> dict[str, Any]:
    """What the statement prints: the sums, every movement, what is decided and owed."""
    row = statement.prepayment
    words = _Words(language, row.currency)
    figures = statement.figures
    sums = (
        (words.say("Asked for", "应付金额"), row.amount),
        (words.say("Received", "已收"), figures.received),
        (words.say("Applied to invoices", "已抵付"), figures.applied),
        (words.say("Refunded", "已退还"), figures.refunded),
        (words.say("Forfeited", "不予返还"), figures.forfeited),
    )
    missing = row.amount - figures.received
    waits = row.state == PrepaymentState.REQUESTED and missing > 0
    hides_forfeit = row.kind != PrepaymentKind.EARNEST
    return {
        **_head(row, words, words.of(_STATEMENTS[row.kind]), has_logo=has_logo),
        "created": on.isoformat(),
        "dated": words.long_day(on),
        "as_of": words.long_day(on),
        "state": words.of(_STATES[row.state]),
        "sums": [
            {"label": label, "value": words.plain(amount)}
            for label, amount in (sums[:-1] if hides_forfeit else sums)
        ],
        "balance": words.money(figures.balance),
        "missing": words.money(missing) if waits else "",
        "balance_plain": words.plain(figures.balance),
        "requested_on": words.day(row.requested_on),
        "due_on": words.day(row.due_on),
        "currency": row.currency,
        "rows": [_movement(one, words) for one in statement.movements],
        "extra": [
            {
                "owed": words.money(one.extra_owed),
                "paid_on": words.long_day(one.extra_paid_on) if one.extra_paid_on else "",
            }
            for one in statement.releases
            if one.extra_owed and one.state == ReleaseState.APPROVED
        ],
    }


def _movement(one: Movement, words: _Words) -> dict[str, str]:
    what = words.of(_MOVED[one.kind])
    about = words.of(_REFUNDS[one.refund_kind]) if one.refund_kind else one.about
    return {
        "on": words.day(one.on),
        "what": what,
        "about": about,
        "came": words.plain(one.amount) if one.amount > 0 else "",
        "went": words.plain(-one.amount) if one.amount < 0 else "",
        "balance": words.plain(one.balance),
    }


def statement_pdf(statement: Statement, *, language: str, on: dt.date) -> bytes:
    """The statement of a prepayment; nothing is kept. Raises UnableToRenderPdf."""
    creditor = statement.prepayment.contract.creditor
    assets = _assets(creditor)
    context = statement_context(statement, language=language, on=on, has_logo="logo" in assets)
    return render_pdf(
        template="pdf/prepayment_statement.html",
        context={"letter": context, "sender": context["sender"]},
        language=context["language"],
        assets=assets,
    )

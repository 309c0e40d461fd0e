"""From the ledger's figures to the words on paper, in the client's language.

Everything is text here: a date is written once, for the reader of this letter, never in the
language of whoever ordered it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeVar

from babel.numbers import get_currency_name
from django.utils import translation

from clients.models import BankAccount, Client, Creditor
from contracts.models import Contract
from core.display import NOTHING, format_day, format_long_day
from core.money import format_amount, format_money, locale_of
from core.words import renminbi_in_words
from payments.rules.interest import AppliedRate
from payments.rules.presets import Per
from payments.selectors.interest import InvoiceInterest
from payments.selectors.interest_words import format_rate, rate_source_text, rate_text
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
from reminders.models import DemandLetter as LetterRow
from reminders.selectors.letters import LetterFigures, LetterInvoice
from reminders.states import ServiceMethod

#: Where each rule stands, as a letter cites it: English, Chinese. A rule an administrator added
#: is cited by the source kept with it.
_CITATIONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "cn_contract": (
            "article 585 of the Civil Code of China",
            "《中华人民共和国民法典》第五百八十五条",
        ),
        "cn_sale_default": (
            "article 18 of the Supreme People's Court's Interpretation on sale contracts (2020)",
            "《最高人民法院关于审理买卖合同纠纷案件适用法律问题的解释》第十八条",
        ),
        "cn_sme": (
            "article 17 of the Regulations on Ensuring Payments to Small and Medium-sized "
            "Enterprises (State Council Decree No. 802)",
            "《保障中小企业款项支付条例》第十七条",
        ),
        "cn_judgment_doubled": (
            "article 264 of the Civil Procedure Law of China",
            "《中华人民共和国民事诉讼法》第二百六十四条",
        ),
        "eu_2011_7": ("Directive 2011/7/EU", "欧盟第2011/7/EU号指令"),
        "de_288": ("section 288 of the German Civil Code", "《德国民法典》第288条"),
        "uk_lpcdia": (
            "the Late Payment of Commercial Debts (Interest) Act 1998",
            "英国《1998年商业债务逾期付款（利息）法》",
        ),
        "us_new_york": (
            "section 5004 of the New York CPLR",
            "美国纽约州《民事诉讼法与规则》第5004条",
        ),
        "us_california": (
            "section 3289 of the California Civil Code",
            "美国加利福尼亚州《民法典》第3289条",
        ),
    }
)

_DELIVERY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        ServiceMethod.EMS: (
            "EMS express, with a note of the contents",
            "EMS邮政特快专递（注明内件品名）",
        ),
        ServiceMethod.REGISTERED: ("Registered post", "挂号信"),
        ServiceMethod.COURIER: ("Courier, against signature", "快递（签收）"),
        ServiceMethod.EMAIL: ("E-mail", "电子邮件"),
        ServiceMethod.HAND: ("By hand, against signature", "直接送达（签收）"),
    }
)

_SOURCES_SHOWN: Final = 6
#: The rule of a contract whose law adds nothing to cite.
_CONTRACT_ALONE: Final = "us_contract"
# Characters of a 统一社会信用代码; other registers have other lengths.
_UNIFORM_CODE: Final = 18

T = TypeVar("T")


def letter_paper(
    letter: LetterRow, figures: LetterFigures, *, attention: str, has_logo: bool
) -> DemandLetter:
    """The frozen context of a letter. `attention` is a person at the client, or empty."""
    with translation.override(letter.language):
        return _Writer(letter, figures).paper(attention=attention, has_logo=has_logo)


class _Writer:
    """Writes one letter in one language."""

    def __init__(self, letter: LetterRow, figures: LetterFigures) -> None:
        self.letter, self.figures = letter, figures
        self.language = letter.language
        self.currency = letter.currency
        self.is_chinese = letter.language == "zh-hans"

    def say(self, english: str, chinese: str) -> str:
        """One of two wordings, by the language of the letter."""
        return chinese if self.is_chinese else english

    def money(self, amount: Decimal) -> str:
        """With its currency; yuan as Chinese letters write them."""
        if self.is_chinese and self.currency == "CNY":
            return f"人民币{self.plain(amount)}元"
        return format_money(amount, self.currency, self.language)

    def plain(self, amount: Decimal) -> str:
        """Digits alone, for columns."""
        return format_amount(amount, self.currency, self.language).replace("-", "−")

    def or_nothing(self, amount: Decimal) -> str:
        """A dash for zero, so that what matters stands out."""
        return self.plain(amount) if amount else NOTHING

    def long_day(self, day: dt.date) -> str:
        return format_long_day(day, self.language)

    def paper(self, *, attention: str, has_logo: bool) -> DemandLetter:
        letter, figures = self.letter, self.figures
        interest = self.interest()
        return DemandLetter(
            language=self.language,
            is_final=letter.is_final,
            reference=letter.reference,
            dated=self.long_day(letter.as_of_on),
            created=f"{letter.as_of_on.isoformat()}",
            as_of=self.long_day(letter.as_of_on),
            deadline=self.long_day(letter.deadline_on),
            delivery=self.say(*_DELIVERY[letter.service_method]),
            sender=self.sender(figures.creditor, has_logo=has_logo),
            addressee=self.addressee(figures.client, figures.contracts, attention),
            contracts=tuple(self.contract(one) for one in figures.contracts),
            facts=self.facts(),
            currency_note=self.currency_note(),
            invoices=tuple(self.invoice(line) for line in figures.invoices),
            invoice_count=len(figures.invoices),
            totals=self.totals(),
            has_disputes=any(line.disputed for line in figures.invoices),
            interest=interest,
            total=self.money(figures.total),
            total_in_words=self.in_words(figures.total),
            account=self.account(figures.account),
            payment_reference=letter.reference,
            signatory=Signatory(
                name=figures.creditor.signatory, title=figures.creditor.signatory_title
            ),
            contact=_given(figures.creditor.phone, figures.creditor.email),
            enclosures=self.enclosures(has_interest=interest is not None),
            with_reply_form=True,
        )

    def sender(self, creditor: Creditor, *, has_logo: bool) -> Sender:
        other = creditor.legal_name if self.is_chinese else creditor.legal_name_zh
        name = creditor.name_in(self.language)
        return Sender(
            legal_name=name,
            other_name="" if other == name else other,
            lines=self.letterhead(creditor),
            reply_to=creditor.email,
            has_logo=has_logo,
        )

    def letterhead(self, creditor: Creditor) -> tuple[str, ...]:
        """Address, numbers and contact: few lines, so that the letter stays the main thing."""
        address = _lines(creditor.address_in(self.language))
        number, tax = creditor.registration_number, creditor.tax_number
        is_uniform = len(number) == _UNIFORM_CODE
        company = self.say("Company no. ", "统一社会信用代码：" if is_uniform else "登记号：")
        numbers = _given(
            number and company + number,
            tax != number and tax and self.say("Tax no. ", "税号：") + tax,
        )
        if self.is_chinese:
            phone, mail = creditor.phone, creditor.email
            ways = _given(phone and f"电话：{phone}", mail and f"邮箱：{mail}", creditor.website)
            return _given(" ".join(address), *numbers, *ways)
        # A line of the address stays whole: a postcode is not torn apart.
        whole = (line.replace(" ", "\N{NO-BREAK SPACE}") for line in address)
        return _given(
            ", ".join(whole),
            " · ".join(numbers),
            creditor.phone,
            creditor.email,
            creditor.website,
        )

    def addressee(self, client: Client, contracts: Sequence[Contract], attention: str) -> Addressee:
        # The address agreed for notices is where a demand counts as received.
        agreed = next((one.notice_address for one in contracts if one.notice_address), "")
        return Addressee(
            legal_name=client.legal_name,
            attention=attention,
            lines=_lines(agreed or client.address),
            registration=client.registration_number,
        )

    def contract(self, contract: Contract) -> ContractReference:
        return ContractReference(
            number=contract.number,
            title=contract.title,
            signed_on=self.long_day(contract.signed_on) if contract.signed_on else "",
        )

    def facts(self) -> tuple[str, ...]:
        """What the person who ordered the letter wrote; else what the ledger itself knows."""
        if written := _lines(self.letter.facts):
            return written
        issued = [line.invoice.issued_on for line in self.figures.invoices]
        first, last = self.long_day(min(issued)), self.long_day(max(issued))
        if first == last:
            return (
                self.say(
                    f"We issued the invoice listed below on {first}. It is past its due date.",
                    f"我方已于{first}开具下列发票/账单，款项现已到期。",
                ),
            )
        return (
            self.say(
                f"We issued the invoices listed below between {first} and {last}. Each is past "
                "its due date.",
                f"我方已于{first}至{last}期间开具下列发票/账单，各笔款项现均已到期。",
            ),
        )

    def currency_note(self) -> str:
        if self.is_chinese:
            name = get_currency_name(self.currency, locale=locale_of(self.language))
            unit = "　单位：元" if self.currency == "CNY" else ""
            return f"币种：{name}（{self.currency}）{unit}"
        return f"Amounts in {self.currency}"

    def invoice(self, line: LetterInvoice) -> InvoiceLine:
        return InvoiceLine(
            number=line.invoice.number,
            issued_on=format_day(line.invoice.issued_on, self.language),
            due_on=format_day(line.invoice.due_on, self.language),
            days_overdue=str(line.days_late),
            amount=self.plain(line.invoice.amount),
            paid=self.or_nothing(line.paid),
            disputed=self.or_nothing(line.disputed),
            balance=self.plain(line.claimed),
        )

    def totals(self) -> InvoiceTotals:
        lines = self.figures.invoices
        return InvoiceTotals(
            caption=self.say("Total", "合计"),
            amount=self.plain(sum((line.invoice.amount for line in lines), Decimal(0))),
            paid=self.or_nothing(sum((line.paid for line in lines), Decimal(0))),
            disputed=self.or_nothing(sum((line.disputed for line in lines), Decimal(0))),
            balance=self.plain(self.figures.principal),
            balance_money=self.money(self.figures.principal),
        )

    def in_words(self, amount: Decimal) -> str:
        if not self.is_chinese or self.currency != "CNY":
            return ""
        return renminbi_in_words(amount)

    def account(self, account: BankAccount | None) -> tuple[LabelledLine, ...]:
        if account is None:
            return ()
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
        return tuple(LabelledLine(label, value) for label, value in lines if value)

    def enclosures(self, *, has_interest: bool) -> tuple[str, ...]:
        return _given(
            has_interest
            and self.say("Annex A: calculation of interest", "附件一：逾期利息计算明细"),
            self.say("Reply form", "回执"),
        )

    # --- interest ---------------------------------------------------------------------------

    def interest(self) -> InterestStatement | None:
        figures = self.figures
        bearing = [one for one in figures.interest if one.calculation and one.calculation.lines]
        if not bearing:
            return None
        rates = _unique(row.line.rate for one in bearing for row in one.rows)
        return InterestStatement(
            basis=self.basis(bearing),
            rate=self.rate(rates),
            day_count=self.day_count(rates),
            cut_off=self.long_day(figures.on),
            next_day=self.long_day(figures.on + dt.timedelta(days=1)),
            daily=self.money(figures.daily_accrual),
            total=self.money(figures.interest_total),
            total_amount=self.plain(figures.interest_total),
            formula=self.formula(rates),
            source=self.sources(rates),
            lines=tuple(line for one in bearing for line in self.interest_lines(one)),
            compensation=self.money(figures.compensation) if figures.compensation else "",
            compensation_label=self.say("Fixed sum for late payment", "逾期付款定额补偿"),
        )

    def interest_lines(self, one: InvoiceInterest) -> list[InterestLine]:
        return [
            InterestLine(
                number=one.invoice.number,
                first_day=format_day(row.line.first, self.language),
                last_day=format_day(row.line.last, self.language),
                days=str(row.line.days),
                principal=self.plain(row.line.principal),
                rate=self.short_rate(row.line.rate),
                day_basis=NOTHING if row.line.rate.per is Per.DAY else str(row.line.rate.basis),
                interest=self.plain(row.line.amount),
            )
            for row in one.rows
        ]

    def short_rate(self, rate: AppliedRate) -> str:
        written = f"{format_rate(rate.percent)}%"
        return written + self.say("/day", "/日") if rate.per is Per.DAY else written

    def basis(self, bearing: Sequence[InvoiceInterest]) -> str:
        cited = _unique(rule_citation(one, self.language) for one in bearing)
        return self.say(" and ", "及").join(cited)

    def rate(self, rates: Sequence[AppliedRate]) -> str:
        if len(rates) > 1:
            return self.say("at the rates shown in Annex A", "按附件一所列利率计算")
        (rate,) = rates
        kind = "日利率" if rate.per is Per.DAY else "年利率"
        return self.say(rate_text(rate), f"按{kind}{format_rate(rate.percent)}%计算")

    def day_count(self, rates: Sequence[AppliedRate]) -> str:
        bases = _unique(rate.basis for rate in rates if rate.per is not Per.DAY)
        if not bases:
            return self.say("for each day", "逐日计算")
        if len(bases) > 1:
            return self.say("on the actual days", "按实际天数计算")
        return self.say(f"actual days over {bases[0]}", f"一年按{bases[0]}日计")

    def formula(self, rates: Sequence[AppliedRate]) -> str:
        if all(rate.per is Per.DAY for rate in rates):
            return self.say("Interest = principal × rate a day × days.", "利息＝本金×日利率×天数。")
        return self.say(
            "Interest = principal × rate a year ÷ basis × days.",
            "利息＝本金×年利率÷计息基准×天数。",
        )

    def sources(self, rates: Sequence[AppliedRate]) -> str:
        """Where the rates come from, for a reader who wants to check them.

        Only what a person compared with its publication is cited to a stranger; the page that
        orders the letter says which rates were not.
        """
        cited = [rate for rate in rates if rate.agreed or (rate.point and rate.point.verified)]
        said = _unique(f"{self.short_rate(rate)}: {rate_source_text(rate)}" for rate in cited)
        if not said:
            return ""
        listed = self.say("; ", "；").join(said[:_SOURCES_SHOWN])
        return self.say(f"Rates: {listed}.", f"利率来源：{listed}。")


def rule_citation(one: InvoiceInterest, language: str) -> str:
    """The clause of the contract and the law that interest on an invoice stands on."""
    is_chinese = language == "zh-hans"
    contract, law = one.invoice.contract, _CITATIONS.get(one.preset_code)
    source = law[is_chinese] if law else one.preset_source or one.preset_name
    if contract is None or not (one.clause or one.preset_code == _CONTRACT_ALONE):
        return source
    if is_chinese:
        clause, joint = f"合同（编号：{contract.number}）{one.clause}", "及"
    else:
        number = f"contract no. {contract.number}"
        clause, joint = f"{one.clause} of {number}" if one.clause else number, ", with "
    return clause if one.preset_code == _CONTRACT_ALONE else f"{clause}{joint}{source}"


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _given(*texts: str | bool) -> tuple[str, ...]:
    return tuple(text for text in texts if isinstance(text, str) and text)


def _unique(values: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(values))

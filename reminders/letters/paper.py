"""The demand letter, frozen: every figure and name as it is printed.

A context is made once, from the ledger as it stood on a day (`wording.letter_paper`), kept with the
letter, and never made again: the same context gives the same bytes. Texts of the law are in
the templates, one per language, each written in that language; here are the words of the
tables, which both letters share.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final

#: Characters of a figure that a column of the letter holds at its usual size.
_WIDE_FIGURE: Final = 13


@dataclass(frozen=True, slots=True)
class LetterLabels:
    """Headings of the tables, in the reader's language."""

    invoice_number: str
    issued_on: str
    due_on: str
    days_overdue: str
    amount: str
    paid: str
    disputed: str
    balance: str
    first_day: str
    last_day: str
    days: str
    principal: str
    rate: str
    day_basis: str
    interest: str
    interest_total: str


LABELS: Final[Mapping[str, LetterLabels]] = MappingProxyType(
    {
        "en": LetterLabels(
            invoice_number="Invoice",
            issued_on="Issued",
            due_on="Due",
            days_overdue="Days late",
            amount="Amount",
            paid="Paid",
            disputed="Disputed",
            balance="Balance",
            first_day="From",
            last_day="To",
            days="Days",
            principal="Principal",
            rate="Rate",
            day_basis="Basis",
            interest="Interest",
            interest_total="Interest in total",
        ),
        "zh-hans": LetterLabels(
            invoice_number="发票/账单号",
            issued_on="开具日期",
            due_on="到期日",
            days_overdue="逾期天数",
            amount="金额",
            paid="已付",
            disputed="争议金额",
            balance="未付余额",
            first_day="起算日",
            last_day="截止日",
            days="天数",
            principal="本金",
            rate="利率",
            day_basis="计息基准",
            interest="利息",
            interest_total="逾期利息合计",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Sender:
    """The creditor as its letterhead shows it; `lines` are address and contact."""

    legal_name: str
    other_name: str
    lines: tuple[str, ...]
    reply_to: str
    has_logo: bool


@dataclass(frozen=True, slots=True)
class Addressee:
    """The client: full legal name, whom it is for, postal lines."""

    legal_name: str
    attention: str
    lines: tuple[str, ...]
    registration: str


@dataclass(frozen=True, slots=True)
class ContractReference:
    """A contract the invoices arise under."""

    number: str
    title: str
    signed_on: str


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One invoice as it stood on the day of the letter."""

    number: str
    issued_on: str
    due_on: str
    days_overdue: str
    amount: str
    paid: str
    disputed: str
    balance: str


@dataclass(frozen=True, slots=True)
class InvoiceTotals:
    """The last row of the table; `balance_money` is the balance with its currency."""

    caption: str
    amount: str
    paid: str
    disputed: str
    balance: str
    balance_money: str


@dataclass(frozen=True, slots=True)
class InterestLine:
    """Interest of one invoice over days in which neither principal nor rate changed."""

    number: str
    first_day: str
    last_day: str
    days: str
    principal: str
    rate: str
    day_basis: str
    interest: str


@dataclass(frozen=True, slots=True)
class InterestStatement:
    """Interest claimed: the rule in words, the sum, what a day adds, and each line.

    `compensation` is a fixed sum per invoice where the rule grants one, else empty.
    """

    basis: str
    rate: str
    day_count: str
    cut_off: str
    next_day: str
    daily: str
    total: str
    total_amount: str
    formula: str
    source: str
    lines: tuple[InterestLine, ...]
    compensation: str = ""
    compensation_label: str = ""


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """A heading and its value, e.g. of the bank account."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs for the creditor."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class DemandLetter:
    """Everything a demand letter prints, as text in the client's language."""

    language: str
    is_final: bool
    reference: str
    dated: str
    created: str
    as_of: str
    deadline: str
    delivery: str
    sender: Sender
    addressee: Addressee
    contracts: tuple[ContractReference, ...]
    facts: tuple[str, ...]
    currency_note: str
    invoices: tuple[InvoiceLine, ...]
    invoice_count: int
    totals: InvoiceTotals
    has_disputes: bool
    interest: InterestStatement | None
    total: str
    total_in_words: str
    account: tuple[LabelledLine, ...]
    payment_reference: str
    signatory: Signatory
    contact: tuple[str, ...]
    enclosures: tuple[str, ...]
    with_reply_form: bool

    @property
    def template(self) -> str:
        """The letter's template: one per language, each in its own words."""
        return f"pdf/demand_letter.{self.language}.html"

    @property
    def is_dense(self) -> bool:
        """Whether the figures are too long for the usual size of type."""
        return len(self.totals.amount) > _WIDE_FIGURE

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be kept with the letter."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "DemandLetter":
        """The letter that `as_json` was kept of: it prints the same bytes again."""
        values = dict(kept)
        interest = values["interest"]
        if interest is not None:
            lines = tuple(InterestLine(**line) for line in interest["lines"])
            values["interest"] = InterestStatement(**{**interest, "lines": lines})
        return cls(
            **values
            | {
                "sender": Sender(**_with_tuples(values["sender"])),
                "addressee": Addressee(**_with_tuples(values["addressee"])),
                "contracts": tuple(ContractReference(**row) for row in values["contracts"]),
                "invoices": tuple(InvoiceLine(**row) for row in values["invoices"]),
                "totals": InvoiceTotals(**values["totals"]),
                "account": tuple(LabelledLine(**row) for row in values["account"]),
                "signatory": Signatory(**values["signatory"]),
                "facts": tuple(values["facts"]),
                "contact": tuple(values["contact"]),
                "enclosures": tuple(values["enclosures"]),
            }
        )

    def template_context(self) -> dict[str, Any]:
        """What the template reads."""
        return {"letter": self, "labels": LABELS[self.language]}


def _with_tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}

"""What a client leaves after all that it was given, and what that suggests. Plain arithmetic.

A gift is subtracted in full and a return with the margin of what came back, so nothing counts
twice: a credit note that was given away leaves the sale as it was made and costs its whole
amount; goods that came back take their sale away. A price reduced by an amendment was invoiced at
the lower price, so it is added to the sales first and subtracted whole after.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.money import ZERO, round_money
from credit.states import ClientAdvice, CreditNature, MarginLine

HUNDRED: Final = Decimal(100)
L = MarginLine

#: Subtracted as given away.
GIVEN: Final = (
    L.DISCOUNT,
    L.CREDITED,
    L.REFUNDED,
    L.CONSULTATION,
    L.TRIAL,
    L.SCOPE_CREEP,
    L.CONCESSION,
    L.REFUND,
    L.REWORK,
)
#: Subtracted as the effort of collecting.
EFFORT: Final = (L.COLLECTION, L.CONTACTS)
#: What would not arise from a client who pays in advance.
AVOIDED: Final = (*EFFORT, L.MONEY, L.LOST)

# The database reads the same words (case is ignored there too): Python's and Postgres's
# syntax agree on these.
RETURN_WORDS: Final = "return|sent back|退货|退回|返货"
ERROR_WORDS: Final = (
    "wrong|error|mistake|duplicate|billed twice|not delivered|cancel"
    "|开错|错开|误开|重复|更正|冲红|红冲|作废|未交付"
)


def guessed_nature(reason: str) -> CreditNature:
    """What a credit note was, from its words; given away when they tell nothing else."""
    if re.search(RETURN_WORDS, reason, re.IGNORECASE):
        return CreditNature.RETURNED
    if re.search(ERROR_WORDS, reason, re.IGNORECASE):
        return CreditNature.CORRECTED
    return CreditNature.GIVEN


@dataclass(frozen=True, slots=True)
class Terms:
    """What the arithmetic assumes and where its bounds lie, in percent and counts."""

    gross_margin: Decimal
    keep_at: Decimal
    min_invoices: int


@dataclass(frozen=True, slots=True)
class NetMargin:
    """The result of one client in one currency, and the lines that it is the sum of."""

    currency: str
    lines: Mapping[MarginLine, Decimal]
    invoices: int
    terms: Terms

    def of(self, line: MarginLine) -> Decimal:
        """One line, as a positive amount."""
        return self.lines.get(line, ZERO)

    def _sum(self, lines: tuple[MarginLine, ...]) -> Decimal:
        return sum((self.of(one) for one in lines), ZERO)

    @property
    def net_sales(self) -> Decimal:
        """Invoiced, less what came back or should not have been billed."""
        return self.of(L.INVOICED) - self.of(L.RETURNED)

    @property
    def sales(self) -> Decimal:
        """Net sales at the price before amendments reduced it."""
        return self.net_sales + self.of(L.DISCOUNT)

    @property
    def gross(self) -> Decimal:
        """What the sales would leave without any of the lines below."""
        return round_money(self.sales * self.terms.gross_margin / HUNDRED, self.currency)

    @property
    def given(self) -> Decimal:
        """All that was given away."""
        return self._sum(GIVEN)

    @property
    def effort(self) -> Decimal:
        """All that collecting took."""
        return self._sum(EFFORT)

    @property
    def net(self) -> Decimal:
        """What is left."""
        return self.gross - self.given - self._sum(AVOIDED)

    @property
    def prepaid(self) -> Decimal:
        """What would be left if the client had paid in advance."""
        return self.gross - self.given

    @property
    def percent(self) -> Decimal | None:
        """What is left, of the net sales; None without any."""
        return self.net * HUNDRED / self.net_sales if self.net_sales > 0 else None

    @property
    def floor(self) -> Decimal:
        """What is to be left at least, so that the advice is to keep the client."""
        return max(self.net_sales, ZERO) * self.terms.keep_at / HUNDRED

    @property
    def advice(self) -> ClientAdvice:
        """Keep; only against prepayment; part ways; or nothing, for want of evidence."""
        if self.invoices < self.terms.min_invoices:
            return ClientAdvice.TOO_LITTLE
        if self.net >= self.floor:
            return ClientAdvice.KEEP
        if self.prepaid >= self.floor:
            return ClientAdvice.PREPAY
        return ClientAdvice.EXIT


def net_margin(
    *, currency: str, amounts: Mapping[MarginLine, Decimal], invoices: int, terms: Terms
) -> NetMargin:
    """The net margin from the amounts of each line; every line is rounded once, here."""
    lines = {line: round_money(amount, currency) for line, amount in amounts.items()}
    return NetMargin(currency=currency, lines=lines, invoices=invoices, terms=terms)

"""The calculation of interest as an exhibit: invoice by invoice, and its sums."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from cases.letters.contexts import Cell, Column, Row, Section, Table
from payments.rules.interest import WarningCode
from payments.selectors.interest import InvoiceInterest
from payments.selectors.interest_words import warning_text
from reminders.letters import rule_citation

if TYPE_CHECKING:
    from cases.letters.exhibits import ExhibitWriter

# How a figure was reckoned belongs beside it. What a court might think of the rate is advice to
# the creditor; its pages show it, the packet does not.
_METHOD = frozenset(
    {
        WarningCode.DUE_DATE_MOVED,
        WarningCode.PAID_AS_BOOKED,
        WarningCode.DISPUTED_LEFT_OUT,
        WarningCode.FIXED_SUM_OTHER_CURRENCY,
    }
)


def figure(text: str) -> Cell:
    """A cell that holds a figure."""
    return Cell(text, is_number=True)


def interest_sums(writer: ExhibitWriter) -> Section:
    """All interest to the day, and what each further day adds, per currency."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for one in writer.evidence.interest:
        if one.calculation is not None:
            total, daily = sums.get(one.invoice.currency, (Decimal(0), Decimal(0)))
            sums[one.invoice.currency] = (
                total + one.calculation.interest_open + one.calculation.fixed_sum,
                daily + one.calculation.daily_accrual,
            )
    return Section(
        paragraphs=tuple(
            writer.say(
                "interest_sum",
                day=writer.day(writer.evidence.as_of_on),
                total=writer.money(total, currency),
                daily=writer.money(daily, currency),
            )
            for currency, (total, daily) in sorted(sums.items())
        )
    )


def interest_section(writer: ExhibitWriter, one: InvoiceInterest) -> Section:
    """One invoice: the rule, how it was reckoned, each stretch of days."""
    calculation, currency = one.calculation, one.invoice.currency
    if calculation is None:
        raise ValueError("no calculation to print")
    heads = ("from", "to", "days", "principal", "rate", "interest_amount")
    widths = (14, 14, 8, 17, 31, 16)
    columns = tuple(
        Column(writer.words[head], width, is_number=head not in {"from", "to"})
        for head, width in zip(heads, widths, strict=True)
    )
    rows = [
        Row(
            (
                Cell(writer.short_day(row.line.first)),
                Cell(writer.short_day(row.line.last)),
                figure(str(row.line.days)),
                figure(writer.amount(row.line.principal, currency)),
                figure(f"{row.rate} {row.basis}".strip()),
                figure(writer.amount(row.line.amount, currency)),
            )
        )
        for row in one.rows
    ]
    if calculation.fixed_sum:
        fixed = figure(writer.amount(calculation.fixed_sum, currency))
        rows.append(Row((Cell(writer.words["fixed_sum"], span=5), fixed)))
    total = figure(writer.amount(calculation.total + calculation.fixed_sum, currency))
    rows.append(Row((Cell(writer.say("total", currency=currency), span=5), total), "total"))
    rule = writer.say("rule", rule=rule_citation(one, writer.language))
    notes = [
        warning_text(warning, one.names, writer.language)
        for warning in calculation.warnings
        if warning.code in _METHOD
    ]
    due = writer.day(one.invoice.due_on)
    return Section(
        heading=writer.say("interest_of", number=one.invoice.number, due=due),
        paragraphs=(rule, *notes),
        table=Table(columns, tuple(rows)),
    )

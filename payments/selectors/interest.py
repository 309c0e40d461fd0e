"""Late-payment interest of stored invoices: `payments.rules.interest` on the ledger."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import prefetch_related_objects
from django.utils.translation import get_language

from contracts.models import Contract
from contracts.states import LateChargeKind
from payments.models import Allocation, InterestPreset, Invoice, ReferenceRate
from payments.rules.interest import (
    InterestCalculation,
    InterestLine,
    InterestTerms,
    Movement,
    MovementKind,
    RateUnknown,
    TermsIncomplete,
    late_payment_interest,
)
from payments.rules.presets import Preset, PresetBook, PresetInvalid, PresetRow
from payments.rules.rates import RatePoint, RateTable
from payments.selectors.interest_words import (
    InterestProblem,
    ProblemCode,
    RuleNames,
    basis_text,
    problem_text,
    rate_source_text,
    rate_text,
    warning_text,
)

#: A contract that only says "x% a year" is judged by the caps of its creditor's law.
AGREED_RATE_PRESET: Final = {"CN": "cn_contract"}
_AGREED_RATE_ELSEWHERE: Final = "us_contract"

_MISSING: Final = {
    "agreed_rate": ProblemCode.AGREED_RATE_MISSING,
    "contract_on": ProblemCode.CONTRACT_DATE_MISSING,
}


@dataclass(frozen=True)
class InterestRules:
    """Every rule and published rate, read once for many invoices."""

    book: PresetBook
    rates: RateTable
    names: RuleNames


@dataclass(frozen=True)
class InterestRow:
    """A line of the calculation with its rate in words."""

    line: InterestLine
    rate: str
    basis: str
    source: str


@dataclass(frozen=True)
class InvoiceInterest:
    """Interest on one invoice up to a day: the calculation, or why there is none.

    Exactly one of `calculation` and `problem` is set.
    """

    invoice: Invoice
    until: dt.date
    preset_code: str
    names: RuleNames
    clause: str
    calculation: InterestCalculation | None
    problem: InterestProblem | None

    @property
    def preset_name(self) -> str:
        """The rule's name in the active language."""
        return self.names.name(self.preset_code, get_language() or "en")

    @property
    def preset_source(self) -> str:
        """Where the rule stands."""
        return self.names.source(self.preset_code)

    @property
    def problem_text(self) -> str:
        """Why there is no calculation, and what would allow one; empty when there is one."""
        return problem_text(self.problem) if self.problem else ""

    @property
    def warnings(self) -> list[str]:
        """The calculation's warnings as sentences in the active language."""
        if self.calculation is None:
            return []
        language = get_language() or "en"
        return [warning_text(item, self.names, language) for item in self.calculation.warnings]

    @property
    def rows(self) -> list[InterestRow]:
        """The lines with their rates and sources in words of the active language."""
        if self.calculation is None:
            return []
        return [
            InterestRow(
                line=line,
                rate=rate_text(line.rate),
                basis=basis_text(line.rate),
                source=rate_source_text(line.rate),
            )
            for line in self.calculation.lines
        ]

    @property
    def total(self) -> Decimal | None:
        """Interest and lump sum, or None when it cannot be calculated."""
        if self.calculation is None:
            return None
        return self.calculation.interest_open + self.calculation.fixed_sum


def rate_table(series: str = "") -> RateTable:
    """The published rates on file, of one series or of all."""
    rows = ReferenceRate.objects.all()
    if series:
        rows = rows.filter(series=series)
    return RateTable(
        RatePoint(
            series=row.series,
            effective_on=row.effective_on,
            percent=row.percent,
            source=row.source,
            verified=row.verified_on is not None,
        )
        for row in rows
    )


def preset_book(rows: Iterable[InterestPreset]) -> PresetBook:
    """The rules among stored rows. Raises PresetInvalid for a row that cannot be read."""
    return PresetBook(
        PresetRow(
            code=row.code,
            effective_on=row.effective_on,
            parameters=row.parameters,
            source=row.source,
            verified=row.verified_on is not None,
        )
        for row in rows
    )


def interest_rules() -> InterestRules:
    """Read all rules and rates. Raises PresetInvalid for a row that cannot be read."""
    rows = list(InterestPreset.objects.order_by("code", "effective_on"))
    return InterestRules(
        book=preset_book(rows),
        rates=rate_table(),
        names=RuleNames({row.code: (row.name, row.name_zh, row.source) for row in rows}),
    )


def preset_choices(language: str) -> list[tuple[str, str]]:
    """The rules a contract or a calculation can name, for a form: code and name."""
    rules = interest_rules()
    return [(code, rules.names.name(code, language)) for code in rules.book.codes()]


def interest_for_invoice(
    *, invoice: Invoice, until: dt.date, preset: str = "", rules: InterestRules | None = None
) -> InvoiceInterest:
    """Interest on one invoice up to and including `until`.

    By the contract's late-charge clause; `preset` names another rule to try, e.g. a statute
    where nothing was agreed. The disputed part bears no interest.
    """
    return interest_for_invoices(invoices=[invoice], until=until, preset=preset, rules=rules)[0]


def interest_for_invoices(
    *,
    invoices: Sequence[Invoice],
    until: dt.date,
    preset: str = "",
    rules: InterestRules | None = None,
) -> list[InvoiceInterest]:
    """Interest on many invoices; the number of queries does not grow with theirs."""
    rules = rules or interest_rules()
    prefetch_related_objects(invoices, "contract", "creditor")
    movements = _movements(invoices)
    return [_of(one, movements[one.pk], until, preset, rules) for one in invoices]


def _movements(invoices: Sequence[Invoice]) -> Mapping[int, list[Movement]]:
    due_on = {invoice.pk: invoice.due_on for invoice in invoices}
    movements: dict[int, list[Movement]] = defaultdict(list)
    rows = (
        Allocation.objects.filter(invoice__in=due_on)
        .order_by("effective_on", "pk")
        .values_list("invoice", "effective_on", "amount", "receipt", "credit_note__invoice")
    )
    for invoice, on, amount, receipt, corrects in rows:
        if receipt:  # else by credit note
            movements[invoice].append(Movement(on, amount))
            continue
        # A credit note that corrects this very invoice says the sum was never owed, so it
        # never bore interest. Its reversal counts from its own day: the lower claim.
        never_owed = corrects == invoice and amount > 0
        day = min(on, due_on[invoice]) if never_owed else on
        movements[invoice].append(Movement(day, amount, MovementKind.CREDIT))
    return movements


def _of(
    invoice: Invoice,
    movements: Sequence[Movement],
    until: dt.date,
    preset: str,
    rules: InterestRules,
) -> InvoiceInterest:
    code = preset or _contract_preset(invoice)
    outcome = _calculate(invoice, movements, until, code, rules)
    return InvoiceInterest(
        invoice=invoice,
        until=until,
        preset_code=code,
        names=rules.names,
        clause=invoice.contract.late_charge_clause if invoice.contract else "",
        calculation=outcome if isinstance(outcome, InterestCalculation) else None,
        problem=outcome if isinstance(outcome, InterestProblem) else None,
    )


def _calculate(
    invoice: Invoice,
    movements: Sequence[Movement],
    until: dt.date,
    code: str,
    rules: InterestRules,
) -> InterestCalculation | InterestProblem:
    if not code:
        return InterestProblem(ProblemCode.NOTHING_AGREED)
    if code not in rules.book.codes():
        return InterestProblem(ProblemCode.RULE_UNKNOWN, subject=code)
    rule = rules.book.preset(code, invoice.due_on + dt.timedelta(days=1))
    try:
        return late_payment_interest(
            principal=invoice.amount,
            due_on=invoice.due_on,
            movements=movements,
            until=until,
            terms=_terms(invoice, rule),
            rates=rules.rates,
            disputed=min(invoice.disputed, invoice.open_amount),
        )
    except RateUnknown as unknown:
        return InterestProblem(ProblemCode.RATE_UNKNOWN, unknown.series, unknown.day)
    except TermsIncomplete as incomplete:
        return InterestProblem(_MISSING[incomplete.missing])


def _contract_preset(invoice: Invoice) -> str:
    """The rule the contract's clause leads to; empty when nothing was agreed."""
    contract = invoice.contract
    if contract is None or contract.late_charge_kind == LateChargeKind.NONE:
        return ""
    if contract.late_charge_preset:
        return contract.late_charge_preset
    return AGREED_RATE_PRESET.get(invoice.creditor.country, _AGREED_RATE_ELSEWHERE)


def _terms(invoice: Invoice, rule: Preset) -> InterestTerms:
    contract: Contract | None = invoice.contract
    if contract is None:
        return InterestTerms(preset=rule, currency=invoice.currency)
    agreed = contract.late_charge_rate if rule.takes_agreed else None
    return InterestTerms(
        preset=rule,
        currency=invoice.currency,
        agreed_rate=agreed,
        basis=contract.late_charge_basis if agreed is not None else None,
        contract_on=contract.signed_on or contract.starts_on,
    )


__all__ = [
    "InterestRow",
    "InterestRules",
    "InvoiceInterest",
    "PresetInvalid",
    "interest_for_invoice",
    "interest_for_invoices",
    "interest_rules",
    "preset_book",
    "preset_choices",
    "rate_table",
]

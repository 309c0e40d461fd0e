"""What an import comes to: figures of the file beside figures of the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from core.money import UnknownCurrency, format_amount


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that a file has, and where to find it in totals; `new` of it are not known yet."""

    key: str
    label: str | Promise
    ledger: str = ""
    new: str = ""
    is_money: bool = False


MEASURES: Final = (
    Measure("invoices", gettext_lazy("Invoices"), "ledger_invoices", "new_invoices"),
    Measure("amount", gettext_lazy("Invoiced"), "ledger_amount", is_money=True),
    Measure("settlements", gettext_lazy("Settlements"), new="new_settlements"),
    Measure("settled", pgettext_lazy("total", "Settled"), "ledger_settled", is_money=True),
    Measure("open", pgettext_lazy("total", "Open"), "ledger_open", is_money=True),
    Measure("overpaid", gettext_lazy("Overpaid"), is_money=True),
    Measure("disputes", gettext_lazy("Disputes")),
    Measure("credit_notes", gettext_lazy("Credit notes"), new="new_credit_notes"),
    Measure("credit", gettext_lazy("Credited"), "ledger_credit", is_money=True),
    Measure("receipts", gettext_lazy("Payments received"), new="new_receipts"),
    Measure("received", gettext_lazy("Received"), "ledger_received", is_money=True),
)
LEFT_OUT_WORDS: Final[Mapping[str, str | Promise]] = {
    "X": gettext_lazy("draft or void"),
    "Z": gettext_lazy("nothing owed"),
    "U": gettext_lazy("credit used up"),
    "L": gettext_lazy("later than the day asked for"),
}
ADDED: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("clients", gettext_lazy("clients")),
    ("contacts", gettext_lazy("contacts")),
    ("invoices", gettext_lazy("invoices")),
    ("credit_notes", gettext_lazy("credit notes")),
    ("receipts", gettext_lazy("receipts")),
    ("allocations", gettext_lazy("allocations")),
    ("disputes", gettext_lazy("disputes")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One measure of one currency, written for the reader."""

    label: str
    in_file: str
    new: str
    in_ledger: str
    ties: bool | None
    """None when the ledger has no such figure."""


@dataclass(frozen=True, slots=True)
class CurrencyTotals:
    """All measures of one currency."""

    currency: str
    lines: tuple[Line, ...]

    @property
    def ties(self) -> bool:
        """Whether every figure that the ledger has too is the same there."""
        return all(line.ties is not False for line in self.lines)


def _shown(value: Any, currency: str, *, is_money: bool) -> str:
    if value is None:
        return ""
    if not is_money:
        return f"{int(value):,}"
    try:
        return format_amount(Decimal(value), currency, get_language() or "en")
    except UnknownCurrency:
        return f"{Decimal(value):,f}"


def _line(measure: Measure, row: Mapping[str, Any]) -> Line:
    currency = str(row["currency"])
    value, ledger = row.get(measure.key), row.get(measure.ledger)
    return Line(
        label=str(measure.label),
        in_file=_shown(value, currency, is_money=measure.is_money),
        new=_shown(row.get(measure.new), currency, is_money=False),
        in_ledger=_shown(ledger, currency, is_money=measure.is_money),
        ties=None if ledger is None else Decimal(value or 0) == Decimal(ledger),
    )


def currency_totals(report: Mapping[str, Any]) -> list[CurrencyTotals]:
    """The totals of a check or an import, per currency; measures that are all zero are left out."""
    return [
        CurrencyTotals(
            currency=str(row["currency"]),
            lines=tuple(
                _line(measure, row)
                for measure in MEASURES
                if Decimal(row.get(measure.key) or 0) or measure.key in {"invoices", "amount"}
                if measure.key in row
            ),
        )
        for row in report.get("totals", [])
    ]


def left_out_lines(report: Mapping[str, Any]) -> list[str]:
    """What of the file is not taken in, in words."""
    return [
        _("Left out: %(count)s %(kind)s (%(amount)s %(currency)s)")
        % {
            "count": f"{one['count']:,}",
            "kind": LEFT_OUT_WORDS[one["kind"]],
            "amount": _shown(one["amount"], one["currency"], is_money=True) or "0",
            "currency": one["currency"],
        }
        for one in report.get("left_out", [])
    ]


def added_words(report: Mapping[str, Any]) -> str:
    """What an import wrote, in words."""
    counts = report.get("counts", {})
    found = [f"{counts[key]:,} {label}" for key, label in ADDED if counts.get(key)]
    return ", ".join(found) or _("nothing: all of it was there already")


def does_tie(report: Mapping[str, Any]) -> bool:
    """Whether all figures of the file are the ledger's, to the cent."""
    return all(totals.ties for totals in currency_totals(report))


def text_table(report: Mapping[str, Any]) -> list[str]:
    """The totals as one short table of text: per currency a row of the file, one of the ledger."""
    found = currency_totals(report)
    labels = list(dict.fromkeys(line.label for one in found for line in one.lines))
    if not labels:
        return []
    rows = [["", *labels]]
    for one in found:
        lines = {line.label: line for line in one.lines}
        given = [lines.get(label) for label in labels]
        rows.append([f"{one.currency} {_('file')}", *(_with_new(line) for line in given)])
        if any(line and line.in_ledger for line in given):
            in_ledger = [line.in_ledger if line else "" for line in given]
            rows.append([f"{one.currency} {_('ledger')}", *in_ledger])
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if index else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _with_new(line: Line | None) -> str:
    if line is None:
        return ""
    return f"{line.in_file} (+{line.new})" if line.new else line.in_file

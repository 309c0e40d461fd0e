"""Interest rules of law and contract, read from dated data rows.

What a statute says (which reference rate, fixed on which day, times what, plus
how many points, which lump sum) is data: ``payments/data/interest_presets.json``
and the rows an administrator adds. This module gives the rows a typed shape and
refuses what it does not understand, so that a typing error in a row can never
become a wrong claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

BASES: Final = (360, 365)


class RateFixing(StrEnum):
    """On which day the reference rate is read."""

    AT_BREACH = "at_breach"  # first day late
    AT_CONTRACT = "at_contract"  # day of signing
    AT_START = "at_start"  # the half-year in which interest starts to run
    FLOATING = "floating"  # anew whenever it changes


class Per(StrEnum):
    """What a percentage is for."""

    DAY = "day"
    YEAR = "year"


class PresetInvalid(ValueError):
    """A preset row cannot be read: names the row and the parameter at fault."""


@dataclass(frozen=True, slots=True)
class ReferenceRule:
    """Reference rate x multiplier + margin. ``multiplier_max`` is what the law allows at most."""

    series: str
    fixing: RateFixing
    multiplier: Decimal
    multiplier_max: Decimal
    margin: Decimal


@dataclass(frozen=True, slots=True)
class FixedRule:
    """A rate the law itself names, e.g. 0.05% a day."""

    percent: Decimal
    per: Per


@dataclass(frozen=True, slots=True)
class FixedSum:
    """A lump sum per unpaid invoice, for debts of ``from_debt`` and more."""

    currency: str
    from_debt: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Cap:
    """A rate above ``multiplier`` x reference may be cut by a court. Warns, never cuts."""

    code: str
    series: str
    fixing: RateFixing
    multiplier: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Preset:
    """One rule of late-payment interest.

    An agreed rate is used when ``takes_agreed`` and there is one; else ``rate``.
    With neither, the rule needs an agreed rate. ``floor`` is the lowest rate the
    law lets the parties agree. ``due_date_calendar`` names the holidays after which
    a due date on a day off falls, where the law moves it. Interest is simple; no
    preset compounds.
    """

    code: str
    effective_on: date
    source: str
    verified: bool
    jurisdiction: str
    basis: int
    takes_agreed: bool
    rate: ReferenceRule | FixedRule | None
    floor: Cap | None
    caps: tuple[Cap, ...]
    fixed_sums: tuple[FixedSum, ...]
    due_date_calendar: str | None

    def fixed_sum_for(self, debt: Decimal) -> FixedSum | None:
        """The lump sum for a debt of that size, if the rule has one."""
        due = [item for item in self.fixed_sums if debt >= item.from_debt]
        return max(due, key=lambda item: item.from_debt, default=None)


@dataclass(frozen=True, slots=True)
class PresetRow:
    """A stored row, before its parameters are read."""

    code: str
    effective_on: date
    parameters: Mapping[str, Any]
    source: str
    verified: bool


class _Reader:
    """Takes parameters out of one row by name and refuses what is left over."""

    def __init__(self, where: str, parameters: Mapping[str, Any]) -> None:
        if not isinstance(parameters, Mapping):
            raise PresetInvalid(f"{where}: expected a group of parameters.")
        self._where = where
        self._left = dict(parameters)

    def fail(self, name: str, why: str) -> PresetInvalid:
        return PresetInvalid(f"{self._where}: {name} {why}.")

    def take(self, name: str, default: Any = None) -> Any:
        return self._left.pop(name, default)

    def text(self, name: str) -> str:
        value = self.take(name)
        if not isinstance(value, str) or not value:
            raise self.fail(name, "is missing")
        return value

    def decimal(self, name: str, default: str | None = None) -> Decimal:
        value = self.take(name, default)
        if not isinstance(value, str):
            raise self.fail(name, 'must be a number written as text, like "1.30"')
        try:
            number = Decimal(value)
        except InvalidOperation as error:
            raise self.fail(name, "is not a number") from error
        if not number.is_finite():
            raise self.fail(name, "is not a number")
        return number

    def fixing(self) -> RateFixing:
        value = self.text("fixing")
        if value not in set(RateFixing):
            raise self.fail("fixing", f"cannot be {value!r}")
        return RateFixing(value)

    def per(self) -> Per:
        value = self.text("per")
        if value not in set(Per):
            raise self.fail("per", "must be day or year")
        return Per(value)

    def done(self) -> None:
        if self._left:
            raise self.fail(", ".join(sorted(self._left)), "is not understood")


class PresetBook:
    """All rules and caps, by code and date."""

    def __init__(self, rows: Iterable[PresetRow]) -> None:
        """Read every row. Raises PresetInvalid for the first that cannot be read."""
        ordered = sorted(rows, key=lambda row: row.effective_on)
        self._caps: dict[str, Cap] = {}
        self._presets: dict[str, list[Preset]] = {}
        for row in ordered:
            if row.parameters.get("use") == "cap":
                self._caps[row.code] = _read_cap(row)
        for row in ordered:
            if row.code not in self._caps:
                self._presets.setdefault(row.code, []).append(_read_preset(row, self._caps))

    def codes(self) -> tuple[str, ...]:
        """The rules a contract can name; caps are not among them."""
        return tuple(sorted(self._presets))

    def preset(self, code: str, on: date) -> Preset:
        """The wording of the rule in force on ``on``, else its first wording.

        The calculation warns when a wording is applied to a breach before it
        came into force. Raises KeyError for an unknown code.
        """
        versions = self._presets[code]
        in_force = [preset for preset in versions if preset.effective_on <= on]
        return in_force[-1] if in_force else versions[0]


def _read_cap(row: PresetRow) -> Cap:
    reader = _Reader(row.code, row.parameters)
    reader.take("use")
    reader.take("jurisdiction")
    cap = Cap(
        code=row.code,
        series=reader.text("series"),
        fixing=reader.fixing(),
        multiplier=reader.decimal("multiplier"),
        source=row.source,
    )
    reader.done()
    return cap


def _read_preset(row: PresetRow, caps: Mapping[str, Cap]) -> Preset:
    reader = _Reader(row.code, row.parameters)
    if reader.take("use") != "interest":
        raise reader.fail("use", "must be interest or cap")
    if reader.take("compounding", "simple") != "simple":
        raise reader.fail("compounding", "can only be simple")
    basis = reader.take("basis")
    if basis not in BASES:
        raise reader.fail("basis", "must be 360 or 365")
    names: list[str] = reader.take("caps", [])
    unknown = [code for code in names if code not in caps]
    if unknown:
        raise reader.fail("caps", f"names unknown rows: {', '.join(unknown)}")
    floor = reader.take("floor")
    preset = Preset(
        code=row.code,
        effective_on=row.effective_on,
        source=row.source,
        verified=row.verified,
        jurisdiction=reader.text("jurisdiction"),
        basis=basis,
        takes_agreed=reader.take("takes_agreed") is True,
        rate=_read_rate(row.code, reader.take("rate")),
        floor=None if floor is None else _read_floor(row, floor),
        caps=tuple(caps[code] for code in names),
        fixed_sums=tuple(_read_fixed_sum(row.code, item) for item in reader.take("fixed_sums", [])),
        due_date_calendar=reader.take("due_date_calendar"),
    )
    reader.done()
    if preset.rate is None and not preset.takes_agreed:
        raise reader.fail("rate", "is missing")
    return preset


def _read_rate(code: str, parameters: Mapping[str, Any] | None) -> ReferenceRule | FixedRule | None:
    if parameters is None:
        return None
    reader = _Reader(f"{code}, rate", parameters)
    rule: ReferenceRule | FixedRule
    if "series" in parameters:
        multiplier = reader.decimal("multiplier", "1")
        rule = ReferenceRule(
            series=reader.text("series"),
            fixing=reader.fixing(),
            multiplier=multiplier,
            multiplier_max=reader.decimal("multiplier_max", str(multiplier)),
            margin=reader.decimal("margin", "0"),
        )
    else:
        rule = FixedRule(percent=reader.decimal("percent"), per=reader.per())
    reader.done()
    return rule


def _read_floor(row: PresetRow, parameters: Mapping[str, Any]) -> Cap:
    reader = _Reader(f"{row.code}, floor", parameters)
    floor = Cap(
        code=f"{row.code}_floor",
        series=reader.text("series"),
        fixing=reader.fixing(),
        multiplier=reader.decimal("multiplier", "1"),
        source=row.source,
    )
    reader.done()
    return floor


def _read_fixed_sum(code: str, parameters: Mapping[str, Any]) -> FixedSum:
    reader = _Reader(f"{code}, fixed sum", parameters)
    item = FixedSum(
        currency=reader.text("currency"),
        from_debt=reader.decimal("from_debt", "0"),
        amount=reader.decimal("amount"),
    )
    reader.done()
    return item

"""Which column is what, and how its values are to be read."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from imports.rules.dates import AUTO, DMY, MDY
from imports.rules.headers import normal_header
from imports.rules.problems import Finding, Problem
from imports.rules.targets import INVOICES, PAYMENTS, Target, missing_targets, targets_for

ORDERS: Final = (AUTO, DMY, MDY)
MAX_TERMS: Final = 730


class MappingProblem(ValueError):
    """A mapping that was given does not fit the file; `findings` say in what."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(findings)
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Mapping:
    """The meaning of each column, in the order of the columns, and the file's conventions."""

    columns: tuple[Target | None, ...]
    kind: str = INVOICES
    source: str = "generic"
    date_order: str = AUTO
    decimal: str = ""
    """"." or ","; empty: as the columns show."""
    currency: str = ""
    """For rows without one; empty: the creditor's."""
    terms_days: int | None = None
    """For invoices with neither due date nor terms."""
    sections: bool = False
    """Whether clients are named on lines of their own, above their invoices."""

    def index_of(self, target: Target) -> int | None:
        """Position of the column with this meaning."""
        return self.columns.index(target) if target in self.columns else None

    @property
    def targets(self) -> frozenset[Target]:
        """All meanings that are given."""
        return frozenset(target for target in self.columns if target)

    @property
    def missing(self) -> tuple[frozenset[Target], ...]:
        """What is still to be mapped: of each set, one."""
        given = self.targets | ({Target.CLIENT_NAME} if self.sections else frozenset())
        return missing_targets(self.kind, given)

    def as_json(self, labels: Sequence[str]) -> dict[str, Any]:
        """For a mapping file, and for keeping under a name."""
        return {
            "kind": self.kind,
            "source": self.source,
            "columns": {
                label: str(target)
                for label, target in zip(labels, self.columns, strict=True)
                if target
            },
            "date_order": self.date_order,
            "decimal": self.decimal,
            "currency": self.currency,
            "terms_days": self.terms_days,
            "sections": self.sections,
        }

    def with_conventions(self, data: MappingType[str, Any]) -> Mapping:
        """The same columns read by other conventions, where `data` names any."""
        order = str(data.get("date_order") or self.date_order).upper()
        decimal = data.get("decimal")
        terms = data.get("terms_days")
        return replace(
            self,
            date_order=order if order in ORDERS else self.date_order,
            decimal=decimal if decimal in {".", ","} else self.decimal,
            currency=str(data.get("currency") or self.currency).upper(),
            terms_days=terms
            if isinstance(terms, int) and 0 <= terms <= MAX_TERMS
            else self.terms_days,
            sections=bool(data.get("sections", self.sections)),
        )


def mapping_from_json(data: MappingType[str, Any], labels: Sequence[str]) -> Mapping:
    """The mapping that a JSON object describes: {"columns": {heading: target}, ...}.

    Headings are compared in their normal spelling. Raises MappingProblem that names every
    heading the file has not, every target that there is not, and every target given twice.
    """
    kind = str(data.get("kind") or INVOICES).upper()
    if kind not in {INVOICES, PAYMENTS}:
        raise MappingProblem([Finding(Problem.UNKNOWN_TARGET, value=kind)])
    by_label = {label: index for index, label in enumerate(labels)}
    by_name = {normal_header(label): index for index, label in reversed(list(enumerate(labels)))}
    columns: list[Target | None] = [None] * len(labels)
    findings: list[Finding] = []
    given = data.get("columns")
    for heading, name in given.items() if isinstance(given, dict) else ():
        index = by_label.get(str(heading), by_name.get(normal_header(str(heading))))
        if index is None:
            findings.append(
                Finding(
                    Problem.UNKNOWN_COLUMN,
                    value=str(heading),
                    figures={"columns": ", ".join(labels)},
                )
            )
        elif name not in set(targets_for(kind)):
            allowed = ", ".join(targets_for(kind))
            findings.append(
                Finding(
                    Problem.UNKNOWN_TARGET,
                    column=labels[index],
                    value=str(name),
                    figures={"targets": allowed},
                )
            )
        else:
            columns[index] = Target(name)
    findings.extend(twice(columns, labels))
    if findings:
        raise MappingProblem(findings)
    made = Mapping(columns=tuple(columns), kind=kind, source=str(data.get("source") or "generic"))
    return made.with_conventions(data)


def twice(columns: Sequence[Target | None], labels: Sequence[str]) -> list[Finding]:
    """A finding for each target that more than one column is given."""
    return [
        Finding(Problem.TARGET_TWICE, column=labels[index], value=str(target))
        for index, target in enumerate(columns)
        if target and target in columns[:index]
    ]


_STAND_INS: Final = {
    Target.CLIENT_NAME: (Target.CLIENT_CODE,),
    Target.AMOUNT: (
        Target.LINE_AMOUNT,
        Target.UNIT_PRICE,
        Target.OPEN_BALANCE,
        Target.APPLIED_AMOUNT,
    ),
    Target.PAID_AMOUNT: (Target.OPEN_BALANCE, Target.SETTLED_ON, Target.STATUS),
    Target.OPEN_BALANCE: (Target.PAID_AMOUNT, Target.STATUS),
    Target.SETTLED_ON: (
        Target.DAYS_TO_SETTLE,
        Target.PAID_AMOUNT,
        Target.OPEN_BALANCE,
        Target.STATUS,
    ),
    Target.DUE_ON: (Target.TERMS,),
}


def label_of(target: Target, mapping: Mapping, labels: Sequence[str]) -> str:
    """The heading under which a target, or what it follows from, stands in the file.

    The target's own name when it is nowhere.
    """
    for one in (target, *_STAND_INS.get(target, ())):
        index = mapping.index_of(one)
        if index is not None:
            return labels[index]
    return str(target)

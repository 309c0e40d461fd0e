"""What a contract lacks, or says weakly: rules on plain facts.

A gap is a code with figures; the selectors put it into words. Severities are decided here and
explained in docs/contracts.md: a gap blocks when the law voids what was agreed, when the claim
could not be calculated, proven or served later, or when our own risk policy says no. What a
statute fills in by itself only warns.

A contract that was signed on paper before it was written here is judged by its scan: where no
clause of it is on record, gaps in its wording warn and do not block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from contracts.rules.prepayment import EARNEST_CAP, required_amount, required_ratio
from contracts.states import ClauseKind, ContractState, LateChargeKind, PrepaymentKind, Severity
from core.money import ZERO, round_money


class GapCode(StrEnum):
    """Every kind of gap, in the order in which they are shown within a severity."""

    NO_PRICE = "NO_PRICE"
    NO_DELIVERY_DATE = "NO_DELIVERY_DATE"
    NO_PAYMENT_DATE = "NO_PAYMENT_DATE"
    SCHEDULE_MISMATCH = "SCHEDULE_MISMATCH"
    DATES_OUT_OF_ORDER = "DATES_OUT_OF_ORDER"
    EARNEST_ABOVE_CAP = "EARNEST_ABOVE_CAP"
    NO_LATE_CHARGE = "NO_LATE_CHARGE"
    NO_SUSPENSION = "NO_SUSPENSION"
    NO_ACCEPTANCE = "NO_ACCEPTANCE"
    NO_NOTICE_ADDRESS = "NO_NOTICE_ADDRESS"
    NO_LAW = "NO_LAW"
    CREDIT_HOLD = "CREDIT_HOLD"
    RELATED_BLOCKED = "RELATED_BLOCKED"
    OVER_LIMIT = "OVER_LIMIT"
    LIMIT_CURRENCY = "LIMIT_CURRENCY"
    UNSIGNED = "UNSIGNED"
    CLIENT_UNSCREENED = "CLIENT_UNSCREENED"
    RATE_ABOVE_LEVEL = "RATE_ABOVE_LEVEL"
    LOW_PREPAYMENT = "LOW_PREPAYMENT"
    LONG_TERMS = "LONG_TERMS"
    OUR_DATA_MISSING = "OUR_DATA_MISSING"
    NO_PREPAYMENT_CLAUSE = "NO_PREPAYMENT_CLAUSE"
    NO_PAYMENT_CLAUSE = "NO_PAYMENT_CLAUSE"
    NO_ACCELERATION = "NO_ACCELERATION"
    NO_DEEMED_ACCEPTANCE = "NO_DEEMED_ACCEPTANCE"
    NO_CHANGE_CLAUSE = "NO_CHANGE_CLAUSE"
    NO_RECORDING_CONSENT = "NO_RECORDING_CONSENT"
    NO_PERSONAL_DATA = "NO_PERSONAL_DATA"


#: What the wording of a contract lacks. A paper contract is not rewritten for it.
TEXT_GAPS: Final = frozenset(
    {
        GapCode.NO_PRICE,
        GapCode.NO_DELIVERY_DATE,
        GapCode.NO_PAYMENT_DATE,
        GapCode.NO_LATE_CHARGE,
        GapCode.NO_SUSPENSION,
        GapCode.NO_ACCEPTANCE,
        GapCode.NO_NOTICE_ADDRESS,
        GapCode.NO_LAW,
    }
)
# Clauses that are seen in the scan only: their absence from the record says nothing.
_ONLY_IN_SCAN: Final = frozenset(
    {
        GapCode.OUR_DATA_MISSING,
        GapCode.NO_PREPAYMENT_CLAUSE,
        GapCode.NO_PAYMENT_CLAUSE,
        GapCode.NO_ACCELERATION,
        GapCode.NO_DEEMED_ACCEPTANCE,
        GapCode.NO_CHANGE_CLAUSE,
        GapCode.NO_RECORDING_CONSENT,
        GapCode.NO_PERSONAL_DATA,
    }
)
_BEFORE_SIGNING: Final = frozenset(
    {ContractState.DRAFT, ContractState.REVIEW, ContractState.APPROVED, ContractState.SENT}
)
NOT_IN_FORCE: Final = _BEFORE_SIGNING | {ContractState.SIGNED}


@dataclass(frozen=True, slots=True)
class Relative:
    """A blocked debtor that belongs, or may belong, together with the client."""

    name: str
    signs: tuple[str, ...]
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules read of one contract, its client and our policy.

    Amounts are in `currency`; `credit_limit` and `open_balance` in `limit_currency`. Ratios are
    shares of 1, `late_charge_rate` and `rate_level` percent a year. `rate_level` is the rate
    above which a court may cut, None when it is not known. `limit_blocks` says what our policy
    does over the limit, `released_up_to` the exposure up to which somebody let this contract pass.
    """

    contract_id: int
    state: str
    currency: str
    creditor_country: str
    client_country: str
    price: Decimal | None
    starts_on: date | None
    ends_on: date | None
    signed_on: date | None
    terms_days: int
    late_charge_kind: str
    late_charge_rate: Decimal | None
    acceptance_days: int | None
    suspension_days: int | None
    has_notice_address: bool
    has_law: bool
    has_forum: bool
    has_our_data: bool
    prepayment_kind: str
    prepayment_ratio: Decimal | None
    has_scan: bool
    grade: str
    screening_outcome: str
    screened_until: date | None
    on_credit_hold: bool
    credit_limit: Decimal | None
    limit_currency: str
    service_ratio: Decimal | None
    client_ratio: Decimal | None
    demanded_ratio: Decimal | None
    max_terms_days: int | None
    lines: int
    undated_lines: int
    first_delivery_on: date | None
    last_delivery_on: date | None
    entries: int
    scheduled: Decimal
    scheduled_prepayment: Decimal
    instalments: int
    clause_kinds: frozenset[str]
    is_accepted: bool
    is_taken_in: bool
    open_balance: Decimal = ZERO
    rate_level: Decimal | None = None
    limit_blocks: bool = True
    released_up_to: Decimal | None = None
    blocked_relatives: tuple[Relative, ...] = ()

    @property
    def is_paper(self) -> bool:
        """Signed on paper before it was written here, its wording in the scan alone."""
        return self.is_taken_in and not self.clause_kinds

    @property
    def required_ratio(self) -> Decimal:
        """What is asked before the work: as frozen, else as it would be frozen now."""
        if self.prepayment_ratio is not None:
            return self.prepayment_ratio
        claims = required_ratio(self.service_ratio, self.client_ratio, self.demanded_ratio)
        return claims.ratio

    @property
    def prepaid_share(self) -> Decimal:
        """The part of the price that is paid before the work: as scheduled, else as required."""
        if self.price and self.scheduled_prepayment:
            return min(self.scheduled_prepayment / self.price, Decimal(1))
        return self.required_ratio


@dataclass(frozen=True, slots=True)
class Gap:
    """Something missing or weak.

    `fix` is the kind of clause that closes it, `field` the field of the contract to fill (or
    `lines`, `schedule`, `client`, `scan`: another page). `figures` are what the sentence names.
    `measure` says how bad it is: an override covers what is no worse than what was seen.
    """

    code: GapCode
    severity: Severity
    fix: ClauseKind | None = None
    field: str = ""
    figures: Mapping[str, object] | None = None
    measure: Decimal | None = None

    @property
    def key(self) -> str:
        """Code and measure in one word, as an override keeps it."""
        return self.code if self.measure is None else f"{self.code}:{self.measure.normalize():f}"


def is_covered(gap: Gap, overridden: Iterable[str]) -> bool:
    """Whether one of these override keys lets the gap pass: same code, measure no worse."""
    for key in overridden:
        code, _colon, measure = key.partition(":")
        if code == gap.code and (gap.measure is None or Decimal(measure or 0) >= gap.measure):
            return True
    return False


_SEVERITIES: Final = {severity: place for place, severity in enumerate(Severity)}
_CODES: Final = {code: place for place, code in enumerate(GapCode)}


def _order(gap: Gap) -> tuple[int, int]:
    return _SEVERITIES[gap.severity], _CODES[gap.code]


def gaps(facts: Facts, on: date) -> list[Gap]:
    """Everything that is missing or weak on a day, what blocks first."""
    found = [
        *_price_and_dates(facts, on),
        *_clauses(facts),
        *_advice(facts),
        *_client(facts),
        *_screening(facts, on),
        *_signature(facts, on),
        *_terms(facts),
    ]
    if facts.is_paper:
        found = [
            replace(gap, severity=Severity.WARNING)
            if gap.code in TEXT_GAPS and gap.severity == Severity.BLOCKING
            else gap
            for gap in found
            if gap.code not in _ONLY_IN_SCAN
        ]
    return sorted(found, key=_order)


def _price_and_dates(facts: Facts, on: date) -> Iterator[Gap]:
    if facts.price is None:
        yield Gap(GapCode.NO_PRICE, Severity.BLOCKING, field="lines")
    elif not facts.entries:
        yield Gap(GapCode.NO_PAYMENT_DATE, Severity.BLOCKING, field="schedule")
    elif facts.scheduled != facts.price:
        yield Gap(
            GapCode.SCHEDULE_MISMATCH,
            Severity.BLOCKING,
            field="schedule",
            figures={"scheduled": facts.scheduled, "price": facts.price},
            measure=abs(facts.scheduled - facts.price),
        )
    if facts.undated_lines:
        yield Gap(
            GapCode.NO_DELIVERY_DATE,
            Severity.BLOCKING,
            field="lines",
            figures={"count": facts.undated_lines},
            measure=Decimal(facts.undated_lines),
        )
    wrong = _wrong_date(facts, on)
    if wrong is not None:
        yield wrong
    yield from _earnest(facts)


def _wrong_date(facts: Facts, on: date) -> Gap | None:
    """A delivery outside the contract's time, or a signature in the future."""
    pairs = (
        ("delivery_before_start", facts.first_delivery_on, facts.starts_on, "lines"),
        ("delivery_after_end", facts.ends_on, facts.last_delivery_on, "lines"),
        ("end_before_start", facts.ends_on, facts.starts_on, "ends_on"),
        ("signed_in_future", on, facts.signed_on, "signed_on"),
    )
    for what, earlier, later, field in pairs:
        if earlier is not None and later is not None and earlier < later:
            return Gap(
                GapCode.DATES_OUT_OF_ORDER,
                Severity.BLOCKING,
                field=field,
                figures={"what": what, "earlier": earlier, "later": later},
                measure=Decimal((later - earlier).days),
            )
    return None


def _earnest(facts: Facts) -> Iterator[Gap]:
    share = facts.prepaid_share
    if facts.prepayment_kind == PrepaymentKind.EARNEST and share > EARNEST_CAP:
        yield Gap(
            GapCode.EARNEST_ABOVE_CAP,
            Severity.BLOCKING,
            field="schedule",
            figures={"share": share, "cap": EARNEST_CAP},
            measure=round(share, 4),
        )


def _clauses(facts: Facts) -> Iterator[Gap]:
    """Each needs its fields and, unless the wording is in a scan alone, a clause that says so."""
    abroad = facts.client_country not in {"", facts.creditor_country}
    has_late_charge = facts.late_charge_kind != LateChargeKind.NONE
    wanted = (
        (GapCode.NO_LATE_CHARGE, ClauseKind.LATE_CHARGE, "late_charge_kind", has_late_charge),
        (
            GapCode.NO_SUSPENSION,
            ClauseKind.SUSPENSION,
            "suspension_days",
            facts.suspension_days is not None,
        ),
        (GapCode.NO_NOTICE_ADDRESS, ClauseKind.NOTICES, "notice_email", facts.has_notice_address),
        (GapCode.NO_LAW, ClauseKind.LAW, "governing_law", facts.has_law and facts.has_forum),
    )
    for code, kind, field, is_filled in wanted:
        if is_filled and (facts.is_paper or kind in facts.clause_kinds):
            continue
        severe = code != GapCode.NO_LAW or abroad
        severity = Severity.BLOCKING if severe else Severity.WARNING
        figures = {"missing": "clause" if is_filled else "field"}
        yield Gap(code, severity, kind, "" if is_filled else field, figures)
    accepts = ClauseKind.ACCEPTANCE in facts.clause_kinds
    if not accepts and not (facts.is_paper and facts.acceptance_days is not None):
        yield Gap(GapCode.NO_ACCEPTANCE, Severity.BLOCKING, ClauseKind.ACCEPTANCE)


def _advice(facts: Facts) -> Iterator[Gap]:
    kinds, warning, advice = facts.clause_kinds, Severity.WARNING, Severity.ADVICE
    if not facts.has_our_data:
        yield Gap(GapCode.OUR_DATA_MISSING, warning, field="creditor")
    if ClauseKind.ACCEPTANCE in kinds and facts.acceptance_days is None:
        yield Gap(GapCode.NO_DEEMED_ACCEPTANCE, advice, field="acceptance_days")
    useful = (
        (GapCode.NO_PAYMENT_CLAUSE, warning, ClauseKind.PAYMENT, True),
        (
            GapCode.NO_PREPAYMENT_CLAUSE,
            warning,
            ClauseKind.PREPAYMENT,
            facts.scheduled_prepayment > 0,
        ),
        (GapCode.NO_ACCELERATION, warning, ClauseKind.ACCELERATION, facts.instalments > 1),
        (GapCode.NO_CHANGE_CLAUSE, advice, ClauseKind.CHANGES, True),
        (GapCode.NO_RECORDING_CONSENT, advice, ClauseKind.RECORDING, True),
        (GapCode.NO_PERSONAL_DATA, advice, ClauseKind.DATA, True),
    )
    for code, severity, kind, matters in useful:
        if matters and kind not in kinds:
            yield Gap(code, severity, kind)


def _client(facts: Facts) -> Iterator[Gap]:
    if facts.on_credit_hold:
        yield Gap(GapCode.CREDIT_HOLD, Severity.BLOCKING, field="client")
    if facts.blocked_relatives and facts.state in NOT_IN_FORCE:
        yield Gap(
            GapCode.RELATED_BLOCKED,
            Severity.WARNING,
            field="client",
            figures={"relatives": facts.blocked_relatives},
        )
    over = _over_limit(facts)
    if over is not None:
        yield over
    elif _is_incomparable(facts):
        figures = {"limit": facts.credit_limit}
        yield Gap(GapCode.LIMIT_CURRENCY, Severity.WARNING, field="client", figures=figures)


def _screening(facts: Facts, on: date) -> Iterator[Gap]:
    """Before a contract goes into force its client is looked at.

    A client with a grade was taken on before there were screenings, and is known by how it pays.
    """
    if facts.state not in NOT_IN_FORCE:
        return
    what = ""
    if not facts.screening_outcome:
        what = "unscreened" if facts.grade == "U" else ""
    elif facts.screened_until is None:
        what = "rejected"
    elif facts.screened_until < on:
        what = "expired"
    if what:
        figures = {"what": what, "until": facts.screened_until}
        yield Gap(GapCode.CLIENT_UNSCREENED, Severity.WARNING, field="client", figures=figures)


def _is_incomparable(facts: Facts) -> bool:
    """A limit in another currency says nothing about what this contract would add."""
    on_credit = facts.prepaid_share < 1 and bool(facts.price)
    is_to_come = facts.state in NOT_IN_FORCE
    has_limit = facts.credit_limit is not None
    return is_to_come and has_limit and on_credit and facts.currency != facts.limit_currency


def _over_limit(facts: Facts) -> Gap | None:
    """Open balance, and before activation what this contract adds without prepayment."""
    if facts.credit_limit is None:
        return None
    adds = ZERO
    if facts.state in NOT_IN_FORCE and facts.currency == facts.limit_currency:
        on_credit = (facts.price or ZERO) * (1 - facts.prepaid_share)
        adds = round_money(on_credit, facts.currency)
    exposure = facts.open_balance + adds
    # Nothing is added by a contract that is prepaid in full.
    if exposure <= facts.credit_limit or (facts.state in NOT_IN_FORCE and not adds):
        return None
    is_released = facts.released_up_to is not None and exposure <= facts.released_up_to
    return Gap(
        GapCode.OVER_LIMIT,
        Severity.BLOCKING if facts.limit_blocks and not is_released else Severity.WARNING,
        field="client",
        figures={
            "open": facts.open_balance,
            "adds": adds,
            "limit": facts.credit_limit,
            "is_released": is_released,
        },
        measure=exposure,
    )


def _signature(facts: Facts, on: date) -> Iterator[Gap]:
    if facts.state in _BEFORE_SIGNING:
        begun = facts.starts_on is not None and facts.starts_on <= on
        severity = Severity.WARNING if begun else Severity.ADVICE
        figures = {"what": "begun" if begun else "open", "starts_on": facts.starts_on}
        yield Gap(GapCode.UNSIGNED, severity, figures=figures)
    elif facts.state != ContractState.TERMINATED and not (facts.has_scan or facts.is_accepted):
        figures = {"what": "unproven", "starts_on": None}
        yield Gap(GapCode.UNSIGNED, Severity.BLOCKING, field="scan", figures=figures)


def _terms(facts: Facts) -> Iterator[Gap]:
    rate, level = facts.late_charge_rate, facts.rate_level
    if rate is not None and level is not None and rate > level:
        yield Gap(
            GapCode.RATE_ABOVE_LEVEL,
            Severity.WARNING,
            field="late_charge_rate",
            figures={"rate": rate, "level": level},
        )
    if facts.max_terms_days is not None and facts.terms_days > facts.max_terms_days:
        yield Gap(
            GapCode.LONG_TERMS,
            Severity.WARNING,
            field="terms_days",
            figures={"days": facts.terms_days, "most": facts.max_terms_days},
        )
    if facts.price is None or facts.is_paper:
        return
    required = required_amount(facts.price, facts.required_ratio, facts.currency)
    if facts.scheduled_prepayment < required:
        yield Gap(
            GapCode.LOW_PREPAYMENT,
            Severity.WARNING,
            field="schedule",
            figures={
                "required": facts.required_ratio,
                "amount": required,
                "scheduled": facts.scheduled_prepayment,
            },
        )

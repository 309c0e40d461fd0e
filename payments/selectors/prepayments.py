"""Prepayments: what each holds, every movement of it, and whether the work has to wait."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contracts.models import Contract, ScheduleEntry
from contracts.states import BINDING_STATES, ContractState, ScheduleKind
from core.display import format_day
from core.models import User
from core.money import ZERO, format_money
from payments.models import Allocation, Prepayment, PrepaymentRelease, Receipt, Refund
from payments.states import NEVER_CAME, PrepaymentState, RefundKind, ReleaseState

#: How many contracts are looked at for the morning's list.
_CANDIDATES = 200
_HELD_STATES = (ContractState.SIGNED, ContractState.ACTIVE, ContractState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Figures:
    """A prepayment in sums: received = applied + refunded + forfeited + balance, always."""

    received: Decimal = ZERO
    applied: Decimal = ZERO
    refunded: Decimal = ZERO
    forfeited: Decimal = ZERO
    balance: Decimal = ZERO

    @property
    def is_even(self) -> bool:
        """Whether the sums hold together."""
        return self.received == self.applied + self.refunded + self.forfeited + self.balance


def figures_of(prepayments: Iterable[int]) -> dict[int, Figures]:
    """The sums of prepayments by key; two queries. What never came (returned by the bank,
    entered by mistake) is not received.
    """
    keys = list(prepayments)
    money = {
        row["prepayment"]: row
        for row in Receipt.objects.filter(prepayment__in=keys)
        .order_by()
        .values("prepayment")
        .annotate(came=Sum("amount"), used=Sum("allocated"), left=Sum("unallocated"))
    }
    gone: dict[int, dict[str, Decimal]] = defaultdict(dict)
    if money:
        refunds = Refund.objects.filter(receipt__prepayment__in=keys).order_by()
        for row in refunds.values("receipt__prepayment", "kind").annotate(total=Sum("amount")):
            gone[row["receipt__prepayment"]][row["kind"]] = row["total"]
    return {key: _figures(money.get(key), gone.get(key, {})) for key in keys}


def _figures(money: Mapping[str, Any] | None, gone: Mapping[str, Decimal]) -> Figures:
    if money is None:
        return Figures()
    never_came = sum((gone.get(kind, ZERO) for kind in NEVER_CAME), ZERO)
    forfeited = gone.get(RefundKind.FORFEITED, ZERO)
    return Figures(
        received=money["came"] - never_came,
        applied=money["used"],
        refunded=sum(gone.values(), ZERO) - never_came - forfeited,
        forfeited=forfeited,
        balance=money["left"],
    )


# --- The statement -----------------------------------------------------------------------------


class MovementKind(StrEnum):
    """What moved the balance."""

    RECEIVED = "RECEIVED"
    NEVER_CAME = "NEVER_CAME"
    APPLIED = "APPLIED"
    TAKEN_BACK = "TAKEN_BACK"
    REFUNDED = "REFUNDED"
    FORFEITED = "FORFEITED"


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the statement; `amount` is signed, `balance` is what is left after it."""

    on: dt.date
    kind: MovementKind
    amount: Decimal
    balance: Decimal
    about: str
    note: str
    receipt_id: int
    invoice_id: int | None = None
    release_id: int | None = None
    refund_kind: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A prepayment with every movement, in the order of the days they count from."""

    prepayment: Prepayment
    figures: Figures
    movements: Sequence[Movement]
    releases: Sequence[PrepaymentRelease]

    @property
    def missing(self) -> Decimal:
        """What has not come in of the sum asked for."""
        return max(self.prepayment.amount - self.figures.received, ZERO)

    @property
    def extra_owed(self) -> Decimal:
        """What we owe on top of returned earnest money and have not paid."""
        return sum(
            (
                one.extra_owed
                for one in self.releases
                if one.state == ReleaseState.APPROVED and one.extra_paid_on is None
            ),
            ZERO,
        )


@dataclass(slots=True)
class _Line:
    on: dt.date
    at: dt.datetime
    kind: MovementKind
    amount: Decimal
    about: str
    note: str
    receipt_id: int
    rank: tuple[int, int]  # in one moment: money comes, settles, leaves; each in its order
    more: dict[str, Any] = field(default_factory=dict)


def statement_of(prepayment: Prepayment) -> Statement:
    """Everything that happened to a prepayment's money; five queries, however much it is."""
    lines = [*_received(prepayment), *_applied(prepayment), *_gone(prepayment)]
    lines.sort(key=lambda line: (line.on, line.at, line.rank))
    movements, balance = [], ZERO
    for line in lines:
        balance += line.amount
        movements.append(
            Movement(
                on=line.on,
                kind=line.kind,
                amount=line.amount,
                balance=balance,
                about=line.about,
                note=line.note,
                receipt_id=line.receipt_id,
                **line.more,
            )
        )
    releases = prepayment.releases.select_related("asked_by", "decided_by")
    return Statement(
        prepayment=prepayment,
        figures=figures_of([prepayment.pk])[prepayment.pk],
        movements=movements,
        releases=list(releases.order_by("asked_at", "pk")),
    )


def _received(prepayment: Prepayment) -> list[_Line]:
    return [
        _Line(
            on=row.received_on,
            at=row.created_at,
            kind=MovementKind.RECEIVED,
            amount=row.amount,
            about=row.reference,
            note=row.payer_name,
            receipt_id=row.pk,
            rank=(0, row.pk),
        )
        for row in prepayment.receipts.all()
    ]


def _applied(prepayment: Prepayment) -> list[_Line]:
    rows = Allocation.objects.filter(receipt__prepayment=prepayment).select_related("invoice")
    return [
        _Line(
            # Money that was there before its invoice counts from the invoice's day.
            on=max(row.effective_on, row.invoice.issued_on),
            at=row.created_at,
            kind=MovementKind.TAKEN_BACK if row.reverses_id else MovementKind.APPLIED,
            amount=-row.amount,
            about=row.invoice.number,
            note=row.reason,
            receipt_id=row.receipt_id or 0,
            rank=(1, row.pk),
            more={"invoice_id": row.invoice_id},
        )
        for row in rows
    ]


def _gone(prepayment: Prepayment) -> list[_Line]:
    kinds = dict.fromkeys(NEVER_CAME, MovementKind.NEVER_CAME)
    kinds[RefundKind.FORFEITED] = MovementKind.FORFEITED
    return [
        _Line(
            on=row.refunded_on,
            at=row.created_at,
            kind=kinds.get(RefundKind(row.kind), MovementKind.REFUNDED),
            amount=-row.amount,
            about=str(RefundKind(row.kind).label),
            note=row.reason,
            receipt_id=row.receipt_id,
            rank=(2, row.pk),
            more={"release_id": row.release_id, "refund_kind": row.kind},
        )
        for row in Refund.objects.filter(receipt__prepayment=prepayment)
    ]


# --- Holding the work ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hold:
    """Why work and delivery of a contract wait, in figures and as a sentence."""

    contract: Contract
    required: Decimal
    unasked: Decimal
    missing: Decimal
    waiting: Sequence[Prepayment]

    @property
    def sentence(self) -> str:
        """Why, for the reader."""
        language = get_language() or "en"

        def money(amount: Decimal) -> str:
            return format_money(amount, self.contract.currency, language)

        if self.unasked > 0:
            return _(
                "Work and delivery wait: %(amount)s is to be paid before the work and has not "
                "been requested yet."
            ) % {"amount": money(self.unasked)}
        first = min(self.waiting, key=lambda one: (one.due_on, one.pk))
        return _(
            "Work and delivery wait: %(missing)s of the money asked for before the work has not "
            "come in (%(number)s, due %(day)s)."
        ) % {
            "missing": money(self.missing),
            "number": first.number,
            "day": format_day(first.due_on, language),
        }


def required_before_work(contract: Contract, *, scheduled: Decimal = ZERO) -> Decimal:
    """What the contract asks for before the work: the frozen ratio of its price or what was kept
    above it, or what its schedule names as prepayment where that is more.
    """
    return max(contract.prepayment_agreed, scheduled)


def delivery_holds(contracts: Iterable[Contract]) -> dict[int, Hold]:
    """The contracts, by key, whose work has to wait; four queries for however many."""
    bound = {one.pk: one for one in contracts if one.state in _HELD_STATES}
    if not bound:
        return {}
    scheduled = dict(
        ScheduleEntry.objects.filter(contract__in=bound, kind=ScheduleKind.PREPAYMENT)
        .order_by()
        .values("contract")
        .annotate(total=Sum("amount"))
        .values_list("contract", "total")
    )
    asked: dict[int, list[Prepayment]] = defaultdict(list)
    prepayments = Prepayment.objects.filter(contract__in=bound)
    for row in prepayments.exclude(state=PrepaymentState.CANCELLED).order_by("due_on", "pk"):
        asked[row.contract_id].append(row)
    open_rows = [row.pk for rows in asked.values() for row in rows if _is_waiting(row)]
    figures = figures_of(open_rows) if open_rows else {}
    found = {}
    for pk, contract in bound.items():
        required = required_before_work(contract, scheduled=scheduled.get(pk, ZERO))
        hold = _hold(contract, required, asked[pk], figures)
        if hold is not None:
            found[pk] = hold
    return found


def _is_waiting(row: Prepayment) -> bool:
    return row.state == PrepaymentState.REQUESTED


def _hold(
    contract: Contract,
    required: Decimal,
    asked: Sequence[Prepayment],
    figures: Mapping[int, Figures],
) -> Hold | None:
    waiting = [row for row in asked if _is_waiting(row)]
    unasked = max(required - sum((row.amount for row in asked), ZERO), ZERO)
    if not waiting and not unasked:
        return None
    missing = sum((row.amount - figures[row.pk].received for row in waiting), ZERO)
    return Hold(contract, required, unasked, missing, waiting)


def delivery_hold(contract: Contract) -> Hold | None:
    """Why this contract's work and delivery wait; None when they need not."""
    return delivery_holds([contract]).get(contract.pk)


def hold_sentence(contract: Contract) -> str:
    """The reason to wait, for whoever records work; empty when there is none."""
    hold = delivery_hold(contract)
    return hold.sentence if hold else ""


def held_contracts(*, user: User) -> list[Hold]:
    """The contracts whose work waits for money, those in force first; for the morning's list."""
    asking = Contract.objects.visible_to(user).filter(state__in=BINDING_STATES)
    asking = asking.annotate(
        cleared=Sum(
            "prepayments__amount",
            filter=Q(prepayments__state__in=(PrepaymentState.CLEARED, PrepaymentState.CLOSED)),
            default=ZERO,
        ),
        waiting=Sum(
            "prepayments__amount",
            filter=Q(prepayments__state=PrepaymentState.REQUESTED),
            default=ZERO,
        ),
    ).filter(
        Q(waiting__gt=0)
        | Q(cleared__lt=F("amount") * F("prepayment_ratio"))
        | Q(schedule__kind=ScheduleKind.PREPAYMENT, cleared__lt=F("schedule__amount"))
    )
    rows = asking.select_related("client").order_by("client__name_pinyin", "pk").distinct()
    return list(delivery_holds(rows[:_CANDIDATES]).values())


# --- Lists --------------------------------------------------------------------------------------


def prepayments_to_list(
    *, user: User, state: str = "", kind: str = "", text: str = ""
) -> QuerySet[Prepayment]:
    """Prepayments, the latest first. A text is a number's beginning or a client's name."""
    rows = Prepayment.objects.visible_to(user).select_related(
        "contract__client", "contract__creditor"
    )
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(
            Q(number__icontains=text) | Q(contract__client__legal_name__icontains=text)
        )
    return rows.order_by("-requested_on", "-pk")


def releases_waiting(*, user: User) -> QuerySet[PrepaymentRelease]:
    """Requests to let money go that wait for a decision, the oldest first."""
    rows = PrepaymentRelease.objects.visible_to(user).filter(state=ReleaseState.ASKED)
    return rows.select_related("prepayment__contract__client").order_by("asked_at", "pk")


def prepayments_context(contract: Contract) -> dict[str, Any]:
    """What the part `payments/_prepayments.html` reads."""
    rows = list(contract.prepayments.order_by("requested_on", "pk"))
    figures = figures_of([row.pk for row in rows]) if rows else {}
    return {
        "contract": contract,
        "prepayments": [(row, figures[row.pk]) for row in rows],
        "delivery_hold": delivery_hold(contract),
        "may_request_prepayment": contract.state in BINDING_STATES,
    }

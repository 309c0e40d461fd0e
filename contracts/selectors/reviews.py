"""What waits for a reviewer or a manager, and the text as a reviewer reads it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from contracts.models import Contract, ContractQuerySet, OverrideRequest, Review, ReviewRemark
from contracts.rules.completeness import Gap
from contracts.selectors.completeness import open_blocking
from contracts.states import ContractState, ReviewState
from core.models import User


def reviews_waiting(*, reviewer: User | None = None) -> QuerySet[Review]:
    """Reviews that nobody decided yet, the oldest first."""
    waiting = Review.objects.filter(state=ReviewState.ASKED)
    if reviewer is not None:
        waiting = waiting.filter(reviewer=reviewer)
    return waiting.select_related(
        "contract__client", "contract__creditor", "version", "reviewer", "asked_by"
    ).order_by("asked_at", "pk")


@dataclass
class ReviewedClause:
    """A clause of a frozen version, with what was remarked on it in this review."""

    position: int
    clause: Mapping[str, Any]
    remarks: list[ReviewRemark] = field(default_factory=list)
    # The form field of the reviewer's remark, put there by the page.
    field: Any = None

    @property
    def heading(self) -> str:
        """Its heading, in the first language that the contract has."""
        return str(self.clause["heading"] or self.clause["heading_zh"])


@dataclass(frozen=True)
class ReviewedText:
    """A frozen version, to be read."""

    content: Mapping[str, Any]
    clauses: list[ReviewedClause]
    remarks: list[ReviewRemark]

    @property
    def title(self) -> str:
        """Its title, in the reader's language where it has one."""
        return self.said("title", self.content) or self.content["title"] or ""

    @property
    def terms(self) -> list[str]:
        """Late charge, law and forum as the text says them to this reader."""
        return [self.said(name, self.content["terms"]) for name in ("late_charge", *_LAW)]

    @property
    def lines(self) -> list[Mapping[str, Any]]:
        """Its lines, figures as figures and days as days."""
        return [_figures(line) for line in self.content["lines"]]

    @property
    def schedule(self) -> list[Mapping[str, Any]]:
        """Its payment schedule, likewise; `of` is the line that an entry waits for."""
        names = [line["description"] for line in self.content["lines"]]
        return [
            {**_figures(entry), "of": names[entry["line"] - 1] if entry.get("line") else ""}
            for entry in self.content["schedule"]
        ]

    def said(self, name: str, part: Mapping[str, Any]) -> str:
        """A field in the reader's language; a frozen text has it in one or both."""
        chinese = part.get(f"{name}_zh") or ""
        plain = part.get(name) or ""
        return str((chinese or plain) if get_language() == "zh-hans" else (plain or chinese))


_LAW = ("governing_law", "forum")
_DAYS = ("deliver_on", "due_on")
_AMOUNTS = ("quantity", "unit_price", "net", "tax", "total", "amount")


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    read = dict(row)
    for name in _AMOUNTS:
        if read.get(name):
            read[name] = Decimal(read[name])
    for name in _DAYS:
        if read.get(name):
            read[name] = dt.date.fromisoformat(read[name])
    return read


def reviewed_text(review: Review) -> ReviewedText:
    """The text that this review is about, each remark beside its clause."""
    content = json.loads(review.version.content)
    remarks = list(review.remarks.select_related("actor"))
    clauses = [
        ReviewedClause(place, clause, [one for one in remarks if one.clause_position == place])
        for place, clause in enumerate(content["clauses"], start=1)
    ]
    return ReviewedText(content, clauses, [one for one in remarks if one.clause_position is None])


def remarks_to_answer(contract: Contract) -> list[ReviewRemark]:
    """What the last reviewer wanted changed, while the contract is back on the desk."""
    if contract.state != ContractState.DRAFT:
        return []
    last = contract.reviews.first()
    if last is None or last.state != ReviewState.CHANGES:
        return []
    return list(last.remarks.select_related("actor"))


@dataclass(frozen=True)
class Asked:
    """A request for an override, with the gap as it is today; None when it was closed."""

    request: OverrideRequest
    sentence: str
    is_open: bool

    @property
    def code(self) -> str:
        """The gap's code, as its address has it."""
        return self.request.gap.partition(":")[0]


def open_override_requests(*, user: User, on: dt.date) -> list[Asked]:
    """Requests that wait for a manager, the oldest first; what was mended meanwhile says so."""
    visible = Contract.objects.visible_to(user)
    waiting = list(
        OverrideRequest.objects.filter(answered_at=None, contract__in=visible)
        .select_related("contract__client", "contract__creditor", "actor")
        .order_by("at", "pk")[:200]
    )
    stopped = open_blocking([one.contract_id for one in waiting], on)
    return [_asked(one, stopped.get(one.contract_id, [])) for one in waiting]


def gap_as_it_is(request: OverrideRequest, on: dt.date) -> str:
    """The gap of a request in the reader's language; once it is closed, as it was written."""
    stopped = open_blocking([request.contract_id], on)
    return _asked(request, stopped.get(request.contract_id, [])).sentence


def _asked(request: OverrideRequest, gaps: list[tuple[Gap, str]]) -> Asked:
    code = request.gap.partition(":")[0]
    now = [sentence for gap, sentence in gaps if gap.code == code]
    return Asked(request, now[0] if now else request.sentence, bool(now))


def stopped_contracts(*, user: User) -> ContractQuerySet:
    """Contracts that are signed and not in force, the oldest signature first."""
    signed = Contract.objects.visible_to(user).filter(state=ContractState.SIGNED)
    return signed.select_related("client", "creditor", "created_by").order_by("signed_on", "pk")


def with_what_stops(
    contracts: Sequence[Contract], on: dt.date
) -> list[tuple[Contract, list[tuple[Gap, str]]]]:
    """Each with the gaps that stop it."""
    stopped = open_blocking([one.pk for one in contracts], on)
    return [(one, stopped.get(one.pk, [])) for one in contracts]

"""Reads of screenings: which checklist counts, what is still missing, what we know already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, F, Min, OuterRef, Q, Subquery, Sum

from clients.models import Client
from core.verify import check
from credit.models import Checklist, ChecklistItem, Screening, ScreeningAnswer
from credit.states import SCREENING_DECIDED, CheckKind
from disputes.models import Complaint, Dispute
from payments.models import Invoice

#: So long before its date a client stands in the list of those to be screened again.
REVIEW_AHEAD: Final = dt.timedelta(days=30)


def current_checklists(on: dt.date) -> list[Checklist]:
    """The checklist that counts on a day, for each segment that has one of its own."""
    newest = Checklist.objects.filter(segment=OuterRef("segment"), starts_on__lte=on)
    latest = Subquery(newest.order_by("-number").values("pk")[:1])
    rows = Checklist.objects.filter(pk=latest).prefetch_related("items")
    return list(rows.order_by("segment", "pk"))


def checklist_for(segment: str, on: dt.date) -> Checklist | None:
    """The checklist of a segment on a day; the general one where it has none of its own."""
    found = Checklist.objects.filter(starts_on__lte=on)
    own = found.filter(segment__iexact=segment).order_by("-number").first() if segment else None
    return own or found.filter(segment="").order_by("-number").first()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the checklist with what was found last."""

    item: ChecklistItem
    answer: ScreeningAnswer | None

    @property
    def is_done(self) -> bool:
        """Whether something was found, or answered."""
        found = self.answer
        return found is not None and bool(found.verdict or found.text)


def screening_lines(screening: Screening) -> list[Line]:
    """Every line and question with its last answer, in order; two queries."""
    answers = screening.answers.select_related("document", "actor").order_by("pk")
    last = {one.item_id: one for one in answers}
    items = ChecklistItem.objects.filter(checklist=screening.checklist_id).order_by("position")
    return [Line(one, last.get(one.pk)) for one in items]


def missing_lines(screening: Screening) -> list[ChecklistItem]:
    """What has to be found or answered before it can be submitted."""
    lines = screening_lines(screening)
    return [one.item for one in lines if one.item.is_required and not one.is_done]


def is_question(item: ChecklistItem) -> bool:
    """Whether a line is a question of the interview."""
    return item.kind == CheckKind.INTERVIEW


# --- What we know already ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cooperation:
    """The client on our own ledger. Sales by currency; late is paid after the due date."""

    since: dt.date | None
    invoices: int
    paid: int
    late: int
    overdue: int
    disputes: int
    complaints: int
    sales: Mapping[str, Decimal]

    @property
    def late_percent(self) -> Decimal | None:
        """The share of the paid invoices that were paid late, in percent; None without any."""
        return Decimal(100 * self.late) / self.paid if self.paid else None

    def as_json(self) -> dict[str, Any]:
        """As a submitted screening keeps it."""
        kept = asdict(self)
        kept["since"] = self.since.isoformat() if self.since else None
        kept["sales"] = {key: format(value, "f") for key, value in self.sales.items()}
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Cooperation:
        """As it was kept."""
        since = dt.date.fromisoformat(kept["since"]) if kept["since"] else None
        sales = {key: Decimal(value) for key, value in kept["sales"].items()}
        return cls(**{**kept, "since": since, "sales": sales})


def cooperation(client: Client, on: dt.date) -> Cooperation:
    """What our own ledger says of a client on a day; five queries."""
    found = Invoice.objects.filter(client=client)
    figures = found.aggregate(
        first=Min("issued_on"),
        invoices=Count("pk"),
        paid=Count("pk", filter=Q(closed_on__isnull=False)),
        late=Count("pk", filter=Q(closed_on__gt=F("due_on"))),
        overdue=Count("pk", filter=Q(closed_on=None, due_on__lt=on)),
    )
    sales = found.values("currency").annotate(total=Sum("amount")).order_by("currency")
    signed = client.contracts.aggregate(first=Min("signed_on"))["first"]
    days = [day for day in (figures["first"], signed) if day is not None]
    return Cooperation(
        since=min(days, default=None),
        invoices=figures["invoices"],
        paid=figures["paid"],
        late=figures["late"],
        overdue=figures["overdue"],
        disputes=Dispute.objects.filter(invoice__client=client).count(),
        complaints=Complaint.objects.filter(client=client).count(),
        sales={row["currency"]: row["total"] for row in sales},
    )


def cooperation_of(screening: Screening, on: dt.date) -> Cooperation:
    """As it was kept when the screening was submitted; as it is now while it is in work."""
    if screening.facts is not None:
        return Cooperation.from_json(screening.facts)
    return cooperation(screening.client, on)


# --- What a screening left behind ----------------------------------------------------------------


def last_screening(client: Client) -> Screening | None:
    """The one in work, else the last decided one."""
    found = client.screenings.exclude(state="WITHDRAWN")
    return found.select_related("decided_by", "submitted_by").order_by("-pk").first()


def decided_screening(client: Client) -> Screening | None:
    """The last decided one: what the client's snapshot says."""
    return client.screenings.filter(state__in=SCREENING_DECIDED).order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a client is accepted with; None where nothing is asked for."""

    deposit_ratio: Decimal | None = None
    credit_limit: Decimal | None = None
    terms_days: int | None = None


@check("credit: the history of a screening ends in its state")
def screening_histories() -> Iterator[str]:
    """The last transition of every screening, for `verify_ledger`."""
    rows = Screening.objects.prefetch_related("transitions").order_by("pk")
    for row in rows.iterator(chunk_size=500):
        steps = list(row.transitions.all())
        last = steps[-1].to_state if steps else ""
        if last != row.state:
            yield f"screening {row.pk} is {row.state}, its history ends in {last or 'nothing'}"


@check("credit: clients carry the outcome of their last screening")
def screening_snapshots() -> Iterator[str]:
    """The snapshot on the client against the last decided screening, for `verify_ledger`."""
    decided = Screening.objects.filter(client=OuterRef("pk"), state__in=SCREENING_DECIDED)
    last = decided.order_by("-pk")
    rows = (
        Client.objects.annotate(
            kept_state=Subquery(last.values("state")[:1]),
            kept_until=Subquery(last.values("review_on")[:1]),
        )
        .filter(Q(kept_state__isnull=False) | ~Q(screening_outcome=""))
        .order_by("pk")
        .values_list("pk", "screening_outcome", "screened_until", "kept_state", "kept_until")
    )
    for pk, outcome, until, state, kept_until in rows.iterator(chunk_size=2000):
        said, kept = (outcome, until), (state or "", kept_until)
        if said != kept:
            yield f"client {pk} carries {said}, its last screening says {kept}"

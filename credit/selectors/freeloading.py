"""Reads of free work: a client's ledger, and the facts that may count against a client."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import (
    Case,
    CharField,
    Count,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from clients.models import Client
from core.money import ZERO
from credit.models import CourseDecision, CreditReading, FreeEntry, FreeJudgement
from credit.rules.freeloading import ERROR_WORDS, RETURN_WORDS
from credit.states import CreditNature, FreeVerdict, FreeWork
from payments.models import CreditNote, Refund
from payments.states import RefundKind


@dataclass(frozen=True, slots=True)
class FreeloadingFacts:
    """How often a client obtained work for free, as managers confirmed, and the entries."""

    times: int
    hours: Decimal
    last_on: dt.date
    entries: tuple[int, ...]


def freeloading_facts(
    *, on: dt.date, since: dt.date | None = None, client_ids: Collection[int] | None = None
) -> dict[int, FreeloadingFacts]:
    """Per client, what was confirmed by a day: clients without a confirmed entry are not in it.

    An entry counts when it happened by `on` (and not before `since`), the last verdict on it by
    then is that it was obtained for free, and it was not reversed by then. Nothing that was
    entered, judged or reversed later changes the answer.
    """
    verdict = FreeJudgement.objects.filter(entry=OuterRef("pk"), judged_on__lte=on).order_by("-pk")
    found = (
        FreeEntry.objects.filter(reverses=None, happened_on__lte=on)
        .filter(Q(reversed_by=None) | Q(reversed_by__happened_on__gt=on))
        .exclude(kind=FreeWork.COLLECTION)
        .annotate(verdict=Subquery(verdict.values("verdict")[:1]))
        .filter(verdict=FreeVerdict.CONFIRMED)
        .order_by("client", "happened_on", "pk")
    )
    if since is not None:
        found = found.filter(happened_on__gte=since)
    if client_ids is not None:
        found = found.filter(client__in=client_ids)
    rows: dict[int, list[tuple[int, Decimal, dt.date]]] = {}
    for client, pk, hours, day in found.values_list("client", "pk", "hours", "happened_on"):
        rows.setdefault(client, []).append((pk, hours, day))
    return {
        client: FreeloadingFacts(
            times=len(own),
            hours=sum((hours for _pk, hours, _day in own), ZERO),
            last_on=own[-1][2],
            entries=tuple(pk for pk, _hours, _day in own),
        )
        for client, own in rows.items()
    }


def entries_of(client: Client) -> QuerySet[FreeEntry]:
    """All rows of a client with what was said of them, ready to be listed."""
    last = FreeJudgement.objects.filter(entry=OuterRef("pk")).order_by("-pk")
    return (
        FreeEntry.objects.filter(client=client)
        .select_related("created_by", "contract", "reverses", "reversed_by")
        .annotate(verdict=Subquery(last.values("verdict")[:1]))
    )


@dataclass(frozen=True, slots=True)
class EntryTotals:
    """What stands in a client's ledger: rows and hours, and amounts by currency."""

    rows: int
    hours: Decimal
    amounts: tuple[tuple[str, Decimal], ...]


def entry_totals(client: Client) -> EntryTotals:
    """Sums over the standing rows; one query, no currency mixed with another."""
    sums = (
        FreeEntry.objects.filter(client=client)
        .standing()
        .values("currency")
        .annotate(rows=Count("pk"), hours=Sum("hours"), amount=Sum("amount"))
        .order_by("currency")
    )
    found = list(sums)
    return EntryTotals(
        rows=sum(one["rows"] for one in found),
        hours=sum((one["hours"] for one in found), ZERO),
        amounts=tuple((one["currency"], one["amount"]) for one in found if one["amount"]),
    )


def courses_of(client: Client) -> QuerySet[CourseDecision]:
    """What was decided about a client, the latest first."""
    found = CourseDecision.objects.filter(client=client).select_related("decided_by")
    return found.order_by("-decided_at", "-pk")


def awaiting_verdict(client: Client) -> int:
    """How many standing entries no manager has looked at."""
    rows = FreeEntry.objects.filter(client=client).standing().filter(judgements=None)
    return rows.exclude(kind=FreeWork.COLLECTION).count()


def credit_notes_read(client: Client, since: dt.date, until: dt.date) -> QuerySet[CreditNote]:
    """Credit notes of a period with what each was: as a person read it, else guessed (`read`)."""
    said = CreditReading.objects.filter(credit_note=OuterRef("pk")).order_by("-pk")
    guess = Case(
        When(reason__iregex=RETURN_WORDS, then=Value(CreditNature.RETURNED.value)),
        When(reason__iregex=ERROR_WORDS, then=Value(CreditNature.CORRECTED.value)),
        default=Value(CreditNature.GIVEN.value),
        output_field=CharField(),
    )
    return (
        CreditNote.objects.filter(client=client, issued_on__range=(since, until))
        .annotate(read=Subquery(said.values("nature")[:1]))
        .annotate(nature=Coalesce("read", guess))
        .order_by("-issued_on", "-pk")
    )


def refunds_read(client: Client, since: dt.date, until: dt.date) -> QuerySet[Refund]:
    """Refunds to a client in a period; without a reading, money simply went back."""
    said = CreditReading.objects.filter(refund=OuterRef("pk")).order_by("-pk")
    return (
        Refund.objects.filter(
            receipt__client=client, kind=RefundKind.REFUND, refunded_on__range=(since, until)
        )
        .select_related("receipt")
        .annotate(read=Subquery(said.values("nature")[:1]))
        .annotate(nature=Coalesce("read", Value(CreditNature.RETURNED.value)))
        .order_by("-refunded_on", "-pk")
    )


def usual_currency(client: Client) -> str | None:
    """What the client was last invoiced in, else what it last agreed in."""
    for rows, order in ((client.invoices, "-issued_on"), (client.contracts, "-signed_on")):
        found: str | None = rows.order_by(order, "-pk").values_list("currency", flat=True).first()
        if found:
            return found
    return None


def known_twin(
    *, client: Client, kind: str, amount: Decimal, currency: str, day: dt.date
) -> CreditNote | Refund | None:
    """What the ledger has of the same amount on the same day: typed again it would count twice."""
    if kind == FreeWork.CONCESSION:
        return client.credit_notes.filter(amount=amount, currency=currency, issued_on=day).first()
    if kind == FreeWork.REFUND:
        return Refund.objects.filter(
            receipt__client=client, receipt__currency=currency, amount=amount, refunded_on=day
        ).first()
    return None

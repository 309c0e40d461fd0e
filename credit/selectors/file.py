"""The credit file of a client: every fact that moved its score, in time order, with its proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Client
from credit.models import ScoreSnapshot
from credit.rules.score import BANK_GRACE
from disputes.models import Dispute
from disputes.states import DisputeState
from payments.models import Invoice
from payments.states import PromiseState


@dataclass(frozen=True, slots=True)
class FileFact:
    """Something that moved the score: the day, what it was, and where its proof is."""

    on: dt.date
    icon: str
    tone: str
    title: str
    body: str
    url: str


Source = Callable[[Client, int], Iterator[FileFact]]


def file_facts(client: Client, *, limit: int) -> list[FileFact]:
    """The newest facts first: late payments, broken promises, disputes, moves of the score."""
    found = [fact for source in _SOURCES for fact in source(client, limit)]
    return sorted(found, key=lambda one: one.on, reverse=True)[:limit]


def _late(client: Client, limit: int) -> Iterator[FileFact]:
    rows = Invoice.objects.filter(client=client, closed_on__isnull=False)
    late = rows.filter(closed_on__gt=F("due_on") + BANK_GRACE).order_by("-closed_on", "-pk")
    for one in late.only("number", "closed_on", "due_on", "client_id")[:limit]:
        if one.closed_on is None:
            continue
        yield FileFact(
            one.closed_on,
            "clock",
            "bad",
            _("Invoice %(number)s was paid %(days)d days late")
            % {"number": one.number, "days": (one.closed_on - one.due_on).days},
            "",
            reverse("payments:invoice", args=[one.pk]),
        )


def _promises(client: Client, limit: int) -> Iterator[FileFact]:
    broken = client.promises.filter(state=PromiseState.BROKEN).order_by("-due_on", "-pk")
    for one in broken[:limit]:
        yield FileFact(
            one.due_on,
            "calendar-x",
            "bad",
            _("A promise to pay was broken"),
            one.note,
            reverse("clients:client", args=[client.pk]),
        )


def _disputes(client: Client, limit: int) -> Iterator[FileFact]:
    ended = Dispute.objects.filter(Q(client=client) & ~Q(state=DisputeState.OPEN))
    for one in ended.select_related("invoice").order_by("-resolved_on", "-pk")[:limit]:
        if one.resolved_on is None:
            continue
        without = one.state == DisputeState.REJECTED
        yield FileFact(
            one.resolved_on,
            "messages",
            "bad" if without else "good",
            _("Dispute about %(number)s: %(how)s")
            % {"number": one.invoice.number, "how": DisputeState(one.state).label},
            one.resolution,
            reverse("payments:invoice", args=[one.invoice_id]),
        )


def _moves(client: Client, limit: int) -> Iterator[FileFact]:
    rows = list(ScoreSnapshot.objects.filter(client=client).order_by("-on", "-pk")[: limit + 1])
    for now, before in pairwise(rows):
        if now.granted == before.granted and now.score == before.score:
            continue
        yield FileFact(
            now.on,
            "target",
            "good" if now.score >= before.score else "warn",
            _("Score %(before)d → %(now)d, grade %(was)s → %(is)s")
            % {
                "before": before.score,
                "now": now.score,
                "was": before.granted,
                "is": now.granted,
            },
            "",
            reverse("credit:snapshot", args=[now.pk]),
        )


_SOURCES: list[Source] = [_late, _promises, _disputes, _moves]


def register_facts(source: Source) -> None:
    """Let another part of this room add its facts to the file."""
    _SOURCES.append(source)

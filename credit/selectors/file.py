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
from credit.models import CreditReport, ScoreSnapshot
from credit.rules.reports import NOT_HELD
from credit.rules.score import BANK_GRACE
from credit.selectors.fairness import free_work_counted
from credit.selectors.reports import signs_of
from credit.states import BehaviourState, CreditReportState
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


Source = Callable[[Client, dt.date, int], Iterator[FileFact]]


def file_facts(client: Client, *, on: dt.date, limit: int) -> list[FileFact]:
    """The newest facts first: late payments, behaviour, reports, moves of the score."""
    found = [fact for source in _SOURCES for fact in source(client, on, limit)]
    return sorted(found, key=lambda one: one.on, reverse=True)[:limit]


def _late(client: Client, on: dt.date, limit: int) -> Iterator[FileFact]:
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


def _promises(client: Client, on: dt.date, limit: int) -> Iterator[FileFact]:
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


def _disputes(client: Client, on: dt.date, limit: int) -> Iterator[FileFact]:
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


def _moves(client: Client, on: dt.date, limit: int) -> Iterator[FileFact]:
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


def _behaviours(client: Client, on: dt.date, limit: int) -> Iterator[FileFact]:
    """What was confirmed, and what an appeal has struck since."""
    titles = {
        BehaviourState.CONFIRMED: ("hand-stop", "bad", _("%(what)s, confirmed by %(who)s")),
        BehaviourState.OVERTURNED: ("gavel", "good", _("%(what)s: overturned by appeal")),
    }
    rows = client.behaviours.filter(state__in=titles).select_related("decided_by")
    for one in rows.order_by("-happened_on", "-pk")[:limit]:
        icon, tone, title = titles[BehaviourState(one.state)]
        who = one.decided_by.name if one.decided_by else ""
        yield FileFact(
            one.happened_on,
            icon,
            tone,
            title % {"who": who, "what": one.get_kind_display()},
            one.what,
            reverse("credit:behaviour", args=[one.pk]),
        )


def _free_work(client: Client, on: dt.date, limit: int) -> Iterator[FileFact]:
    for one in free_work_counted(client)[:limit]:
        yield FileFact(
            one.happened_on,
            "discount",
            "bad",
            _("Obtained for free: %(what)s") % {"what": one.get_kind_display()},
            one.note,
            reverse("credit:free_entry", args=[one.pk]),
        )


def _reports(client: Client, on: dt.date, limit: int) -> Iterator[FileFact]:
    """Reports that hold something against the client, and the newest ones that ran out."""
    rows = CreditReport.objects.with_state().filter(client=client, replaced_by=None)
    rows = rows.filter(withdrawal=None).select_related("provider").prefetch_related("facts")
    for one in rows.order_by("-report_on", "-pk")[:limit]:
        url, whose = reverse("credit:report", args=[one.pk]), {"provider": one.provider}
        held = [fact for fact in one.facts.all() if fact.kind not in NOT_HELD]
        if held or signs_of(one):
            body = ", ".join(dict.fromkeys(str(fact.get_kind_display()) for fact in held))
            title = _("A report of %(provider)s speaks against the client") % whose
            yield FileFact(one.filed_on, "file-alert", "bad", title, body, url)
        if one.state_on(on) == CreditReportState.EXPIRED:
            title = _("The report of %(provider)s ran out, and there is no newer one of theirs")
            yield FileFact(one.valid_until, "hourglass-empty", "warn", title % whose, "", url)


_SOURCES: list[Source] = [
    *(_late, _promises, _disputes),
    *(_behaviours, _free_work, _reports, _moves),
]


def register_facts(source: Source) -> None:
    """Let another part of this room add its facts to the file."""
    _SOURCES.append(source)

"""Reads of credit reports: what stands now, what is to be renewed, and what it weighs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, F, QuerySet

from clients.models import Client
from core.models import User
from core.verify import check
from credit.models import CreditReport, CreditReportFact, ReportProvider
from credit.models.reports import RENEWAL_DAYS
from credit.rules.reports import Figure, Verdict, bad_signs

_RELATED: Final = ("client", "provider", "filed_by")


# --- The seam for the score -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseFact:
    """Something a valid report holds against a client."""

    fact_id: int
    report_id: int
    provider: str
    kind: str
    dated_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadReport:
    """A valid report whose own conclusion is bad: SCORE, LIMIT, PROBABILITY."""

    report_id: int
    provider: str
    report_on: dt.date
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiredReport:
    """The newest report of a provider, when it counts no more."""

    report_id: int
    provider: str
    valid_until: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """What third parties say of one client, for bounded points."""

    adverse: tuple[AdverseFact, ...] = ()
    bad: tuple[BadReport, ...] = ()
    expired: tuple[ExpiredReport, ...] = ()
    valid: int = 0


def report_facts(
    client_ids: Collection[int] | None = None, *, on: dt.date
) -> dict[int, ReportFacts]:
    """Per client, what its newest reports weigh on a day; clients without a report are left out.

    Only what was known on that day counts: filed by then, and corrected or withdrawn by then. None
    asks for all clients. Two queries, whatever the number of clients.
    """
    newest = list(_newest_known(client_ids, on))
    valid = [one for one in newest if one.valid_until >= on]
    adverse = _adverse({one.pk: one for one in valid if one.fact_count})
    return {
        client_id: _weigh(
            [one for one in rows if one.valid_until >= on],
            [one for one in rows if one.valid_until < on],
            adverse,
        )
        for client_id, rows in _by_client(newest).items()
    }


def _newest_known(client_ids: Collection[int] | None, on: dt.date) -> QuerySet[CreditReport]:
    known = (
        CreditReport.objects.filter(filed_on__lte=on)
        .exclude(replaced_by__filed_on__lte=on)
        .exclude(withdrawal__withdrawn_on__lte=on)
    )
    if client_ids is not None:
        known = known.filter(client__in=list(client_ids))
    rows = known.annotate(code=F("provider__code"))
    return rows.order_by("client_id", "provider_id", "-report_on", "-pk").distinct(
        "client_id", "provider_id"
    )


def _by_client(rows: Sequence[CreditReport]) -> dict[int, list[CreditReport]]:
    found: dict[int, list[CreditReport]] = {}
    for one in rows:
        found.setdefault(one.client_id, []).append(one)
    return found


def _adverse(reports: dict[int, CreditReport]) -> dict[int, list[AdverseFact]]:
    found: dict[int, list[AdverseFact]] = {}
    rows = CreditReportFact.objects.filter(report__in=list(reports)).order_by(
        "report_id", "position"
    )
    for pk, report_id, kind, day in rows.values_list("pk", "report", "kind", "dated_on"):
        fact = AdverseFact(
            fact_id=pk,
            report_id=report_id,
            provider=reports[report_id].code,  # type: ignore[attr-defined]  # annotated
            kind=kind,
            dated_on=day,
        )
        found.setdefault(report_id, []).append(fact)
    return found


def _weigh(
    valid: Sequence[CreditReport],
    expired: Sequence[CreditReport],
    adverse: dict[int, list[AdverseFact]],
) -> ReportFacts:
    signs = [(one, signs_of(one)) for one in valid]
    return ReportFacts(
        adverse=tuple(fact for one in valid for fact in adverse.get(one.pk, [])),
        bad=tuple(
            BadReport(
                report_id=one.pk,
                provider=one.code,  # type: ignore[attr-defined]  # annotated
                report_on=one.report_on,
                signs=found,
            )
            for one, found in signs
            if found
        ),
        expired=tuple(
            ExpiredReport(
                report_id=one.pk,
                provider=one.code,  # type: ignore[attr-defined]  # annotated
                valid_until=one.valid_until,
            )
            for one in expired
        ),
        valid=len(valid),
    )


def signs_of(report: CreditReport) -> tuple[str, ...]:
    """Why its own conclusion is bad; empty when it is not."""
    return bad_signs(
        Verdict(
            score=report.score,
            worst=report.score_worst,
            best=report.score_best,
            limit=report.recommended_limit,
            probability=report.default_probability,
        )
    )


# --- For pages --------------------------------------------------------------------------------


def reports_of(client: Client) -> QuerySet[CreditReport]:
    """All reports on a client, the newest first, each with what its state needs."""
    rows = CreditReport.objects.filter(client=client).with_state()
    rows = rows.select_related(*_RELATED, "replaced_by", "withdrawal")
    return rows.order_by("-report_on", "-pk")


def newest_reports(client: Client) -> QuerySet[CreditReport]:
    """The one of each provider that may be relied on, or has run out."""
    rows = CreditReport.objects.newest().filter(client=client).select_related(*_RELATED)
    return rows.order_by("-report_on", "-pk")


def to_renew(*, user: User, on: dt.date) -> QuerySet[CreditReport]:
    """Newest reports that run out within 30 days or have, the longest expired first."""
    soon = on + dt.timedelta(days=RENEWAL_DAYS)
    rows = CreditReport.objects.visible_to(user).newest().filter(valid_until__lte=soon)
    return rows.select_related("client", "provider").order_by("valid_until", "pk")


def before(report: CreditReport) -> CreditReport | None:
    """The report of the same provider that this one follows, leaving out what was withdrawn."""
    rows = (
        CreditReport.objects.standing()
        .filter(
            client=report.client_id, provider=report.provider_id, report_on__lte=report.report_on
        )
        .exclude(pk__in=[report.pk, report.replaces_id or report.pk])
    )
    earlier = rows.exclude(report_on=report.report_on, pk__gt=report.pk)
    return earlier.order_by("-report_on", "-pk").first()


def figures_of(report: CreditReport) -> list[Figure]:
    """Its figures, as they are compared."""
    return [
        Figure(one.name, one.label, one.unit, one.year, one.number, one.text)
        for one in report.figures.order_by("position")
    ]


def history(client: Client) -> dict[ReportProvider, list[CreditReport]]:
    """Standing reports by provider, the oldest first, where several say a score or a limit."""
    rows = CreditReport.objects.standing().filter(client=client).select_related("provider")
    found: dict[ReportProvider, list[CreditReport]] = {}
    for one in rows.order_by("provider__position", "provider_id", "report_on", "pk"):
        if one.score is not None or one.recommended_limit is not None:
            found.setdefault(one.provider, []).append(one)
    return {provider: reports for provider, reports in found.items() if len(reports) > 1}


def providers_with_counts() -> QuerySet[ReportProvider]:
    """Providers in their order, with how many reports of each are on file."""
    rows = ReportProvider.objects.annotate(report_count=Count("reports"))
    return rows.prefetch_related("validity").order_by("position", "pk")


@check("credit: every report has the figures, facts and files it was filed with")
def whole_reports() -> Iterator[str]:
    """Counts kept on the report against the rows, for `verify_ledger`."""
    rows = CreditReport.objects.annotate(
        figures_found=Count("figures", distinct=True),
        facts_found=Count("facts", distinct=True),
        papers_found=Count("papers", distinct=True),
    )
    wrong = rows.exclude(
        figure_count=F("figures_found"),
        fact_count=F("facts_found"),
        paper_count=F("papers_found"),
    )
    for one in wrong.order_by("pk").iterator(chunk_size=500):
        yield f"credit report {one.pk} lacks or gained a figure, a fact or a file"

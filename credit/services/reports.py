"""Credit reports: filed, corrected by another, withdrawn; for how long a provider's count.

Nothing is changed: each is a new row, and an act in the record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from clients.models import Client
from core import audit
from core.documents import store_document
from core.errors import Refusal
from core.models import Document, User
from core.transactions import in_transaction, refusing
from credit.models import (
    CreditReport,
    CreditReportFact,
    CreditReportFigure,
    CreditReportPaper,
    CreditReportWithdrawal,
    ReportProvider,
    ReportValidity,
)
from credit.rules.reports import days_of_validity
from credit.states import MONEY_FIGURES, AdverseKind, PaperKind, ReportFigure


class UnableToFileReport(Refusal):
    """The report does not hold together, or may not be changed in this way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """A figure as it is filed: a number, or a word of a register."""

    name: str
    number: Decimal | None = None
    text: str = ""
    label: str = ""
    unit: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """An adverse fact as it is filed: in words, or in the codes of a register."""

    kind: str
    dated_on: dt.date | None = None
    text: str = ""
    details: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that comes with a report. `mime` is for what the program itself fetched."""

    name: str
    data: bytes
    kind: str = PaperKind.REPORT
    source: str = ""
    mime: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a report says."""

    report_on: dt.date
    valid_until: dt.date | None = None
    reference: str = ""
    subject_name: str = ""
    registration_number: str = ""
    score: Decimal | None = None
    score_worst: Decimal | None = None
    score_best: Decimal | None = None
    rating: str = ""
    recommended_limit: Decimal | None = None
    currency: str = ""
    default_probability: Decimal | None = None
    note: str = ""
    figures: Sequence[FigureLine] = ()
    facts: Sequence[FactLine] = ()


@in_transaction
def file_report(
    *,
    client: Client,
    provider: ReportProvider,
    content: Content,
    uploads: Sequence[Upload],
    key: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    is_looked_up: bool = False,
) -> CreditReport:
    """File what a provider says of a client.

    The same `key` again (a form sent twice, a job run twice) gives the report that was filed.
    Raises UnableToFileReport, writing nothing.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client.pk)
    known = CreditReport.objects.filter(key=key[:64], client=client).first()
    if known is not None:
        return known
    if not (uploads or provider.is_own):
        raise UnableToFileReport(_("Add the file of the report: it is the proof."), field="file")
    papers = [_kept(one, actor, at) for one in uploads]
    row = _write(
        client, provider, content, papers, key=key, on=on, actor=actor, at=at,
        is_looked_up=is_looked_up,
    )  # fmt: skip
    _record(row, "file_report", actor, at, {"looked_up": is_looked_up})
    return row


@in_transaction
def correct_report(
    *,
    report: CreditReport,
    content: Content,
    correction: str,
    uploads: Sequence[Upload],
    key: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> CreditReport:
    """File what the report should have said; the old one stays, named by the new one.

    Without another file the corrected one's are taken over. Raises UnableToFileReport.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=report.client_id)
    known = CreditReport.objects.filter(key=key[:64], client=report.client_id).first()
    if known is not None:
        return known
    old = _standing(report)
    if old.is_looked_up:
        raise UnableToFileReport(
            _("This came from a register as it stands. Look it up again, or withdraw it.")
        )
    if not correction.strip():
        raise UnableToFileReport(_("Say what was corrected."), field="correction")
    papers = [_kept(one, actor, at) for one in uploads] or [
        (one.document, one.kind, one.source) for one in old.papers.select_related("document")
    ]
    row = _write(
        old.client, old.provider, content, papers, key=key, on=on, actor=actor, at=at,
        replaces=old, correction=correction.strip()[:300],
    )  # fmt: skip
    _record(row, "correct_report", actor, at, {"replaces": old.pk})
    return row


@in_transaction
def withdraw_report(
    *, report: CreditReport, reason: str, on: dt.date, actor: User | None, at: dt.datetime
) -> CreditReportWithdrawal:
    """Say that a report should not have been filed: of another company, or filed twice."""
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=report.client_id)
    old = _standing(report)
    if not reason.strip():
        raise UnableToFileReport(_("Say why it is withdrawn."), field="reason")
    row = CreditReportWithdrawal.objects.create(
        report=old, reason=reason.strip()[:300], withdrawn_on=on, at=at, actor=actor
    )
    _record(old, "withdraw_report", actor, at, {"reason": row.reason})
    return row


def _standing(report: CreditReport) -> CreditReport:
    rows = CreditReport.objects.standing().select_related("client", "provider")
    found = rows.filter(pk=report.pk).first()
    if found is None:
        raise UnableToFileReport(_("This report was corrected or withdrawn already."))
    return found


Paper = tuple[Document, str, str]


def _kept(upload: Upload, actor: User | None, at: dt.datetime) -> Paper:
    document = store_document(
        data=upload.data, name=upload.name, actor=actor, at=at, mime=upload.mime
    )
    return document, upload.kind, upload.source[:200]


def _write(
    client: Client,
    provider: ReportProvider,
    content: Content,
    papers: Sequence[Paper],
    *,
    key: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    replaces: CreditReport | None = None,
    correction: str = "",
    is_looked_up: bool = False,
) -> CreditReport:
    _check(content, on=on)
    worst, best = _scale(provider, content)
    row = CreditReport.objects.create(
        client=client,
        provider=provider,
        report_on=content.report_on,
        valid_until=content.valid_until or valid_until(provider, content.report_on),
        reference=content.reference.strip(),
        subject_name=content.subject_name.strip(),
        registration_number=content.registration_number.strip(),
        score=content.score,
        score_worst=worst,
        score_best=best,
        rating=content.rating.strip(),
        recommended_limit=content.recommended_limit,
        currency=content.currency,
        default_probability=content.default_probability,
        note=content.note.strip(),
        replaces=replaces,
        correction=correction,
        is_looked_up=is_looked_up,
        figure_count=len(content.figures),
        fact_count=len(content.facts),
        paper_count=len(papers),
        key=key[:64],
        filed_on=on,
        filed_at=at,
        filed_by=actor,
    )
    _write_parts(row, content, papers)
    return row


def _write_parts(row: CreditReport, content: Content, papers: Sequence[Paper]) -> None:
    CreditReportFigure.objects.bulk_create(
        CreditReportFigure(
            report=row,
            position=position,
            name=one.name,
            label=one.label.strip(),
            number=one.number,
            text=one.text,
            unit=one.unit,
            year=one.year,
        )
        for position, one in enumerate(content.figures)
    )
    CreditReportFact.objects.bulk_create(
        CreditReportFact(
            report=row,
            position=position,
            kind=one.kind,
            dated_on=one.dated_on,
            text=one.text.strip(),
            details=one.details,
        )
        for position, one in enumerate(content.facts)
    )
    CreditReportPaper.objects.bulk_create(
        CreditReportPaper(
            report=row, position=position, document=document, kind=kind, source=source
        )
        for position, (document, kind, source) in enumerate(papers)
    )


def _check(content: Content, *, on: dt.date) -> None:
    """Raises UnableToFileReport for what a person can put right."""
    if content.report_on > on:
        raise UnableToFileReport(_("The report is dated in the future."), field="report_on")
    if content.valid_until is not None and content.valid_until < content.report_on:
        raise UnableToFileReport(
            _("It cannot end before the day of the report."), field="valid_until"
        )
    if content.recommended_limit is not None and not content.currency:
        raise UnableToFileReport(_("Name the currency of the limit."), field="currency")
    for one in content.figures:
        _check_figure(one)
    for fact in content.facts:
        if fact.kind not in AdverseKind.values or not (fact.text.strip() or fact.details):
            raise UnableToFileReport(_("Say of each adverse fact what the report says."))


def _check_figure(one: FigureLine) -> None:
    name = ReportFigure(one.name)
    if (one.number is None) == (not one.text):
        raise UnableToFileReport(_("%(figure)s has no value.") % {"figure": name.label})
    if name in MONEY_FIGURES and not one.unit:
        raise UnableToFileReport(_("Name the currency of %(figure)s.") % {"figure": name.label})
    if name == ReportFigure.OTHER and not one.label.strip():
        raise UnableToFileReport(_("Name each figure that is not in the list."))


def _scale(provider: ReportProvider, content: Content) -> tuple[Decimal | None, Decimal | None]:
    """The ends of the scale of a score: as given, else the provider's."""
    if content.score is None:
        return None, None
    worst, best = content.score_worst, content.score_best
    if worst is None and best is None:
        worst, best = provider.score_worst, provider.score_best
    if worst is None or best is None or worst == best:
        raise UnableToFileReport(
            _("Say which score of this provider is the worst and which the best."),
            field="score_worst",
        )
    if not min(worst, best) <= content.score <= max(worst, best):
        raise UnableToFileReport(_("The score lies outside its scale."), field="score")
    return worst, best


def valid_until(provider: ReportProvider, report_on: dt.date) -> dt.date:
    """Until when a report of this day counts, by its provider's validity on that day."""
    rows = provider.validity.order_by("from_on", "pk").values_list("from_on", "days")
    days = days_of_validity(rows, report_on)
    if days is None:
        raise UnableToFileReport(
            _("Say until when it counts: this provider had no validity on that day."),
            field="valid_until",
        )
    return report_on + dt.timedelta(days=days)


@in_transaction
def set_validity(
    *,
    provider: ReportProvider,
    days: int,
    from_on: dt.date,
    reason: str,
    actor: User | None,
    at: dt.datetime,
) -> ReportValidity:
    """For how long a provider's reports count, from a day on. Filed ones keep their end."""
    if not reason.strip():
        raise UnableToFileReport(_("Say why."), field="reason")
    with refusing(
        UnableToFileReport, {"report_validity_sane": _("Between 1 day and three years.")}
    ):
        row = ReportValidity.objects.create(
            provider=provider,
            from_on=from_on,
            days=days,
            reason=reason.strip()[:300],
            set_by=actor,
            set_at=at,
        )
    audit.record(
        action="credit.set_report_validity",
        actor=actor,
        at=at,
        subject=provider,
        payload={"from": from_on, "days": days, "reason": row.reason},
    )
    return row


@in_transaction
def add_provider(
    *,
    code: str,
    name: str,
    days: int,
    actor: User | None,
    at: dt.datetime,
    name_zh: str = "",
    website: str = "",
    score_worst: Decimal | None = None,
    score_best: Decimal | None = None,
) -> ReportProvider:
    """Take on another provider, with its scale and how long its reports count."""
    if (score_worst is None) != (score_best is None) or (
        score_worst is not None and score_worst == score_best
    ):
        raise UnableToFileReport(
            _("A scale has two ends: give the worst and the best score, or neither."),
            field="score_worst",
        )
    with refusing(
        UnableToFileReport,
        {"credit_reportprovider_code_key": _("Another provider has this code.")},
    ):
        provider = ReportProvider.objects.create(
            code=code,
            name=name.strip(),
            name_zh=name_zh.strip(),
            website=website,
            score_worst=score_worst,
            score_best=score_best,
        )
    audit.record(
        action="credit.add_report_provider",
        actor=actor,
        at=at,
        subject=provider,
        payload={"code": code, "days": days},
    )
    set_validity(
        provider=provider, days=days, from_on=dt.date(2020, 1, 1),
        reason=_("Set when the provider was added."), actor=actor, at=at,
    )  # fmt: skip
    return provider


def _record(
    row: CreditReport,
    verb: str,
    actor: User | None,
    at: dt.datetime,
    said: dict[str, object],
) -> None:
    payload = {
        "provider": row.provider.code,
        "report_on": row.report_on,
        "valid_until": row.valid_until,
        "facts": row.fact_count,
        **said,
    }
    audit.record(
        action=f"credit.{verb}",
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{row.client_id}",
        payload=payload,
    )

"""Credit reports in the demonstration: one that counts, with its figures, and one that ran out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from clients.models import Client
from core.dates import business_day_on_or_before
from credit.models import CreditReport, ReportProvider
from credit.services.reports import Content, FigureLine, Upload, file_report
from credit.states import ReportFigure
from payments.models import ClientBalance

F = ReportFigure
#: Turnover, equity and staff of a company of middle size, and the year of its accounts before now.
_FIGURES: Final = (
    (F.TURNOVER, "48200000", "CNY"),
    (F.EQUITY, "9650000", "CNY"),
    (F.EMPLOYEES, "164", ""),
)
_PAPER: Final = (
    "Demonstration. This is not a report of any provider.\n演示数据，并非任何机构出具的报告。\n"
)
_ASKED: Final = (
    "Two suppliers were asked on the telephone: both are paid, usually a fortnight late.",
    "电话询问了两家供应商：均能付款，但通常晚两周左右。",
)


def tell_reports(*, on: dt.date, at: dt.datetime) -> None:
    """The clients that owe most, after the first ones, of whom the story tells enough."""
    if CreditReport.objects.exists():
        return
    accounts = ClientBalance.objects.filter(open_amount__gt=0).select_related("client__owner")
    found = list(dict.fromkeys(row.client for row in accounts.order_by("-open_amount", "pk")))
    for tell, client in zip((_of_an_agency, _of_our_own), found[2:], strict=False):
        tell(client, on, at)


def _of_an_agency(client: Client, on: dt.date, at: dt.datetime) -> None:
    """Filed last month, counts for most of a year."""
    day = business_day_on_or_before(on - dt.timedelta(days=34))
    content = Content(
        report_on=day,
        reference="DEMO-4711",
        subject_name=client.legal_name,
        registration_number=client.registration_number,
        score=Decimal(67),
        score_worst=Decimal(0),
        score_best=Decimal(100),
        recommended_limit=Decimal(600_000),
        currency="CNY",
        default_probability=Decimal("2.4"),
        figures=[
            FigureLine(name=name, number=Decimal(value), unit=unit, year=day.year - 1)
            for name, value, unit in _FIGURES
        ],
    )
    paper = Upload(name=f"report-{client.code}.txt", data=_PAPER.encode())
    _file(client, "dnb", content, [paper], on=day, at=at - (on - day))


def _of_our_own(client: Client, on: dt.date, at: dt.datetime) -> None:
    """Our own enquiry: it ran out some days ago."""
    day = on - dt.timedelta(days=183)
    note = _ASKED[client.language == "zh-hans"]
    content = Content(report_on=day, subject_name=client.legal_name, note=note)
    _file(client, "own", content, [], on=day, at=at - (on - day))


def _file(
    client: Client,
    provider: str,
    content: Content,
    uploads: list[Upload],
    *,
    on: dt.date,
    at: dt.datetime,
) -> None:
    file_report(
        client=client,
        provider=ReportProvider.objects.get(code=provider),
        content=content,
        uploads=uploads,
        key=f"demo:report:{client.pk}",
        on=on,
        actor=client.owner,
        at=at,
    )

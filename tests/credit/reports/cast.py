"""Credit reports as a person files them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from clients.models import Client
from core.models import User
from credit.models import (
    CreditReport,
    ReportProvider,
)
from credit.services import (
    correct_report,
    file_report,
)
from credit.services.reports import Content, Upload
from credit.states import CreditReportState
from tests.factories import (
    NOW,
    TODAY,
)

DAY = dt.timedelta(days=1)
S = CreditReportState
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def provider(code: str = "dnb") -> ReportProvider:
    return ReportProvider.objects.get(code=code)


keys = iter(range(10_000))


def filed(
    client: Client,
    code: str = "dnb",
    *,
    actor: User | None = None,
    on: dt.date = TODAY,
    **said: Any,
) -> CreditReport:
    """A report as a person files it; fresh, with what its state needs."""
    said.setdefault("report_on", on)
    made = file_report(
        client=client,
        provider=provider(code),
        content=Content(**said),
        uploads=[Upload(name="report.pdf", data=PDF)],
        key=f"k{next(keys)}",
        on=on,
        actor=actor,
        at=NOW,
    )
    return CreditReport.objects.with_state().get(pk=made.pk)


def state(report: CreditReport, on: dt.date = TODAY) -> str:
    return CreditReport.objects.with_state().get(pk=report.pk).state_on(on)


def corrected(row: CreditReport, **said: Any) -> CreditReport:
    said.setdefault("report_on", row.report_on)
    return correct_report(
        report=row,
        content=Content(**said),
        correction="the limit was in euros",
        uploads=[],
        key=f"c{next(keys)}",
        on=TODAY,
        actor=None,
        at=NOW,
    )


def pdf() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("report.pdf", PDF, content_type="text/html")

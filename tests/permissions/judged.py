"""One row of everything that says how far a client is trusted."""

import datetime as dt
from typing import Any

from core.dates import now
from credit.models import ReportProvider
from credit.services import file_report
from credit.services.reports import Content, FactLine, Upload
from tests.factories import NOW, TODAY
from tests.permissions.principals import MARK, World


def report(world: World, client: Any) -> None:
    """A credit report with its file, filed by the owner, that runs out tomorrow."""
    provider = ReportProvider.objects.order_by("position")[0]
    row = file_report(
        client=client,
        provider=provider,
        content=Content(
            report_on=TODAY,
            valid_until=now().date() + dt.timedelta(days=1),
            subject_name=f"{MARK} Ltd",
            facts=[FactLine(kind="JUDGMENT", text=f"{MARK} judgment")],
        ),
        uploads=[Upload(name=f"{MARK}.txt", data=b"kept text")],
        key="world",
        on=TODAY,
        actor=world.users["owner"],
        at=NOW,
    )
    world.keys |= {
        "credit_report": row.pk,
        "credit_report_paper": row.papers.get().pk,
        "report_provider": provider.pk,
    }

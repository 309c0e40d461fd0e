"""The balances a client answered, told to evidence packets: they know no links."""

from __future__ import annotations

import datetime as dt

from cases.selectors import AcknowledgedLine, Acknowledgement
from clients.models import Client, Creditor
from core.dates import start_of_day
from portal.models import StatementAnswer
from portal.states import LineAnswer


def answered_balances(
    client: Client, creditor: Creditor, as_of_on: dt.date
) -> list[Acknowledgement]:
    """Every balance answered by the end of a day, in the order of the answers."""
    end = start_of_day(as_of_on + dt.timedelta(days=1), creditor.time_zone)
    found = (
        StatementAnswer.objects.filter(client=client, creditor=creditor, at__lt=end)
        .select_related("act", "link__document")
        .prefetch_related("lines__invoice")
        .order_by("at", "pk")
    )
    return [_told(one) for one in found]


def _told(one: StatementAnswer) -> Acknowledgement:
    return Acknowledgement(
        on=one.on,
        currency=one.currency,
        stated=one.stated,
        confirmed=one.confirmed,
        name=one.act.typed_name,
        at=one.at,
        address=one.act.address or "",
        remark=one.remark,
        text_sha256=one.act.text_sha256,
        lines=[
            AcknowledgedLine(
                number=line.invoice.number,
                open_amount=line.open_amount,
                is_confirmed=line.said == LineAnswer.CONFIRMED,
                believed=line.believed,
                remark=line.remark,
            )
            for line in one.lines.all()
        ],
        document=one.link.document,
    )

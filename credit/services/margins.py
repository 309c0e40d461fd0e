"""Net margins worked out and kept for lists; and what they assume."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client
from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from credit.models import ClientMargin, MarginAssumption
from credit.models.freeloading import PERCENTS
from credit.rules.freeloading import L
from credit.selectors.margins import Period, WorkedOut, margins_of, twelve_months
from credit.states import Assumed, CollectionAct, WorkKind

#: So many clients a statement: short transactions, and memory that does not grow with the ledger.
AT_ONCE: Final = 2000
#: A year of minutes or days is more than anybody means.
HIGHEST: Final = Decimal(1_000_000)
COUNTS: Final = (Assumed.MINUTES, Assumed.LOST_AFTER, Assumed.MIN_INVOICES)
_FIGURES: Final = (
    "since_on", "until_on", "invoices", "net_sales", "gross", "given", "effort", "money", "lost",
    "net", "advice", "worked_out_at",
)  # fmt: skip


class UnableToAssume(Refusal):
    """This assumption does not hold together."""


def refresh_margins(*, on: dt.date, at: dt.datetime) -> int:
    """Work out the margins of all clients anew, some thousand at a time. How many rows there are.

    Twice changes nothing. Each stretch of clients is a transaction of its own.
    """
    period = twelve_months(on)
    return sum(_refresh(clients, period, at) for clients in _stretches())


def _stretches() -> Iterator[Sequence[Client]]:
    last = 0
    while True:
        found = list(
            Client.objects.filter(pk__gt=last).order_by("pk").only("pk", "segment")[:AT_ONCE]
        )
        if not found:
            return
        yield found
        last = found[-1].pk


def refresh_client(*, client: Client, on: dt.date, at: dt.datetime) -> None:
    """Work out one client's margins anew, after something of it was written."""
    _refresh([client], twelve_months(on), at)


def _refresh(clients: Sequence[Client], period: Period, at: dt.datetime) -> int:
    with transaction.atomic():
        rows = [_row(found, period, at) for found in margins_of(clients, period)]
        ClientMargin.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["client", "currency"],
            update_fields=list(_FIGURES),
        )
        known = {(row.client_id, row.currency) for row in rows}
        stale = [
            pk
            for pk, client, currency in ClientMargin.objects.filter(client__in=clients)
            .order_by("pk")
            .values_list("pk", "client", "currency")
            if (client, currency) not in known
        ]
        if stale:
            ClientMargin.objects.filter(pk__in=stale).delete()
    return len(rows)


def _row(found: WorkedOut, period: Period, at: dt.datetime) -> ClientMargin:
    margin = found.margin
    return ClientMargin(
        client_id=found.client_id,
        currency=margin.currency,
        since_on=period.since,
        until_on=period.until,
        invoices=margin.invoices,
        net_sales=margin.net_sales,
        gross=margin.gross,
        given=margin.given,
        effort=margin.effort,
        money=margin.of(L.MONEY),
        lost=margin.of(L.LOST),
        net=margin.net,
        advice=margin.advice,
        worked_out_at=at,
    )


@in_transaction
def set_assumption(
    *,
    name: str,
    of: str,
    currency: str,
    value: Decimal,
    effective_on: dt.date,
    source: str,
    actor: User,
    at: dt.datetime,
) -> MarginAssumption:
    """Enter an assumption from a day on; earlier rows stay. Raises UnableToAssume."""
    chosen = Assumed(name)
    _check(chosen, of, currency, value)
    if not source.strip():
        raise UnableToAssume(_("Say where the figure comes from."), field="source")
    row = MarginAssumption.objects.create(
        name=chosen,
        of=of,
        currency=currency,
        effective_on=effective_on,
        value=value,
        source=source.strip()[:300],
        created_at=at,
        created_by=actor,
    )
    payload = {"name": chosen, "of": of, "currency": currency, "value": value}
    audit.record(
        action="credit.set_assumption",
        actor=actor,
        at=at,
        subject=row,
        payload={**payload, "effective_on": effective_on},
    )
    return row


def _check(name: Assumed, of: str, currency: str, value: Decimal) -> None:
    if not 0 <= value <= (Decimal(100) if name in PERCENTS else HIGHEST):
        raise UnableToAssume(_("This figure is out of range."), field="value")
    if name in COUNTS and value != value.to_integral_value():
        raise UnableToAssume(_("A whole number is needed here."), field="value")
    if name == Assumed.HOUR_COST and (of not in WorkKind.values or not currency):
        raise UnableToAssume(_("Say whose hour it is, and in which currency."), field="currency")
    if name == Assumed.MINUTES and of not in CollectionAct.values:
        raise UnableToAssume(_("Say which contact it is."), field="of")
    if currency and name not in {Assumed.HOUR_COST, Assumed.CAPITAL}:
        raise UnableToAssume(_("This holds in every currency."), field="currency")

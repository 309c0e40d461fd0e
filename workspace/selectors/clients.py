"""The list of clients with what they owe."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet, Sum

from clients.models import Client, Creditor
from core.models import User
from core.money import ZERO
from payments.models import ClientBalance, Invoice

SORTS: Final = ("name", "-name", "code", "-code", "overdue", "-overdue")
_FIELDS: Final = {"name": "name_pinyin", "code": "code"}


@dataclass(frozen=True, slots=True)
class ClientFilter:
    """What a list of clients shows; the empty value of each part filters nothing."""

    text: str = ""
    grade: str = ""
    owner: int | None = None
    overdue: bool = False
    on_hold: bool = False
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Owed:
    """What a client owes in one currency today, to all creditors together."""

    currency: str
    open_amount: Decimal
    overdue: Decimal


def clients_to_list(*, user: User, chosen: ClientFilter, on: dt.date) -> QuerySet[Client]:
    """The clients of this user that a filter lets through, in no order yet."""
    rows = Client.objects.visible_to(user)
    if chosen.text:
        rows = rows.search(chosen.text)
    if chosen.grade:
        rows = rows.filter(grade=chosen.grade)
    if chosen.owner is not None:
        rows = rows.filter(owner=chosen.owner)
    if chosen.on_hold:
        rows = rows.filter(on_credit_hold=True)
    if chosen.currency:
        rows = rows.filter(
            Exists(
                ClientBalance.objects.filter(
                    client=OuterRef("pk"), currency=chosen.currency, open_amount__gt=0
                )
            )
        )
    if chosen.overdue:
        late = Invoice.objects.overdue(on=on).filter(client=OuterRef("pk"))
        if chosen.currency:
            late = late.filter(currency=chosen.currency)
        rows = rows.filter(Exists(late))
    return rows


def in_order(clients: QuerySet[Client], sort: str) -> QuerySet[Client]:
    """By name (pinyin for Chinese) or code, with the key as tie-breaker."""
    minus = "-" if sort.startswith("-") else ""
    field = _FIELDS.get(sort.removeprefix("-"), "name_pinyin")
    return clients.order_by(f"{minus}{field}", f"{minus}pk")


def ids_by_overdue(
    clients: QuerySet[Client], *, currency: str, on: dt.date, sort: str, limit: int, offset: int
) -> list[int]:
    """Clients with anything overdue in a currency, by how much; the rest have nothing to sort."""
    minus = "-" if sort.startswith("-") else ""
    rows = (
        _overdue_of(clients, currency, on)
        .values("client")
        .annotate(total=Sum("open_amount"))
        .order_by(f"{minus}total", "client")
        .values_list("client", flat=True)
    )
    return list(rows[offset : offset + limit])


def count_overdue(clients: QuerySet[Client], *, currency: str, on: dt.date) -> int:
    """How many clients have anything overdue in a currency."""
    return _overdue_of(clients, currency, on).values("client").distinct().count()


def _overdue_of(clients: QuerySet[Client], currency: str, on: dt.date) -> QuerySet[Invoice]:
    # Naming the creditors lets the covering index (creditor, currency, due_on) answer.
    creditors = list(Creditor.objects.order_by("pk").values_list("pk", flat=True))
    rows = Invoice.objects.overdue(on=on).filter(currency=currency, creditor__in=creditors)
    # Without a filter the join would be the whole cost.
    if clients.query.where:
        rows = rows.filter(client__in=clients.order_by())
    return rows.order_by()


def owed_by(clients: Sequence[int], *, on: dt.date) -> dict[int, list[Owed]]:
    """What each of these clients owes, per currency in the order of their codes."""
    overdue = {
        (row["client"], row["currency"]): row["total"]
        for row in Invoice.objects.overdue(on=on)
        .filter(client__in=clients)
        .order_by()
        .values("client", "currency")
        .annotate(total=Sum("open_amount"))
    }
    balances = (
        ClientBalance.objects.filter(client__in=clients, open_amount__gt=0)
        .order_by("client", "currency")
        .values_list("client", "currency")
        .annotate(total=Sum("open_amount"))
    )
    found: dict[int, list[Owed]] = defaultdict(list)
    for client, currency, total in balances:
        found[client].append(Owed(currency, total, overdue.get((client, currency), ZERO)))
    return found

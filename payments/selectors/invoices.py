"""Lists of invoices for browsing; lists behind a figure are in `as_of`."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Q, QuerySet

from clients.models import Client, Creditor
from core.models import User
from core.paging import Stretch, cursor_after, stretch
from payments.models import AgingFlow, Invoice
from payments.states import Measure

#: What a list of invoices can show besides the rows of a figure.
SHOWN: Final = ("open", "overdue", "settled", "all")

_CLIENTS_PER_SEARCH: Final = 200

# What a row of a list shows: reading the rest is half the time of a page of 200.
_SHOWN_FIELDS: Final = (
    "number",
    "currency",
    "amount",
    "issued_on",
    "due_on",
    "open_amount",
    "collectible",
    "allocated",
    "creditor__code",
    "client__legal_name",
)


def invoices_to_browse(
    *,
    user: User,
    on: dt.date,
    show: str = "open",
    creditor: Creditor | None = None,
    currency: str = "",
    client: Client | None = None,
    text: str = "",
) -> QuerySet[Invoice]:
    """Invoices as they stand today. A text is an invoice number's beginning, else a client."""
    rows = Invoice.objects.visible_to(user).select_related("client", "creditor")
    rows = rows.only(*_SHOWN_FIELDS)
    if show == "open":
        rows = rows.open()
    elif show == "overdue":
        rows = rows.overdue(on=on)
    elif show == "settled":
        rows = rows.filter(open_amount__lte=0)
    if creditor is not None:
        rows = rows.filter(creditor=creditor)
    if currency:
        rows = rows.filter(currency=currency)
    if client is not None:
        rows = rows.filter(client=client)
    return _matching(rows, text, user) if text else rows


def open_stretch(
    *, user: User, on: dt.date, show: str, sort: str, after: str, size: int
) -> Stretch[Invoice]:
    """The next open (or overdue) invoices of all creditors and currencies by due date.

    Each creditor and currency has its own index; their first rows are merged, so that the list
    costs the same however many invoices are open.
    """
    minus = "-" if sort.startswith("-") else ""
    order = (f"{minus}due_on", f"{minus}pk")
    parts = [
        invoices_to_browse(user=user, on=on, show=show, currency=currency).filter(creditor=creditor)
        for creditor, currency in _keys()
    ]
    if len(parts) == 1:
        return stretch(parts[0], order=order, after=after, size=size)
    found: list[Invoice] = []
    for rows in parts:
        keys = rows.select_related(None).only("due_on")
        found += stretch(keys, order=order, after=after, size=size + 1).rows
    found.sort(key=lambda one: (one.due_on, one.pk), reverse=bool(minus))
    cursor = cursor_after(found[size - 1], "due_on") if len(found) > size else ""
    chosen = [one.pk for one in found[:size]]
    whole = invoices_to_browse(user=user, on=on, show="all").in_bulk(chosen)
    return Stretch([whole[pk] for pk in chosen if pk in whole], cursor)


def _keys() -> list[tuple[int, str]]:
    """Creditors and the currencies they invoice in: a few, from the rollup."""
    rows = AgingFlow.objects.filter(measure=Measure.OPEN).order_by("creditor", "currency")
    return list(rows.values_list("creditor", "currency").distinct())


def invoices_by_number(text: str, *, user: User) -> QuerySet[Invoice]:
    """Invoices whose number begins with a text, as typed or in capitals."""
    # Naming the creditors lets the unique index (creditor, number) answer.
    creditors = list(Creditor.objects.values_list("pk", flat=True))
    return Invoice.objects.visible_to(user).filter(
        Q(number__startswith=text) | Q(number__startswith=text.upper()), creditor__in=creditors
    )


def _matching(rows: QuerySet[Invoice], text: str, user: User) -> QuerySet[Invoice]:
    by_number = invoices_by_number(text, user=user)
    if by_number.exists():
        return rows.filter(
            Q(number__startswith=text) | Q(number__startswith=text.upper()),
            creditor__in=list(Creditor.objects.values_list("pk", flat=True)),
        )
    clients = Client.objects.visible_to(user).search(text).order_by("pk")
    return rows.filter(client__in=list(clients.values_list("pk", flat=True)[:_CLIENTS_PER_SEARCH]))

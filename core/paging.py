"""Stretches of long lists: by key, so that the last page costs what the first does.

`Page` numbers suit lists of some thousands; a list that grows with the ledger is walked by the
key of its last row (`?after=`), and its length is counted up to a cap only.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from django.db import models
from django.db.models import Q

PAGE_SIZE: Final = 50
COUNT_CAP: Final = 10_000

ModelT = TypeVar("ModelT", bound=models.Model)


def positioned(
    queryset: models.QuerySet[ModelT], *, order: tuple[str, str], after: str = ""
) -> models.QuerySet[ModelT]:
    """The rows of a list in an order of one field and the key, from a cursor on.

    Both parts sort the same way and neither is null. A cursor that cannot be read, or was made
    for another order, starts the list anew.
    """
    field, key = order
    is_descending = field.startswith("-")
    if is_descending != key.startswith("-"):
        raise ValueError("Both parts of the order sort the same way.")
    name = field.removeprefix("-")
    start = _read_cursor(after, queryset.model, name)
    rows = queryset.order_by(field, key)
    if start is not None:
        value, pk = start
        beyond, or_same = ("lt", "lte") if is_descending else ("gt", "gte")
        # The first condition is implied by the second; it lets the index skip to the place.
        rows = rows.filter(**{f"{name}__{or_same}": value}).filter(
            Q(**{f"{name}__{beyond}": value}) | Q(**{name: value, f"pk__{beyond}": pk})
        )
    return rows


@dataclass(frozen=True, slots=True)
class Stretch(Generic[ModelT]):
    """Some rows of a list, and the cursor after which it goes on; "" at the end."""

    rows: Sequence[ModelT]
    cursor: str


def stretch(
    queryset: models.QuerySet[ModelT],
    *,
    order: tuple[str, str],
    after: str = "",
    size: int = PAGE_SIZE,
) -> Stretch[ModelT]:
    """The next `size` rows in an order of one field and the key (`("-due_on", "-pk")`).

    Where it begins, see `positioned`.
    """
    rows = positioned(queryset, order=order, after=after)
    name = order[0].removeprefix("-")
    found = list(rows[: size + 1])
    if len(found) <= size:
        return Stretch(found, "")
    return Stretch(found[:size], cursor_after(found[size - 1], name))


def cursor_after(row: models.Model, name: str) -> str:
    """The cursor that goes on after a row in an order of `name` and the key."""
    return _write_cursor(getattr(row, name), row.pk)


def _write_cursor(value: object, pk: object) -> str:
    text = json.dumps([str(value), pk], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(text: str, model: type[models.Model], name: str) -> tuple[Any, int] | None:
    try:
        padded = text + "=" * (-len(text) % 4)
        value, pk = json.loads(base64.urlsafe_b64decode(padded.encode()))
        return _parse(value, model, name), int(pk)
    except (binascii.Error, ValueError, TypeError, ArithmeticError):
        return None


def _parse(value: str, model: type[models.Model], name: str) -> object:
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    kind = getattr(field, "output_field", field)
    if isinstance(kind, models.DateTimeField):
        return dt.datetime.fromisoformat(value)
    if isinstance(kind, models.DateField):
        return dt.date.fromisoformat(value)
    if isinstance(kind, models.DecimalField):
        return Decimal(value)
    if isinstance(kind, models.IntegerField):
        return int(value)
    return str(value)


def capped_count(queryset: models.QuerySet[Any], cap: int = COUNT_CAP) -> tuple[int, bool]:
    """How many rows, counted up to `cap`, and whether there are more."""
    count = queryset.order_by()[: cap + 1].count()
    return min(count, cap), count > cap

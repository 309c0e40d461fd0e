"""What an amendment is to change, as values that can be kept and read again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from contracts.states import BalanceHow
from core.errors import Refusal


class UnableToAmend(Refusal):
    """This amendment cannot be proposed, decided or carried out."""


@dataclass(frozen=True, slots=True)
class Due:
    """An entry of the new schedule: so much on that day.

    `entry` is the key of an entry that stays what it is (a milestone stays one) and takes these
    values; without it the entry is new. Only a milestone has no day.
    """

    due_on: dt.date | None
    amount: Decimal
    label: str = ""
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be different. What is empty stays.

    `lines` are fields by key of a line (deliver_on, unit_price, quantity, description),
    `added` the fields of new lines, `removed` keys of lines. `price` is for a contract that has
    no lines. `dues` are new days by key of an entry, `schedule` replaces every entry that is
    open; without it `follow` says which of them take a new price, a payment of its own on
    `follow_on` for BalanceHow.NEW.
    """

    ends_on: dt.date | None = None
    lines: dict[int, dict[str, Any]] = field(default_factory=dict)
    added: tuple[dict[str, Any], ...] = ()
    removed: tuple[int, ...] = ()
    schedule: tuple[Due, ...] | None = None
    dues: dict[int, dt.date] = field(default_factory=dict)
    price: Decimal | None = None
    follow: BalanceHow = BalanceHow.LAST
    follow_on: dt.date | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing is to be different."""
        return self.price is None and not any(
            (self.ends_on, self.lines, self.added, self.removed, self.schedule, self.dues)
        )

    def as_json(self) -> dict[str, Any]:
        """Plain values, for keeping."""
        return {
            "ends_on": _iso(self.ends_on),
            "lines": {str(pk): _plain(fields) for pk, fields in self.lines.items()},
            "added": [_plain(fields) for fields in self.added],
            "removed": list(self.removed),
            "schedule": None
            if self.schedule is None
            else [[_iso(d.due_on), str(d.amount), d.label, d.entry] for d in self.schedule],
            "dues": {str(pk): _iso(day) for pk, day in self.dues.items()},
            "price": None if self.price is None else str(self.price),
            "follow": self.follow.value,
            "follow_on": _iso(self.follow_on),
        }


def changes_from_json(data: dict[str, Any]) -> Changes:
    """What `Changes.as_json` kept, now or before it had as many parts."""
    price = data.get("price")
    return Changes(
        ends_on=_day(data["ends_on"]),
        lines={int(pk): _typed(fields) for pk, fields in data["lines"].items()},
        added=tuple(_typed(fields) for fields in data["added"]),
        removed=tuple(data["removed"]),
        schedule=None if data["schedule"] is None else tuple(_due(*d) for d in data["schedule"]),
        dues={int(pk): dt.date.fromisoformat(day) for pk, day in data.get("dues", {}).items()},
        price=None if price is None else Decimal(price),
        follow=BalanceHow(data.get("follow", BalanceHow.LAST)),
        follow_on=_day(data.get("follow_on")),
    )


def _due(day: str | None, amount: str, label: str, entry: int | None = None) -> Due:
    return Due(_day(day), Decimal(amount), label, entry)


_AMOUNTS: Final = frozenset({"unit_price", "quantity", "tax_percent"})


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else str(value)
        for name, value in fields.items()
    }


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _day(value) if name == "deliver_on" else Decimal(value) if name in _AMOUNTS else value
        for name, value in fields.items()
    }


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None

"""How grave what happened to a client is, and who is told of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Final

#: Grades that can fall, from the best to the worst.
BANDS: Final = "ABCDE"
#: A fall is counted from the best grade of so many days.
FALL_DAYS: Final = 90
#: What happened longer ago is not told any more: a worker that stood still catches up a week.
TOLD_DAYS: Final = 7
#: A client that goes to and fro is told of as likely to go late once in so many days.
QUIET_DAYS: Final = 30
#: From so much of the limit on a breach is urgent.
FAR_OVER: Final = Decimal("1.5")
#: What a report says that cannot wait.
GRAVE_FACTS: Final = frozenset({"INSOLVENCY", "DISSOLVED", "DISHONEST"})
#: The hour of the day, at our company, from which the one mail leaves.
MAIL_HOUR: Final = 7

NOTICE, WARNING, URGENT = "NOTICE", "WARNING", "URGENT"


def bands_fallen(before: Iterable[str], after: str) -> int:
    """By how many bands a grade fell from the best one before; 0 where it did not."""
    if after not in BANDS or not after:
        return 0
    places = [BANDS.index(one) for one in before if one and one in BANDS]
    return max([0, *(BANDS.index(after) - place for place in places)])


def level_of_fall(bands: int, after: str) -> str:
    """By one band, by two or more, or into the last."""
    if after == BANDS[-1]:
        return URGENT
    return WARNING if bands > 1 else NOTICE


def level_of_breach(used: Decimal, limit: Decimal) -> str:
    """Over the limit; far over it."""
    return URGENT if used >= limit * FAR_OVER else WARNING


def level_of_report(kinds: Collection[str]) -> str:
    """A report that speaks against the client; one of insolvency, or of the end of the company."""
    return URGENT if GRAVE_FACTS.intersection(kinds) else WARNING


def roles_told(level: str, *, has_owner: bool) -> tuple[str, ...]:
    """The roles that are told beside the client's owner.

    A client of nobody is finance's from the mildest level on.
    """
    if level == URGENT:
        return ("FINANCE", "MANAGER")
    return ("FINANCE",) if level == WARNING or not has_owner else ()

"""Reads of the log: by key, and never more than a bounded number of entries per page.

A page without filters is the next 50 entries of an index. Words of three letters and more are
looked up in an index of words; when they are rare, that is the whole answer. Everything else (other
filters, short words, words that stand everywhere) is looked for among the next 5,000 entries: the
page says how far back it has looked, and goes on from there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex

from clients.models import Client
from core.dates import start_of_day
from core.models import User
from core.paging import PAGE_SIZE, cursor_after, positioned, stretch
from interactions.models import Interaction, InteractionDocument, InteractionLink
from interactions.models.log import words_searched
from interactions.rules.words import has_trigram

ORDER: Final = ("-occurred_at", "-pk")
# How many entries one page looks through, and how many hits of the index of words it takes.
WINDOW: Final = 5_000
HITS: Final = 1_000

# Days beyond which nobody has said anything; the ends of the calendar overflow in time zones.
_EARLIEST: Final = dt.date(1900, 1, 1)
_LATEST: Final = dt.date(9000, 1, 1)

# What a page shows of an entry besides its own row.
ENTRY_PARTS: Final = (
    "corrections",
    "links",
    "attachments__document",
    "attachments__recording",
    "follow_ups__owner",
    "breaches",
)


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What is asked of the log. `about` is a type of thing, or one thing (`type:key`)."""

    text: str = ""
    kind: str = ""
    direction: str = ""
    outcome: str = ""
    person: int | None = None
    contact: int | None = None
    about: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    with_files: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether anything is asked that the order of days alone does not answer."""
        return bool(
            self.text
            or self.kind
            or self.direction
            or self.outcome
            or self.person
            or self.contact
            or self.with_files
            or (self.about and ":" not in self.about)
        )


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some entries, the cursor to go on from, and how far back a search has looked so far."""

    rows: Sequence[Interaction]
    cursor: str
    looked_back_to: dt.datetime | None = None


def log_of(client: Client) -> QuerySet[Interaction]:
    """A client's entries with all that a page shows of them."""
    return _shown(Interaction.objects.filter(client=client))


def everything_said(user: User) -> QuerySet[Interaction]:
    """Entries of all clients that this user may see."""
    return _shown(Interaction.objects.visible_to(user)).select_related("client")


def _shown(entries: QuerySet[Interaction]) -> QuerySet[Interaction]:
    return entries.select_related("recorded_by", "contact").prefetch_related(*ENTRY_PARTS)


def log_page(
    entries: QuerySet[Interaction],
    chosen: LogFilter,
    *,
    time_zone: str,
    after: str = "",
    size: int = PAGE_SIZE,
) -> LogPage:
    """The next entries that the filter keeps, the latest first. Days are those of `time_zone`."""
    entries = _between(entries, chosen, time_zone)
    if ":" in chosen.about:
        entries = entries.filter(pk__in=_linked(chosen.about))
    if not chosen.is_narrow:
        rows = stretch(entries, order=ORDER, after=after, size=size)
        return LogPage(rows.rows, rows.cursor)
    if has_trigram(chosen.text):
        said = entries.order_by().alias(words=words_searched())
        said = said.filter(words__contains=chosen.text.lower())
        hits = list(said.values_list("pk", flat=True)[: HITS + 1])
        if len(hits) <= HITS:
            found = _narrowed(entries.filter(pk__in=hits), chosen)
            rows = stretch(found, order=ORDER, after=after, size=size)
            return LogPage(rows.rows, rows.cursor)
    return _look_through(entries, chosen, after=after, size=size)


def _look_through(
    entries: QuerySet[Interaction], chosen: LogFilter, *, after: str, size: int
) -> LogPage:
    """Look through the next entries only, as many as the window holds."""
    ahead = positioned(entries, order=ORDER, after=after)
    bare = ahead.select_related(None).prefetch_related(None).only("occurred_at")
    last = next(iter(bare[WINDOW - 1 : WINDOW]), None)
    window = ahead
    if last is not None:
        # The first condition is implied by the second; it lets the index stop at the place.
        window = ahead.filter(occurred_at__gte=last.occurred_at).filter(
            Q(occurred_at__gt=last.occurred_at) | Q(pk__gte=last.pk)
        )
    found = _narrowed(window, chosen)
    if chosen.text:
        # Read from the entry itself: the index of words would bring all that ever said it.
        place = StrIndex(words_searched(), Value(chosen.text.lower()))
        found = found.alias(place=place).filter(place__gt=0)
    rows = list(found[: size + 1])
    if len(rows) > size:
        return LogPage(rows[:size], cursor_after(rows[size - 1], "occurred_at"))
    if last is None:
        return LogPage(rows, "")
    return LogPage(rows, cursor_after(last, "occurred_at"), last.occurred_at)


def _between(
    entries: QuerySet[Interaction], chosen: LogFilter, time_zone: str
) -> QuerySet[Interaction]:
    if chosen.since is not None and chosen.since > _EARLIEST:
        entries = entries.filter(occurred_at__gte=start_of_day(chosen.since, time_zone))
    if chosen.until is not None and chosen.until < _LATEST:
        ends = start_of_day(chosen.until + dt.timedelta(days=1), time_zone)
        entries = entries.filter(occurred_at__lt=ends)
    return entries


def _linked(about: str) -> QuerySet[InteractionLink, int]:
    about_type, _colon, about_id = about.partition(":")
    links = InteractionLink.objects.filter(about_type=about_type, about_id=about_id)
    return links.order_by().values_list("interaction_id", flat=True)


def _narrowed(entries: QuerySet[Interaction], chosen: LogFilter) -> QuerySet[Interaction]:
    plain = {
        "kind": chosen.kind,
        "direction": chosen.direction,
        "outcome": chosen.outcome,
        "recorded_by": chosen.person,
        "contact": chosen.contact,
    }
    entries = entries.filter(**{name: value for name, value in plain.items() if value})
    if chosen.with_files:
        files = InteractionDocument.objects.filter(interaction=OuterRef("pk"))
        entries = entries.filter(Exists(files))
    if chosen.about and ":" not in chosen.about:
        links = InteractionLink.objects.filter(interaction=OuterRef("pk"), about_type=chosen.about)
        entries = entries.filter(Exists(links))
    return entries

"""Minutes of a meeting: what a draft holds, and what must be there before it is issued. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

OURS: Final = "OURS"
THEIRS: Final = "THEIRS"
BOTH: Final = "both"

_NUMBERED: Final = re.compile(r"^(\d{1,3})[.、)）．]\s*")


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who was there. `key` is the row a form chose them from, "" for a typed name."""

    side: str
    name: str
    role: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """Something agreed to be done. `owner` is the key of our user who does it."""

    what: str
    side: str
    due_on: dt.date | None
    who: str = ""
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A point of consensus; in both languages where the minutes are."""

    text: str
    text_zh: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The minutes as they are being written."""

    language: str = "en"
    content: str = ""
    content_zh: str = ""
    participants: tuple[Participant, ...] = ()
    points: tuple[Point, ...] = ()
    tasks: tuple[Task, ...] = ()


class Missing(Enum):
    """What minutes need before they can be issued."""

    OURS = "ours"
    THEIRS = "theirs"
    SAID = "said"
    CHINESE = "chinese"
    DUE = "due"
    OWNER = "owner"


def missing(draft: Draft) -> Iterator[Missing]:
    """What is not there yet, in the order of the form; nothing when it can be issued."""
    sides = {one.side for one in draft.participants}
    if OURS not in sides:
        yield Missing.OURS
    if THEIRS not in sides:
        yield Missing.THEIRS
    if not draft.content.strip() and not draft.points:
        yield Missing.SAID
    if draft.language == BOTH and not _is_whole_in_chinese(draft):
        yield Missing.CHINESE
    if any(one.due_on is None for one in draft.tasks):
        yield Missing.DUE
    if any(one.side == OURS and one.owner is None for one in draft.tasks):
        yield Missing.OWNER


def _is_whole_in_chinese(draft: Draft) -> bool:
    same_content = bool(draft.content.strip()) == bool(draft.content_zh.strip())
    return same_content and all(one.text and one.text_zh for one in draft.points)


def numbered_lines(text: str) -> list[str]:
    """One point per line. A number typed before it goes when it is the point's own."""
    found: list[str] = []
    for line in text.splitlines():
        said = line.strip()
        typed = _NUMBERED.match(said)
        if typed is not None and int(typed.group(1)) == len(found) + 1:
            said = said[typed.end() :].strip()
        if said:
            found.append(said)
    return found


def points_of(text: str, text_zh: str = "") -> tuple[Point, ...]:
    """The points of one or of two texts; what one has more than the other stands alone."""
    lines, lines_zh = numbered_lines(text), numbered_lines(text_zh)
    count = max(len(lines), len(lines_zh))
    padded = [*lines, *[""] * (count - len(lines))], [*lines_zh, *[""] * (count - len(lines_zh))]
    return tuple(Point(one, other) for one, other in zip(*padded, strict=True))


def people_of(text: str, side: str) -> tuple[Participant, ...]:
    """Typed participants, one a line: a name, and after a comma what they are."""
    found = []
    for line in text.splitlines():
        name, _comma, role = line.replace("，", ",").partition(",")
        if name.strip():
            found.append(Participant(side, name.strip()[:120], role.strip()[:120]))
    return tuple(found)


def people_as_text(people: Sequence[Participant]) -> str:
    """The lines that `people_of` reads back."""
    return "\n".join(f"{one.name}, {one.role}" if one.role else one.name for one in people)


def draft_as_json(draft: Draft) -> dict[str, Any]:
    """Plain values, to be kept."""
    return {
        "language": draft.language,
        "content": draft.content,
        "content_zh": draft.content_zh,
        "participants": [
            {"side": one.side, "name": one.name, "role": one.role, "key": one.key}
            for one in draft.participants
        ],
        "points": [{"text": one.text, "text_zh": one.text_zh} for one in draft.points],
        "tasks": [
            {
                "what": one.what,
                "side": one.side,
                "due_on": one.due_on.isoformat() if one.due_on else None,
                "who": one.who,
                "owner": one.owner,
            }
            for one in draft.tasks
        ],
    }


def draft_from_json(kept: Mapping[str, Any]) -> Draft:
    """The draft that `draft_as_json` wrote; an empty one of nothing."""
    if not kept:
        return Draft()
    return Draft(
        language=kept["language"],
        content=kept["content"],
        content_zh=kept["content_zh"],
        participants=tuple(Participant(**one) for one in kept["participants"]),
        points=tuple(Point(**one) for one in kept["points"]),
        tasks=tuple(
            Task(
                what=one["what"],
                side=one["side"],
                due_on=dt.date.fromisoformat(one["due_on"]) if one["due_on"] else None,
                who=one["who"],
                owner=one["owner"],
            )
            for one in kept["tasks"]
        ),
    )


def last_day(received_on: dt.date, days: int) -> dt.date:
    """The last day to object: the day of receipt does not count (民法典 201)."""
    return received_on + dt.timedelta(days=days)

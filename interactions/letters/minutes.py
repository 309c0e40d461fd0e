"""Minutes as they are confirmed (a plain text) and as they are printed (a paper).

Both are made of the frozen content of a version alone, so that today and in ten years they say
the same. The content is plain JSON, see `interactions.selectors.minutes.minutes_content`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.display import format_day, format_long_day, format_moment
from core.letterhead import Sender, letterhead
from interactions.letters.words import LANGUAGES, TAGS, words_of

Content = Mapping[str, Any]


# --- the exact text -------------------------------------------------------------------------


def minutes_text(content: Content) -> str:
    """The exact words that are confirmed; minutes in two languages say them one after the other."""
    parts = ["\n".join(_lines(content, one)) for one in LANGUAGES[content["language"]]]
    return "\n\n---\n\n".join(parts)


def _lines(content: Content, language: str) -> Iterator[str]:
    words = words_of(language)
    yield f"{words['title']} · {words['version'].format(n=content['version'])}"
    colon = words["colon"]
    yield from (f"{label}{colon}{value}" for label, value in head_facts(content, language))
    yield from ("", words["participants"])
    yield from (f"{side}{colon}{'; '.join(people)}" for side, people in _sides(content, language))
    said = _in(content, "content", language)
    if said:
        yield from ("", words["content"], said)
    yield from ("", words["points"])
    points = [_in(point, "text", language) for point in content["points"]]
    yield from _numbered(points) if points else [words["no_points"]]
    yield from _tasks_and_files(content, language)
    yield ""
    deemed = deemed_sentence(content, language)
    if deemed:
        yield deemed
    yield words["confirming"]


def _tasks_and_files(content: Content, language: str) -> Iterator[str]:
    words = words_of(language)
    tasks = [
        words["task_said"].format(
            what=task["what"],
            who=_who(content, task, language),
            day=_day(task["due_on"], language),
        )
        for task in content["tasks"]
    ]
    if tasks:
        yield from ("", words["tasks"], *_numbered(tasks))
    files = [f"{one['name']}, SHA-256 {one['sha256']}" for one in content["files"]]
    if files:
        yield from ("", words["files"], *files)


def _numbered(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"{number}. {line}" for number, line in enumerate(lines, start=1))


def head_facts(content: Content, language: str, *, labels: str = "") -> list[tuple[str, str]]:
    """Subject, time, place and parties, each with its label (in another language when given)."""
    words = words_of(labels or language)
    at = dt.datetime.fromisoformat(content["starts_at"])
    zone = content["time_zone"]
    agreement = content["agreement"]
    found = [
        (words["subject"], content["subject"]),
        (words["time"], f"{format_moment(at, language, zone)} ({zone})"),
        (words["place"], content["place"]),
        (words["online"], content["online_url"]),
        (words["creditor"], _creditor(content, language)),
        (words["client"], f"{content['client']['name']} ({content['client']['code']})"),
        (words["agreement"], agreement["name"] if agreement else ""),
    ]
    return [(label, value) for label, value in found if value]


def deemed_sentence(content: Content, language: str) -> str:
    """What silence means; empty unless a contract says so."""
    agreement = content["agreement"]
    if not agreement or agreement["deemed_days"] is None:
        return ""
    said = words_of(language)["deemed"]
    return said.format(contract=agreement["name"], days=agreement["deemed_days"])


def _creditor(content: Content, language: str) -> str:
    creditor = content["creditor"]
    name = creditor["name_zh"] if language == "zh-hans" else ""
    return str(name or creditor["name"])


def _sides(content: Content, language: str) -> Iterator[tuple[str, list[str]]]:
    """Each side's label and its people, with what they are."""
    words = words_of(language)
    for side in ("OURS", "THEIRS"):
        label = words[f"side_{side}"].format(
            creditor=_creditor(content, language), client=content["client"]["name"]
        )
        people = [
            f"{one['name']} ({one['role']})" if one["role"] else str(one["name"])
            for one in content["participants"]
            if one["side"] == side
        ]
        yield label, people


def _who(content: Content, task: Mapping[str, Any], language: str) -> str:
    name = (
        _creditor(content, language) if task["side"] == "OURS" else str(content["client"]["name"])
    )
    return f"{name}, {task['who']}" if task["who"] else name


def _in(row: Mapping[str, Any], name: str, language: str) -> str:
    chinese = str(row.get(f"{name}_zh", ""))
    return chinese if language == "zh-hans" and chinese else str(row[name])


def _day(text: str, language: str) -> str:
    return format_day(dt.date.fromisoformat(text), language)


# --- the paper ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A row of the table of actions."""

    number: str
    what: str
    who: str
    due: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The minutes in one language, as they stand on the page."""

    tag: str
    words: Mapping[str, str]
    version: str
    facts: tuple[tuple[str, str], ...]
    sides: tuple[tuple[str, tuple[str, ...]], ...]
    content: tuple[str, ...]
    points: tuple[tuple[str, str], ...]
    tasks: tuple[TaskRow, ...]
    files: tuple[tuple[str, str], ...]
    deemed: str
    answer: tuple[tuple[str, str], ...]
    objections: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MinutesPaper:
    """Everything that is printed of a version, with its answer once there is one."""

    language: str
    created: str
    title: str
    sha256: str
    sender: Sender
    sheets: tuple[Sheet, ...]
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a version, as plain values."""

    outcome: str
    name: str
    answered_on: dt.date
    at: dt.datetime
    address: str
    remark: str
    reference: str
    objections: Sequence[tuple[int, str]]


def minutes_paper(
    content: Content,
    *,
    sha256: str,
    created: str,
    has_logo: bool,
    zone: str,
    answer: Answered | None = None,
) -> MinutesPaper:
    """The paper of a version; `answer` fills the block of confirmation."""
    languages = LANGUAGES[content["language"]]
    first = languages[0]
    sheets = tuple(_sheet(content, one, sha256, zone, answer) for one in languages)
    titles = " / ".join(words_of(one)["title"] for one in languages)
    return MinutesPaper(
        language=first,
        created=created,
        title=f"{titles}: {content['subject']}",
        sha256=sha256,
        sender=_sender(content["creditor"], first, has_logo=has_logo),
        sheets=sheets,
        is_answered=answer is not None,
    )


def _sender(creditor: Mapping[str, str], language: str, *, has_logo: bool) -> Sender:
    names = (creditor["name"], creditor["name_zh"])
    own, other = names[::-1] if language == "zh-hans" and names[1] else names
    address = (creditor["address_zh"] if language == "zh-hans" else "") or creditor["address"]
    lines = [*address.splitlines(), creditor["phone"], creditor["email"]]
    return letterhead(own, other, lines, has_logo=has_logo)


def _sheet(
    content: Content, language: str, sha256: str, zone: str, answer: Answered | None
) -> Sheet:
    words = words_of(language)
    return Sheet(
        tag=TAGS[language],
        words=words,
        version=words["version"].format(n=content["version"]),
        facts=tuple(head_facts(content, language)),
        sides=tuple((label, tuple(people)) for label, people in _sides(content, language)),
        content=tuple(
            line.strip() for line in _in(content, "content", language).splitlines() if line.strip()
        ),
        points=tuple(
            (str(number), _in(point, "text", language))
            for number, point in enumerate(content["points"], start=1)
        ),
        tasks=tuple(
            TaskRow(
                str(number),
                task["what"],
                _who(content, task, language),
                _day(task["due_on"], language),
            )
            for number, task in enumerate(content["tasks"], start=1)
        ),
        files=tuple((one["name"], one["sha256"]) for one in content["files"]),
        deemed=deemed_sentence(content, language),
        answer=() if answer is None else tuple(_answer(content, language, sha256, zone, answer)),
        objections=()
        if answer is None
        else tuple((words["objection"].format(n=n), said) for n, said in answer.objections),
    )


def _answer(
    content: Content, language: str, sha256: str, zone: str, answer: Answered
) -> Iterator[tuple[str, str]]:
    words = words_of(language)
    agreement = content["agreement"]
    yield (
        words["outcome"],
        words[f"outcome_{answer.outcome}"].format(
            day=format_long_day(answer.answered_on, language),
            contract=agreement["name"] if agreement else "",
        ),
    )
    if answer.name:
        yield words["name"], answer.name
        yield words["at"], f"{format_moment(answer.at, language, zone)} ({zone})"
        yield words["address"], answer.address
    if answer.remark:
        yield words["remark"], answer.remark
    if answer.reference:
        yield words["reference"], answer.reference
    yield words["hash"], sha256

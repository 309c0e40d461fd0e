"""Reads of meetings and of versions of their minutes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clients.models import Client, Creditor
from core.audit import canonical_json
from core.differences import Piece, compare_paragraphs, paragraphs
from core.verify import check
from interactions.models import Meeting, Minutes, MinutesAction
from interactions.rules.minutes import draft_from_json


def sha256_of(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def draft_content(
    meeting: Meeting, *, version: int, agreement: dict[str, Any] | None
) -> dict[str, Any]:
    """Everything a version says, as plain values: its text and its paper are made of this."""
    draft = draft_from_json(meeting.draft)
    return {
        "version": version,
        "subject": meeting.subject,
        "starts_at": meeting.starts_at.isoformat(),
        "time_zone": meeting.time_zone,
        "place": meeting.place,
        "online_url": meeting.online_url,
        "language": draft.language,
        "creditor": _creditor(meeting.creditor),
        "client": {"name": meeting.client.legal_name, "code": meeting.client.code},
        "agreement": agreement,
        "participants": [
            {"side": one.side, "name": one.name, "role": one.role} for one in draft.participants
        ],
        "content": draft.content,
        "content_zh": draft.content_zh,
        "points": [
            {"text": one.text or one.text_zh, "text_zh": one.text_zh} for one in draft.points
        ],
        "tasks": [
            {
                "what": one.what,
                "side": one.side,
                "who": one.who,
                "owner": one.owner,
                "due_on": one.due_on.isoformat() if one.due_on else None,
            }
            for one in draft.tasks
        ],
        "files": [
            {"name": one.document.original_name, "sha256": one.document.sha256}
            for one in meeting.files.select_related("document").order_by("pk")
        ],
    }


def _creditor(creditor: Creditor) -> dict[str, str]:
    return {
        "name": creditor.legal_name,
        "name_zh": creditor.legal_name_zh,
        "address": creditor.address,
        "address_zh": creditor.address_zh,
        "phone": creditor.phone,
        "email": creditor.email,
    }


def version_content(minutes: Minutes) -> dict[str, Any]:
    """The frozen content. Raises ValueError when it does not match its hash."""
    if sha256_of(minutes.content) != minutes.content_sha256:
        raise ValueError(f"Minutes {minutes.pk}: the kept content does not match its hash.")
    content: dict[str, Any] = json.loads(minutes.content)
    return content


def says_the_same(content: dict[str, Any], minutes: Minutes) -> bool:
    """Whether a new version would say nothing that this one does not."""
    return canonical_json({**content, "version": minutes.number}) == minutes.content


def newest_version(meeting: Meeting) -> Minutes | None:
    """The latest version of a meeting's minutes; None before the first."""
    return meeting.minutes.order_by("-number").first()


@dataclass(frozen=True, slots=True)
class TextChange:
    """One paragraph of the text that differs between two versions."""

    place: int
    pieces: tuple[Piece, ...]


def text_changes(old: Minutes, new: Minutes) -> list[TextChange]:
    """What differs between two versions, paragraph by paragraph, word by word."""
    return [
        TextChange(one.place, one.pieces)
        for one in compare_paragraphs(paragraphs(old.text), paragraphs(new.text))
    ]


def meetings_of(client: Client, limit: int) -> list[tuple[Meeting, Minutes | None]]:
    """The latest meetings with a client, each with its newest minutes; two queries."""
    meetings = list(
        Meeting.objects.filter(client=client)
        .select_related("creditor")
        .order_by("-starts_at", "-pk")[:limit]
    )
    newest = newest_of([one.pk for one in meetings])
    return [(one, newest.get(one.pk)) for one in meetings]


def newest_of(meetings: list[int]) -> dict[int, Minutes]:
    """The newest version of each meeting, without its texts."""
    rows = (
        Minutes.objects.filter(meeting__in=meetings)
        .defer("text", "content")
        .order_by("meeting_id", "-number")
        .distinct("meeting_id")
    )
    return {one.meeting_id: one for one in rows}


def awaited_of(client: Client, limit: int) -> list[MinutesAction]:
    """What a client has still to do, the most urgent first."""
    found = MinutesAction.objects.filter(client=client).awaited()
    return list(found.select_related("minutes").order_by("due_on", "pk")[:limit])


@check("interactions: minutes say what was hashed")
def minutes_match() -> Iterator[str]:
    """Content and text of each version match their hashes, and its answer names the text's."""
    rows = Minutes.objects.order_by("pk").select_related("answer")
    for one in rows.iterator(chunk_size=200):
        if sha256_of(one.text) != one.sha256 or sha256_of(one.content) != one.content_sha256:
            yield f"minutes {one.pk}: the text does not match its hash"
        answer = getattr(one, "answer", None)
        if answer is not None and answer.text_sha256 != one.sha256:
            yield f"minutes {one.pk}: were answered about another text"

"""The record of acts: append-only, hash-chained per stream.

Each event's hash covers the previous hash and the canonical JSON of the act, so an edit,
a deletion or a reordering inside a stream is found by walking it. Cutting off the tail, or
rewriting a whole stream, is visible only against an anchor kept outside this database.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection, models, transaction

from core.models import AuditEvent, AuditStream, User

GENESIS = "0" * 64


def canonical_json(value: object) -> str:
    """One spelling per value: sorted keys, no spaces, decimals and dates as strings."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain
    )


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")


def chain_hash(prev_hash: str, payload: str) -> str:
    """SHA-256 over the previous hash and the payload, in hex."""
    return hashlib.sha256(f"{prev_hash}\n{payload}".encode()).hexdigest()


def record(
    *,
    action: str,
    actor: User | None,
    at: dt.datetime,
    subject: models.Model | None = None,
    payload: Mapping[str, Any] | None = None,
    stream: str = "system",
) -> AuditEvent:
    """Add one act to a stream, in the caller's transaction.

    `action` is `room.verb` (`payments.allocate`). `stream` is one chain: acts on a client go
    to `client:<pk>`, so that two clients never wait for each other. The payload holds ids,
    figures and reasons, no personal data in clear. Raises TypeError on a value without a
    canonical form.
    """
    subject_type = subject._meta.label_lower if subject else ""
    subject_id = str(subject.pk) if subject else ""
    actor_id = actor.pk if actor else None
    # In the order of canonical JSON; the number between the two halves is given by the database.
    before = {"action": action, "actor": actor_id, "at": at, "data": dict(payload or {})}
    after = {
        "stream": stream,
        "subject": f"{subject_type}:{subject_id}" if subject else None,
    }
    # No savepoint: an act that cannot be recorded takes the caller's transaction with it.
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(
            _APPEND,
            [
                stream,
                at,
                actor_id,
                action,
                subject_type,
                subject_id,
                f'{canonical_json(before)[:-1]},"seq":',
                f",{canonical_json(after)[1:]}",
            ],
        )
        pk, seq, text, prev_hash, digest = cursor.fetchone()
    event = AuditEvent(
        pk=pk,
        stream_id=stream,
        seq=seq,
        at=at,
        actor=actor,
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        payload=text,
        prev_hash=prev_hash,
        hash=digest,
    )
    event._state.adding = False
    return event


# Every act of the product passes here, so it takes one statement: core/sql/acts.sql.
_APPEND: Final = "SELECT * FROM core_append_act(%s, %s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True)
class ChainBreak:
    """A place where a stream does not follow from what stands before it."""

    stream: str
    seq: int
    problem: str


def chain_breaks() -> Iterator[ChainBreak]:
    """Walk every stream in order and yield each break; nothing when all is whole."""
    heads = {s.name: s for s in AuditStream.objects.all()}
    seen: dict[str, tuple[int, str]] = {}
    rows = (
        AuditEvent.objects.order_by("stream_id", "seq")
        .values_list("stream_id", "seq", "prev_hash", "payload", "hash")
        .iterator(chunk_size=5000)
    )
    for stream, seq, prev_hash, payload, digest in rows:
        last_seq, last_hash = seen.get(stream, (0, GENESIS))
        if seq != last_seq + 1:
            yield ChainBreak(stream, seq, f"follows {last_seq}: a row is missing or was moved")
        if prev_hash != last_hash:
            yield ChainBreak(stream, seq, "does not carry the hash before it")
        if chain_hash(prev_hash, payload) != digest:
            yield ChainBreak(stream, seq, "its content does not match its hash")
        seen[stream] = (seq, digest)
    for name, head in heads.items():
        if seen.get(name, (0, GENESIS)) != (head.head_seq, head.head_hash):
            yield ChainBreak(name, head.head_seq, "the stream's head does not match its last row")

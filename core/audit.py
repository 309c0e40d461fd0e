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
from django.db.backends.utils import CursorWrapper

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
    # No savepoint: an act that cannot be recorded takes the caller's transaction with it.
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        head_seq, prev_hash = _locked_head(cursor, stream)
        event = AuditEvent(
            stream_id=stream,
            seq=head_seq + 1,
            at=at,
            actor=actor,
            action=action,
            subject_type=subject_type,
            subject_id=subject_id,
            prev_hash=prev_hash,
        )
        event.payload = canonical_json(
            {
                "stream": stream,
                "seq": event.seq,
                "at": at,
                "actor": event.actor_id,
                "action": action,
                "subject": f"{subject_type}:{subject_id}" if subject else None,
                "data": dict(payload or {}),
            }
        )
        event.hash = chain_hash(prev_hash, event.payload)
        cursor.execute(_APPEND, {f.attname: getattr(event, f.attname) for f in event._meta.fields})
        event.pk = cursor.fetchone()[0]
    event._state.adding = False
    return event


# Every act of the product passes here, so it takes two statements and no more.
_APPEND: Final = """
WITH head AS (
    UPDATE core_auditstream SET head_seq = %(seq)s, head_hash = %(hash)s
    WHERE name = %(stream_id)s
)
INSERT INTO core_auditevent (stream_id, seq, at, actor_id, action, subject_type, subject_id,
                             payload, prev_hash, hash)
VALUES (%(stream_id)s, %(seq)s, %(at)s, %(actor_id)s, %(action)s, %(subject_type)s,
        %(subject_id)s, %(payload)s, %(prev_hash)s, %(hash)s)
RETURNING id
"""


_BEGIN: Final = """
INSERT INTO core_auditstream (name, head_seq, head_hash) VALUES (%s, 0, %s)
ON CONFLICT (name) DO NOTHING RETURNING head_seq, head_hash
"""


def _locked_head(cursor: CursorWrapper, stream: str) -> tuple[int, str]:
    """Number and hash of the stream's last act, locked until the transaction ends.

    NO KEY UPDATE, so that the foreign keys of acts on other rows never wait for it.
    """
    lock = "SELECT head_seq, head_hash FROM core_auditstream WHERE name = %s FOR NO KEY UPDATE"
    cursor.execute(lock, [stream])
    head: tuple[int, str] | None = cursor.fetchone()
    if head is None:
        cursor.execute(_BEGIN, [stream, GENESIS])
        head = cursor.fetchone()
    if head is None:
        # Somebody else began it meanwhile: wait for them.
        cursor.execute(lock, [stream])
        head = cursor.fetchone()
    assert head is not None  # noqa: S101 - the row was just made, or somebody made it first
    return head


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

"""Headers of a mail, decoded defensively."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import email.utils
import quopri
import re
from collections.abc import Iterable
from email.message import Message
from typing import Final

from interactions.rules.mail.charsets import clean_line, decode_bytes
from interactions.rules.mail.parsed import (
    MAX_ADDRESSES,
    MAX_EMAIL,
    MAX_HEADER,
    MAX_ID,
    MAX_NAME,
    MAX_REFERENCES,
    Damage,
    Mailbox,
)

# What the standard library's mail code is known to raise on malformed mails.
BROKEN: Final = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
)
_WORD: Final = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_ID: Final = re.compile(r"<([^<>\s]+)>")
_ADDRESS: Final = re.compile(r"[^\s<>,;:\"'()\[\]@]+@[^\s<>,;:\"'()\[\]@]+")
# `<<name <address`, and a name before its address that is not in quotes though it needs them.
_BRACKETS: Final = re.compile(r"<[\s<]*(?=[^<>,\"]*<)")
_UNQUOTED: Final = re.compile(r"(?:^|(?<=,))([^\",<>()]+)(?=<)")
_OLDEST: Final = 1980
_LATEST: Final = 2100


def header_bytes(message: Message, name: str) -> list[bytes]:
    """The raw values of a header, folding undone, without NUL."""
    wanted = name.lower()
    found = []
    for key, value in message.raw_items():
        if key.lower() == wanted:
            raw = str(value)[:MAX_HEADER].encode("utf-8", "surrogateescape")
            found.append(re.sub(rb"[\r\n]+[ \t]*", b" ", raw).replace(b"\x00", b""))
    return found


def header_text(message: Message, name: str, damage: Damage) -> str:
    """The first value of a header as one clean line; "" when there is none."""
    values = header_bytes(message, name)
    return clean_line(decode_words(values[0], damage)) if values else ""


def decode_words(raw: bytes, damage: Damage) -> str:
    """A header's text: encoded words (RFC 2047) undone, bytes beyond ASCII guessed at.

    Neighbouring words of one charset are joined before decoding, because mail programs cut
    them in the middle of a character.
    """
    text = decode_bytes(raw, "utf-8", damage)
    out: list[str] = []
    end = 0
    run: list[bytes] = []
    charset = ""
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        data = _word_bytes(match[2], match[3], damage)
        joins = run and not between.strip() and match[1].lower() == charset
        if run and not joins:
            out.append(decode_bytes(b"".join(run), charset, damage))
            run = []
        if between.strip() or not end:
            out.append(between)
        run.append(data)
        charset, end = match[1].lower(), match.end()
    if run:
        out.append(decode_bytes(b"".join(run), charset, damage))
    rest = text[end:]
    if "=?" in rest and "?=" in rest:
        damage.note("header_words")
    return "".join([*out, rest])


def _word_bytes(encoding: str, payload: str, damage: Damage) -> bytes:
    """The bytes of an encoded word; damaged ones as far as they go."""
    raw = payload.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(raw.replace(b"_", b" "), header=False)
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    if kept != raw.rstrip(b"="):
        damage.note("header_words")
    if len(kept) % 4 == 1:
        damage.note("header_words")
        kept = kept[:-1]
    try:
        return base64.b64decode(kept + b"=" * (-len(kept) % 4))
    except (binascii.Error, ValueError):
        damage.note("header_words")
        return b""


def mailboxes(message: Message, name: str, damage: Damage) -> tuple[Mailbox, ...]:
    """All mailboxes of a header, in order."""
    found: list[Mailbox] = []
    for raw in header_bytes(message, name):
        text = decode_bytes(raw, "utf-8", damage)
        found += _split(text, damage)
        if len(found) > MAX_ADDRESSES:
            damage.note("addresses_cut")
            break
    return tuple(found[:MAX_ADDRESSES])


def _split(text: str, damage: Damage) -> Iterable[Mailbox]:
    try:
        pairs = email.utils.getaddresses([_mended(text)])
    except BROKEN:
        pairs = []
    boxes = [_mailbox(name, address, damage) for name, address in pairs]
    boxes = [one for one in boxes if one.name or one.email]
    if any(one.email for one in boxes) or not text.strip():
        return boxes
    # The list does not follow the grammar: take what looks like an address.
    if found := _ADDRESS.findall(text):
        damage.note("addresses_broken")
        return [Mailbox("", one.lower()[:MAX_EMAIL]) for one in found]
    shown = clean_line(decode_words(text.encode("utf-8", "replace"), damage))[:MAX_NAME]
    return [Mailbox(shown, "")] if shown else []


def _mended(text: str) -> str:
    """The list with the faults that versions of Python read differently put right.

    `wang@old.example <wang@new.example>` comes from wang@new.example: what stands before the
    brackets is a name, whatever it looks like.
    """
    text = _BRACKETS.sub("", text)
    return _UNQUOTED.sub(_in_quotes, text)


def _in_quotes(found: re.Match[str]) -> str:
    name = found[1].strip().replace("\\", "")
    return f' "{name}" ' if "@" in name else found[0]


def _mailbox(name: str, address: str, damage: Damage) -> Mailbox:
    said = clean_line(decode_words(name.encode("utf-8", "replace"), damage)).strip("\"' ")
    clean = clean_line(address).replace(" ", "").lower()
    if _ADDRESS.fullmatch(clean) and len(clean) <= MAX_EMAIL:
        return Mailbox(said[:MAX_NAME], clean)
    if clean:
        damage.note("addresses_broken")
        shown = clean_line(decode_words(address.encode("utf-8", "replace"), damage))
        said = f"{said} {shown}".strip()
    return Mailbox(said[:MAX_NAME], "")


def message_ids(message: Message, name: str, damage: Damage) -> tuple[str, ...]:
    """Message-IDs of a header, each once, as `<id>`; the last ones when there are too many."""
    found: dict[str, None] = {}
    for raw in header_bytes(message, name):
        text = clean_line(raw.decode("utf-8", "replace"))
        ids = _ID.findall(text) or [one for one in text.split() if "@" in one]
        for one in ids:
            if len(one) + 2 > MAX_ID:
                damage.note("message_id_broken")
            else:
                found.setdefault(f"<{one.strip('<>')}>")
    if len(found) > MAX_REFERENCES:
        damage.note("references_cut")
    return tuple(found)[-MAX_REFERENCES:]


def sent_date(message: Message, damage: Damage) -> dt.datetime | None:
    """The Date header as an instant; None, and noted, when there is none that makes sense."""
    raw = header_text(message, "Date", damage)
    if not raw:
        damage.note("date_missing")
        return None
    try:
        found = email.utils.parsedate_to_datetime(raw)
        if found.tzinfo is None:
            found = found.replace(tzinfo=dt.UTC)
        found = found.astimezone(dt.UTC)
    except BROKEN:
        damage.note("date_invalid")
        return None
    if not _OLDEST <= found.year < _LATEST:
        damage.note("date_invalid")
        return None
    return found

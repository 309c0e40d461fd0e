"""Parts of a mail: texts, HTML, files, reports."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Final

from interactions.rules.mail.charsets import clean_line, clean_text, decode_bytes
from interactions.rules.mail.headers import BROKEN, decode_words, header_bytes, header_text
from interactions.rules.mail.html import clean_html, html_to_text
from interactions.rules.mail.parsed import (
    MAX_ATTACHMENTS,
    MAX_DEPTH,
    MAX_HTML,
    MAX_NAME,
    MAX_PARTS,
    MAX_TEXT,
    Attached,
    Damage,
)

_REPORTS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED: Final = frozenset({"text/rfc822-headers", "message/rfc822-headers"})
_SAFE_NAME: Final = re.compile(r"[^\w.\- ()\[\]&+,;=@#%'!~]", re.UNICODE)
# What no type of a part may hold, and what no database keeps (a NUL, raw bytes).
_UNSAID: Final = re.compile(r"[^\x20-\x7e]")
# Damage that the standard library finds while undoing encodings.
_CODING: Final = re.compile(r"base64|quoted|uu", re.IGNORECASE)


@dataclass(slots=True)
class Bodies:
    """What the parts of a mail come to."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    files: list[Attached] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    returned: str = ""

    def text(self, damage: Damage) -> str:
        """The text: as it came, else made from the HTML."""
        text = "\n".join(one for one in self.texts if one.strip())
        if not text.strip():
            text = html_to_text(self.html(damage))
        if len(text) > MAX_TEXT:
            damage.note("text_cut")
        return text[:MAX_TEXT].strip("\n")

    def html(self, damage: Damage) -> str:
        """The HTML, cleaned; "" when there is none, or too much to show."""
        html = "\n".join(self.htmls)
        if len(html) > MAX_HTML:
            damage.note("html_too_large")
            html = html[:MAX_HTML]
        return clean_html(clean_text(html)) if html.strip() else ""


def read_bodies(message: Message, damage: Damage) -> Bodies:
    """All parts, within bounds; what lies beyond is noted and stays in the raw mail."""
    found = Bodies()
    for count, (part, is_alternative) in enumerate(_leaves(message, damage)):
        if count >= MAX_PARTS:
            damage.note("parts_cut")
            break
        _take(part, found, damage, is_alternative=is_alternative)
    return found


def _leaves(message: Message, damage: Damage) -> Iterator[tuple[Message, bool]]:
    """Parts that hold something, in order, without recursion. An attached mail is one part."""
    waiting: list[tuple[Message, int, bool]] = [(message, 0, False)]
    while waiting:
        part, depth, is_alternative = waiting.pop()
        children = part.get_payload() if part.is_multipart() else None
        if not isinstance(children, list) or content_type(part).startswith("message/"):
            yield part, is_alternative
        elif depth >= MAX_DEPTH:
            damage.note("nested_too_deep")
        else:
            inside = content_type(part) == "multipart/alternative" or is_alternative
            parts = [one for one in reversed(children) if isinstance(one, Message)]
            waiting += [(one, depth + 1, inside) for one in parts]


def content_type(part: Message) -> str:
    """The type a part declares; text/plain where it cannot be read."""
    try:
        return _UNSAID.sub("", part.get_content_type())
    except BROKEN:
        return "text/plain"


def _mend(part: Message, damage: Damage) -> None:
    """Headers with raw bytes beyond ASCII, as Chinese mail programs write names of files."""
    for name in ("Content-Type", "Content-Disposition"):
        raw = next(iter(header_bytes(part, name)), b"")
        if not raw.isascii():
            part.replace_header(name, clean_line(decode_bytes(raw, "utf-8", damage)))


def _take(part: Message, found: Bodies, damage: Damage, *, is_alternative: bool) -> None:
    _mend(part, damage)
    kind = content_type(part)
    for defect in part.defects:
        name = type(defect).__name__
        damage.note("encoding_broken" if _CODING.search(name) else "structure_broken")
    if kind in _REPORTS:
        found.reports.append(_report(part))
        return
    if kind in _RETURNED:
        found.returned = found.returned or _text_of(part, damage)
        return
    if kind == "message/rfc822" and not found.returned:
        found.returned = _headers_of(part)
    if _is_file(part, kind):
        _attach(part, kind, found, damage)
    elif kind == "text/html":
        found.htmls.append(_text_of(part, damage))
    elif not (is_alternative and found.texts):
        found.texts.append(_text_of(part, damage))


def _is_file(part: Message, kind: str) -> bool:
    if _disposition(part) == "attachment" or kind not in {"text/plain", "text/html"}:
        return True
    return bool(_raw_name(part))


def _disposition(part: Message) -> str:
    try:
        return part.get_content_disposition() or ""
    except BROKEN:
        return ""


def payload(part: Message, damage: Damage) -> bytes:
    """The bytes of a part, its transfer encoding undone as far as possible."""
    inner = part.get_payload()
    if isinstance(inner, list):
        return _whole(inner[0], damage) if inner and isinstance(inner[0], Message) else b""
    if header_text(part, "Content-Transfer-Encoding", damage).lower() == "base64":
        return _from_base64(str(inner or ""), damage)
    before = len(part.defects)
    try:
        data = part.get_payload(decode=True)
    except BROKEN:
        damage.note("encoding_broken")
        return str(inner or "").encode("utf-8", "surrogateescape")
    if len(part.defects) > before:
        damage.note("encoding_broken")
    return data if isinstance(data, bytes) else b""


def _from_base64(text: str, damage: Damage) -> bytes:
    """Bytes as far as they can be read: what does not belong is passed over."""
    body = re.sub(r"\s+", "", text).encode("ascii", "replace")
    whole, _padding, rest = body.partition(b"=")
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", whole)
    if rest.strip(b"=") or kept != whole or len(kept) % 4 == 1:
        damage.note("encoding_broken")
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    return base64.b64decode(kept + b"=" * (-len(kept) % 4))


def _whole(message: Message, damage: Damage) -> bytes:
    """An attached mail as bytes."""
    try:
        return message.as_bytes()
    except BROKEN:
        damage.note("attached_mail_broken")
        return _headers_of_message(message).encode("utf-8", "replace")


def _text_of(part: Message, damage: Damage) -> str:
    data = payload(part, damage)[: MAX_HTML * 4]
    try:
        declared = part.get_content_charset()
    except BROKEN:
        damage.note("charset_unknown")
        declared = None
    text = clean_text(decode_bytes(data, declared, damage))
    if content_type(part) == "text/plain" and _parameter(part, "format") == "flowed":
        return unflow(text, joins_words=_parameter(part, "delsp") == "yes")
    return text


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name)
    except BROKEN:
        return ""
    return value.lower() if isinstance(value, str) else ""


def unflow(text: str, *, joins_words: bool = False) -> str:
    """Lines that a mail program broke, joined again (RFC 3676)."""
    out: list[str] = []
    depth_before, is_open = 0, False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        body = line[depth:].removeprefix(" ")
        is_signature = body == "-- "
        if is_open and depth == depth_before and not is_signature:
            out[-1] += body
        else:
            out.append(f"{'>' * depth} {body}" if depth else body)
        is_open = body.endswith(" ") and not is_signature
        if is_open and joins_words:
            out[-1] = out[-1][:-1]
        depth_before = depth
    return "\n".join(out)


def _attach(part: Message, kind: str, found: Bodies, damage: Damage) -> None:
    if len(found.files) >= MAX_ATTACHMENTS:
        damage.note("attachments_cut")
        return
    data = payload(part, damage)
    name = _file_name(part, damage) or _name_by_kind(kind, len(found.files) + 1)
    is_inline = _disposition(part) == "inline" or bool(header_text(part, "Content-ID", damage))
    found.files.append(Attached(name, kind[:100], data, is_inline=is_inline))


def _raw_name(part: Message) -> str:
    try:
        return part.get_filename() or ""
    except BROKEN:
        return ""


def _file_name(part: Message, damage: Damage) -> str:
    """The name of a file without folders and disguises; "" when nothing is left of it."""
    raw = _raw_name(part).encode("utf-8", "surrogateescape")
    name = clean_line(decode_words(raw, damage)).replace("\\", "/").rpartition("/")[2]
    name = _SAFE_NAME.sub("_", name).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if len(name) > MAX_NAME:
        name = f"{stem[: MAX_NAME - 12]}{dot}{suffix[:10]}" if dot else name[:MAX_NAME]
    return name if any(c.isalnum() for c in name) else ""


def _name_by_kind(kind: str, number: int) -> str:
    endings = {"message/rfc822": ".eml", "text/html": ".html", "text/plain": ".txt"}
    return f"attachment-{number}{endings.get(kind, '')}"


def _report(part: Message) -> str:
    """Fields of a delivery report: its parser makes each group of fields a message."""
    inner = part.get_payload()
    if not isinstance(inner, list):
        return clean_text(str(inner or ""))[:MAX_TEXT]
    groups = []
    for one in inner:
        if not isinstance(one, Message):
            continue
        fields = _headers_of_message(one)
        body = one.get_payload()
        # Some servers repeat MIME headers and a blank line before the fields.
        groups.append(f"{fields}\n{body}" if isinstance(body, str) else fields)
    return clean_text("\n\n".join(groups))[:MAX_TEXT]


def _headers_of(part: Message) -> str:
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return _headers_of_message(inner[0])
    return str(inner or "")[:MAX_TEXT]


def _headers_of_message(message: Message) -> str:
    lines = [f"{name}: {value}" for name, value in message.raw_items()]
    text = "\n".join(lines)[:MAX_TEXT]
    return clean_text(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))

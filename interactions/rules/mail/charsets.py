"""Bytes to text, whatever the mail says they are.

Mails lie about their encoding: GBK labelled latin1, GB18030 labelled GB2312, UTF-8 labelled
nothing. What is declared is believed when it fits, and the bytes are asked when it does not.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from interactions.rules.mail.parsed import Damage

# Labels that stand for a larger encoding, as browsers read them (WHATWG Encoding Standard).
_WIDER: Final = {
    "gb2312": "gb18030",
    "gb-2312": "gb18030",
    "gb2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "hz": "hz",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "ascii",
    "ansi_x3.4-1968": "ascii",
    "ks_c_5601-1987": "cp949",
    "shift_jis": "cp932",
    "utf8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
}
# Labels that fit any bytes: they prove nothing when the bytes are not ASCII.
_NO_PROOF: Final = frozenset({"", "ascii", "cp1252", "iso8859-15", "8bit", "unknown-8bit"})
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
    # Marks that turn the direction of writing, used to disguise names (“gpj.exe” as “exe.jpg”).
    "\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_LINE_ENDS: Final = re.compile("\r\n|\r|\x85|\u2028|\u2029")
# Shares of characters above which a guess at a Chinese encoding is believed.
_SURE: Final = 0.85
_UNSURE: Final = 0.7
_ASIAN: Final = frozenset({"gb18030", "big5hkscs", "cp949", "cp932"})
_HANZI: Final = re.compile("[\u4e00-\u9fff]")
_ASCII_END: Final = 0x80


def clean_text(text: str) -> str:
    """Text without control characters, with lines that end in a newline only."""
    return _CONTROL.sub("", _LINE_ENDS.sub("\n", text))


def clean_line(text: str) -> str:
    """One line of text, its white space collapsed."""
    return " ".join(clean_text(text).split())


def decode_bytes(data: bytes, declared: str | None, damage: Damage) -> str:
    """Text of `data`. Never fails; what cannot be read becomes U+FFFD, and is noted."""
    label = (declared or "").strip().strip("\"'").lower()
    name = _known(label)
    if name is None:
        damage.note("charset_unknown")
        name = ""
    if data.isascii() and name not in {"hz", "utf-7", "iso2022_jp", "iso2022_kr"}:
        return _as(data, name) or data.decode("ascii")
    if name not in _NO_PROOF:
        text = _as(data, name)
        if name in _ASIAN and (really := _plainly_utf8(data)):
            damage.note("charset_wrong")
            return really
        if text is not None and not _is_other_chinese(data, name):
            return text
    return _guessed(data, name, damage, was_labelled=bool(label))


def _known(label: str) -> str | None:
    """The codec of a label; "" for no label, None for one that nobody knows."""
    if not label:
        return ""
    name = _WIDER.get(label, label)
    if name in _NO_PROOF:
        return name
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # Codecs such as base64 or zip turn bytes into bytes; they are no charset.
    return info.name if getattr(info, "_is_text_encoding", False) else None


def _as(data: bytes, name: str) -> str | None:
    """Text by one codec, or None where it does not fit."""
    if not name or name in {"8bit", "unknown-8bit"}:
        return None
    try:
        return data.decode(name)
    except (ValueError, LookupError):
        return None


def _plainly_utf8(data: bytes) -> str:
    """Text of bytes that are UTF-8 with some hanzi: by chance hardly anything is. Else ""."""
    text = _as(data, "utf-8") or ""
    return text if len(_HANZI.findall(text)) > 1 else ""


def _is_other_chinese(data: bytes, name: str) -> bool:
    """Whether bytes labelled with one Chinese encoding are plainly in the other."""
    if name == "gb18030":
        mine, other = _share(data, 0xB0, 0xD7), _share(data, 0xA4, 0xC6)
        return mine < _UNSURE and other >= _SURE and _as(data, "big5hkscs") is not None
    if name == "big5hkscs":
        mine, other = _share(data, 0xA4, 0xC6), _share(data, 0xB0, 0xD7)
        return mine < _UNSURE and other >= _SURE and _as(data, "gb18030") is not None
    return False


def _guessed(data: bytes, name: str, damage: Damage, *, was_labelled: bool) -> str:
    """The likeliest text of bytes that are not ASCII and whose label proves nothing."""
    damage.note("charset_wrong" if was_labelled else "charset_missing")
    text = _as(data, "utf-8")
    if text is not None:
        return text
    for codec, low, high in (("gb18030", 0xB0, 0xD7), ("big5hkscs", 0xA4, 0xC6)):
        text = _as(data, codec)
        if text is not None and _share(data, low, high) >= _SURE:
            return text
    damage.note("characters_lost")
    if name in {"", "ascii", "utf-8", "8bit", "unknown-8bit"}:
        western = _as(data, "cp1252")
        mostly_ascii = sum(b < _ASCII_END for b in data) * 2 > len(data)
        return western if western is not None and mostly_ascii else data.decode("utf-8", "replace")
    try:
        return data.decode(name, "replace")
    except (ValueError, LookupError):
        return data.decode("latin-1")


def _share(data: bytes, low: int, high: int) -> float:
    """Which share of the two-byte characters begins in a range of common ones.

    Common hanzi stand in rows B0-D7 of GB 2312 and A4-C6 of Big5; punctuation (A1-A3) counts
    as common in both. Characters of one byte above ASCII count as uncommon.
    """
    common = total = at = 0
    while at < len(data):
        lead = data[at]
        if lead < _ASCII_END:
            at += 1
            continue
        total += 1
        has_trail = at + 1 < len(data) and data[at + 1] >= 0x40  # noqa: PLR2004  # lowest second byte
        if has_trail and (low <= lead <= high or 0xA1 <= lead <= 0xA3):  # noqa: PLR2004  # signs
            common += 1
        at += 2 if has_trail else 1
    return common / total if total else 0.0

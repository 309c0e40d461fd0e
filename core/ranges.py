"""Part of a file by HTTP: one range of bytes, as players ask for it (RFC 9110, section 14)."""

from __future__ import annotations

import re
from typing import Final

# Long enough for any file, short enough that no number is costly to read.
_ONE_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class UnsatisfiableRange(ValueError):
    """The range lies outside the file: the answer is 416."""


def read_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte asked for, or None when the whole file is to be sent.

    A header that cannot be read, or that asks for several ranges, is ignored as the standard
    allows. Raises UnsatisfiableRange for a range that begins beyond the end.
    """
    match = _ONE_RANGE.fullmatch(header.strip().lower().replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise UnsatisfiableRange
        return size - length, size - 1
    begins = int(first)
    if last and int(last) < begins:
        return None
    if begins >= size:
        raise UnsatisfiableRange
    return begins, min(int(last), size - 1) if last else size - 1

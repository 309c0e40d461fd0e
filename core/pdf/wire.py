"""Frames between the service and its rendering process: a JSON header and byte blobs.

Standard library only, because both sides import it. A frame is two unsigned 32-bit numbers
(bytes of the header, number of blobs), one 64-bit length per blob, the header, the blobs.
"""

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

MAX_HEADER: Final = 4 * 1024 * 1024
MAX_BLOBS: Final = 20_000
#: Bytes of all blobs of one frame. A packet of evidence with scans is the largest known.
MAX_FRAME: Final = 512 * 1024 * 1024

_HEAD: Final = struct.Struct(">II")
_LENGTH: Final = struct.Struct(">Q")

ReadExactly = Callable[[int], bytes]


class BrokenFrame(ValueError):
    """The other side wrote something that is not a frame, or one beyond the limits."""


def encode(header: Mapping[str, Any], blobs: Sequence[bytes] = ()) -> bytes:
    """One frame as bytes. Raises BrokenFrame when it would be beyond the limits."""
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    _check(len(text), [len(blob) for blob in blobs])
    lengths = b"".join(_LENGTH.pack(len(blob)) for blob in blobs)
    return b"".join((_HEAD.pack(len(text), len(blobs)), lengths, text, *blobs))


def decode(read_exactly: ReadExactly) -> tuple[dict[str, Any], list[bytes]]:
    """Read one frame. `read_exactly(n)` returns n bytes or raises. Raises BrokenFrame."""
    header_length, count = _HEAD.unpack(read_exactly(_HEAD.size))
    _check(header_length, [0] * min(count, MAX_BLOBS + 1))
    lengths = [_LENGTH.unpack(read_exactly(_LENGTH.size))[0] for _ in range(count)]
    _check(header_length, lengths)
    try:
        header = json.loads(read_exactly(header_length))
    except ValueError as error:
        raise BrokenFrame("The header is not JSON.") from error
    if not isinstance(header, dict):
        raise BrokenFrame("The header is not an object.")
    return header, [read_exactly(length) for length in lengths]


def _check(header_length: int, lengths: Sequence[int]) -> None:
    if header_length > MAX_HEADER or len(lengths) > MAX_BLOBS or sum(lengths) > MAX_FRAME:
        raise BrokenFrame("The frame is larger than the limits allow.")

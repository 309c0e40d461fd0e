"""Tokens: what stands in an address and what is kept of it."""

import datetime as dt
import hashlib
import re
import secrets
from typing import Final

TOKEN_BYTES: Final = 32
"""256 bits: nobody finds one by trying."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")

DAYS_VALID: Final = (7, 14, 30, 60, 90)
"""How long a link may be answered, in days; the staff choose."""


def new_token() -> str:
    """A fresh secret, 43 characters that need no escaping in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Whether a text has the shape of a token; says nothing of whether it is one of ours."""
    return _TOKEN.fullmatch(text) is not None


def sha256_of(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_same(token: str, token_sha256: str) -> bool:
    """Whether a token is the one whose hash was kept, in constant time."""
    return secrets.compare_digest(sha256_of(token), token_sha256)


def expiry_of(*, at: dt.datetime, days: int) -> dt.datetime:
    """When a link made now for some days stops."""
    return at + dt.timedelta(days=days)


def one_line(text: str, limit: int) -> str:
    """What somebody typed, on one line and no longer than `limit`; control characters are out."""
    printable = "".join(c if c.isprintable() else " " for c in text[: 4 * limit])
    return " ".join(printable.split())[:limit]

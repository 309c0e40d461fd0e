"""What a mail is once it has been read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

# Bounds of one mail. What lies beyond is left in the raw file and noted as damage.
MAX_LINES: Final = 600_000
MAX_PARTS: Final = 400
MAX_DEPTH: Final = 30
MAX_ATTACHMENTS: Final = 100
MAX_TEXT: Final = 400_000
MAX_HTML: Final = 1_000_000
MAX_HEADER: Final = 20_000
MAX_ADDRESSES: Final = 200
MAX_REFERENCES: Final = 60
MAX_SUBJECT: Final = 300
MAX_NAME: Final = 200
MAX_EMAIL: Final = 320
MAX_ID: Final = 400


class UnreadableMail(ValueError):
    """The bytes are no mail that can be read. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address; either may be missing."""

    name: str
    email: str

    @property
    def domain(self) -> str:
        """What follows the @."""
        return self.email.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a mail. `data` is empty when its encoding could not be undone."""

    name: str
    declared: str
    data: bytes
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail in plain values: no control characters, nothing that a database refuses."""

    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    sender: Mailbox
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    bcc: tuple[Mailbox, ...]
    subject: str
    sent_at: dt.datetime | None
    text: str
    html: str
    attachments: tuple[Attached, ...]
    damage: tuple[str, ...]
    content_type: str
    # The headers that tell machines from people, lower-cased names, cleaned values.
    signs: Mapping[str, str]
    # Bodies of message/delivery-status parts, and headers of the mail that a report is about.
    reports: tuple[str, ...] = ()
    returned: str = ""

    @property
    def related_ids(self) -> tuple[str, ...]:
        """Message-IDs this mail answers, the nearest first."""
        nearest = [self.in_reply_to] if self.in_reply_to else []
        return tuple(dict.fromkeys([*nearest, *reversed(self.references)]))


class Damage:
    """Collects what was found broken, each once, in the order found."""

    def __init__(self) -> None:
        self._found: dict[str, None] = {}

    def note(self, code: str) -> None:
        """Remember a kind of damage."""
        self._found.setdefault(code)

    @property
    def codes(self) -> tuple[str, ...]:
        """All kinds found."""
        return tuple(self._found)

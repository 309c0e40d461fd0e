"""Tokens, and what an answer to a statement means line by line. Pure."""

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
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


# --- answers to a statement -----------------------------------------------------------------------

CONFIRMED: Final = "CONFIRMED"
PARTLY: Final = "PARTLY"
OBJECTED: Final = "OBJECTED"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a client says of a line that is not right: what is open by its books, and why."""

    believed: Decimal | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class SettledLine:
    """One line as it was answered."""

    open_amount: Decimal
    is_confirmed: bool
    mark: Mark


@dataclass(frozen=True, slots=True)
class SettledStatement:
    """A statement as it was answered: every line confirmed or contested, and the totals."""

    outcome: str
    lines: tuple[SettledLine, ...]

    @property
    def stated(self) -> Decimal:
        """The sum of all lines."""
        return sum((one.open_amount for one in self.lines), Decimal(0))

    @property
    def confirmed(self) -> Decimal:
        """The sum of the confirmed lines."""
        return sum((one.open_amount for one in self.lines if one.is_confirmed), Decimal(0))


class Unclear(Enum):
    """Why an answer to a statement says nothing one can keep."""

    NO_CHOICE = "choice"
    CONFIRMED_WITH_MARKS = "marks"
    PARTLY_WITHOUT_MARKS = "no marks"
    OBJECTED_WITHOUT_WORDS = "remark"
    NO_SUCH_LINE = "line"
    EMPTY_MARK = "empty"


class AnswerUnclear(ValueError):
    """The answer does not hold together; `why` says how."""

    def __init__(self, why: Unclear) -> None:
        super().__init__(why.value)
        self.why = why


def settle_statement(
    opens: Sequence[Decimal], *, choice: str, marks: Mapping[int, Mark], remark: str
) -> SettledStatement:
    """What an answer means line by line. `marks` are by place, counted from 1.

    Confirmed: every line. Partly: the marked ones are contested, all others confirmed; marking
    every line is an objection. Objected: none is confirmed. Raises AnswerUnclear.
    """
    _check_answer(len(opens), choice, marks, remark)
    contested = set(marks) if choice == PARTLY else set(range(1, len(opens) + 1))
    if choice == CONFIRMED:
        contested = set()
    lines = tuple(
        SettledLine(amount, place not in contested, marks.get(place, Mark()))
        for place, amount in enumerate(opens, start=1)
    )
    outcome = OBJECTED if len(contested) == len(opens) else choice
    return SettledStatement(outcome, lines)


def _check_answer(count: int, choice: str, marks: Mapping[int, Mark], remark: str) -> None:
    wrong = {
        Unclear.NO_CHOICE: choice not in {CONFIRMED, PARTLY, OBJECTED},
        Unclear.NO_SUCH_LINE: any(not 1 <= place <= count for place in marks),
        Unclear.EMPTY_MARK: any(
            one.believed is None and not one.remark.strip() for one in marks.values()
        ),
        Unclear.CONFIRMED_WITH_MARKS: choice == CONFIRMED and bool(marks),
        Unclear.PARTLY_WITHOUT_MARKS: choice == PARTLY and not marks,
        Unclear.OBJECTED_WITHOUT_WORDS: choice == OBJECTED and not marks and not remark.strip(),
    }
    for why, is_so in wrong.items():
        if is_so:
            raise AnswerUnclear(why)


def evidence_grade(*, was_mailed: bool) -> str:
    """How far an answer by link proves that the client acknowledged the debt.

    B when the link went by mail from here to the client's address, C when it was handed over in a
    way that is not on record. Not A: a typed name is no signature of the debtor.
    """
    return "B" if was_mailed else "C"

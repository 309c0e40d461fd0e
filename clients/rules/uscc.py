"""统一社会信用代码, the number of every organisation in mainland China: GB 32100-2015.

Place 1 names the registering authority, 2 the kind of body, 3 to 8 the region (GB/T 2260), 9 to 17
hold the organisation code (GB 11714, with a check character of its own), 18 is the check character.
31 is a prime and no weight is a multiple of it, so any one wrong character is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LENGTH: Final = 18
OLD_LICENCE_LENGTH: Final = 15
ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
#: What is written for a character that does not exist here.
LOOKALIKES: Final = {"O": "0", "I": "1", "Z": "2", "S": "5"}
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)

#: Authority and the kinds of body it registers. "9" is any other kind, with each of them.
AUTHORITIES: Final[dict[str, str]] = {
    "1": "1239",
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "1239",
    "6": "129",
    "7": "129",
    "8": "19",
    "9": "1239",
    "A": "19",
    "N": "1239",
    "Y": "1",
}
#: First two digits of GB/T 2260; 10 is the state itself.
PROVINCES: Final = frozenset(
    f"{great}{small}"
    for great, smalls in (
        ("1", "012345"),
        ("2", "123"),
        ("3", "1234567"),
        ("4", "123456"),
        ("5", "01234"),
        ("6", "12345"),
        ("7", "1"),
        ("8", "12"),
    )
    for small in smalls
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a code says of the body it stands for."""

    authority: str
    kind: str
    region: str
    organisation_code: str

    @property
    def province(self) -> str:
        """The first two digits of the region; "" for one that does not exist."""
        return self.region[:2] if self.region[:2] in PROVINCES else ""


def check_character(body: str) -> str:
    """The 18th character that belongs to the first 17. Raises KeyError on a strange one."""
    total = sum(_VALUES[c] * w for c, w in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check_character(body: str) -> str:
    """The 9th character of an organisation code that belongs to its first 8 (GB 11714, mod 11)."""
    total = sum(int(c, 36) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def parts(code: str) -> Parts:
    """A code of 18 characters, taken apart."""
    return Parts(code[0], code[1], code[2:8], code[8:17])


def strange_place(code: str) -> int | None:
    """The first place, from 1, that holds a character which does not occur there."""
    for place, character in enumerate(code, start=1):
        # The region is a number; everywhere else the whole alphabet may stand.
        allowed = "0123456789" if 3 <= place <= 8 else ALPHABET  # noqa: PLR2004  # as in the standard
        if character not in allowed:
            return place
    return None

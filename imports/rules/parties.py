"""The clients of a file: who is the same as whom."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from imports.rules.targets import Target

_SPACED_CJK: Final = re.compile(r"(?<=[\u3000-\u9fff]) | (?=[\u3000-\u9fff])")
_END: Final = " .,;，。；"

#: What the first row of a client tells about it.
ATTRIBUTES: Final = (
    Target.CONTACT_NAME,
    Target.CONTACT_EMAIL,
    Target.PHONE,
    Target.COUNTRY,
    Target.ADDRESS,
    Target.REGISTRATION_NUMBER,
    Target.LANGUAGE,
    Target.OWNER,
)


def normal_name(name: str) -> str:
    """A name as it is compared: width, case, spaces and a closing full stop do not matter.

    Legal forms do matter: Acme Ltd and Acme LLC are two companies.
    """
    folded = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return _SPACED_CJK.sub("", folded).strip(_END)


@dataclass(slots=True)
class Party:
    """A client as the file names it."""

    row: int
    code: str
    name: str
    attributes: dict[Target, str] = field(default_factory=dict)


class Parties:
    """Gives each client of the file a number, from 0 in the order of appearance.

    With a code, the code is the client; without one, its normal name is. Held in memory: a
    ledger has far fewer clients than rows.
    """

    def __init__(self) -> None:
        self.all: list[Party] = []
        self._keys: dict[tuple[str, str], int] = {}
        self._by_code: dict[str, int] = {}
        self._by_name: dict[str, int] = {}
        self.names_differ: list[tuple[int, str, str]] = []

    def numbers_of(
        self,
        codes: Sequence[str],
        names: Sequence[str],
        rows: Sequence[int],
        attributes: Mapping[Target, Sequence[str]],
    ) -> list[int | None]:
        """The number of each row's client; None for a row that names none."""
        keys = list(zip(codes, names, strict=True))
        found: list[int | None] = list(map(self._keys.get, keys))
        if None in found:
            for index, key in enumerate(keys):
                if found[index] is None and any(key):
                    given = {target: column[index] for target, column in attributes.items()}
                    found[index] = self._number(key, rows[index], given)
        return found

    def _number(self, key: tuple[str, str], row: int, given: dict[Target, str]) -> int:
        if key in self._keys:
            return self._keys[key]
        code, name = key
        normal = normal_name(name or code)
        number = self._by_code.get(code) if code else self._by_name.get(normal)
        if number is None:
            number = len(self.all)
            attributes = {target: value for target, value in given.items() if value}
            self.all.append(Party(row, code, name or code, attributes))
            if code:
                self._by_code[code] = number
            self._by_name.setdefault(normal, number)
        elif name and normal_name(self.all[number].name) != normal:
            self.names_differ.append((row, code, name))
        self._keys[key] = number
        return number

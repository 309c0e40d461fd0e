"""Patterns that people type into a lexicon: only those that end quickly on any text.

A pattern of Python's `re` can take longer than the universe on an unlucky text. What makes that
possible is not accepted: repeats without an end, repeats of groups, references back. For the
rest, the number of ways to match at one place is bounded.
"""

import re
from typing import Final

LONGEST: Final = 500
MOST_REPEATS: Final = 40
#: Ways to match at one place: the product of what each repeat and each choice allows.
MOST_WAYS: Final = 4_000

_GROUPS: Final = ("(?:", "(?=", "(?!", "(?<=", "(?<!")
_CLASS: Final = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_COUNT: Final = re.compile(r"\{(\d{1,3})(?:(,)(\d{1,3}))?\}")


class PatternRefused(ValueError):
    """Why a pattern is not accepted: `reason` is one of the words below, `at` the place."""

    def __init__(self, reason: str, at: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


TOO_LONG, EMPTY, BROKEN = "too_long", "empty", "broken"
ENDLESS, GROUP_REPEATED, TOO_MANY = "endless", "group_repeated", "too_many"
UNKNOWN_GROUP, REFERENCE, TOO_MANY_WAYS, MATCHES_NOTHING = (
    "unknown_group",
    "reference",
    "too_many_ways",
    "matches_nothing",
)


class _Reader:
    """Reads a pattern once; each method returns the ways to match what it read."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.place = 0

    def choice(self) -> int:
        """Branches up to a closing bracket. Only those that may begin alike add up."""
        branches = [self.branch()]
        while self.pattern.startswith("|", self.place):
            self.place += 1
            branches.append(self.branch())
        return max(
            sum(ways for first, ways in branches if not mine or not first or first == mine)
            for mine, _ways in branches
        )

    def branch(self) -> tuple[str, int]:
        """(its first character, "" when that is not one; ways)."""
        char = self.pattern[self.place : self.place + 1]
        first = char if char and char not in "\\[.^$(|)" else ""
        ways, start = 1, self.place
        while self.place < len(self.pattern) and self.pattern[self.place] not in "|)":
            is_first = self.place == start
            ways *= self.piece()
            if is_first and self.pattern[self.place - 1] in "?}":
                first = ""  # may be left out
            if ways > MOST_WAYS:
                raise PatternRefused(TOO_MANY_WAYS, self.place)
        return first, ways

    def piece(self) -> int:
        """A character, class or group, and how often."""
        char = self.pattern[self.place]
        is_group = char == "("
        inner = self.group() if is_group else self.atom(char)
        low, high, width = self.counts()
        if is_group and high > 1:
            raise PatternRefused(GROUP_REPEATED, self.place)
        if high > MOST_REPEATS or low > high:
            raise PatternRefused(TOO_MANY, self.place)
        self.place += width
        if width and self.pattern.startswith("?", self.place):  # lazy: as many ways
            self.place += 1
        if self.pattern[self.place : self.place + 1] in {"*", "+", "{", "?"}:
            raise PatternRefused(ENDLESS, self.place)
        return inner + (1 if low == 0 else 0) if is_group else high - low + 1

    def group(self) -> int:
        """What stands in brackets."""
        rest = self.pattern[self.place :]
        known = [start for start in _GROUPS if rest.startswith(start)]
        if rest.startswith("(?") and not known:
            raise PatternRefused(UNKNOWN_GROUP, self.place)
        self.place += len(known[0]) if known else 1
        ways = self.choice()
        if not self.pattern.startswith(")", self.place):
            raise PatternRefused(BROKEN, self.place)
        self.place += 1
        return ways

    def atom(self, char: str) -> int:
        """One character or one class of them."""
        start = self.place
        if char in {"*", "+", "?", "{"}:
            raise PatternRefused(BROKEN, start)
        if char == "\\":
            if self.pattern[start + 1 : start + 2].isdigit():
                raise PatternRefused(REFERENCE, start)
            self.place += 2
        elif char == "[":
            end = _CLASS.match(self.pattern, start)
            if end is None:
                raise PatternRefused(BROKEN, start)
            self.place = end.end()
        else:
            self.place += 1
        return 1

    def counts(self) -> tuple[int, int, int]:
        """(fewest, most, characters read) of a repeat; (1, 1, 0) where there is none."""
        if self.pattern[self.place : self.place + 1] in {"*", "+"}:
            raise PatternRefused(ENDLESS, self.place)
        if self.pattern.startswith("?", self.place):
            return 0, 1, 1
        found = _COUNT.match(self.pattern, self.place)
        if found is None:
            if self.pattern.startswith("{", self.place):
                raise PatternRefused(ENDLESS, self.place)
            return 1, 1, 0
        low = int(found.group(1))
        return low, int(found.group(3)) if found.group(2) else low, len(found.group())


def check_pattern(pattern: str) -> None:
    """Raises PatternRefused for what is broken, or could take long on some text."""
    if not pattern.strip():
        raise PatternRefused(EMPTY)
    if len(pattern) > LONGEST:
        raise PatternRefused(TOO_LONG, LONGEST)
    reader = _Reader(pattern)
    ways = reader.choice()
    if reader.place < len(pattern):
        raise PatternRefused(BROKEN, reader.place)
    if ways > MOST_WAYS:
        raise PatternRefused(TOO_MANY_WAYS)
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError) as error:
        raise PatternRefused(BROKEN, getattr(error, "pos", None) or 0) from error
    found = [*compiled.finditer(""), *compiled.finditer("a 我.")]
    if any(not one.group() for one in found):
        raise PatternRefused(MATCHES_NOTHING)

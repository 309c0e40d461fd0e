"""The ladder a creditor starts with, and what makes a ladder sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from reminders.states import Channel, Tone


@dataclass(frozen=True, slots=True)
class Rung:
    """One step as a policy describes it: from `day` past due, by which channel, in which tone."""

    level: int
    day: int
    channel: Channel
    tone: Tone
    enabled: bool = True


#: Courtesy before the due date; an assumed oversight once a late transfer would have come in;
#: a question; facts and an offer; a deadline; then a person. Days are the calm end of what is
#: usual (+1..3, +7..10, +15..21, +30..45, +60).
DEFAULT_LADDER: Final = (
    Rung(0, -3, Channel.EMAIL, Tone.COURTESY),
    Rung(1, 3, Channel.EMAIL, Tone.OVERSIGHT),
    Rung(2, 10, Channel.CALL_EMAIL, Tone.ASKING),
    Rung(3, 21, Channel.LETTER, Tone.FORMAL),
    Rung(4, 45, Channel.LETTER, Tone.FINAL),
    Rung(5, 60, Channel.PERSON, Tone.FINAL),
)

#: Days a client is given to answer, by tone.
ANSWER_DAYS: Final = MappingProxyType(
    {Tone.COURTESY: 7, Tone.OVERSIGHT: 7, Tone.ASKING: 7, Tone.FORMAL: 10, Tone.FINAL: 14}
)

DEFAULT_TOLERANCE: Final = 1
DEFAULT_GAP_DAYS: Final = 6
DEFAULT_FEED_AGE_DAYS: Final = 3


@dataclass(frozen=True, slots=True)
class LadderFault:
    """Why a ladder is not sound: at which level, and what is wrong there."""

    level: int
    fault: str


def ladder_faults(rungs: Sequence[Rung]) -> list[LadderFault]:
    """What keeps the steps in use from being a ladder; nothing when they are one.

    Faults: "day" (not later than the step below), "courtesy" (more than one step before the due
    date, or one that does not speak as a courtesy), "late" (a courtesy after the due date),
    "person" (a step above the one where a person decides).
    """
    used = sorted((rung for rung in rungs if rung.enabled), key=lambda rung: rung.level)
    faults = [
        LadderFault(upper.level, "day") for lower, upper in pairwise(used) if upper.day <= lower.day
    ]
    faults += [
        LadderFault(upper.level, "person")
        for lower, upper in pairwise(used)
        if lower.channel == Channel.PERSON
    ]
    early = [rung for rung in used if rung.day <= 0]
    faults += [LadderFault(rung.level, "courtesy") for rung in early[1:]]
    faults += [LadderFault(r.level, "courtesy") for r in early[:1] if r.tone != Tone.COURTESY]
    faults += [LadderFault(r.level, "late") for r in used if r.day > 0 and r.tone == Tone.COURTESY]
    return faults

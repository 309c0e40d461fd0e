"""One badge per state, the same everywhere: label from the state, tone and icon from here.

Every `TextChoices` in a room's `states.py` is a domain: `InvoiceState` is "invoice",
`InteractionKind` is "interaction_kind". The words most rooms share (DRAFT, SENT, FAILED, ...)
have their look in `COMMON_LOOKS`; a room gives its own words theirs with `register_badges()` in
the `ready()` of its `apps.py`. A test walks every room and fails on a state without a look.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db.models import TextChoices
from django.utils.functional import Promise


class Tone(StrEnum):
    """What a colour says. Colour never says it alone: every badge has a label and an icon."""

    NEUTRAL = "neutral"
    """A plain fact, nothing to do."""
    QUIET = "quiet"
    """Over, or not started: may be overlooked."""
    INFO = "info"
    """Open, on its way."""
    PROGRESS = "progress"
    """Somebody or something is at work on it."""
    GOOD = "good"
    """As it should be."""
    WARN = "warn"
    """Look at it soon."""
    BAD = "bad"
    """Look at it now."""


@dataclass(frozen=True, slots=True)
class Look:
    """Tone and icon of one state."""

    tone: Tone
    icon: str


@dataclass(frozen=True, slots=True)
class Badge:
    """A state as the user sees it."""

    domain: str
    value: str
    label: str | Promise
    tone: Tone
    icon: str


UNKNOWN_LOOK = Look(Tone.NEUTRAL, "circle")

COMMON_LOOKS: Mapping[str, Look] = {
    # Life of a document, a job, a plan
    "DRAFT": Look(Tone.QUIET, "pencil"),
    "PLANNED": Look(Tone.INFO, "calendar-event"),
    "PROPOSED": Look(Tone.INFO, "send"),
    "REQUESTED": Look(Tone.INFO, "send"),
    "QUEUED": Look(Tone.QUIET, "clock"),
    "PENDING": Look(Tone.QUIET, "clock"),
    "WAITING": Look(Tone.QUIET, "clock"),
    "RUNNING": Look(Tone.PROGRESS, "loader-2"),
    "BUILDING": Look(Tone.PROGRESS, "loader-2"),
    "RENDERING": Look(Tone.PROGRESS, "loader-2"),
    "INFLIGHT": Look(Tone.PROGRESS, "mail-forward"),
    "UPLOADED": Look(Tone.QUIET, "upload"),
    "CHECKING": Look(Tone.PROGRESS, "loader-2"),
    "IMPORTING": Look(Tone.PROGRESS, "loader-2"),
    "IMPORTED": Look(Tone.GOOD, "checks"),
    "IN_REVIEW": Look(Tone.PROGRESS, "scale"),
    "LEGAL_REVIEW": Look(Tone.PROGRESS, "scale"),
    "APPROVED": Look(Tone.GOOD, "circle-check"),
    "ACCEPTED": Look(Tone.GOOD, "circle-check"),
    "READY": Look(Tone.GOOD, "check"),
    "RENDERED": Look(Tone.GOOD, "file-check"),
    "BUILT": Look(Tone.GOOD, "file-check"),
    "ISSUED": Look(Tone.INFO, "signature"),
    "SENT": Look(Tone.INFO, "send"),
    "DELIVERED": Look(Tone.GOOD, "mail-check"),
    "DISPATCHED": Look(Tone.INFO, "truck-delivery"),
    "ACTIVE": Look(Tone.GOOD, "player-play"),
    "DONE": Look(Tone.GOOD, "check"),
    "COMPLETED": Look(Tone.GOOD, "checks"),
    "FULFILLED": Look(Tone.GOOD, "checks"),
    "SUSPENDED": Look(Tone.WARN, "player-pause"),
    "FAILED": Look(Tone.BAD, "circle-x"),
    "REJECTED": Look(Tone.BAD, "circle-x"),
    "REFUSED": Look(Tone.BAD, "circle-x"),
    "DECLINED": Look(Tone.BAD, "circle-x"),
    "RETURNED": Look(Tone.WARN, "arrow-back-up"),
    "TERMINATED": Look(Tone.BAD, "ban"),
    "CANCELLED": Look(Tone.QUIET, "ban"),
    "WITHDRAWN": Look(Tone.QUIET, "arrow-back-up"),
    "SUPERSEDED": Look(Tone.QUIET, "history"),
    "SUPPRESSED": Look(Tone.QUIET, "hand-stop"),
    "EXPIRED": Look(Tone.QUIET, "hourglass-empty"),
    "VOID": Look(Tone.QUIET, "ban"),
    "CLOSED": Look(Tone.QUIET, "lock"),
    "RESOLVED": Look(Tone.GOOD, "circle-check"),
    "IN_DOUBT": Look(Tone.WARN, "mail-question"),
    "UNKNOWN": Look(Tone.NEUTRAL, "help"),
    "OTHER": Look(Tone.NEUTRAL, "dots"),
    # Money
    "OPEN": Look(Tone.INFO, "circle-dot"),
    "NOT_DUE": Look(Tone.INFO, "calendar-due"),
    "PARTLY_PAID": Look(Tone.PROGRESS, "percentage"),
    "PAID": Look(Tone.GOOD, "circle-check"),
    "OVERDUE": Look(Tone.BAD, "alert-circle"),
    "DISPUTED": Look(Tone.WARN, "messages"),
    "CREDITED": Look(Tone.QUIET, "receipt"),
    "KEPT": Look(Tone.GOOD, "heart-handshake"),
    "PART_KEPT": Look(Tone.WARN, "percentage"),
    "BROKEN": Look(Tone.BAD, "calendar-x"),
    # Yes and no of a decision
    "SEND": Look(Tone.INFO, "send"),
    "SKIP": Look(Tone.QUIET, "hand-stop"),
    # Roles
    "SALES": Look(Tone.INFO, "briefcase"),
    "FINANCE": Look(Tone.GOOD, "coins"),
    "MANAGER": Look(Tone.PROGRESS, "shield-check"),
    "ADMIN": Look(Tone.NEUTRAL, "settings"),
    # Directions and channels
    "IN": Look(Tone.INFO, "arrow-left"),
    "OUT": Look(Tone.NEUTRAL, "arrow-right"),
    "INTERNAL": Look(Tone.QUIET, "building"),
    "EMAIL": Look(Tone.NEUTRAL, "mail"),
    "CALL": Look(Tone.NEUTRAL, "phone"),
    "PHONE": Look(Tone.NEUTRAL, "phone"),
    "MESSAGE": Look(Tone.NEUTRAL, "message"),
    "VISIT": Look(Tone.NEUTRAL, "map-pin"),
    "MEETING": Look(Tone.NEUTRAL, "users-group"),
    "LETTER": Look(Tone.NEUTRAL, "file-description"),
    "NOTE": Look(Tone.QUIET, "note"),
}


class _Registry:
    """Domains by class of states, and the looks that rooms registered."""

    def __init__(self) -> None:
        self.domains: dict[type[TextChoices], str] = {}
        self.choices: dict[str, type[TextChoices]] = {}
        self.looks: dict[str, dict[str, Look]] = {}
        self.discovered = False

    def add(self, choices: type[TextChoices], domain: str = "") -> str:
        """Give a class its domain, once. Raises ValueError when another class has it."""
        if choices in self.domains and domain in {"", self.domains[choices]}:
            return self.domains[choices]
        domain = domain or _domain_by_name(choices)
        holder = self.choices.setdefault(domain, choices)
        if holder is not choices:
            raise ValueError(
                f"{choices.__module__}.{choices.__name__} cannot be the badges of {domain!r}: "
                f"{holder.__module__}.{holder.__name__} is. Register one with another domain."
            )
        self.domains[choices] = domain
        return domain

    def discover(self) -> None:
        """Take in every TextChoices that an installed room defines in its `states.py`."""
        if self.discovered:
            return
        for config in apps.get_app_configs():
            name = f"{config.name}.states"
            if config.name.startswith("django.") or find_spec(name) is None:
                continue
            for choices in states_of(name):
                self.add(choices)
        self.discovered = True


def _domain_by_name(choices: type[TextChoices]) -> str:
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", choices.__name__).lower()
    return name.removesuffix("_state") or name


_registry = _Registry()


def domain_of(choices: type[TextChoices]) -> str:
    """The badge domain of a class of states: `InvoiceState` -> "invoice"."""
    return _registry.add(choices)


def states_of(module_name: str) -> Iterable[type[TextChoices]]:
    """The classes of states that a module itself defines, in their order there."""
    for value in vars(import_module(module_name)).values():
        if (
            isinstance(value, type)
            and issubclass(value, TextChoices)
            and value.__module__ == module_name
        ):
            yield value


def register_badges(
    choices: type[TextChoices], looks: Mapping[str, tuple[Tone, str]], *, domain: str = ""
) -> None:
    """Give states of one room their own look. Called from the room's `apps.py` in `ready()`.

    Only the states whose word is not in `COMMON_LOOKS`, or looks different here, are named.
    `domain` replaces the name made from the class, where two rooms use the same word.
    Raises ValueError for a state that the class does not have, or a domain already taken.
    """
    domain = _registry.add(choices, domain)
    strangers = set(looks) - set(choices.values)
    if strangers:
        raise ValueError(f"{choices.__name__} has no state {', '.join(sorted(strangers))}.")
    known = _registry.looks.setdefault(domain, {})
    known.update({str(value): Look(tone, icon) for value, (tone, icon) in looks.items()})


def has_look(choices: type[TextChoices], value: str) -> bool:
    """Whether a state has a look of its own, so that it is not shown with the plain one."""
    domain = domain_of(choices)
    return value in _registry.looks.get(domain, {}) or value in COMMON_LOOKS


def badge_for(domain: str, value: str) -> Badge:
    """The badge of a state. An unknown word is shown as it is, plainly, never an error."""
    _registry.discover()
    look = _registry.looks.get(domain, {}).get(value) or COMMON_LOOKS.get(value, UNKNOWN_LOOK)
    choices = _registry.choices.get(domain)
    label: str | Promise = value
    if choices is not None and value in choices.values:
        label = choices(value).label
    return Badge(domain=domain, value=value, label=label, tone=look.tone, icon=look.icon)


def all_badges() -> dict[str, list[Badge]]:
    """Every badge of every domain, for the styleguide and its test."""
    _registry.discover()
    return {
        domain: [badge_for(domain, value) for value in _registry.choices[domain].values]
        for domain in sorted(_registry.choices)
    }

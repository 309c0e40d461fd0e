"""What a link can ask: the registry of actions, and how a link is refused.

A room lower down never knows of links. Its actions are registered here, by a module of this room
that calls the lower room's service: see `statements` and `contracts` beside this module.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.errors import Refusal
from portal.models import PortalAct, PortalLink
from portal.states import WhyClosed


class LinkClosed(Refusal):
    """Nobody may act through this link; `why` says why."""

    def __init__(self, why: WhyClosed) -> None:
        super().__init__(_("This link is closed: %s.") % why.label)
        self.why = why


class UnableToAnswer(Refusal):
    """The answer does not hold together; the link stays open."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A client's answer on its way to the room it concerns."""

    link: PortalLink
    act: PortalAct
    at: dt.datetime

    @property
    def answer(self) -> Mapping[str, Any]:
        """What was chosen and written; plain values."""
        answer: Mapping[str, Any] = self.act.answer
        return answer


def _always_current(_link: PortalLink) -> None:
    """What it asks about cannot go out of date."""


def _plainly(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in sorted(answer.items()) if value != ""]


def _nothing(_link: PortalLink, _language: str) -> Mapping[str, Any]:
    return {}


def _not_awaited(_link: PortalLink, _at: dt.datetime) -> None:
    """That it reached the client begins nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalAction:
    """One thing that a link can ask of a client.

    `code` is `room.verb` and never changes: links carry it. `title` is what the staff read,
    `question` what the client reads on top, in their language. `template` shows what is asked
    with what `present` returns; it only reads. `describe` puts an answer into pairs of label and
    words, in the active language. `refuse_outdated` raises `LinkClosed` when what it
    is about has changed since. `perform` does it, in the transaction that writes the answer; a
    `Refusal` from it takes the answer back. `reached` is called when the mail server took the
    link's mail, and when somebody opened it first: it then demonstrably reached the client.
    For `reads_again` after the answer its address opens the client's record once more, where
    something came of the answer that is read there.
    """

    code: str
    title: str | Promise
    question: str | Promise
    thanks: str | Promise
    template: str
    perform: Callable[[Submission], None]
    present: Callable[[PortalLink, str], Mapping[str, Any]] = _nothing
    describe: Callable[[Mapping[str, Any]], list[tuple[str, str]]] = _plainly
    refuse_outdated: Callable[[PortalLink], None] = _always_current
    reached: Callable[[PortalLink, dt.datetime], None] = _not_awaited
    is_repeatable: bool = False
    reads_again: dt.timedelta = dt.timedelta(0)


_actions: dict[str, PortalAction] = {}


def register(action: PortalAction) -> PortalAction:
    """Make an action known. Raises ValueError when its code is taken by another."""
    if _actions.setdefault(action.code, action) is not action:
        raise ValueError(f"{action.code} is registered already.")
    return action


def action_of(code: str) -> PortalAction:
    """The action of a link. Raises KeyError for one that no module registered."""
    return _actions[code]


def all_actions() -> tuple[PortalAction, ...]:
    """Every action, in order of its code."""
    return tuple(_actions[code] for code in sorted(_actions))

"""Facts that a text to a client may name. Rooms above register what only they know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Contact, Creditor
from core.display import format_long_day
from core.mailing import one_line

Label = str | Promise


@dataclass(frozen=True, slots=True)
class Occasion:
    """To whom, from whom and when a text is written. It is always in the client's language."""

    client: Client
    creditor: Creditor
    on: dt.date
    contact: Contact | None = None
    sender_name: str = ""
    deadline: dt.date | None = None
    language: str = field(default="")

    @property
    def spoken(self) -> str:
        """The language of the text."""
        return self.language or self.client.language


FactsSource = Callable[[Occasion], Mapping[str, str]]

_own: dict[str, Label] = {
    "client_name": _("the client's name"),
    "contact_name": _("the person written to"),
    "creditor_name": _("our company's name"),
    "sender_name": _("who writes"),
    "deadline": _("the day an answer is asked for"),
    "today": _("today"),
}
_names: dict[str, Label] = dict(_own)
_sources: list[FactsSource] = []


def register_facts(names: Mapping[str, Label], source: FactsSource) -> None:
    """Add facts of a room above: their names with what they are, and where they come from.

    A source gives each fact as it is read, in `occasion.spoken`; it leaves out what it does not
    know. Called from the room's `apps.py` in `ready()`.
    """
    _names.update(names)
    if source not in _sources:
        _sources.append(source)


def known_facts() -> dict[str, Label]:
    """Every name that a text may use, with what it stands for."""
    return dict(_names)


def facts_for(occasion: Occasion) -> dict[str, str]:
    """Every fact that is known on this occasion."""
    language = occasion.spoken
    facts = {
        "client_name": one_line(occasion.client.legal_name),
        "contact_name": one_line(occasion.contact.name) if occasion.contact else "",
        "creditor_name": one_line(occasion.creditor.name_in(language)),
        "sender_name": one_line(occasion.sender_name),
        "deadline": format_long_day(occasion.deadline, language) if occasion.deadline else "",
        "today": format_long_day(occasion.on, language),
    }
    for source in _sources:
        facts.update(source(occasion))
    return {name: value for name, value in facts.items() if value}

"""Work given for nothing, as a person notes it."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

from clients.models import Client, Creditor
from core.models import User
from credit.models import (
    FreeEntry,
    MarginAssumption,
)
from credit.rules.freeloading import NetMargin
from credit.selectors.margins import WorkedOut, margins_of, twelve_months
from credit.services.freeloading import (
    Gift,
    judge_free_work,
    note_free_work,
)
from credit.services.margins import set_assumption
from credit.states import Assumed, FreeWork, MarginLine
from interactions.models import Interaction
from interactions.services import log_interaction
from tests.factories import (
    NOW,
    TODAY,
    make_invoice,
)

L = MarginLine
DAY = dt.timedelta(days=1)
keys = itertools.count(1)


def gift(kind: FreeWork = FreeWork.CONSULTATION, **changed: Any) -> Gift:
    size = {} if "amount" in changed else {"hours": Decimal(2)}
    return Gift(**{"kind": kind, "happened_on": TODAY, "currency": "CNY", **size, **changed})


def noted(client: Client, what: Gift | None = None, **changed: Any) -> FreeEntry:
    given: dict[str, Any] = {
        "client": client,
        "gift": what or gift(),
        "key": f"k{next(keys)}",
        "on": TODAY,
        "actor": client.owner,
        "at": NOW,
        **changed,
    }
    return note_free_work(**given)


def said(client: Client, **changed: Any) -> Interaction:
    given: dict[str, Any] = {
        "client": client,
        "kind": "CALL",
        "direction": "OUT",
        "occurred_at": NOW - DAY,
        "body": "when will you pay",
        "actor": client.owner,
        "at": NOW,
        **changed,
    }
    return log_interaction(**given)


def proven(client: Client, **changed: Any) -> FreeEntry:
    return noted(client, gift(interaction=said(client), **changed))


def judged(entry: FreeEntry, manager: User, verdict: str = "CONFIRMED", **changed: Any) -> Any:
    given: dict[str, Any] = {"reason": "Asked for in writing", "on": TODAY, "at": NOW, **changed}
    return judge_free_work(entry=entry, verdict=verdict, actor=manager, **given)


def worked_out(client: Client, currency: str = "CNY", on: dt.date = TODAY) -> WorkedOut:
    (found,) = (
        one for one in margins_of([client], twelve_months(on)) if one.margin.currency == currency
    )
    return found


def margin(client: Client, **given: Any) -> NetMargin:
    return worked_out(client, **given).margin


def assumed(manager: User, name: Assumed, value: str, **changed: Any) -> MarginAssumption:
    given: dict[str, Any] = {
        "of": "", "currency": "", "effective_on": TODAY, "source": "books", **changed,
    }  # fmt: skip
    return set_assumption(name=name, value=Decimal(value), actor=manager, at=NOW, **given)


def invoiced(client: Client, creditor: Creditor, times: int = 3) -> None:
    for _number in range(times):
        make_invoice(client, creditor, "1000.00", due_on=TODAY)

"""Many messages, senders that die, and what must be true when all has come to rest."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self
from unittest import mock
from urllib.parse import quote

import psycopg2
from django.db import connection, connections

from clients.models import Client, Contact, Creditor
from core import verify
from core.dates import now
from core.models import User
from core.states import Role
from payments.models import Invoice
from reminders.models import Message
from reminders.selectors import verify as checks
from reminders.selectors.policy import ladder_of
from reminders.services import claims
from reminders.services.approval import approve_run
from reminders.services.planning import plan_reminders
from reminders.services.sending import recover_stale
from reminders.states import MessageState
from tests.factories import make_creditor, make_user
from tests.reminders import worker
from tests.reminders.sink import Sink

# Checks register themselves when their module is read.
CHECKED = (checks,)


def make_debtors(creditor: Creditor, count: int, *, on: dt.date) -> None:
    """So many clients with a contact and an overdue invoice each, in a few statements."""
    at = now()
    clients = Client.objects.bulk_create(
        Client(code=f"chaos{n:05d}", legal_name=f"Debtor {n}", created_at=at) for n in range(count)
    )
    Contact.objects.bulk_create(
        Contact(client=client, name="Payables", email=f"{client.code}@client.example")
        for client in clients
    )
    Invoice.objects.bulk_create(
        Invoice(
            creditor=creditor,
            client=client,
            number=f"CH-{client.code}",
            currency="CNY",
            amount=100,
            issued_on=on - dt.timedelta(days=40),
            due_on=on - dt.timedelta(days=10),
            created_at=at,
        )
        for client in clients
    )


def queue_messages(count: int) -> Creditor:
    """So many messages, planned and approved today."""
    creditor, actor = make_creditor(), make_user(Role.FINANCE)
    on = now().date()
    make_debtors(creditor, count, on=on)
    queue(creditor, actor, on)
    assert Message.objects.filter(state=MessageState.QUEUED).count() == count
    return creditor


def queue(creditor: Creditor, actor: User, on: dt.date) -> None:
    """Plan and approve a day."""
    run = plan_reminders(creditor=creditor, on=on, actor=None, at=now()).run
    approve_run(run=run, actor=actor, at=now())


def problems() -> list[str]:
    """What `verify_ledger` finds in this room."""
    return [
        f"{result.name}: {problem}"
        for result in verify.run_checks()
        if result.name.startswith("reminders")
        for problem in result.problems
    ]


# --- Killing senders --------------------------------------------------------------------------


@dataclass
class Killer:
    """Kills the sender in the middle of conversations, at steps drawn by lot."""

    kills_wanted: int
    chance: float = 1.0
    seed: int = 1
    # Steps at which it strikes, and how often the mail was delivered when its sender died.
    steps: frozenset[str] = frozenset({"connect", "mail", "rcpt", "data", "text"})
    keeps: float = 0.5
    victim: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311  # not a secret

    def _strikes(self) -> bool:
        return self.killed.total() < self.kills_wanted and self._random.random() < self.chance

    def script(self, step: str, _argument: str) -> str | None:
        """What the sink does at a step: nothing unusual, or its client is dead by now."""
        with self.lock:
            if not self.victim or step not in self.steps or not self._strikes():
                return None
            keeps = step == "text" and self._random.random() < self.keeps
            self.killed["text, delivered" if keeps else step] += 1
            victim, self.victim = self.victim, 0
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        return "!kept" if keeps else "!"


def _environment() -> dict[str, str]:
    there = connection.settings_dict
    secret = quote(str(there["PASSWORD"]), safe="")
    host = f"{there['HOST']}:{there['PORT']}"
    return os.environ | {
        "DATABASE_URL": f"postgres://{there['USER']}:{secret}@{host}/{there['NAME']}",
        "DJANGO_SETTINGS_MODULE": "crm.settings",
    }


class Nursery:
    """A process that raises senders, one after the other (`tests.reminders.worker`)."""

    def __init__(self) -> None:
        connections.close_all()  # the process begins as a copy of this one, and must not share them
        forking = multiprocessing.get_context("fork")
        self._told, there = forking.Pipe()
        self._process = forking.Process(target=worker.main, args=(there,), daemon=True)
        self._process.start()
        there.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(BrokenPipeError):
            self._told.send(None)
        self._process.join(timeout=30)
        self._process.kill()
        self._told.close()

    def send(self, sink: Sink, killer: Killer, *, ahead: dt.timedelta) -> None:
        """Let a sender work to the end, killed now and then and started again."""
        self._told.send((sink.port, ahead.total_seconds()))
        # An EOFError is the end of the nursery itself.
        for victim in iter(self._told.recv, None):
            killer.victim = victim


def send_all(nursery: Nursery, sink: Sink, killer: Killer, *, rounds: int = 40) -> None:
    """Rounds of sending until nothing is queued or in flight; each finds what the dead left."""
    sink.script = killer.script
    waiting = [MessageState.QUEUED, MessageState.INFLIGHT]
    ahead = dt.timedelta()
    for _round in range(rounds):
        nursery.send(sink, killer, ahead=ahead)
        ahead += dt.timedelta(hours=3)
        recover_stale(at=now() + ahead)
        if not Message.objects.filter(state__in=waiting).exists():
            return
    raise AssertionError("some messages never came to an end")


def ending(sink: Sink) -> dict[str, Any]:
    """The figures of the bar: what was delivered twice, what was lost, where all ended."""
    delivered = Counter(sink.message_ids)
    states = dict(Message.objects.values_list("message_id", "state"))
    sent = {pk for pk, state in states.items() if state == MessageState.SENT}
    told = sent | {pk for pk, state in states.items() if state == MessageState.IN_DOUBT}
    return {
        "twice": [pk for pk, count in delivered.items() if count > 1],
        "sent but not delivered": sorted(sent - set(delivered)),
        "delivered but not told": sorted(set(delivered) - told),
        "states": Counter(states.values()),
        "problems": problems(),
    }


# --- Races ------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all at the same moment, each on a database connection of its own."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=30)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@dataclass
class Race:
    """Payers and claimers on the same messages; an observer outside sees what is committed."""

    creditor: Creditor
    acts: Sequence[Callable[[Invoice], Any]]
    seed: int = 1
    outcomes: Counter[str] = field(default_factory=Counter)
    asked_of_nothing: list[int] = field(default_factory=list)

    def run(self) -> None:
        """One race per queued message."""
        ladder = ladder_of(self.creditor)
        lots = random.Random(self.seed)  # noqa: S311  # not a secret
        take = claims._take
        with psycopg2.connect(_environment()["DATABASE_URL"]) as outside:
            outside.autocommit = True

            def watched(message: Message, frozen: Any, *, at: dt.datetime) -> Any:
                # The claim holds its locks here. Whatever took the debt away and committed
                # before must have been seen.
                if _collectible(outside, message.client_id) <= 0:
                    self.asked_of_nothing.append(message.pk)
                return take(message, frozen, at=at)

            with mock.patch.object(claims, "_take", watched), ThreadPoolExecutor(2) as pool:
                for message in Message.objects.order_by("pk"):
                    invoice = Invoice.objects.get(client_id=message.client_id)
                    self._one(pool, message, invoice, lots, ladder)
                list(pool.map(_hang_up, [threading.Barrier(2)] * 2))

    def _one(
        self, pool: ThreadPoolExecutor, message: Message, invoice: Invoice, lots: Any, ladder: Any
    ) -> None:
        act = lots.choice(self.acts)
        first, second = lots.random() * 0.004, lots.random() * 0.004
        barrier = threading.Barrier(2)

        def claim() -> str:
            barrier.wait(timeout=30)
            threading.Event().wait(first)
            found = claims.claim_message(message_id=message.pk, ladder=ladder, at=now())
            return found.outcome.name

        def take_away() -> None:
            barrier.wait(timeout=30)
            threading.Event().wait(second)
            act(invoice)

        claimed, taken = pool.submit(claim), pool.submit(take_away)
        taken.result(timeout=60)
        self.outcomes[claimed.result(timeout=60)] += 1


def _hang_up(both: threading.Barrier) -> None:
    """Close the connections of a pool's two threads: each waits until the other is here too."""
    both.wait(30)
    connections.close_all()


def _collectible(outside: Any, client_id: int) -> Any:
    with outside.cursor() as cursor:
        cursor.execute(
            """
            SELECT sum(i.collectible) - coalesce(max(b.credit), 0) FROM payments_invoice i
            LEFT JOIN payments_clientbalance b
              ON b.client_id = i.client_id AND b.creditor_id = i.creditor_id
             AND b.currency = i.currency
            WHERE i.client_id = %s
            """,
            [client_id],
        )
        return cursor.fetchone()[0]

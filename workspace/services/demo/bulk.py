"""A ledger of any size by COPY: for benches, load tests and trying the product at scale.

The shares are fixed (60% settled, 20% open and not due, 20% overdue), the rest is skewed as
real ledgers are: a few clients have most of the invoices, amounts spread over three orders
of magnitude, a client pays as late as it usually does. The same numbers and the same day
give the same ledger.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO, Final

from django.db import connection, transaction

from clients.models import Client
from clients.services import name_keys
from core import audit
from core.models import User
from core.states import Role
from payments.models import Invoice
from workspace.services.demo.copying import NULL, CopyBook
from workspace.services.demo.errors import UnableToSeed
from workspace.services.demo.people import make_creditors, make_users
from workspace.services.demo.teller import read_data

TABLES: Final = {
    "clients_client": (
        "id", "code", "legal_name", "name_pinyin", "name_initials", "kind",
        "registration_number", "country", "address", "language", "time_zone", "segment",
        "owner_id", "notes", "grade", "on_credit_hold", "hold_reason", "created_at",
    ),
    "clients_contact": (
        "id", "client_id", "name", "role", "email", "phone", "is_primary",
        "receives_reminders", "opted_out_at",
    ),
    "payments_invoice": (
        "id", "creditor_id", "client_id", "number", "currency", "amount", "issued_on", "due_on",
        "reference", "description", "source", "created_at", "allocated", "disputed",
    ),
    "payments_receipt": (
        "id", "creditor_id", "client_id", "currency", "amount", "received_on", "method",
        "payer_name", "reference", "external_ref", "created_at", "allocated", "refunded",
    ),
    "payments_allocation": (
        "id", "receipt_id", "invoice_id", "amount", "effective_on", "reason", "created_at",
    ),
    "disputes_dispute": (
        "id", "client_id", "invoice_id", "amount", "reason", "note", "opened_on", "state",
        "resolution", "created_at",
    ),
}  # fmt: skip

SETTLED: Final = 0.60
NOT_DUE: Final = 0.20
CHINESE: Final = 0.70
MAIN_CURRENCY: Final = 0.97
OPTED_OUT: Final = 0.02
PAID_AHEAD: Final = 0.01
PART_PAID: Final = 0.12
DISPUTED: Final = 0.03
WHOLE: Final = 0.5
HISTORY_DAYS: Final = 1095
TERMS: Final = (15, 30, 30, 30, 45, 60, 90)
CLIENTS_PER_SALESPERSON: Final = 2000
MOST_SALESPEOPLE: Final = 20


@dataclass(frozen=True)
class LoadedLedger:
    """How many rows were written."""

    clients: int
    invoices: int
    receipts: int
    allocations: int
    disputes: int


@dataclass
class _Habits:
    """What one client is like; all its rows follow from it."""

    id: int
    currency: str
    terms: int
    lateness: float
    size: float


@dataclass
class _Writer:
    """Counts ids and writes lines. Amounts are whole cents until they become text."""

    book: CopyBook
    chance: random.Random
    on: dt.date
    stamp: str
    creditor_id: int
    days: list[str] = field(default_factory=list)
    amounts: list[int] = field(default_factory=list)
    invoices: int = 0
    receipts: int = 0
    allocations: int = 0
    disputes: int = 0
    files: dict[str, IO[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.files = {name: self.book.file(name) for name in TABLES}
        self.days = [
            (self.on - dt.timedelta(days=before)).isoformat()
            for before in range(-_LEAD_DAYS, HISTORY_DAYS + 500)
        ]
        usual = math.log(800_000)  # cents
        self.amounts = [int(self.chance.lognormvariate(usual, 1.1)) for _ in range(8192)]

    def day(self, before: int) -> str:
        """The date `before` days before the ledger's day (negative: after it), as text."""
        return self.days[before + _LEAD_DAYS]

    def invoice(self, client: _Habits, *, issued: int, due: int) -> tuple[int, int]:
        """Write an invoice; days count backwards from the ledger's day. Returns id and cents."""
        self.invoices += 1
        table = self.amounts
        cents = int(table[int(self.chance.random() * len(table))] * client.size) + 100
        self.files["payments_invoice"].write(
            f"{self.invoices}\t{self.creditor_id}\t{client.id}\tINV-{self.invoices:08d}\t"
            f"{client.currency}\t{_money(cents)}\t{self.day(issued)}\t{self.day(due)}\t\t\t"
            f"seed\t{self.stamp}\t0\t0\n"
        )
        return self.invoices, cents

    def receipt(self, client: _Habits, *, received: int, parts: list[tuple[int, int]]) -> None:
        """Write a receipt that settles `parts` (invoice id, cents); id 0 stays unapplied."""
        self.receipts += 1
        day = self.day(received)
        total = _money(sum(cents for _, cents in parts))
        self.files["payments_receipt"].write(
            f"{self.receipts}\t{self.creditor_id}\t{client.id}\t{client.currency}\t{total}\t{day}\t"
            f"BANK_TRANSFER\t\tTRF {self.receipts}\tseed:{self.receipts}\t{self.stamp}\t0\t0\n"
        )
        for invoice_id, cents in parts:
            if invoice_id:
                self.allocations += 1
                self.files["payments_allocation"].write(
                    f"{self.allocations}\t{self.receipts}\t{invoice_id}\t{_money(cents)}\t{day}"
                    f"\t\t{self.stamp}\n"
                )

    def dispute(self, client: _Habits, *, invoice_id: int, cents: int, opened: int) -> None:
        """Write an open dispute."""
        self.disputes += 1
        self.files["disputes_dispute"].write(
            f"{self.disputes}\t{client.id}\t{invoice_id}\t{_money(cents)}\tQUALITY\t\t"
            f"{self.day(opened)}\tOPEN\t\t{self.stamp}\n"
        )


# Not-due invoices fall due at most this many days after the ledger's day.
_LEAD_DAYS: Final = 100


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def load_ledger(
    *, clients: int, invoices: int, seed: int, on: dt.date, at: dt.datetime
) -> LoadedLedger:
    """Fill an empty database with a ledger of this size, all or nothing.

    Raises UnableToSeed when there are clients or invoices already, or a number is not above
    zero. Plans and statistics are fresh afterwards (ANALYZE).
    """
    if clients < 1 or invoices < 1:
        raise UnableToSeed("Ask for at least one client and one invoice.")
    with transaction.atomic():
        if Client.objects.exists() or Invoice.objects.exists():
            raise UnableToSeed(
                "There are clients already. A ledger is only loaded into an empty database:"
                " name another one with DATABASE_URL or DUNWELL_STATE."
            )
        _allow_silence()
        users = make_users(at=at)
        creditor = make_creditors(on=on, at=at, count=1)[0]
        owners = [users["sales"], *_more_salespeople(clients // CLIENTS_PER_SALESPERSON)]
        chance = random.Random(seed)  # noqa: S311 - a reproducible ledger, not a secret
        with CopyBook(dict(TABLES)) as book:
            writer = _Writer(
                book=book, chance=chance, on=on, stamp=at.isoformat(), creditor_id=creditor.pk
            )
            loaded = _write(writer, [owner.pk for owner in owners], clients, invoices)
            book.load()
        audit.record(
            action="workspace.load_ledger",
            actor=None,
            at=at,
            payload={"clients": clients, "invoices": invoices, "seed": seed, "on": on},
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return loaded


def _allow_silence() -> None:
    """Writing out a million rows says nothing to the server for longer than it waits."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def _more_salespeople(count: int) -> list[User]:
    wanted = min(count, MOST_SALESPEOPLE) + 1
    return User.objects.bulk_create(
        User(
            email=f"sales{n}@bulk.example",
            name=f"Salesperson {n}",
            role=Role.SALES,
            password="!",  # noqa: S106 - nobody logs in with it
        )
        for n in range(3, wanted + 3)
    )


def _write(writer: _Writer, owner_ids: list[int], clients: int, invoices: int) -> LoadedLedger:
    counts = _invoices_per_client(writer.chance, clients, invoices)
    for count, habits in zip(counts, _clients(writer, owner_ids, clients), strict=True):
        _write_client_ledger(writer, habits, count)
    return LoadedLedger(
        clients, writer.invoices, writer.receipts, writer.allocations, writer.disputes
    )


def _invoices_per_client(chance: random.Random, clients: int, invoices: int) -> list[int]:
    """Skewed shares that add up to `invoices` exactly; new clients have none yet."""
    weights = [chance.lognormvariate(0, 1) for _ in range(clients)]
    for key_account in range(0, clients, max(clients // 20, 1)):
        weights[key_account] *= 12
    scale = invoices / sum(weights)
    counts, reached, given = [], 0.0, 0
    for weight in weights:
        reached += weight * scale
        counts.append(max(round(reached) - given, 0))
        given += counts[-1]
    counts[-1] += invoices - given
    return counts


def _clients(writer: _Writer, owner_ids: list[int], count: int) -> Iterator[_Habits]:
    lines, contacts = writer.files["clients_client"], writer.files["clients_contact"]
    chance, stamp = writer.chance, writer.stamp
    for pk in range(1, count + 1):
        chinese = chance.random() < CHINESE
        name, pinyin, initials = _name(chance, pk, chinese=chinese)
        country, language, zone = (
            ("CN", "zh-hans", "Asia/Shanghai") if chinese else ("GB", "en", "Europe/London")
        )
        owner = owner_ids[pk % len(owner_ids)]
        lines.write(
            f"{pk}\tC{pk:06d}\t{name}\t{pinyin}\t{initials}\tCOMPANY\tR{pk:09d}\t{country}\t\t"
            f"{language}\t{zone}\t\t{owner}\t\tU\tf\t\t{stamp}\n"
        )
        opted_out = stamp if chance.random() < OPTED_OUT else NULL
        contacts.write(
            f"{pk}\t{pk}\tAccounts payable\tACCOUNTS_PAYABLE\tap@c{pk}.example.com\t\tt\tt\t"
            f"{opted_out}\n"
        )
        yield _Habits(
            id=pk,
            currency="CNY" if chance.random() < MAIN_CURRENCY else "USD",
            terms=TERMS[int(chance.random() * len(TERMS))],
            lateness=chance.expovariate(1 / 9) - 4,
            size=chance.lognormvariate(0, 0.7),
        )


_name_keys = lru_cache(maxsize=1024)(name_keys)


def _name(chance: random.Random, number: int, *, chinese: bool) -> tuple[str, str, str]:
    """Name, pinyin, initials; put together from parts, whose pinyin is looked up once."""
    choices = read_data("demo_names.json")
    kinds = (
        ["cities", "words", "words", "trades"] if chinese else ["english_names", "english_trades"]
    )
    parts = [chance.choice(choices[kind]) for kind in kinds]
    parts = [*parts, "有限公司"] if chinese else [parts[0], " ", parts[1], f" {number}", " Ltd"]
    keys = [_name_keys(part) for part in parts]
    return "".join(parts), "".join(k[0] for k in keys), "".join(k[1] for k in keys)


def _write_client_ledger(writer: _Writer, client: _Habits, invoices: int) -> None:
    """Write one client's invoices, receipts, allocations and disputes."""
    held: tuple[int, int, int] | None = None  # a settled invoice that waits for one receipt more
    chance = writer.chance.random
    for _ in range(invoices):
        draw = chance()
        if draw < SETTLED:
            held = _settled(writer, client, held)
        elif draw < SETTLED + NOT_DUE:
            due = -int(chance() * (client.terms + 1))
            writer.invoice(client, issued=due + client.terms, due=due)
        else:
            _overdue(writer, client)
    if held:
        invoice_id, cents, paid = held
        writer.receipt(client, received=paid, parts=[(invoice_id, cents)])
    if chance() < PAID_AHEAD:
        writer.receipt(client, received=int(chance() * 60), parts=[(0, 5000 + int(chance() * 1e6))])


def _settled(
    writer: _Writer, client: _Habits, held: tuple[int, int, int] | None
) -> tuple[int, int, int] | None:
    """An invoice paid in full; one receipt in eight pays two invoices."""
    chance = writer.chance.random
    issued = 2 + int(chance() * HISTORY_DAYS)
    due = issued - client.terms
    late = int(client.lateness + (chance() - 0.4) * 20)
    paid = min(max(due - late, 0), issued)
    invoice_id, cents = writer.invoice(client, issued=issued, due=due)
    if held:
        first_id, first_cents, first_paid = held
        writer.receipt(
            client,
            received=min(paid, first_paid),
            parts=[(first_id, first_cents), (invoice_id, cents)],
        )
        return None
    if chance() < 1 / 7:
        return invoice_id, cents, paid
    writer.receipt(client, received=paid, parts=[(invoice_id, cents)])
    return None


def _overdue(writer: _Writer, client: _Habits) -> None:
    """An open invoice past its due date: some paid in part, some disputed."""
    chance = writer.chance.random
    due = 1 + min(int(writer.chance.expovariate(1 / 55)), 900)
    invoice_id, cents = writer.invoice(client, issued=due + client.terms, due=due)
    draw = chance()
    if draw < PART_PAID:
        part = int(cents * (0.2 + 0.6 * chance()))
        writer.receipt(client, received=int(chance() * due), parts=[(invoice_id, part)])
    elif draw < PART_PAID + DISPUTED:
        share = cents if chance() < WHOLE else cents // 2
        opened = int(chance() * due)
        writer.dispute(client, invoice_id=invoice_id, cents=share, opened=opened)

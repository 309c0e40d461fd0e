"""Who tells the demonstration's story: an agenda of days, and the things that happen on them.

Everything is written through the rooms' own services, on the day it happened, in order of
time. What the agenda holds beyond today never happens: so the last invoices are open, the
last promises wait, the last disputes are not resolved yet.
"""

from __future__ import annotations

import datetime as dt
import heapq
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from clients.models import BankAccount, Client, Contact, Creditor
from contracts.models import Contract
from core.dates import business_day_on_or_after, start_of_day
from core.models import User
from core.money import format_money, round_money
from interactions.models import Interaction
from interactions.services import add_follow_up, log_interaction
from payments.models import Invoice, Promise, Receipt
from payments.services import (
    allocate,
    issue_invoice,
    judge_promises,
    record_promise,
    record_receipt,
)

DATA: Final = Path(__file__).resolve().parents[2] / "data"

Act = Callable[[dt.date], None]

#: The usual size of an invoice before tax, per currency.
USUAL_NET: Final = {"CNY": 42_000, "USD": 9_500, "GBP": 2_600, "EUR": 3_100}
TAX: Final = {"CNY": Decimal("1.13"), "USD": Decimal(1), "GBP": Decimal("1.20"), "EUR": Decimal(1)}


@lru_cache(maxsize=2)
def read_data(name: str) -> Any:
    """The parsed data file `name` of this room."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@dataclass
class Account:
    """One client with everything its story needs."""

    client: Client
    creditor: Creditor
    contract: Contract | None
    contact: Contact
    owner: User
    currency: str
    habit: str
    bank_account: BankAccount
    size: float
    invoices: list[Invoice] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        """Begins the creditor's document numbers: HA for `cn-haikuo`."""
        return self.creditor.code.partition("-")[2][:2].upper()

    @property
    def language(self) -> str:
        """The language of its letters and talks."""
        return self.client.language


@dataclass
class Teller:
    """Runs the agenda up to `on`, the present day; `at` is the present instant."""

    on: dt.date
    at: dt.datetime
    chance: random.Random
    staff: dict[str, User]
    agenda: list[tuple[dt.date, int, Act]] = field(default_factory=list)
    counters: dict[str, int] = field(default_factory=dict)

    def plan(self, day: dt.date, act: Act) -> None:
        """Let something happen on a day, moved to a weekday; never beyond today."""
        day = business_day_on_or_after(day)
        if day <= self.on:
            heapq.heappush(self.agenda, (day, self.count("agenda"), act))

    def run(self) -> None:
        """Let it all happen, in order."""
        while self.agenda:
            day, _, act = heapq.heappop(self.agenda)
            act(day)

    def count(self, name: str) -> int:
        """The next number of a series."""
        self.counters[name] = self.counters.get(name, 0) + 1
        return self.counters[name]

    def instant(self, account: Account, day: dt.date) -> dt.datetime:
        """A moment in the working hours of a day, never later than now."""
        hour = dt.timedelta(minutes=self.chance.randint(9 * 60, 17 * 60))
        return min(start_of_day(day, account.creditor.time_zone) + hour, self.at)

    def days(self, low: int, high: int) -> dt.timedelta:
        """A number of days between two bounds."""
        return dt.timedelta(days=self.chance.randint(low, high))

    def happens(self, share: float) -> bool:
        """True in that share of the cases."""
        return self.chance.random() < share

    # What happens ---------------------------------------------------------------------------

    def say(
        self,
        account: Account,
        situation: str,
        day: dt.date,
        *,
        invoice: Invoice | None = None,
        amount: Decimal | None = None,
        promised: dt.date | None = None,
    ) -> Interaction:
        """Log one of the texts for a situation, filled in, in the client's language."""
        text = dict(self.chance.choice(read_data("demo_texts.json")[account.language][situation]))
        words = self._words(account, invoice, amount, promised)
        at = self.instant(account, day)
        return log_interaction(
            client=account.client,
            kind=text["kind"],
            direction=text["direction"],
            occurred_at=at,
            subject=text["subject"].format(**words),
            body=text["body"].format(**words),
            outcome=text.get("outcome", ""),
            contact=None if text["direction"] == "INTERNAL" else account.contact,
            about=invoice,
            actor=account.owner,
            at=at,
        )

    def _words(
        self,
        account: Account,
        invoice: Invoice | None,
        amount: Decimal | None,
        promised: dt.date | None,
    ) -> dict[str, str]:
        if amount is None and invoice is not None:
            amount = invoice.amount
        return {
            "contact": account.contact.name,
            "number": invoice.number if invoice else "",
            "due": _day(invoice.due_on, account.language) if invoice else "",
            "day": _day(promised, account.language) if promised else "",
            "amount": format_money(amount, account.currency, account.language) if amount else "",
        }

    def bill(self, account: Account, day: dt.date) -> Invoice:
        """Issue the next invoice under the account's contract."""
        net = round(USUAL_NET[account.currency] * self.chance.lognormvariate(0, 0.6) * account.size)
        terms = account.contract.terms_days if account.contract else 30
        prefix = account.prefix
        number = f"{prefix}{day:%y}-{self.count(f'{prefix}{day.year}'):04d}"
        goods = read_data("demo_texts.json")[account.language]["goods"]
        invoice = issue_invoice(
            creditor=account.creditor,
            client=account.client,
            contract=account.contract,
            number=number,
            currency=account.currency,
            amount=round_money(net * TAX[account.currency], account.currency),
            issued_on=day,
            due_on=day + dt.timedelta(days=terms),
            reference=f"PO-{self.chance.randint(10_000, 99_999)}",
            description=self.chance.choice(goods),
            actor=self.staff["finance"],
            at=self.instant(account, day),
        )
        account.invoices.append(invoice)
        return invoice

    def receive(self, account: Account, day: dt.date, amount: Decimal, note: str = "") -> Receipt:
        """Money comes in; it settles nothing yet."""
        return record_receipt(
            creditor=account.creditor,
            client=account.client,
            currency=account.currency,
            amount=amount,
            received_on=day,
            payer_name=account.client.legal_name,
            reference=note,
            bank_account=account.bank_account,
            actor=self.staff["finance"],
            at=self.instant(account, day),
        )

    def pay(
        self, account: Account, invoice: Invoice, day: dt.date, share: Decimal = Decimal(1)
    ) -> None:
        """The client pays a share of what is open and not disputed on an invoice."""
        invoice.refresh_from_db()
        amount = round_money(invoice.collectible * share, account.currency)
        if amount <= 0:
            return
        receipt = self.receive(account, day, amount, note=invoice.number)
        allocate(
            receipt=receipt,
            lines=[(invoice, amount)],
            actor=self.staff["finance"],
            at=self.instant(account, day),
        )
        if self.happens(0.2):
            self.say(account, "paid", day, invoice=invoice, amount=amount)

    def promise(
        self, account: Account, invoice: Invoice, day: dt.date, *, within: int
    ) -> Promise | None:
        """The client promises what is open on an invoice, within so many days."""
        invoice.refresh_from_db()
        if invoice.collectible <= 0:
            return None
        due_on = day + dt.timedelta(days=within)
        said = self.say(
            account, "promise", day, invoice=invoice, amount=invoice.collectible, promised=due_on
        )
        self.plan(due_on + dt.timedelta(days=6), lambda d: self.judge(d, account))
        return record_promise(
            creditor=account.creditor,
            client=account.client,
            currency=account.currency,
            amount=invoice.collectible,
            invoice=invoice,
            due_on=due_on,
            interaction=said,
            on=day,
            actor=account.owner,
            at=said.recorded_at,
        )

    def judge(self, day: dt.date, account: Account) -> None:
        """The nightly look at promises, on one day."""
        judge_promises(on=day, at=self.instant(account, day))

    def remember(self, account: Account, due_on: dt.date, *, owner: User | None = None) -> None:
        """Plan a next action about the newest invoice."""
        texts = read_data("demo_texts.json")[account.language]["follow_up"]
        newest = account.invoices[-1].number if account.invoices else account.client.code
        add_follow_up(
            client=account.client,
            due_on=due_on,
            owner=owner or account.owner,
            text=self.chance.choice(texts).format(number=newest),
            actor=account.owner,
            at=self.at,
        )


def _day(day: dt.date, language: str) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh-hans" else f"{day:%-d %B %Y}"

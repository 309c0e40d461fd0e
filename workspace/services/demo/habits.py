"""How the demonstration's clients behave: what follows after an invoice, per habit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from core.money import round_money
from disputes.models import Dispute
from disputes.services import close_dispute, open_dispute
from disputes.states import DisputeReason, DisputeState
from payments.models import Invoice
from payments.services import allocate, issue_credit_note
from workspace.services.demo.teller import Account, Teller

Habit = Callable[[Teller, Account, Invoice], None]

#: The silent ones paid this many invoices before they stopped.
PAID_BEFORE_SILENCE: Final = 3


def _after(invoice: Invoice, days: int) -> dt.date:
    return invoice.due_on + dt.timedelta(days=days)


def prompt(teller: Teller, account: Account, invoice: Invoice) -> None:
    """Pays around the due date."""
    days = teller.chance.randint(-6, 2)
    teller.plan(_after(invoice, days), lambda d: teller.pay(account, invoice, d))


def late(teller: Teller, account: Account, invoice: Invoice) -> None:
    """Pays some weeks late, after a reminder and a call."""
    teller.plan(_after(invoice, 3), lambda d: _nudge(teller, account, invoice, d, "reminder"))
    if teller.happens(0.35):
        teller.plan(_after(invoice, 8), lambda d: _promises(teller, account, invoice, d, 7))
        teller.plan(_after(invoice, 14), lambda d: teller.pay(account, invoice, d))
        return
    teller.plan(_after(invoice, 9), lambda d: _nudge(teller, account, invoice, d, "call_answered"))
    days = teller.chance.randint(11, 48)
    teller.plan(_after(invoice, days), lambda d: teller.pay(account, invoice, d))


def slow(teller: Teller, account: Account, invoice: Invoice) -> None:
    """Pays in two parts, the second long after."""
    part = Decimal(teller.chance.choice(["0.3", "0.4", "0.5", "0.6"]))
    teller.plan(_after(invoice, 4), lambda d: _nudge(teller, account, invoice, d, "reminder"))
    teller.plan(_after(invoice, 12), lambda d: _nudge(teller, account, invoice, d, "call_answered"))
    first, second = teller.chance.randint(16, 30), teller.chance.randint(55, 100)
    teller.plan(_after(invoice, first), lambda d: teller.pay(account, invoice, d, part))
    teller.plan(_after(invoice, 34), lambda d: _promises(teller, account, invoice, d, 10))
    teller.plan(_after(invoice, second), lambda d: teller.pay(account, invoice, d))


def promiser(teller: Teller, account: Account, invoice: Invoice) -> None:
    """Promises, does not keep it, promises again, pays a part."""
    teller.plan(_after(invoice, 5), lambda d: _promises(teller, account, invoice, d, 7))
    teller.plan(_after(invoice, 17), lambda d: _nudge(teller, account, invoice, d, "broken"))
    teller.plan(_after(invoice, 20), lambda d: _promises(teller, account, invoice, d, 12))
    teller.plan(_after(invoice, 31), lambda d: teller.pay(account, invoice, d, Decimal("0.35")))
    teller.plan(_after(invoice, 40), lambda d: _nudge(teller, account, invoice, d, "broken"))
    days = teller.chance.randint(85, 130)
    teller.plan(_after(invoice, days), lambda d: teller.pay(account, invoice, d))


def disputing(teller: Teller, account: Account, invoice: Invoice) -> None:
    """Contests every other invoice, a part of it or all."""
    if len(account.invoices) % 2:
        late(teller, account, invoice)
        return
    teller.plan(_after(invoice, 6), lambda d: contest(teller, account, invoice, d))
    teller.plan(_after(invoice, 33), lambda d: teller.pay(account, invoice, d))
    teller.plan(_after(invoice, 58), lambda d: teller.pay(account, invoice, d))


def silent(teller: Teller, account: Account, invoice: Invoice) -> None:
    """Paid the first invoices, then cannot be reached any more."""
    if len(account.invoices) <= PAID_BEFORE_SILENCE:
        prompt(teller, account, invoice)
        return
    teller.plan(_after(invoice, 5), lambda d: _nudge(teller, account, invoice, d, "reminder"))
    for days in (12, 20, 45):
        teller.plan(_after(invoice, days), lambda d: _speaks(teller, account, "no_answer", d))
    if len(account.invoices) == PAID_BEFORE_SILENCE + 1:
        teller.plan(_after(invoice, 70), lambda d: _speaks(teller, account, "visit", d))


def planned(teller: Teller, account: Account, invoice: Invoice) -> None:
    """Paid late at first; the newest invoices are on an instalment plan."""
    if invoice.due_on < teller.on - dt.timedelta(days=190):
        late(teller, account, invoice)
        return
    teller.plan(_after(invoice, 4), lambda d: _nudge(teller, account, invoice, d, "reminder"))


def overpaying(teller: Teller, account: Account, invoice: Invoice) -> None:
    """Pays at once; now and then the same invoice twice, so credit is left over."""
    prompt(teller, account, invoice)
    if len(account.invoices) % 4 == 0:
        teller.plan(
            _after(invoice, 9),
            lambda d: _pays_again(teller, account, invoice, d),
        )


def _pays_again(teller: Teller, account: Account, invoice: Invoice, day: dt.date) -> None:
    teller.receive(account, day, invoice.amount, note=invoice.number)


def _nudge(teller: Teller, account: Account, invoice: Invoice, day: dt.date, text: str) -> None:
    """Say something about an invoice that is still open."""
    invoice.refresh_from_db()
    if invoice.collectible > 0:
        teller.say(account, text, day, invoice=invoice, amount=invoice.collectible)


def _speaks(teller: Teller, account: Account, text: str, day: dt.date) -> None:
    teller.say(account, text, day)


def _promises(
    teller: Teller, account: Account, invoice: Invoice, day: dt.date, within: int
) -> None:
    teller.promise(account, invoice, day, within=within)


def contest(teller: Teller, account: Account, invoice: Invoice, day: dt.date) -> None:
    """Contest a part or all of an invoice, and have it decided some weeks later."""
    invoice.refresh_from_db()
    whole = teller.happens(0.25)
    share = Decimal(1) if whole else Decimal(teller.chance.choice(["0.1", "0.2", "0.3"]))
    amount = round_money(invoice.collectible * share, account.currency)
    if amount <= 0:
        return
    said = teller.say(account, "dispute", day, invoice=invoice)
    dispute = open_dispute(
        invoice=invoice,
        amount=amount,
        reason=teller.chance.choice([DisputeReason.QUALITY, DisputeReason.QUANTITY]),
        note=said.body[:500],
        on=day,
        actor=account.owner,
        at=said.recorded_at,
    )
    teller.plan(day + teller.days(1, 3), lambda d: _reply(teller, account, invoice, d))
    upheld = not whole and teller.happens(0.6)
    decide = _uphold if upheld else _reject
    teller.plan(day + teller.days(18, 26), lambda d: decide(teller, account, dispute, d))


def _reply(teller: Teller, account: Account, invoice: Invoice, day: dt.date) -> None:
    teller.say(account, "dispute_reply", day, invoice=invoice)


def _uphold(teller: Teller, account: Account, dispute: Dispute, day: dt.date) -> None:
    """The client was right: a credit note settles the disputed part."""
    said = teller.say(account, "resolved", day, invoice=dispute.invoice)
    manager, at = teller.staff["manager"], said.recorded_at
    close_dispute(
        dispute=dispute,
        state=DisputeState.UPHELD,
        resolution=said.body,
        on=day,
        actor=manager,
        at=at,
    )
    prefix = account.prefix
    note = issue_credit_note(
        creditor=account.creditor,
        client=account.client,
        invoice=dispute.invoice,
        number=f"{prefix}{day:%y}-C{teller.count(f'note{prefix}{day.year}'):03d}",
        currency=account.currency,
        amount=dispute.amount,
        issued_on=day,
        reason=said.subject,
        actor=manager,
        at=at,
    )
    lines = [(dispute.invoice, dispute.amount)]
    allocate(credit_note=note, lines=lines, actor=teller.staff["finance"], at=at)


def _reject(teller: Teller, account: Account, dispute: Dispute, day: dt.date) -> None:
    """The papers say otherwise: the amount is owed again."""
    said = teller.say(account, "rejected", day, invoice=dispute.invoice)
    close_dispute(
        dispute=dispute,
        state=DisputeState.REJECTED,
        resolution=said.body,
        on=day,
        actor=teller.staff["manager"],
        at=said.recorded_at,
    )


HABITS: Final[dict[str, Habit]] = {
    "prompt": prompt,
    "late": late,
    "slow": slow,
    "promiser": promiser,
    "disputing": disputing,
    "silent": silent,
    "plan": planned,
    "credit": overpaying,
    "opted_out": late,
}

"""The demonstration: two creditors, forty clients, two years of a ledger, ending today."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from clients.models import BankAccount, Client, Creditor
from clients.services import create_client, save_contact, set_contact_opt_out
from clients.states import ClientKind, Grade
from contracts.models import Contract
from contracts.services import create_contract, take_in_signed
from core import audit
from core.dates import add_months, add_years, business_day_on_or_after
from core.demo import tell_pieces
from core.models import User
from core.money import split_evenly
from credit.services.holds import place_hold
from credit.services.related import compare_changed
from credit.services.standing import apply_grade, set_override
from credit.states import StandingPart
from disputes.models import Dispute
from interactions.models import Interaction
from payments.models import CreditNote, Invoice, Promise, Receipt
from payments.services import agree_plan
from reminders.models import ReminderHold
from workspace.services.demo.agreements import write_contracts
from workspace.services.demo.care import care_for
from workspace.services.demo.conversations import write_conversations
from workspace.services.demo.errors import UnableToSeed
from workspace.services.demo.habits import HABITS, contest
from workspace.services.demo.mails import exchange_mails
from workspace.services.demo.meetings import write_meetings
from workspace.services.demo.papers import signed_copy
from workspace.services.demo.people import make_creditors, make_users
from workspace.services.demo.screening import screen_clients
from workspace.services.demo.teller import Account, Teller, read_data
from workspace.services.demo.written import write_by_hand

MONTHS: Final = 24

#: Days from one invoice to the next: large clients order every month.
USUAL_INTERVAL: Final = (58, 96)
INTERVALS: Final[dict[str, tuple[int, int]]] = {ClientKind.LARGE_ENTERPRISE: (18, 31)}

#: Grade, and credit limit as a multiple of the usual invoice, per habit.
STANDING: Final = {
    "prompt": (Grade.A, 12),
    "credit": (Grade.A, 10),
    "late": (Grade.B, 8),
    "opted_out": (Grade.B, 8),
    "slow": (Grade.C, 5),
    "disputing": (Grade.C, 5),
    "plan": (Grade.D, 3),
    "promiser": (Grade.D, 3),
    "silent": (Grade.E, 0),
}

#: What a contract says about paying late, by the creditor's country; chosen in turn.
LATE_CHARGES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "CN": (
        {"late_charge_kind": "PRESET", "late_charge_preset": "cn_sale_default"},
        {
            "late_charge_kind": "RATE",
            "late_charge_preset": "cn_contract",
            "late_charge_rate": Decimal("18.25"),
            "late_charge_clause": "第8.2条（日万分之五）",
        },
        {"late_charge_kind": "NONE"},
        {
            "late_charge_kind": "RATE",
            "late_charge_preset": "cn_contract",
            "late_charge_rate": Decimal("10.95"),
            "late_charge_clause": "第7条（日万分之三）",
        },
    ),
    "GB": (
        {"late_charge_kind": "PRESET", "late_charge_preset": "uk_lpcdia"},
        {
            "late_charge_kind": "RATE",
            "late_charge_rate": Decimal("8.00"),
            "late_charge_clause": "Clause 9.3",
        },
    ),
}


@dataclass(frozen=True)
class MadeDemo:
    """How many rows of each kind there are now."""

    users: int
    creditors: int
    clients: int
    invoices: int
    receipts: int
    credit_notes: int
    disputes: int
    promises: int
    interactions: int


def make_demo(*, seed: int, on: dt.date, at: dt.datetime) -> MadeDemo:
    """Fill an empty database with the demonstration, all or nothing; today is `on`.

    Raises UnableToSeed when there are users or clients already.
    """
    if User.objects.exists() or Client.objects.exists():
        raise UnableToSeed(
            "There are data already, and nothing was changed. The demonstration is only put into"
            " an empty database: name another one with DATABASE_URL or DUNWELL_STATE."
        )
    with transaction.atomic():
        staff = make_users(at=at)
        creditors = {c.code: c for c in make_creditors(on=on, at=at)}
        chance = random.Random(seed)  # noqa: S311 - a reproducible story, not a secret
        teller = Teller(on=on, at=at, chance=chance, staff=staff)
        rows = read_data("demo_clients.json")
        accounts = [
            _open_account(teller, row, creditors[row["creditor"]], number)
            for number, row in enumerate(rows)
        ]
        teller.run()
        _present_state(teller, accounts)
        write_conversations(teller, accounts)
        write_meetings(teller, accounts)
        # A newcomer has the phone and the legal representative of one on hold.
        compare_changed(at=at)
        audit.record(action="workspace.make_demo", actor=None, at=at, payload={"seed": seed})
    tell_pieces(on=on, at=at)
    return _counted()


def _counted() -> MadeDemo:
    return MadeDemo(
        users=User.objects.count(),
        creditors=Creditor.objects.count(),
        clients=Client.objects.count(),
        invoices=Invoice.objects.count(),
        receipts=Receipt.objects.count(),
        credit_notes=CreditNote.objects.count(),
        disputes=Dispute.objects.count(),
        promises=Promise.objects.count(),
        interactions=Interaction.objects.count(),
    )


# Opening -------------------------------------------------------------------------------------


def _open_account(teller: Teller, row: dict[str, Any], creditor: Creditor, number: int) -> Account:
    """Take a client on, with contacts and a contract, and put its invoices on the agenda."""
    newcomer = row["habit"] == "new"
    start = (
        teller.on - dt.timedelta(days=9)
        if newcomer
        else add_months(teller.on, -MONTHS) + teller.days(0, 75)
    )
    day = business_day_on_or_after(start)
    owner = teller.staff[row["owner"]]
    names = (
        "code", "legal_name", "kind", "segment", "country", "time_zone", "language",
        "registration_number", "address",
    )  # fmt: skip
    opened_at = min(dt.datetime.combine(day, dt.time(3, 0), tzinfo=dt.UTC), teller.at)
    client = create_client(
        owner=owner,
        legal_representative=row.get("legal_representative", ""),
        actor=owner,
        at=opened_at,
        **{name: row[name] for name in names},
    )
    contacts = [
        save_contact(
            client=client, is_primary=first, receives_reminders=first, actor=owner, at=opened_at,
            **contact,
        )
        for first, contact in zip((True, False), row["contacts"], strict=False)
    ]  # fmt: skip
    account = Account(
        client=client,
        creditor=creditor,
        contract=None,
        contact=contacts[0],
        owner=owner,
        currency=row["currency"],
        habit=row["habit"],
        bank_account=BankAccount.objects.get(creditor=creditor, currency=row["currency"]),
        size=teller.chance.uniform(0.6, 1.9),
    )
    account.contract = _agree_contract(teller, account, day, number, opened_at)
    teller.say(account, "opening", day)
    if not newcomer:
        _plan_invoices(teller, account, day)
    return account


def _agree_contract(
    teller: Teller, account: Account, day: dt.date, number: int, at: dt.datetime
) -> Contract:
    """Draft the contract and, unless the client is new, take it in as signed on paper."""
    chinese = account.creditor.country == "CN"
    clauses = LATE_CHARGES["CN" if chinese else "GB"]
    prefix = account.prefix
    newcomer = account.habit == "new"
    contract = create_contract(
        creditor=account.creditor,
        client=account.client,
        number=f"{prefix}-{day.year}-{number + 1:03d}",
        title=_title(account),
        currency=account.currency,
        signed_on=None if newcomer else day,
        starts_on=day,
        ends_on=add_years(day, 3),
        terms_days=teller.chance.choice([30, 30, 45, 60]),
        notice_email=account.contact.email,
        notice_address=account.client.address,
        governing_law="中华人民共和国法律" if chinese else "England and Wales",
        forum="宁波市鄞州区人民法院" if chinese else "Courts of England and Wales",
        creditor_signatory=account.creditor.signatory,
        client_signatory=account.contact.name,
        actor=account.owner,
        at=at,
        **clauses[number % len(clauses)],
    )
    if newcomer:
        return contract
    return take_in_signed(
        contract=contract,
        signed_on=day,
        name=account.contact.name,
        data=signed_copy(contract.number, account.client.code, day),
        filename=f"{contract.number}.pdf",
        actor=account.owner,
        at=at,
    )


def _title(account: Account) -> str:
    chinese = account.language == "zh-hans"
    if account.creditor.country == "CN":
        return "年度供货框架合同" if chinese else "Framework supply agreement"
    return "现场服务协议" if chinese else "Field services agreement"


def _plan_invoices(teller: Teller, account: Account, day: dt.date) -> None:
    due = day + teller.days(10, 40)
    while due <= teller.on:
        teller.plan(due, lambda d: _bill(teller, account, d))
        due += teller.days(*INTERVALS.get(account.client.kind, USUAL_INTERVAL))


def _bill(teller: Teller, account: Account, day: dt.date) -> None:
    on_hold = account.habit == "silent" and day > teller.on - dt.timedelta(days=150)
    if on_hold:
        return
    invoice = teller.bill(account, day)
    HABITS[account.habit](teller, account, invoice)
    if teller.happens(0.08):
        teller.plan(day + teller.days(3, 20), lambda d: _asks(teller, account, invoice, d))


def _asks(teller: Teller, account: Account, invoice: Invoice, day: dt.date) -> None:
    teller.say(account, "statement", day, invoice=invoice)


# The present ----------------------------------------------------------------------------------


def _present_state(teller: Teller, accounts: list[Account]) -> None:
    """What a person finds this morning: standings, a plan, holds, promises, follow-ups."""
    teller.judge(teller.on, accounts[0])
    screen_clients(teller, accounts)
    for account in accounts:
        _grade(teller, account)
        if account.habit == "plan":
            _agree_plan(teller, account)
        if account.habit == "opted_out":
            _opt_out(teller, account)
    _open_promises(teller, accounts)
    _open_disputes(teller, accounts)
    _holds(teller, accounts)
    _follow_ups(teller, accounts)
    write_contracts(teller, accounts)
    care_for(teller, accounts)
    exchange_mails(teller, accounts)
    write_by_hand(teller, accounts)


def _grade(teller: Teller, account: Account) -> None:
    if account.habit not in STANDING:
        return
    grade, times = STANDING[account.habit]
    usual = max((invoice.amount for invoice in account.invoices), default=Decimal(0))
    manager = teller.staff["manager"]
    chinese = account.language == "zh-hans"
    apply_grade(
        client=account.client,
        grade=grade,
        reason="根据以往付款情况评定。" if chinese else "How they paid so far.",
        actor=manager,
        at=teller.at,
    )
    set_override(
        client=account.client,
        part=StandingPart.LIMIT,
        value=(usual * times).quantize(Decimal(1000)),
        currency=account.currency,
        reason="与销售部门商定。" if chinese else "Agreed with sales.",
        expires_on=teller.on + dt.timedelta(days=150),
        actor=manager,
        at=teller.at,
    )
    if account.habit == "silent":
        said = teller.say(account, "hold", teller.on - dt.timedelta(days=20)).body
        place_hold(
            client=account.client,
            reason=said[:300],
            expires_on=teller.on + dt.timedelta(days=60),
            actor=manager,
            at=teller.at,
        )


def _agree_plan(teller: Teller, account: Account) -> None:
    """All that is open, in three instalments; the first has been paid."""
    invoices = list(account.client.invoices.open().filter(due_on__lt=teller.on))
    total = sum((invoice.open_amount for invoice in invoices), Decimal(0))
    if not invoices:
        return
    day = business_day_on_or_after(teller.on - dt.timedelta(days=33))
    said = teller.say(account, "plan", day, amount=total)
    shares = split_evenly(total, 3, account.currency)
    dates = [day + dt.timedelta(days=days) for days in (14, 44, 74)]
    agree_plan(
        creditor=account.creditor,
        client=account.client,
        currency=account.currency,
        invoices=invoices,
        instalments=list(zip(dates, shares, strict=True)),
        note=said.subject,
        on=day,
        actor=teller.staff["manager"],
        at=said.recorded_at,
    )
    oldest = min(invoices, key=lambda invoice: invoice.due_on)
    teller.pay(account, oldest, dates[0], min(shares[0] / oldest.open_amount, Decimal(1)))


def _opt_out(teller: Teller, account: Account) -> None:
    said = teller.say(account, "opt_out", teller.on - dt.timedelta(days=50))
    set_contact_opt_out(
        contact=account.contact, opted_out=True, actor=account.owner, at=said.recorded_at
    )


def _overdue_invoice(account: Account, on: dt.date) -> Invoice | None:
    return account.client.invoices.overdue(on=on).filter(collectible__gt=0).first()


def _open_promises(teller: Teller, accounts: list[Account]) -> None:
    """Promises that are not due yet, the first of them today."""
    wanted = iter((2, 3, 6, 9))
    said_on = business_day_on_or_after(teller.on - dt.timedelta(days=3))
    for account in accounts:
        invoice = _overdue_invoice(account, teller.on)
        if account.habit not in {"late", "slow"} or invoice is None:
            continue
        days = next(wanted, None)
        if days is None:
            return
        day = min(said_on, teller.on)
        teller.promise(account, invoice, day, within=days + (teller.on - day).days - 2)


def _open_disputes(teller: Teller, accounts: list[Account]) -> None:
    """Disputes of the last days, so that there is something to decide."""
    yesterday = teller.on - dt.timedelta(days=1)
    for account in [a for a in accounts if a.habit in {"disputing", "slow"}][:3]:
        invoice = _overdue_invoice(account, teller.on)
        if invoice is not None:
            contest(teller, account, invoice, yesterday)


def _holds(teller: Teller, accounts: list[Account]) -> None:
    """One client, and one invoice of another, that reminders leave alone for now."""
    found = [
        (account, invoice)
        for account in reversed(accounts)
        if account.habit in {"late", "disputing"}
        and (invoice := _overdue_invoice(account, teller.on))
    ]
    for (account, invoice), whole in zip(found, (True, False), strict=False):
        chinese = account.language == "zh-hans"
        ReminderHold.objects.create(
            client=account.client,
            invoice=None if whole else invoice,
            reason="等待双方对账结果" if chinese else "Waiting for the agreed statement",
            until_on=teller.on + dt.timedelta(days=12),
            created_at=teller.at,
            created_by=teller.staff["finance"],
        )


def _follow_ups(teller: Teller, accounts: list[Account]) -> None:
    """Next actions: some overdue, some today, some this week."""
    due_in = iter((-3, -1, 0, 0, 0, 1, 2, 4, 5, 8))
    finance = teller.staff["finance"]
    for number, account in enumerate(accounts):
        if account.habit in {"prompt", "credit"} and number % 5:
            continue
        days = next(due_in, None)
        if days is None:
            return
        owner = finance if number % 4 == 1 else None
        teller.remember(account, teller.on + dt.timedelta(days=days), owner=owner)

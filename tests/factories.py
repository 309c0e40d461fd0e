"""Makers of a small cast, through the services, so that tests start from honest rows."""

import datetime as dt
import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clients.models import Client, Contact, Creditor
from clients.services import create_client, save_contact
from core.models import User
from core.states import Role
from payments.models import Allocation, CreditNote, Invoice, Receipt
from payments.services import allocate, issue_credit_note, issue_invoice, record_receipt

NOW = dt.datetime(2026, 6, 15, 2, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 6, 15)
_counter = itertools.count(1)


def make_user(role: Role = Role.FINANCE, **fields: Any) -> User:
    """A member of staff; the password is `right horse battery`."""
    n = next(_counter)
    fields.setdefault("name", f"{role.label} {n}")
    return User.objects.create_user(
        fields.pop("email", f"user{n}@dunwell.example"), "right horse battery", role=role, **fields
    )


def make_creditor(**fields: Any) -> Creditor:
    """One of our own companies; CNY and Shanghai unless said otherwise."""
    n = next(_counter)
    fields.setdefault("code", f"own{n}")
    fields.setdefault("legal_name", f"Own Company {n} Ltd")
    fields.setdefault("legal_name_zh", f"自有公司{n}有限公司")
    return Creditor.objects.create(**fields)


def make_client(**fields: Any) -> Client:
    """A client without contacts."""
    n = next(_counter)
    fields.setdefault("code", f"C{n:04d}")
    fields.setdefault("legal_name", f"Client {n} Ltd")
    return create_client(actor=None, at=NOW, **fields)


def make_contact(client: Client, **fields: Any) -> Contact:
    """A contact with an address."""
    n = next(_counter)
    fields.setdefault("name", f"Contact {n}")
    fields.setdefault("email", f"contact{n}@client.example")
    return save_contact(client=client, actor=None, at=NOW, **fields)


def make_invoice(
    client: Client,
    creditor: Creditor,
    amount: str | Decimal = "1000.00",
    *,
    due_on: dt.date = TODAY - dt.timedelta(days=10),
    issued_on: dt.date | None = None,
    **fields: Any,
) -> Invoice:
    """An invoice, ten days overdue unless said otherwise, fresh from the database."""
    invoice = issue_invoice(
        creditor=creditor,
        client=client,
        number=fields.pop("number", f"INV-{next(_counter):05d}"),
        currency=fields.pop("currency", creditor.currency),
        amount=Decimal(amount),
        issued_on=issued_on or due_on - dt.timedelta(days=30),
        due_on=due_on,
        actor=None,
        at=NOW,
        **fields,
    )
    invoice.refresh_from_db()
    return invoice


def make_receipt(
    client: Client,
    creditor: Creditor,
    amount: str | Decimal = "1000.00",
    *,
    received_on: dt.date = TODAY,
    **fields: Any,
) -> Receipt:
    """Money that came in, not applied yet."""
    receipt = record_receipt(
        creditor=creditor,
        client=client,
        currency=fields.pop("currency", creditor.currency),
        amount=Decimal(amount),
        received_on=received_on,
        actor=None,
        at=NOW,
        **fields,
    )
    receipt.refresh_from_db()
    return receipt


def make_credit_note(
    client: Client, creditor: Creditor, amount: str | Decimal = "100.00", **fields: Any
) -> CreditNote:
    """A credit note, not applied yet."""
    note = issue_credit_note(
        creditor=creditor,
        client=client,
        number=fields.pop("number", f"CN-{next(_counter):05d}"),
        currency=fields.pop("currency", creditor.currency),
        amount=Decimal(amount),
        issued_on=fields.pop("issued_on", TODAY),
        reason=fields.pop("reason", "Goods returned"),
        actor=None,
        at=NOW,
        **fields,
    )
    note.refresh_from_db()
    return note


def pay(
    invoice: Invoice, amount: str | Decimal | None = None, *, on: dt.date = TODAY
) -> Allocation:
    """Receive and apply money to one invoice: all that is open, unless said otherwise."""
    paid = Decimal(amount) if amount is not None else invoice.open_amount
    receipt = make_receipt(
        invoice.client, invoice.creditor, paid, received_on=on, currency=invoice.currency
    )
    (row,) = allocate(receipt=receipt, lines=[(invoice, paid)], actor=None, at=NOW)
    invoice.refresh_from_db()
    return row


def signed_in(user: User) -> Browser:
    """A browser in which this member of staff is signed in."""
    browser = Browser()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def count_queries(act: Callable[[], object]) -> int:
    """How many queries an act runs."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)

"""A small world with one row of everything, owned by one salesperson and foreign to another."""

from decimal import Decimal

from clients.models import BankAccount
from clients.services import add_client_document
from contracts.services import create_contract
from core.states import Role
from payments.services import refund_receipt
from payments.states import RefundKind
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_contact,
    make_credit_note,
    make_creditor,
    make_invoice,
    make_receipt,
    make_user,
    pay,
)
from tests.permissions.agreed import agree, amend, perform, prepay, write
from tests.permissions.given import give
from tests.permissions.judged import report
from tests.permissions.principals import MARK, World
from tests.permissions.said import ask, compose, file_mails, meet, remind, take_in, talk
from tests.permissions.screened import screen
from tests.permissions.trusted import trust

__all__ = ["MARK", "World", "build_world"]


def build_world() -> World:
    """Write one row of everything through the services."""
    users = {
        "owner": make_user(Role.SALES, name="Owner"),
        "stranger": make_user(Role.SALES, name="Stranger"),
        "finance": make_user(Role.FINANCE, name="Finance"),
        "manager": make_user(Role.MANAGER, name="Manager"),
        "admin": make_user(Role.ADMIN, name="Admin", is_superuser=True),
    }
    world = World(users)
    owner = users["owner"]
    creditor = make_creditor()
    client = make_client(legal_name=f"{MARK} Ltd", code=f"{MARK}-1", owner=owner)
    account = BankAccount.objects.create(
        creditor=creditor,
        label="Main",
        bank_name="Bank",
        account_name="Own",
        account_number="1",
        currency="CNY",
    )
    contact = make_contact(client, name=f"{MARK} Person")
    invoice = make_invoice(client, creditor, "500.00", number=f"{MARK}-INV")
    paid = make_invoice(client, creditor, "70.00", number=f"{MARK}-PAID")
    allocation = pay(paid)
    receipt = make_receipt(client, creditor, "90.00", payer_name=f"{MARK} Payer")
    world.keys |= {
        "creditor": creditor.pk,
        "client": client.pk,
        "account": account.pk,
        "contact": contact.pk,
        "invoice": invoice.pk,
        "allocation": allocation.pk,
        "receipt": receipt.pk,
        "credit_note": make_credit_note(client, creditor, number=f"{MARK}-CN").pk,
        "refund": refund_receipt(
            receipt=receipt,
            amount=Decimal(10),
            kind=RefundKind.REFUND,
            reason=f"{MARK} paid twice",
            on=TODAY,
            actor=None,
            at=NOW,
        ).pk,
        "contract": create_contract(
            creditor=creditor,
            client=client,
            number=f"{MARK}-C",
            currency="CNY",
            actor=None,
            at=NOW,
        ).pk,
        "document": add_client_document(
            client=client,
            data=b"kept text",
            name="note.txt",
            title=f"{MARK} file",
            actor=None,
            at=NOW,
        ).pk,
    }
    agree(world, client, creditor)
    write(world, client, creditor)
    talk(world, client, creditor, invoice, owner)
    meet(world, client, creditor)
    remind(world, client, creditor, invoice)
    take_in(world, creditor)
    trust(world, client)
    compose(world, client, creditor, contact)
    prepay(world, client, creditor)
    perform(world, client, creditor)
    amend(world, client, creditor)
    screen(world, owner)
    report(world, client)
    give(world, client, owner)
    # Last: an entry made after it and dated before it would close its link.
    ask(world, client, creditor, contact, owner)
    world.keys |= file_mails(contact.email)
    return world

"""Clients of a ledger: known, new, told apart."""

from pathlib import Path

import pytest

from clients.models import Client, Contact, Creditor
from core.states import Role
from imports.rules.problems import Note, Problem
from payments.models import Invoice
from tests.factories import make_client, make_user
from tests.imports.ledgers import refused, take_in, write
from tests.imports.taking_in.cast import HEAD, codes

pytestmark = pytest.mark.django_db


def test_a_client_is_known_by_code_and_else_by_name(creditor: Creditor, tmp_path: Path) -> None:
    coded = make_client(code="K1", legal_name="Old Name Ltd")
    named = make_client(code="K2", legal_name="Bolt  Inc.")
    text = (
        "Customer code,Customer name,Invoice,Date,Due,Amount\n"
        "K1,New Name Ltd,1,2026-01-01,2026-01-31,100\n,ＢＯＬＴ inc,2,2026-01-01,2026-01-31,9\n"
    )
    take_in(write(tmp_path, text), creditor)
    assert Invoice.objects.get(number="1").client == coded
    assert Invoice.objects.get(number="2").client == named
    coded.refresh_from_db()
    assert coded.legal_name == "Old Name Ltd"


def test_two_clients_of_one_name_are_told_apart_by_code_only(
    creditor: Creditor, tmp_path: Path
) -> None:
    make_client(code="K1", legal_name="Acme")
    make_client(code="K2", legal_name="acme")
    path = write(tmp_path, f"{HEAD}\nAcme,1,2026-01-01,2026-01-31,100\n")
    assert refused(path, creditor) == [(2, "Client", Problem.AMBIGUOUS_CLIENT)]


def test_new_clients_get_contact_country_owner_and_language(
    creditor: Creditor, tmp_path: Path
) -> None:
    owner = make_user(Role.SALES, name="Ann Lee")
    text = (
        f"{HEAD},Contact name,Email,Country,Sales rep\n"
        "Acme,1,2026-01-01,2026-01-31,100,Bob,Bob <ap@acme.example>,Germany,ann lee\n"
        "Bolt,2,2026-01-01,2026-01-31,100,,not an address,Atlantis,Nobody\n"
    )
    outcome = take_in(write(tmp_path, text), creditor)
    acme = Client.objects.get(legal_name="Acme")
    assert (acme.country, acme.owner, acme.time_zone) == ("DE", owner, "Europe/Berlin")
    contact = Contact.objects.get(client=acme)
    assert (contact.name, contact.email, contact.is_primary) == ("Bob", "ap@acme.example", True)
    assert Contact.objects.count() == 1
    assert codes(outcome) >= {Note.BAD_EMAIL, Note.UNKNOWN_COUNTRY, Note.UNKNOWN_OWNER}

"""A creditor who is owed, a client who owes, somebody to write to, and a mail server."""

from collections.abc import Iterator
from typing import Any

import pytest

from clients.models import Client, Creditor
from core.models import User
from core.states import Role
from tests.factories import make_client, make_contact, make_creditor, make_user
from tests.reminders.sink import Sink, mail_sink


@pytest.fixture
def creditor(db: None) -> Creditor:
    """Owed in CNY, in Shanghai."""
    return make_creditor(email="ar@own.example", phone="+86 21 5555 0100")


@pytest.fixture
def client_a(db: None) -> Client:
    """A client with one contact."""
    client = make_client(legal_name="Acme Ltd", country="CN")
    make_contact(client, name="Li Wei", email="liwei@acme.example", is_primary=True)
    return client


@pytest.fixture
def finance(db: None) -> User:
    """Somebody who may approve."""
    return make_user(Role.FINANCE)


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """A mail server that takes everything."""
    with mail_sink(settings) as server:
        yield server

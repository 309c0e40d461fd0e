"""A client with a contact, who writes to it, and a mail server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from clients.models import Client, Contact, Creditor
from clients.states import Language
from core.models import User
from core.states import Role
from tests.factories import make_client, make_contact, make_creditor, make_user
from tests.reminders.sink import Sink, mail_sink


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with mail_sink(settings) as server:
        yield server


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor(email="ar@own.example")


@pytest.fixture
def client_row() -> Client:
    return make_client(legal_name="Acme Ltd", country="CN", language=Language.EN)


@pytest.fixture
def contact(client_row: Client) -> Contact:
    return make_contact(client_row, name="Li Wei", email="liwei@acme.example", is_primary=True)


@pytest.fixture
def writer() -> User:
    return make_user(Role.FINANCE)

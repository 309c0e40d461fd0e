"""A client with two open invoices, and a link that asks it to confirm them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser

from clients.models import Client, Creditor
from core.dates import now
from core.models import User
from core.states import Role
from portal.services import Issued, issue_statement_confirmation
from tests.factories import TODAY, make_client, make_contact, make_creditor, make_invoice, make_user

Issue = Callable[..., Issued]


@pytest.fixture(autouse=True)
def _no_tries_before() -> Iterator[None]:
    """Counted tries of one test are not those of the next."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def owner() -> User:
    return make_user(Role.SALES, name="Sally Owner")


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor(
        legal_name="Harbour Ltd",
        legal_name_zh="海港有限公司",
        phone="+86 21 5555 0000",
        email="ledger@harbour.example",
    )


@pytest.fixture
def client(owner: User, creditor: Creditor) -> Client:
    debtor = make_client(legal_name="Far East Ltd", owner=owner)
    make_contact(debtor, name="Wang Fang", email="wang@fareast.example")
    make_invoice(debtor, creditor, "1000.00", number="INV-1")
    make_invoice(debtor, creditor, "250.50", number="INV-2")
    return debtor


@pytest.fixture
def issue(client: Client, creditor: Creditor, owner: User) -> Issue:
    """`issue(language="zh-hans")`: a fresh link, made now."""

    def make(**changed: Any) -> Issued:
        given: dict[str, Any] = {
            "client": client,
            "creditor": creditor,
            "currency": "CNY",
            "on": TODAY,
            "language": "en",
            "contact": client.contacts.first(),
            "days": 14,
            "key": uuid.uuid4().hex,
            "actor": owner,
            "at": now(),
        }
        return issue_statement_confirmation(**{**given, **changed})

    return make


@pytest.fixture
def phone() -> Browser:
    """The browser of somebody outside."""
    return Browser()


def opened(phone: Browser, issued: Issued) -> str:
    """Press Open; the clean address it leads to."""
    response = phone.post(f"/p/{issued.token}/")
    assert response.status_code == 302, response.content
    return str(response.headers["Location"])


def answer(**changed: Any) -> dict[str, Any]:
    """A form filled in: the balance is right."""
    given = {"choice": "CONFIRMED", "remark": "", "name": "Wang Fang", "key": uuid.uuid4().hex}
    return {**given, **changed}


def forced(*statements: str) -> None:
    """Change rows as a superuser could: past the triggers, and past the CHECK of the text."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE portal_portallink DROP CONSTRAINT link_text_matches_hash")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")

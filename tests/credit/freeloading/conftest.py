"""Who gives, who decides, and to whom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from clients.models import Client, Creditor
from core.models import User
from core.states import Role
from tests.factories import (
    NOW,
    make_client,
    make_creditor,
    make_user,
)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner() -> User:
    return make_user(Role.SALES, name="Sally")


@pytest.fixture
def manager() -> User:
    return make_user(Role.MANAGER, name="Max")


@pytest.fixture
def client(owner: User) -> Client:
    return make_client(owner=owner, legal_name="Far East Ltd")


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor(country="CN")

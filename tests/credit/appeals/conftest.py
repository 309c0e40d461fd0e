"""Two managers, and a client of somebody who sells."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from clients.models import Client
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
def boss() -> User:
    return make_user(Role.MANAGER, name="Boss")


@pytest.fixture
def other() -> User:
    return make_user(Role.MANAGER, name="Other boss")


@pytest.fixture
def client() -> Client:
    make_creditor(legal_name="Own Ltd", legal_name_zh="自有有限公司")
    return make_client(owner=make_user(Role.SALES), legal_name="Far East Ltd", language="en")

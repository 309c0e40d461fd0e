"""Who files reports, of whom, and a register that answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from clients.models import Client
from core.models import User
from core.states import Role
from credit.services import look_ups as look_up_service
from tests.credit.register_server import Register, opened
from tests.factories import (
    NOW,
    make_client,
    make_creditor,
    make_user,
)


@pytest.fixture(autouse=True)
def _frozen(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.COMPANIES_HOUSE_KEY = ""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner() -> User:
    return make_user(Role.SALES, name="Sally")


@pytest.fixture
def client(owner: User) -> Client:
    make_creditor(country="CN")
    return make_client(owner=owner, legal_name="Far East Ltd")


@pytest.fixture
def register(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    settings.COMPANIES_HOUSE_KEY = "k"
    with opened() as one:
        monkeypatch.setattr(look_up_service, "provider_for", lambda _code: one.adapter())
        yield one


@pytest.fixture
def british(owner: User) -> Client:
    make_creditor(country="GB", time_zone="Europe/London")
    return make_client(
        owner=owner,
        legal_name="Hollow Reed Contractors Limited",
        registration_number="9999002",
        country="GB",
    )

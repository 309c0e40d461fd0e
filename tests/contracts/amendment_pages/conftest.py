"""A contract in force, and its salesperson's browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from contracts.models import Contract
from core.models import User
from core.states import Role
from tests.contracts.test_amendments import make_contract
from tests.factories import make_user, signed_in


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, name="Sally Owner")


@pytest.fixture
def contract(sales: User) -> Contract:
    """Two lines of 600 and 400, two payments of 500."""
    made = make_contract()
    made.client.owner = sales
    made.client.save()
    return made


@pytest.fixture
def web(sales: User) -> Browser:
    return signed_in(sales)

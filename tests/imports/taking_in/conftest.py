"""Ours, and a ledger that agrees with itself after every import."""

from typing import Any

import pytest

from clients.models import Creditor
from core import verify
from payments.selectors import verify as _checks  # noqa: F401  # registers them
from tests.factories import make_creditor


@pytest.fixture
def creditor() -> Creditor:
    """Ours: CNY, Shanghai."""
    return make_creditor(code="own")


@pytest.fixture(autouse=True)
def _holds_together() -> Any:
    """Whatever was imported, the ledger agrees with itself afterwards."""
    yield
    broken = [r for r in verify.run_checks() if r.name.startswith("payments") and not r.holds]
    assert broken == []

"""Whatever a test did, the room holds together."""

from typing import Any

import pytest

from core import verify
from reminders.selectors import verify as _checks  # noqa: F401  # registers them


@pytest.fixture(autouse=True)
def _holds_together() -> Any:
    """Whatever a test did, the room's invariants hold afterwards."""
    yield
    broken = [r for r in verify.run_checks() if r.name.startswith("reminders") and not r.holds]
    assert broken == []

"""A still clock, and a mail server that takes everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from core.smtp import Delivery, Fate
from portal.services import mailing
from tests.factories import NOW


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes]]:
    """A mail server that takes everything; what it was given."""
    taken: list[tuple[str, bytes]] = []

    class Taking:
        fate = Fate.ACCEPTED

        def __enter__(self) -> Taking:
            return self

        def __exit__(self, *_error: object) -> None:
            pass

        def deliver(self, *, recipient: str, raw: bytes, **_given: Any) -> Delivery:
            taken.append((recipient, raw))
            return Delivery(self.fate, "250 ok")

    monkeypatch.setattr(mailing, "Mailer", Taking)
    return taken

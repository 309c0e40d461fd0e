"""Embedded Postgres and Valkey for a machine that has neither.

``ensure()`` is all that commands and tests need: it fills ``DATABASE_URL`` and ``REDIS_URL``
where the environment leaves them out. ``python -m crm.embedded`` has the rest: ``exec``, ``run``,
``status`` and ``stop``. Standard library only, and Linux only.
"""

from __future__ import annotations

import os

from crm.embedded import dotenv
from crm.embedded.process import EmbeddedError
from crm.embedded.state import CHECKOUT, State, default_root
from crm.embedded.supervisor import attach

__all__ = ["CHECKOUT", "EmbeddedError", "State", "default_root", "dotenv", "ensure", "held_locks"]

# Open for as long as this process lives: it is what keeps the services running.
held_locks: list[int] = []


def ensure(*, for_tests: bool = False) -> None:
    """Set DATABASE_URL and REDIS_URL in ``os.environ`` unless it or ``.env`` has them already.

    The services then run at least as long as this process. Tests get servers of their own, below
    the state directory, that trade safety for speed. Raises EmbeddedError when they cannot start.
    """
    dotenv.load_unless_ignored(CHECKOUT / ".env")
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    root = default_root()
    state = State(root / "tests", durable=False) if for_tests else State(root)
    services, lock = attach(state)
    held_locks.append(lock)
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = services.database_url
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = services.redis_url
    if not for_tests:
        # Made once for this machine, so that nobody can forge sessions with a published key.
        os.environ.setdefault("SECRET_KEY", state.secret("secret-key"))
    # So that settings, mail catcher and children agree on the place, whatever its default.
    os.environ["DUNWELL_STATE"] = str(root)

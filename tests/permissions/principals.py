"""Who is in the world that permissions are tried in, and what it is marked with."""

from dataclasses import dataclass, field
from typing import Any

from core.models import User

MARK = "Zhuanshu-Secret"
"""Stands in the name of everything that only the owner and the back office may see."""


@dataclass
class World:
    """The principals, and the key of one row of each kind."""

    users: dict[str, User]
    keys: dict[str, Any] = field(default_factory=dict)

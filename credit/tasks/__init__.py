"""Background work of this room: each reads the clock and makes one call."""

from credit.tasks import reports

__all__ = ["reports"]

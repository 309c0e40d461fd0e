"""Why demonstration data cannot be made."""

from core.errors import Refusal


class UnableToSeed(Refusal):
    """There are data already, or the sizes make no ledger."""

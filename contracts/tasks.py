"""Background work of this room. Importing it registers outbox handlers."""

from contracts.services.versions import PRINT_VERSION, print_version
from core import outbox
from core.dates import now


@outbox.handler(PRINT_VERSION)
def print_frozen_version(*, version_id: int) -> None:
    """Print a version after the transaction that froze it."""
    print_version(version_id=version_id, at=now())

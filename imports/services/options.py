"""What an import is told beside the file."""

import datetime as dt
from dataclasses import dataclass

from clients.models import Creditor


@dataclass(frozen=True, slots=True)
class Options:
    """Whose ledger it is, and as of when."""

    creditor: Creditor
    on: dt.date
    """Today, in the creditor's time zone: payments of an unknown day are never in the future."""
    until: dt.date | None = None
    """Only what was known on this day: later invoices and settlements are left out."""
    shift: int = 0
    """Days that every date of the file is moved by, to make a demonstration ledger recent."""

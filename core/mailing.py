"""What every mail that leaves has in common: its headers, its addresses, its life at a server.

The rooms keep their own messages; how far a conversation came is `core.smtp`.
"""

import datetime as dt
import logging
import time
import unicodedata
from collections.abc import Callable
from email import policy
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Final, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from core.errors import Refusal

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

# Lines end in CRLF, headers and bodies are 7-bit: any mail server passes them on unchanged.
MAIL_POLICY: Final = policy.SMTP.clone(cte_type="7bit", max_line_length=76)

#: Tries of a message whose text never left; then it has failed.
MAX_ATTEMPTS: Final = 8
_LONGEST_WAIT_MINUTES: Final = 120
#: Longer than any conversation with a mail server can take: such a claim belongs to the dead.
STALE_AFTER: Final = dt.timedelta(minutes=10)
WRITE_ATTEMPTS: Final = 5


class AddressUnusable(Refusal):
    """A mailbox that cannot be written to."""


def one_line(text: str) -> str:
    """Text for a header or inside a line: no line breaks, no control or invisible characters."""
    kept = "".join(c if not unicodedata.category(c).startswith("C") else " " for c in text)
    return " ".join(kept.split())


def sender_address() -> str:
    """The envelope's sender: the mailbox of DEFAULT_FROM_EMAIL, where bounces go."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def ascii_mailbox(email: str) -> str:
    """A mailbox as SMTP wants it; an international domain in its ASCII form.

    Raises AddressUnusable for what is no mailbox, or has a local part that is not ASCII.
    """
    mailbox = email.strip()
    local, _at_sign, domain = mailbox.rpartition("@")
    # Control characters never reach an envelope or a header.
    if not (local and domain) or one_line(mailbox) != mailbox or " " in mailbox:
        raise AddressUnusable(one_line(email))
    try:
        return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise AddressUnusable(one_line(email)) from error


def header_address(name: str, mailbox: str) -> Address:
    """A name with its mailbox, on one line."""
    return Address(display_name=one_line(name), addr_spec=mailbox)


def wait_after(attempt: int) -> dt.timedelta:
    """How long to wait after a try that did not reach the server: 2, 4, 8 ... minutes."""
    return dt.timedelta(minutes=min(2**attempt, _LONGEST_WAIT_MINUTES))


def firmly(write: Callable[[], Result]) -> Result:
    """Write down what the mail server said, trying again while the database is not to be had.

    Each write is a compare-and-swap, so one that got through before the connection broke is not
    done twice. When it cannot be written the sweeper finds the message and a person decides.
    """
    for attempt in range(1, WRITE_ATTEMPTS):
        try:
            return write()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                raise
            logger.warning("writing down a delivery failed; trying again", exc_info=True)
            connection.close()
            time.sleep(0.2 * attempt)
    return write()

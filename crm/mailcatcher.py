"""A mail server for development that delivers nothing: every mail lands in a Maildir.

``make run`` starts it where EMAIL_URL is not set; ``/dev/mail/`` shows what it caught.
Run alone: ``python -m crm.mailcatcher --port 2525 --maildir DIR``.
"""

from __future__ import annotations

import argparse
import asyncio
import mailbox
import signal
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP

MAX_BYTES = 40 * 1024 * 1024


def open_maildir(folder: Path) -> mailbox.Maildir:
    """The Maildir at ``folder``, made (readable by us alone) if it is not there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    return mailbox.Maildir(folder, create=True)


async def serve(maildir: Path, *, host: str, port: int) -> None:
    """Take mail until SIGTERM or SIGINT."""
    open_maildir(maildir)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def session() -> SMTP:
        return SMTP(
            Mailbox(maildir),
            hostname="mail-catcher.invalid",
            ident="Dunwell mail catcher, delivers nothing",
            data_size_limit=MAX_BYTES,
            enable_SMTPUTF8=True,
            loop=loop,
        )

    async with await loop.create_server(session, host=host, port=port):
        await stop.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m crm.mailcatcher", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=2525)
    parser.add_argument("--maildir", type=Path, required=True)
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.maildir, host=arguments.host, port=arguments.port))


if __name__ == "__main__":
    main()

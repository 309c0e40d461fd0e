"""A sender in a process of its own, to be killed: forked, and forking, so that Django is there.

Each `(port, seconds)` that is told asks for one round: a child sends through that port until
nothing may go any more, with a clock that is so many seconds ahead. Its pid is told; when it is
killed another child goes on. None is told when one came to the end of its work.
"""

import datetime as dt
import os
import signal
import sys
from multiprocessing.connection import Connection

from django.conf import settings
from django.db import connections

from core.dates import now
from reminders.services.sending import send_queued


def main(mother: Connection) -> None:
    """Do the rounds asked for, whatever happens to the children."""
    settings.EMAIL_HOST = "127.0.0.1"
    for port, seconds in iter(mother.recv, None):
        settings.EMAIL_PORT = port
        while _is_killed(mother, dt.timedelta(seconds=seconds)):
            pass
        mother.send(None)


def _is_killed(mother: Connection, ahead: dt.timedelta) -> bool:
    """Fork a sender and wait for its end; False when it came to the end of its work."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        _send(ahead)
        connections.close_all()
        os._exit(0)
    mother.send(child)
    _pid, status = os.waitpid(child, 0)
    if status == 0:
        return False
    if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
        sys.exit(1)
    return True


def _send(ahead: dt.timedelta) -> None:
    # A server in trouble (it hung up, say) ends a round; the next beat goes on.
    for _beat in range(1000):
        if not send_queued(clock=lambda: now() + ahead).trouble:
            return

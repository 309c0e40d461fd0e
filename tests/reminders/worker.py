"""A sender in a process of its own, to be killed. Django is loaded once, children are forked.

Each line on stdin, `PORT SECONDS`, asks for one round: a child sends through that port until
nothing may go any more, with a clock that is SECONDS ahead. Its pid is printed; when it is killed
another child goes on. "done" is printed when one came to the end of its work.
"""

import datetime as dt
import os
import signal
import sys


def main() -> None:
    """Do the rounds asked for, whatever happens to the children."""
    import django

    django.setup()
    from django.conf import settings

    settings.EMAIL_HOST = "127.0.0.1"
    for line in sys.stdin:
        port, seconds = line.split()
        settings.EMAIL_PORT = int(port)
        while _is_killed(dt.timedelta(seconds=float(seconds))):
            pass
        _say("done")


def _is_killed(ahead: dt.timedelta) -> bool:
    """Fork a sender and wait for its end; False when it came to the end of its work."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child == 0:
        _send(ahead)
        connections.close_all()
        os._exit(0)
    _say(str(child))
    _pid, status = os.waitpid(child, 0)
    if status == 0:
        return False
    if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
        sys.exit(1)
    return True


def _send(ahead: dt.timedelta) -> None:
    from core.dates import now
    from reminders.services.sending import send_queued

    # A server in trouble (it hung up, say) ends a round; the next beat goes on.
    for _beat in range(1000):
        if not send_queued(clock=lambda: now() + ahead).trouble:
            return


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

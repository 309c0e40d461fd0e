"""Asks one process of a running installation whether it is well: ``python -m crm.healthcheck web``.

For Docker's health checks; the exit status is the answer.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import urllib.error
import urllib.request

PATIENCE_SECONDS = 5.0


def web(port: int) -> str:
    """Ask /readyz as the proxy in front would; returns what is wrong, or nothing."""
    # Django answers only to its own host names, and only to what came in over TLS.
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().removeprefix(".")
    headers = {"X-Forwarded-Proto": "https", "Host": host if host not in {"", "*"} else "localhost"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/readyz", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=8):  # noqa: S310  # this machine
            return ""
    except urllib.error.HTTPError as error:
        return f"{error.code}: {error.read(500).decode(errors='replace')}"
    except OSError as error:
        return str(error)


def worker() -> str:
    """Ping the worker of this host over the broker."""
    from crm.celery import app

    name = f"celery@{socket.gethostname()}"
    return (
        ""
        if app.control.ping(destination=[name], timeout=PATIENCE_SECONDS)
        else f"{name} does not answer"
    )


def beat() -> str:
    """Beat is well when what it starts most often was done lately, whoever did it."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    django.setup()
    from crm.health import SWEEPER_LATE_SECONDS, sweeper_age_seconds

    age = sweeper_age_seconds()
    if age is None:
        return "the sweeper has never run"
    return f"the sweeper ran {age:.0f} s ago" if age > SWEEPER_LATE_SECONDS else ""


def main() -> int:
    """Exit status 0 when the process is well, else 1 and the reason."""
    parser = argparse.ArgumentParser(prog="python -m crm.healthcheck", description=__doc__)
    parser.add_argument("process", choices=["web", "worker", "beat"])
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    checks = {"web": lambda: web(arguments.port), "worker": worker, "beat": beat}
    problem = checks[arguments.process]()
    if problem:
        print(problem)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())

"""``make run`` end to end: everything comes up, stays up, and goes down together."""

import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crm.embedded.pytest_plugin import SESSION
from crm.embedded.test_databases import migrated_template
from tests.embedded.conftest import Installation, copied_state, ending, eventually

# The demonstration data has tests of its own, and takes longer than everything here.
QUICK = {"DUNWELL_DEMO": "0", "WORKER_PROCESSES": "1"}


@pytest.fixture(scope="module")
def migrated(ready_made: Path) -> Iterator[Path]:
    """A state directory whose database is migrated, for the tests to copy."""
    with copied_state(ready_made) as root:
        first = Installation(root)
        if SESSION in os.environ:
            # The tests' own servers have a migrated database: copying it saves half a minute.
            template = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{migrated_template()}")
            copy = 'pg_dump --no-owner "$0" | psql -q -v ON_ERROR_STOP=1 "$DATABASE_URL"'
            first.output("exec", "--", "sh", "-c", copy, template.geturl())
        else:
            first.output("exec", "--", sys.executable, "manage.py", "migrate", "--verbosity", "0")
        assert first.ends()
        yield root


@pytest.fixture
def installation(migrated: Path) -> Iterator[Installation]:
    """Ready to run; whatever the test leaves running is ended."""
    with copied_state(migrated) as root:
        yield from ending(Installation(root))


def start(installation: Installation, port: int = 18600) -> "tuple[subprocess.Popen[str], str]":
    """Run it until it says where it is; gives the process and the address."""
    process = installation.start("run", "--port", str(port), **QUICK)
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if "Ctrl-C stops everything" in line:
            address = next(word for word in printed.split() if word.startswith("http://"))
            return process, address
    raise AssertionError(printed)


def readiness(address: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{address}/readyz", timeout=30) as answer:
        body: dict[str, object] = json.load(answer)
    return body


def children(process: "subprocess.Popen[str]") -> dict[str, int]:
    """Process ids of what runs under it, by name."""
    names = {"mail": b"crm.mailcatcher", "web": b"granian", "worker": b"worker", "beat": b"beat"}
    found: dict[str, int] = {}
    for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        found |= {name: int(pid) for name, word in names.items() if word in words.split(b"\0")}
    return found


def test_everything_comes_up_heals_and_goes_down_together(installation: Installation) -> None:
    process, address = start(installation)
    assert readiness(address)["status"] == "ok"
    assert children(process).keys() == {"mail", "web", "worker", "beat"}

    # What dies is started again: a process of ours, and the services as a whole.
    killed = children(process)["web"]
    os.kill(killed, signal.SIGKILL)
    os.kill(installation.supervisor(), signal.SIGKILL)
    assert eventually(lambda: children(process).get("web") not in {None, killed})
    assert eventually(lambda: _is_ready(address))

    # Mail is caught.
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Test", "a@a.example", "b@b.example"
    with smtplib.SMTP("127.0.0.1", int((installation.root / "mail.port").read_text())) as server:
        server.send_message(message)
    assert len(list((installation.root / "mail" / "new").iterdir())) == 1

    # A second one here is refused, and the first is not disturbed.
    assert "already runs here" in installation.output("run", status=1, **QUICK)
    assert _is_ready(address)

    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=90)[0]
    assert "Stopping" in rest
    assert process.returncode == 0
    assert installation.ends()


def _is_ready(address: str) -> bool:
    try:
        return readiness(address)["status"] == "ok"
    except OSError:
        return False


def test_a_busy_port_is_passed_over_and_kill_minus_nine_takes_everything_along(
    installation: Installation,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        # The port it was told is taken meanwhile: the next free one is as good.
        wanted = somebody.getsockname()[1]
        process, address = start(installation, wanted)
    assert address != f"http://127.0.0.1:{wanted}"
    below = children(process)
    process.kill()
    process.communicate()

    assert eventually(lambda: not any(_runs(pid) for pid in below.values()))
    assert installation.ends()


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

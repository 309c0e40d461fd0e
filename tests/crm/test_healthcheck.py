"""`python -m crm.healthcheck`, which Docker asks."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from crm import health, healthcheck


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers like the web server behind its host and https rules."""

    status = 200

    def do_GET(self) -> None:
        fits = self.headers["Host"] == "dunwell.example"
        fits = fits and self.headers["X-Forwarded-Proto"] == "https"
        self.send_response(self.status if fits and self.path == "/readyz" else 400)
        self.end_headers()
        self.wfile.write(b"migrations: 2 not applied")

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setenv("ALLOWED_HOSTS", ".dunwell.example,other.example")
    monkeypatch.setattr(Answering, "status", 200)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_a_ready_web_server_is_well(port: int) -> None:
    assert healthcheck.web(port) == ""


def test_a_web_server_that_is_not_ready_says_why(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Answering, "status", 503)

    assert healthcheck.web(port) == "503: migrations: 2 not applied"


def test_no_web_server_is_not_well() -> None:
    assert "refused" in healthcheck.web(1)


@pytest.mark.parametrize(
    ("age", "answer"),
    [(None, "the sweeper has never run"), (5.0, ""), (301.0, "the sweeper ran 301 s ago")],
)
def test_beat_is_judged_by_what_it_starts(
    monkeypatch: pytest.MonkeyPatch, age: float | None, answer: str
) -> None:
    monkeypatch.setattr(health, "sweeper_age_seconds", lambda: age)

    assert healthcheck.beat() == answer


def test_no_worker_is_not_well(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["healthcheck", "worker"])
    monkeypatch.setattr(healthcheck, "PATIENCE_SECONDS", 0.2)
    assert healthcheck.main() == 1
    assert "does not answer" in capsys.readouterr().out

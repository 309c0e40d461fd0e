"""A register on this machine that answers as Companies House does, or as badly as it is told."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from credit.services.companies_house import HOST, CompaniesHouse

RESPONSES = Path(__file__).resolve().parent / "responses"
KEY = "a-key-of-the-test"
_PARTS = {
    "": "profile",
    "filing-history": "filings",
    "insolvency": "insolvency",
    "charges": "charges",
}


def response(name: str) -> bytes:
    """A kept response shape."""
    return (RESPONSES / f"{name}.json").read_bytes()


class Register:
    """What is answered, and what was asked."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []
        self.signed: list[str] = []
        self.hosts: list[str] = []
        self.company = "sound"
        self.status = 200
        self.body: bytes | None = None
        self.location = ""
        self.says_length = True
        self.more_length = 0
        self.pause = 0.0

    def connect(self, host: str, timeout: float) -> http.client.HTTPConnection:
        """Where the adapter gets in the place of its connection to HOST."""
        self.hosts.append(host)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def adapter(self, **bounds: Any) -> CompaniesHouse:
        """An adapter that asks this register."""
        return CompaniesHouse(KEY, connect=self.connect, **bounds)

    def answer(self, path: str) -> tuple[int, bytes]:
        """Status and body for a question."""
        if self.body is not None or self.status != 200:
            return self.status, self.body if self.body is not None else b'{"error": "x"}'
        part = path.partition("?")[0].split("/")[3:]
        name = f"{self.company}-{_PARTS['/'.join(part)]}"
        is_there = (RESPONSES / f"{name}.json").exists()
        return (200, response(name)) if is_there else (404, b'{"errors": []}')


class _Handler(BaseHTTPRequestHandler):
    register: Register

    def do_GET(self) -> None:
        register = self.register
        register.asked.append(self.path)
        register.signed.append(self.headers.get("Authorization", ""))
        status, body = register.answer(self.path)
        self.send_response(status)
        if register.location:
            self.send_header("Location", register.location)
        if register.says_length:
            self.send_header("Content-Length", str(len(body) + register.more_length))
        self.end_headers()
        with suppress(OSError):  # the other side hung up, as it should
            self._send(body, register.pause)

    def _send(self, body: bytes, pause: float) -> None:
        if not pause:
            self.wfile.write(body)
            return
        for byte in body:
            time.sleep(pause)
            self.wfile.write(bytes([byte]))

    def log_message(self, *_args: Any) -> None:
        """Quiet."""


@contextmanager
def opened() -> Iterator[Register]:
    """A register that listens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    register = Register(server.server_address[1])
    server.RequestHandlerClass = type("Handler", (_Handler,), {"register": register})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield register
        assert set(register.hosts) <= {HOST}
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""A mail server for tests that keeps what it took and can fail at any step of a conversation."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

#: Asked for each conversation: what it does at a step ("connect", "mail", "rcpt", "data",
#: "text"). None goes on as usual; a string is the reply instead; "!" hangs up before replying;
#: "!kept" keeps the text and hangs up without a 250.
Script = Callable[[str, str], str | None]


@dataclass
class Sink:
    """What arrived, and how the server behaves."""

    port: int = 0
    script: Script = lambda _step, _argument: None
    taken: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    on_text: Callable[[], None] = lambda: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken, read."""
        with self.lock:
            return [message_from_bytes(raw, policy=default) for raw in self.taken]

    @property
    def message_ids(self) -> list[str]:
        """The Message-ID of each mail taken, in order."""
        return [str(mail["Message-ID"]) for mail in self.mails]


class _Handler(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        sink = self.server.sink
        try:
            if not self._says("connect", "", "220 sink ready"):
                return
            while line := self.rfile.readline():
                verb, _space, argument = line.decode().strip().partition(" ")
                if not self._answer(verb.upper(), argument, sink):
                    return
        except (ConnectionError, TimeoutError):
            return

    def _answer(self, verb: str, argument: str, sink: Sink) -> bool:
        """Whether the conversation goes on."""
        if verb == "QUIT":
            self._send("221 bye")
            return False
        if verb == "DATA":
            going_on = self._says("data", argument, "354 go ahead")
            return self._text(sink) if going_on and self._last.startswith("354") else going_on
        if verb == "RCPT":
            self._recipient = argument.partition(":")[2].strip(" <>")
        steps = {"MAIL": "mail", "RCPT": "rcpt"}
        if verb in steps:
            return self._says(steps[verb], argument, "250 ok")
        return self._send("250 ok")

    def _text(self, sink: Sink) -> bool:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b".") else line)
        sink.on_text()
        said = sink.script("text", self._recipient)
        if said in {None, "!kept"} or (said or "").startswith("250"):
            with sink.lock:
                sink.taken.append(b"".join(lines))
                sink.recipients.append(self._recipient)
        if said in {"!", "!kept"}:
            self._hang_up()
            return False
        return self._send(said or "250 taken")

    def _says(self, step: str, argument: str, usual: str) -> bool:
        said = self.server.sink.script(step, argument)
        if said == "!":
            self._hang_up()
            return False
        self._last = said or usual
        return self._send(self._last)

    def _send(self, reply: str) -> bool:
        self.wfile.write(f"{reply}\r\n".encode())
        return True

    def _hang_up(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
    sink: Sink


@contextmanager
def mail_sink(settings: Any | None = None) -> Iterator[Sink]:
    """A sink on a free port; the mail settings point to it when they are given."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        sink = Sink(port=server.server_address[1])
        server.sink = sink
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        if settings is not None:
            settings.EMAIL_HOST = "127.0.0.1"
            settings.EMAIL_PORT = sink.port
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()

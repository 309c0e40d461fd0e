"""A mail server for tests: as much of IMAP as a reader needs, on a thread."""

from __future__ import annotations

import re
import socketserver
import threading
from types import TracebackType
from typing import Self


class FakeImap:
    """Holds mails by UID. `dies_at` closes the connection when that UID is fetched."""

    def __init__(self, mails: dict[int, bytes], *, validity: int = 7) -> None:
        self.mails = mails
        self.validity = validity
        self.dies_at: int | None = None
        self.fetched: list[int] = []
        self.flags_touched = False
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"* OK ready\r\n")
                while line := self.rfile.readline():
                    tag, _, command = line.decode().strip().partition(" ")
                    answer = outer.answer(command)
                    if answer is None:
                        return
                    self.wfile.write(answer.replace(b"TAG", tag.encode()))

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def url(self) -> str:
        """As IMAP_URL has it."""
        return (
            f"imap://archive%40own.example:secret@127.0.0.1:{self._server.server_address[1]}/INBOX"
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, command: str) -> bytes | None:
        """What the server says; None hangs up."""
        word = command.upper()
        if word.startswith("CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n"
        if word.startswith("LOGIN"):
            good = '"secret"' in command and "archive@own.example" in command
            return b"TAG OK in\r\n" if good else b"TAG NO wrong password\r\n"
        if word.startswith("SELECT"):
            self.flags_touched = True
        if word.startswith(("SELECT", "EXAMINE")):
            head = f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] ok\r\n"
            return head.encode() + b"TAG OK [READ-ONLY] open\r\n"
        if word.startswith("UID SEARCH"):
            return self._search(int(re.findall(r"UID (\d+):\*", word)[0]))
        if word.startswith("UID FETCH"):
            return self._fetch(int(word.split()[2]), word)
        return b"TAG OK bye\r\n"

    def _search(self, first: int) -> bytes:
        # As RFC 3501 has it: the last mail matches "n:*" in any case.
        last = max(self.mails, default=0)
        found = [uid for uid in sorted(self.mails) if uid >= first or uid == last]
        return b"* SEARCH " + " ".join(map(str, found)).encode() + b"\r\nTAG OK done\r\n"

    def _fetch(self, uid: int, word: str) -> bytes | None:
        raw = self.mails.get(uid)
        if raw is None:
            return b"TAG OK nothing\r\n"
        if "RFC822.SIZE" in word:
            return f"* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)})\r\nTAG OK done\r\n".encode()
        if uid == self.dies_at:
            return None
        self.flags_touched = self.flags_touched or "PEEK" not in word
        self.fetched.append(uid)
        head = f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode()
        return head + raw + b")\r\nTAG OK done\r\n"

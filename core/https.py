"""One question over HTTPS to one host: bounded in time and size, and never sent on elsewhere.

For registers and other services that rooms ask from a job. Nothing here follows a redirect,
reads a proxy from the environment or decompresses: what came back is what is kept.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final, NamedTuple

CONNECT_SECONDS: Final = 5.0
WHOLE_SECONDS: Final = 15.0
MOST_BYTES: Final = 2 * 1024 * 1024
_PIECE: Final = 65536

Connect = Callable[[str, float], http.client.HTTPConnection]


class NoAnswer(Exception):
    """Nothing usable came back: no connection, no end in time, or no HTTP. May be asked again."""


class TooLarge(Exception):
    """The answer is larger than may be kept."""


class Reply(NamedTuple):
    """What came back."""

    status: int
    body: bytes


def connect(host: str, timeout: float) -> http.client.HTTPConnection:
    """A connection to port 443 whose certificate is checked."""
    return http.client.HTTPSConnection(host, timeout=timeout, context=ssl.create_default_context())


def get(
    *,
    host: str,
    path: str,
    headers: Mapping[str, str],
    connect: Connect = connect,
    seconds: float = WHOLE_SECONDS,
    most_bytes: int = MOST_BYTES,
) -> Reply:
    """Ask once. Raises NoAnswer or TooLarge; a status that is not 200 is a reply like any other.

    `seconds` bound the whole of it, also for a server that sends a byte now and then.
    """
    connection = connect(host, min(CONNECT_SECONDS, seconds))
    try:
        connection.connect()
        with _no_longer_than(connection.sock, seconds):
            sent = {"Accept-Encoding": "identity", "Connection": "close", **headers}
            connection.request("GET", path, headers=sent)
            reply = connection.getresponse()
            body = _body(reply, most_bytes)
        return Reply(reply.status, body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        connection.close()


def _body(reply: http.client.HTTPResponse, most_bytes: int) -> bytes:
    """The body, refused as soon as it is said or seen to be too large."""
    pieces: list[bytes] = []
    size = 0
    if reply.length is not None and reply.length > most_bytes:
        raise TooLarge
    while piece := reply.read(min(_PIECE, most_bytes + 1 - size)):
        pieces.append(piece)
        size += len(piece)
        if size > most_bytes:
            raise TooLarge
    if reply.length:
        raise http.client.IncompleteRead(b"", reply.length)
    return b"".join(pieces)


@contextmanager
def _no_longer_than(sock: socket.socket, seconds: float) -> Iterator[None]:
    """Hang up after so many seconds, whatever is being waited for. Raises TimeoutError then."""
    late = threading.Event()

    def hang_up() -> None:
        late.set()
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if late.is_set():
        # Without a length an answer that was cut off looks whole.
        raise TimeoutError(f"no whole answer within {seconds:g} s")

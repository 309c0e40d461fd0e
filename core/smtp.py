"""One conversation with the mail server, step by step, so that it is known how far it came.

Before the text was handed over nothing can have been delivered, and the message may be tried
again. Once the text is on its way, only the server's 250 says that it was taken: without it
nobody can know, and nothing is sent a second time by itself.
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from enum import Enum
from types import TracebackType
from typing import Final, NamedTuple, Self

from django.conf import settings

TIMEOUT_SECONDS: Final = 5

_OK: Final = 250
_START_TEXT: Final = 354
_RCPT_OK: Final = frozenset({250, 251})
# Enhanced status classes (RFC 3463) that speak of the mailbox, not of us: 5.1 and 5.2.
_MAILBOX: Final = re.compile(r"^5\.[12]\.\d+")
_ENHANCED: Final = re.compile(r"^[245]\.\d+\.\d+")
_MAILBOX_CODES: Final = frozenset({550, 551, 553})


class Fate(Enum):
    """What is known of a message after a conversation."""

    ACCEPTED = "accepted"
    """250 after the text."""
    NOT_HANDED_OVER = "not handed over"
    """The text never left: it may be tried again."""
    REFUSED = "refused"
    """The server said no for good, to this recipient or to this text."""
    UNKNOWN = "unknown"
    """The text left and no 250 came."""


class Delivery(NamedTuple):
    """How a conversation ended. `reply` is for a person; `bad_mailbox` names the address."""

    fate: Fate
    reply: str
    bad_mailbox: bool = False
    server_trouble: bool = False


class _StopError(Exception):
    """Ends a conversation with what is known."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(delivery.reply)
        self.delivery = delivery


class Mailer:
    """A connection to the mail server of the EMAIL_* settings, kept open between messages."""

    def __init__(self, timeout: float = TIMEOUT_SECONDS) -> None:
        self._timeout = timeout
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def deliver(
        self, *, sender: str, recipient: str, raw: bytes, handing_over: Callable[[], bool]
    ) -> Delivery:
        """Offer one message. Never raises for what a mail server or a network does.

        `handing_over` is called when the server waits for the text, right before it leaves; what
        it notes must be durable when it returns. False stops, with nothing sent.
        """
        try:
            smtp = self._greeted()
            self._envelope(smtp, sender, recipient)
        except _StopError as stop:
            self.close()
            return stop.delivery
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Delivery(Fate.NOT_HANDED_OVER, _said(error), server_trouble=True)
        go = False
        try:
            go = handing_over()
        finally:
            if not go:
                self.close()
        if not go:
            return Delivery(Fate.NOT_HANDED_OVER, "no longer ours to send")
        return self._text(smtp, raw)

    def close(self) -> None:
        """Hang up."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _greeted(self) -> smtplib.SMTP:
        """The open connection if it still answers, else a new one."""
        if self._smtp is not None:
            try:
                if self._smtp.rset()[0] == _OK:
                    return self._smtp
            except (OSError, smtplib.SMTPException):
                pass
            self.close()
        self._smtp = _connect(self._timeout)
        return self._smtp

    def _envelope(self, smtp: smtplib.SMTP, sender: str, recipient: str) -> None:
        """MAIL, RCPT and DATA, up to the server's 354. Raises _StopError on a no."""
        code, reply = smtp.mail(sender)
        if code != _OK:
            raise _StopError(
                Delivery(Fate.NOT_HANDED_OVER, _line(code, reply), server_trouble=True)
            )
        code, reply = smtp.rcpt(recipient)
        if code not in _RCPT_OK:
            raise _StopError(_refused_recipient(code, reply))
        code, reply = smtp.docmd("DATA")
        if code != _START_TEXT:
            raise _StopError(
                Delivery(Fate.NOT_HANDED_OVER, _line(code, reply), server_trouble=True)
            )

    def _text(self, smtp: smtplib.SMTP, raw: bytes) -> Delivery:
        try:
            smtp.send(_dotted(raw))
            code, reply = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Delivery(Fate.UNKNOWN, _said(error), server_trouble=True)
        if code == _OK:
            return Delivery(Fate.ACCEPTED, _line(code, reply))
        self.close()
        permanent = 500 <= code < 600  # noqa: PLR2004  # RFC 5321, 4.2.1
        fate = Fate.REFUSED if permanent else Fate.UNKNOWN
        return Delivery(fate, _line(code, reply))


def _connect(timeout: float) -> smtplib.SMTP:
    """A greeted connection, secured and signed in as the settings say."""
    secure = getattr(settings, "EMAIL_USE_SSL", False)
    host, port = settings.EMAIL_HOST, settings.EMAIL_PORT
    smtp = (
        smtplib.SMTP_SSL(host, port, timeout=timeout, context=_tls())
        if secure
        else smtplib.SMTP(host, port, timeout=timeout)
    )
    try:
        smtp.ehlo_or_helo_if_needed()
        if getattr(settings, "EMAIL_USE_TLS", False):
            smtp.starttls(context=_tls())
            smtp.ehlo()
        user = getattr(settings, "EMAIL_HOST_USER", "")
        if user:
            smtp.login(user, getattr(settings, "EMAIL_HOST_PASSWORD", ""))
    except BaseException:
        smtp.close()
        raise
    return smtp


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    certificate = getattr(settings, "EMAIL_SSL_CERTFILE", None)
    if certificate:
        context.load_cert_chain(certificate, getattr(settings, "EMAIL_SSL_KEYFILE", None))
    return context


def _refused_recipient(code: int, reply: bytes) -> Delivery:
    """A lasting no to the recipient. Only one that speaks of the mailbox blames the address."""
    said = _line(code, reply)
    if code < 500:  # noqa: PLR2004  # RFC 5321, 4.2.1: try again later
        return Delivery(Fate.NOT_HANDED_OVER, said)
    text = reply.decode("utf-8", "replace").strip()
    enhanced = _ENHANCED.match(text)
    about_mailbox = bool(_MAILBOX.match(text)) if enhanced else code in _MAILBOX_CODES
    return Delivery(Fate.REFUSED, said, bad_mailbox=about_mailbox)


def _dotted(raw: bytes) -> bytes:
    """The text as DATA wants it: CRLF, lines that begin with a dot doubled, a dot to end."""
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines) + (
        b".\r\n"
    )


def _line(code: int, reply: bytes) -> str:
    return f"{code} {' '.join(reply.decode('utf-8', 'replace').split())}"[:500]


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]

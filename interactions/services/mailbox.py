"""Poll a folder on a mail server (IMAP) and archive what came.

Mails stay on the server as they are, unread ones too. What was taken is remembered by UIDVALIDITY
and UID in the same transaction that archives it: nothing is taken twice, and what a crash
interrupts is taken the next time.
"""

from __future__ import annotations

import datetime as dt
import imaplib
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.transactions import in_transaction
from interactions.models import MailFetch, MailFolder
from interactions.services.mail import UnableToArchive, archive_mail
from interactions.states import MailSource

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS: Final = 20
MOST_AT_ONCE: Final = 200
_LOCK: Final = 7_461_203
_PORTS: Final = {"imap": 143, "imap+tls": 143, "imap+ssl": 993, "imaps": 993}
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_TROUBLE: Final = (OSError, imaplib.IMAP4.error, ValueError)


class UnableToPoll(Refusal):
    """The address of the mailbox cannot be used."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where mails are fetched from, as IMAP_URL says."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str

    @property
    def name(self) -> str:
        """What it is called in the database and on pages: without the password."""
        return f"{self.user}@{self.host}/{self.folder}"[:300]


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll came to."""

    new: int = 0
    known: int = 0
    refused: int = 0
    failed: int = 0
    error: str = ""


def mailbox_from(url: str) -> Mailbox:
    """Read `imap+ssl://user:password@host:993/INBOX`. Raises UnableToPoll."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UnableToPoll(str(error)) from error
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username:
        raise UnableToPoll(_("IMAP_URL is to look like imap+ssl://user:password@host:993/INBOX."))
    return Mailbox(
        parts.scheme,
        parts.hostname,
        port or _PORTS[parts.scheme],
        unquote(parts.username),
        unquote(parts.password or ""),
        unquote(parts.path.strip("/")) or "INBOX",
    )


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    """A connection with the folder open for reading. Raises OSError or IMAP4.error."""
    secure = mailbox.scheme in {"imap+ssl", "imaps"}
    make = imaplib.IMAP4_SSL if secure else imaplib.IMAP4
    server = make(mailbox.host, mailbox.port, timeout=TIMEOUT_SECONDS)
    try:
        if mailbox.scheme == "imap+tls":
            server.starttls()
        server.login(mailbox.user, mailbox.password)
        quoted = '"' + mailbox.folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
        answer, data = server.select(quoted, readonly=True)
        if answer != "OK":
            raise imaplib.IMAP4.error(str(data[0]))
        yield server
    finally:
        try:
            server.logout()
        except (OSError, imaplib.IMAP4.error):
            server.shutdown()


def poll_mailbox(*, clock: Callable[[], dt.datetime]) -> Polled | None:
    """Take what is new in the folder of IMAP_URL. None when there is none, or another one polls."""
    if not settings.IMAP_URL:
        return None
    with _alone() as is_alone:
        if not is_alone:
            return None
        mailbox = mailbox_from(settings.IMAP_URL)
        folder, _made = MailFolder.objects.get_or_create(name=mailbox.name)
        try:
            with opened(mailbox) as server:
                polled = _take_new(server, folder, clock)
        except _TROUBLE as error:
            polled = Polled(error=f"{type(error).__name__}: {error}"[:300])
        MailFolder.objects.filter(pk=folder.pk).update(checked_at=clock(), error=polled.error)
        return polled


@contextmanager
def _alone() -> Iterator[bool]:
    """Hold a lock of the session, so that two workers do not fetch the same mails."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _take_new(
    server: imaplib.IMAP4, folder: MailFolder, clock: Callable[[], dt.datetime]
) -> Polled:
    validity = _validity(server)
    if folder.uid_validity != validity:
        # The server numbers anew: start over. Mails that were archived are recognised.
        folder.uid_validity, folder.last_uid = validity, 0
        folder.save(update_fields=["uid_validity", "last_uid"])
    counts = {"new": 0, "known": 0, "refused": 0, "failed": 0}
    # The mark moves up to the first mail that failed; that one is tried again next time.
    may_move = True
    for uid in _new_uids(server, folder)[:MOST_AT_ONCE]:
        try:
            came = _take(server, folder, uid, move_mark=may_move, at=clock())
        except _TROUBLE:
            raise
        except Exception:
            logger.exception("mail %s of %s could not be archived", uid, folder.name)
            came, may_move = "failed", False
        counts[came] += 1
    error = _("%(count)d mails failed; see the log.") % {"count": counts["failed"]}
    return Polled(**counts, error=error if counts["failed"] else "")


def _validity(server: imaplib.IMAP4) -> int:
    _answer, data = server.response("UIDVALIDITY")
    if not data or not isinstance(data[0], bytes):
        raise imaplib.IMAP4.error("the server names no UIDVALIDITY")
    return int(data[0])


def _new_uids(server: imaplib.IMAP4, folder: MailFolder) -> list[int]:
    _answer, data = server.uid("SEARCH", f"UID {folder.last_uid + 1}:*")
    words = data[0].split() if data and isinstance(data[0], bytes) else []
    # "n:*" always names the last mail, also when its number is lower.
    found = sorted(uid for uid in map(int, words) if uid > folder.last_uid)
    taken = set(
        MailFetch.objects.filter(
            folder=folder, uid_validity=folder.uid_validity or 0, uid__gt=folder.last_uid
        ).values_list("uid", flat=True)
    )
    return [uid for uid in found if uid not in taken]


def _take(
    server: imaplib.IMAP4, folder: MailFolder, uid: int, *, move_mark: bool, at: dt.datetime
) -> str:
    """Fetch and archive one mail; "new", "known" or "refused"."""
    is_small = _size(server, uid) <= settings.DOCUMENT_MAX_BYTES
    raw = _fetch(server, uid) if is_small else b""
    return _keep(folder=folder, uid=uid, raw=raw, move_mark=move_mark, at=at)


@in_transaction
def _keep(*, folder: MailFolder, uid: int, raw: bytes, move_mark: bool, at: dt.datetime) -> str:
    """Archive a mail and remember its number: both or neither."""
    fetch = MailFetch(folder=folder, uid_validity=folder.uid_validity or 0, uid=uid, at=at)
    try:
        archived = archive_mail(raw=raw, source=MailSource.IMAP, actor=None, at=at)
        fetch.mail = archived.mail
        came = "new" if archived.is_new else "known"
    except UnableToArchive as refusal:
        too_large = _("The mail is too large, or was gone when it was fetched.")
        fetch.refusal = str(refusal)[:300] if raw else too_large
        came = "refused"
    fetch.save()
    if move_mark:
        MailFolder.objects.filter(pk=folder.pk, last_uid__lt=uid).update(last_uid=uid)
    return came


def _size(server: imaplib.IMAP4, uid: int) -> int:
    _answer, data = server.uid("FETCH", str(uid), "(RFC822.SIZE)")
    said = b" ".join(one if isinstance(one, bytes) else b"" for one in data or [])
    found = _SIZE.search(said)
    return int(found[1]) if found else 0


def _fetch(server: imaplib.IMAP4, uid: int) -> bytes:
    """The whole mail, its flags left alone."""
    _answer, data = server.uid("FETCH", str(uid), "(BODY.PEEK[])")
    return next((bytes(one[1]) for one in data or [] if isinstance(one, tuple)), b"")

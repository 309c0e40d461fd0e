"""Looks at the machine and the servers: what ``manage.py doctor`` reports."""

from __future__ import annotations

import ctypes
import imaplib
import os
import shutil
import smtplib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import redis
from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.pdf.service import diagnose
from crm.health import SWEEPER_LATE_SECONDS, ready, sweeper_age_seconds
from interactions.services.mailbox import mailbox_from, opened

OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRES = 16
ENOUGH_DISK_BYTES = 2 * 1024**3
EXTENSIONS = ("pg_trgm", "btree_gin")
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
#: The Debian package that brings it, and the name under which another package does.
TEST_PROGRAMS = {
    "msgfmt": ("gettext", ""),
    "chromium-headless-shell": ("chromium-headless-shell", "chromium"),
    "pdftoppm": ("poppler-utils", ""),
}


class Verdict(StrEnum):
    """OK, a miss that something needs, or a note that nothing depends on."""

    OK = "ok"
    MISS = "miss"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``remedy`` says what to do about a miss."""

    check: str
    verdict: Verdict
    detail: str
    remedy: str = ""


def examine() -> list[Finding]:
    """Look at everything. A check that depends on a missed one is left out."""
    findings = [_python(), *_libraries(), *_programs(), _pdf(), _disk(), _static(), *_servers()]
    findings += [_mail(), _mailbox(), _registers()]
    return findings


def _found(check: str, *, ok: bool, detail: str, remedy: str) -> Finding:
    return Finding(check, Verdict.OK if ok else Verdict.MISS, detail, "" if ok else remedy)


# --- this machine -------------------------------------------------------------------------------


def _python() -> Finding:
    return _found(
        "python",
        ok=sys.version_info >= OLDEST_PYTHON,
        detail=".".join(map(str, sys.version_info[:3])),
        remedy=_("Install Python 3.11 or newer."),
    )


def _libraries() -> Iterator[Finding]:
    for library, package in LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError as error:
            detail, ok = str(error), False
        else:
            detail, ok = _("loads"), True
        yield _found(library, ok=ok, detail=detail, remedy=_install(package))


def _programs() -> Iterator[Finding]:
    for program, (package, other) in TEST_PROGRAMS.items():
        where = shutil.which(program) or shutil.which(other)
        if where:
            yield Finding(program, Verdict.OK, where)
        else:
            detail = _("not found; only tests and translations need it")
            yield Finding(program, Verdict.NOTE, detail, _install(package))


def _install(package: str) -> str:
    return _("Run scripts/system-packages.sh, or install %(package)s.") % {"package": package}


def _pdf() -> Finding:
    problems = diagnose()
    return _found(
        "pdf",
        ok=not problems,
        detail="; ".join(problems) or _("a page in both scripts comes out"),
        remedy=_("Install the libraries missed above, or restore the files below core/pdf/fonts."),
    )


def _disk() -> Finding:
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    writable = os.access(folder, os.W_OK)
    return _found(
        "disk",
        ok=writable and free >= ENOUGH_DISK_BYTES,
        detail=_("%(size).1f GB free at %(folder)s") % {"size": free / 1024**3, "folder": folder}
        if writable
        else _("%(folder)s is not writable") % {"folder": folder},
        remedy=_("Free some space, or set MEDIA_ROOT and DUNWELL_STATE to a larger disk."),
    )


def _static() -> Finding:
    if not settings.PRODUCTION:
        return Finding("static", Verdict.OK, _("served from the source"))
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    return _found(
        "static",
        ok=manifest.exists(),
        detail=str(manifest),
        remedy=_("Run manage.py collectstatic."),
    )


# --- servers ------------------------------------------------------------------------------------


def _servers() -> Iterator[Finding]:
    remedies = {
        "database": _("Start Postgres, or correct DATABASE_URL."),
        "redis": _("Start Redis or Valkey, or correct REDIS_URL."),
        "migrations": _("Run manage.py migrate."),
    }
    down = set()
    for probe in ready():
        if probe.name == "migrations" and "database" in down:
            continue
        detail = probe.detail or _("fine")
        yield _found(probe.name, ok=probe.ok, detail=detail, remedy=remedies[probe.name])
        if not probe.ok:
            down.add(probe.name)
    if "database" not in down:
        yield from _postgres()
    if "redis" not in down:
        yield _eviction()
        yield _sweeper()


def _postgres() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        version = cursor.fetchone()[0]
        cursor.execute("SELECT extname FROM pg_extension")
        installed = {row[0] for row in cursor.fetchall()}
    yield _found(
        "postgres",
        ok=version >= OLDEST_POSTGRES,
        detail=str(version),
        remedy=_("Use Postgres 18; %(oldest)d is the oldest that works.")
        % {"oldest": OLDEST_POSTGRES},
    )
    for name in EXTENSIONS:
        yield _found(
            name,
            ok=name in installed,
            detail=_("installed") if name in installed else _("not installed"),
            remedy=_("Run manage.py migrate as a role that may create extensions."),
        )
    if "pg_trgm" in installed:
        yield _chinese_search()


def _chinese_search() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT show_trgm('中文')")
        grams = cursor.fetchone()[0]
    return _found(
        "chinese_search",
        ok=bool(grams),
        detail=_("%(count)d trigrams") % {"count": len(grams)},
        remedy=_("Create the database with lc_ctype C.UTF-8: with C, Chinese is never found."),
    )


def _eviction() -> Finding:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2) as client:
        try:
            policy = client.config_get("maxmemory-policy").get("maxmemory-policy", "")
        except redis.ResponseError:
            # Hosted servers often forbid CONFIG: then nobody can tell.
            return Finding("redis_eviction", Verdict.NOTE, _("cannot be read on this server"))
    return _found(
        "redis_eviction",
        ok=policy == "noeviction",
        detail=policy,
        remedy=_("Set maxmemory-policy to noeviction, or waiting work may be thrown away."),
    )


def _sweeper() -> Finding:
    age = sweeper_age_seconds()
    if age is not None and age <= SWEEPER_LATE_SECONDS:
        return Finding("worker", Verdict.OK, _("swept %(age).0f s ago") % {"age": age})
    return Finding(
        "worker",
        Verdict.NOTE,
        _("has not swept the outbox lately"),
        _("Start the Celery worker and beat; `make run` does both."),
    )


def _mail() -> Finding:
    if settings.MAIL_CATCHER:
        return Finding("mail", Verdict.OK, _("caught, not sent; see /dev/mail/"))
    try:
        with get_connection():
            return Finding("mail", Verdict.OK, _("the server lets us in"))
    except (OSError, smtplib.SMTPException) as error:
        detail = f"{type(error).__name__}: {error}"
        return Finding("mail", Verdict.MISS, detail, _("Correct EMAIL_URL."))


def _mailbox() -> Finding:
    """The folder that answers and copies are fetched from."""
    if not settings.IMAP_URL:
        return Finding("mailbox", Verdict.OK, _("none; mails are archived by upload"))
    try:
        with opened(mailbox_from(settings.IMAP_URL)):
            return Finding("mailbox", Verdict.OK, _("the server lets us in"))
    except (OSError, imaplib.IMAP4.error, Refusal) as error:
        detail = f"{type(error).__name__}: {error}"
        return Finding("mailbox", Verdict.MISS, detail, _("Correct IMAP_URL."))


def _registers() -> Finding:
    """The register that clients of the United Kingdom are looked up in; nothing is sent here."""
    if settings.COMPANIES_HOUSE_KEY:
        return Finding("companies house", Verdict.OK, _("a key is set; look-ups are on"))
    return Finding(
        "companies house",
        Verdict.NOTE,
        _("no key; credit reports are filed by hand"),
        _("Optional: set COMPANIES_HOUSE_KEY to look up clients of the United Kingdom."),
    )

"""Tell people what happened to clients: once each, on their page, and in one mail a day."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from clients.models import Client
from core import audit, outbox
from core.mailing import (
    MAIL_POLICY,
    AddressUnusable,
    ascii_mailbox,
    firmly,
    header_address,
    sender_address,
)
from core.models import User
from core.smtp import Fate, Mailer
from core.states import Role
from core.transactions import in_transaction
from credit.letters.notices import digest_text
from credit.models import CreditNotice, NoticeDigest, NoticeTo
from credit.rules.notices import MAIL_HOUR, TOLD_DAYS, roles_told
from credit.selectors.notices import Found, happened

#: The outbox sends the mails under this name.
MAIL: Final = "credit.mail_notices"
Clock = Callable[[], dt.datetime]


class MailNotSent(Exception):  # what happened, as elsewhere
    """The mail server was not to be had; the outbox tries again."""


# --- Telling -----------------------------------------------------------------------------------


@in_transaction
def give_notices(*, on: dt.date, at: dt.datetime) -> int:
    """Note what happened to clients since the last time, and for whom. Twice changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('credit.give_notices'))")
    found = happened(on=on, at=at)
    if not found:
        return 0
    rows = CreditNotice.objects.bulk_create([_row(one, at) for one in found])
    NoticeTo.objects.bulk_create(_readers(rows))
    levels = Counter(one.level for one in rows)
    audit.record(
        action="credit.give_notices",
        actor=None,
        at=at,
        payload={"notices": len(rows), "levels": dict(levels)},
    )
    return len(rows)


def _row(found: Found, at: dt.datetime) -> CreditNotice:
    return CreditNotice(
        client_id=found.client_id,
        signal=found.signal,
        fact=found.fact,
        level=found.level,
        facts=dict(found.facts),
        happened_on=found.happened_on,
        at=at,
    )


def _readers(rows: Sequence[CreditNotice]) -> list[NoticeTo]:
    """The owner, and whom the level reaches beside; somebody always."""
    owners = dict(
        Client.objects.filter(
            pk__in={row.client_id for row in rows}, owner__is_active=True
        ).values_list("pk", "owner_id")
    )
    staff: dict[str, list[int]] = defaultdict(list)
    for pk, role in User.objects.filter(is_active=True).order_by("pk").values_list("pk", "role"):
        staff[role].append(pk)
    told: list[NoticeTo] = []
    for row in rows:
        owner = owners.get(row.client_id)
        roles = roles_told(row.level, has_owner=owner is not None)
        people = {pk for role in roles for pk in staff[role]} | ({owner} if owner else set())
        chosen = people or staff[Role.MANAGER] or staff[Role.ADMIN]
        told += [NoticeTo(notice=row, user_id=pk) for pk in sorted(chosen)]
    return told


@in_transaction
def read_notices(*, ids: Sequence[int] | None, actor: User, at: dt.datetime) -> int:
    """Somebody has read what they were told: these, or (None) all; how many were new."""
    rows = NoticeTo.objects.filter(user=actor).unread()
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return rows.update(seen_at=at)


# --- One mail a day ----------------------------------------------------------------------------


def write_digests(*, on: dt.date, at: dt.datetime, zone: str) -> int:
    """Promise each person who has something new and unread the one mail of this day."""
    if at.astimezone(ZoneInfo(zone)).hour < MAIL_HOUR:
        return 0
    waiting = _unmailed(at).filter(user__is_active=True)
    waiting = waiting.exclude(user__in=NoticeDigest.objects.filter(on=on).values("user"))
    people = User.objects.filter(pk__in=waiting.order_by().values("user")).order_by("pk")
    return sum(_promise(user, on, at) for user in people)


def _unmailed(at: dt.datetime) -> QuerySet[NoticeTo]:
    recent = at - dt.timedelta(days=TOLD_DAYS)
    return NoticeTo.objects.unread().filter(digest=None, notice__at__gt=recent)


@in_transaction
def _promise(user: User, on: dt.date, at: dt.datetime) -> bool:
    mine = NoticeTo.objects.visible_to(user).values("pk")
    new = list(_unmailed(at).filter(user=user, pk__in=mine).values_list("pk", flat=True))
    if not new:
        return False
    digest, is_new = NoticeDigest.objects.get_or_create(
        user=user, on=on, defaults={"created_at": at}
    )
    if not is_new:
        return False
    NoticeTo.objects.filter(pk__in=new, digest=None).update(digest=digest)
    key = f"credit-notices:{user.pk}:{on}"
    return outbox.enqueue(task=MAIL, key=key, args={"digest_id": digest.pk}, at=at)


def send_digest(*, digest_id: int, clock: Clock) -> None:
    """Send the mail of a day. What has left, or may have arrived, is never sent again.

    Raises MailNotSent while the mail server is not to be had: the text never left.
    """
    row = NoticeDigest.objects.select_related("user").get(pk=digest_id)
    if row.left_at is not None or row.said:
        return
    told = NoticeTo.objects.visible_to(row.user).unread().filter(digest=row)
    notices = [one.notice for one in told.select_related("notice__client").order_by("pk")]
    if not notices or not row.user.is_active:
        _say(row, "nothing left to tell")
        return
    try:
        recipient = ascii_mailbox(row.user.email)
    except AddressUnusable:
        _say(row, "no usable address")
        return
    raw = _compose(row, notices, recipient)
    with Mailer() as mailer:
        delivery = mailer.deliver(
            sender=sender_address(),
            recipient=recipient,
            raw=raw,
            handing_over=lambda: _hand_over(row, clock()),
        )
    if delivery.fate is not Fate.NOT_HANDED_OVER:
        firmly(lambda: _say(row, delivery.reply))
    elif not NoticeDigest.objects.filter(pk=row.pk, left_at__isnull=False).exists():
        raise MailNotSent(delivery.reply)


def _hand_over(row: NoticeDigest, at: dt.datetime) -> bool:
    return bool(NoticeDigest.objects.filter(pk=row.pk, left_at=None).update(left_at=at))


def _say(row: NoticeDigest, words: str) -> None:
    NoticeDigest.objects.filter(pk=row.pk).update(said=words[:300])


def _compose(row: NoticeDigest, notices: Sequence[CreditNotice], recipient: str) -> bytes:
    language = row.user.language or settings.LANGUAGE_CODE
    subject, body = digest_text(notices, name=row.user.name, language=language)
    name = hashlib.sha256(f"credit-notices:{row.pk}".encode()).hexdigest()[:32]
    mail = EmailMessage(policy=MAIL_POLICY)
    mail["From"] = header_address("Dunwell", sender_address())
    mail["To"] = header_address(row.user.name, recipient)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(row.created_at)
    mail["Message-ID"] = f"<{name}@{sender_address().rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body, cte="base64")
    return mail.as_bytes()

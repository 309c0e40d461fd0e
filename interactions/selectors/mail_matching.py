"""Whose a mail is: by what it answers, else by who wrote it. A domain is a suggestion only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.db.models import CharField, Func, Q, QuerySet, Value
from django.db.models.functions import Lower

from clients.models import Client, Contact, Creditor
from core.models import User
from interactions.models import MailMessage, MailThread
from interactions.rules.mail.folding import forwarded
from interactions.rules.mail.kinds import BOUNCE, Nature
from interactions.rules.mail.parsed import Mailbox, ParsedMail
from interactions.selectors.mail_lookup import sent_elsewhere
from interactions.states import Direction, MailState

MAX_SUGGESTIONS: Final = 5
# Domains at which anybody has an address: they say nothing of whom a person works for.
_PUBLIC: Final = """
126.com 139.com 163.com 189.cn aliyun.com aol.com foxmail.com gmail.com gmx.com gmx.de gmx.net
googlemail.com hotmail.com icloud.com live.com mail.com mail.ru me.com msn.com outlook.com
proton.me protonmail.com qq.com sina.cn sina.com sohu.com t-online.de vip.163.com vip.qq.com
web.de yahoo.com yandex.ru yeah.net
"""
_PUBLIC_DOMAINS: Final = frozenset(_PUBLIC.split())


@dataclass(frozen=True, slots=True)
class Suggested:
    """A client a mail may belong to, and why."""

    client: Client
    contact: Contact | None
    why: str


@dataclass(frozen=True, slots=True)
class Match:
    """Where a mail belongs. Without a client it waits in the tray, with suggestions."""

    direction: Direction
    client: Client | None = None
    contact: Contact | None = None
    suggestions: Sequence[Suggested] = field(default_factory=tuple)
    forwarded_from: str = ""


def own_among(addresses: Iterable[str]) -> set[str]:
    """Which of some addresses are ours: creditors, staff, the sender of mails, the archive."""
    wanted = {one.lower() for one in addresses if one}
    if not wanted:
        return set()
    ours = {parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower(), settings.MAIL_ARCHIVE_ADDRESS}
    found = wanted & ours
    for model in (Creditor, User):
        rows = model._default_manager.annotate(_mail=Lower("email")).filter(_mail__in=wanted)
        found.update(rows.order_by().values_list("_mail", flat=True))
    return found


def match_mail(mail: ParsedMail, nature: Nature) -> Match:
    """Find the client and contact of a mail."""
    boxes = [mail.sender, *mail.to, *mail.cc, *mail.bcc]
    ours = own_among(box.email for box in boxes)
    if nature.kind == BOUNCE:
        return _match_bounce(nature)
    direction = Direction.OUT if mail.sender.email in ours else Direction.IN
    others = [box for box in boxes[1:] if box.email and box.email not in ours]
    inside = None
    if direction == Direction.OUT and not others:
        inside = forwarded(mail.subject, mail.text)
    people = _people(mail, direction, others, inside.email if inside else "")
    client = _client_answered(mail.related_ids)
    contacts = _contacts([one.email for one in people])
    if client is None:
        client = _only_client(contacts)
    if client is None:
        return Match(
            direction,
            suggestions=_suggestions(mail, people, contacts),
            forwarded_from=inside.email if inside else "",
        )
    mine = [one for one in contacts if one.client_id == client.pk]
    return Match(direction, client, mine[0] if mine else None, (), inside.email if inside else "")


def _people(
    mail: ParsedMail, direction: Direction, others: list[Mailbox], forwarded_from: str
) -> list[Mailbox]:
    """Whom a mail is with: its writer, or whom we wrote to, or whose mail was forwarded."""
    if direction == Direction.IN:
        return [mail.sender] if mail.sender.email else []
    if forwarded_from:
        return [Mailbox("", forwarded_from)]
    return others


def _match_bounce(nature: Nature) -> Match:
    """A bounce belongs to the client of the mail that came back, if that was ours to send.

    Anybody can write something that looks like a bounce, so an address alone proves nothing.
    """
    failed = [one.email for one in nature.failures]
    contacts = _contacts(failed)
    client = _client_answered((nature.about_id,) if nature.about_id else (), sent_only=True)
    if client is None:
        found = [Suggested(one.client, one, "recipient") for one in contacts]
        return Match(Direction.IN, suggestions=_first_per_client(found))
    mine = [one for one in contacts if one.client_id == client.pk]
    return Match(Direction.IN, client, mine[0] if mine else None)


def _client_answered(ids: Sequence[str], *, sent_only: bool = False) -> Client | None:
    """The client of the nearest mail that is answered."""
    if not ids:
        return None
    filed = MailMessage.objects.filter(message_id__in=ids, state=MailState.FILED)
    if sent_only:
        filed = filed.filter(direction=Direction.OUT)
    known = dict(filed.order_by("-pk").values_list("message_id", "client_id"))
    elsewhere = sent_elsewhere(ids)
    for one in ids:
        client_id = known.get(one) or (elsewhere[one].client_id if one in elsewhere else None)
        if client_id is not None:
            return Client.objects.get(pk=client_id)
    return None


def _contacts(addresses: Sequence[str]) -> list[Contact]:
    """Contacts with exactly these addresses, in the order of the addresses."""
    if not addresses:
        return []
    rows = list(
        Contact.objects.annotate(_mail=Lower("email"))
        .filter(_mail__in=set(addresses))
        .select_related("client")
        .order_by("-is_primary", "pk")[: MAX_SUGGESTIONS * 4]
    )
    place = {one: n for n, one in reversed(list(enumerate(addresses)))}
    return sorted(rows, key=lambda row: place[row.email.lower()])


def _only_client(contacts: Sequence[Contact]) -> Client | None:
    """The client when all contacts are of one."""
    return contacts[0].client if len({one.client_id for one in contacts}) == 1 else None


def _suggestions(
    mail: ParsedMail, people: Sequence[Mailbox], contacts: Sequence[Contact]
) -> list[Suggested]:
    found = [Suggested(one.client, one, "address") for one in contacts]
    answers = _contacts([one.email for one in mail.reply_to if one.email])
    found += [Suggested(one.client, one, "reply_to") for one in answers]
    for domain in dict.fromkeys(one.domain for one in people):
        if domain and domain not in _PUBLIC_DOMAINS:
            found += [Suggested(one.client, None, "domain") for one in _at_domain(domain)]
    return _first_per_client(found)


def _at_domain(domain: str) -> QuerySet[Contact]:
    host = Func(
        Lower("email"),
        Value("@"),
        Value(2),
        function="split_part",
        output_field=CharField(),
    )
    return (
        Contact.objects.annotate(_host=host)
        .filter(_host=domain)
        .select_related("client")
        .order_by("client_id", "pk")[: MAX_SUGGESTIONS * 2]
    )


def _first_per_client(found: Sequence[Suggested]) -> list[Suggested]:
    first: dict[int, Suggested] = {}
    for one in found:
        first.setdefault(one.client.pk, one)
    return list(first.values())[:MAX_SUGGESTIONS]


def thread_of(mail: ParsedMail) -> MailThread | None:
    """The conversation a mail joins: of a mail it answers, or of one that answers it."""
    ids = list(mail.related_ids)
    if mail.message_id:
        ids.append(mail.message_id)
    if not ids:
        return None
    near = list(
        MailMessage.objects.filter(message_id__in=mail.related_ids)
        .select_related("thread")
        .order_by("pk")
    )
    place = {one: n for n, one in enumerate(mail.related_ids)}
    if near:
        return min(near, key=lambda row: (place[row.message_id], -row.pk)).thread
    return MailThread.objects.filter(Q(root_id__in=ids)).order_by("pk").first()

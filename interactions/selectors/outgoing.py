"""Reads for writing a mail: to whom, from whom, with which files, when it may leave."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from clients.models import Client, Contact, Creditor
from clients.selectors import default_creditor
from core.dates import day_in
from core.hours import next_opening
from core.mailing import one_line
from core.models import Document, User
from interactions.models import MailMessage, OutgoingMail
from interactions.rules.mail.folding import own_words
from interactions.selectors.contact_rules import limits_of, policy_for
from interactions.states import ContactRule, Direction, OutgoingState, RuleMode

_MOST_REFERENCES: Final = 20
_RE: Final = re.compile(r"^(?:\s*(?:re|回复|答复|回覆|aw)\s*[:：])+\s*", re.IGNORECASE)
_LONGEST_QUOTE: Final = 4_000

FilesSource = Callable[[Client], Iterable[tuple[Document, str]]]
_files: list[FilesSource] = []


def register_files(source: FilesSource) -> None:
    """Let a room above offer its papers of a client (letters, statements) as attachments."""
    if source not in _files:
        _files.append(source)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a mail that answers another takes over from it."""

    subject: str
    quoted: str
    in_reply_to: str
    references: tuple[str, ...]


def mail_contacts(client: Client) -> QuerySet[Contact]:
    """Who of a client may be written to: has a working address and has not opted out."""
    return (
        client.contacts.filter(opted_out_at=None, email_failed_at=None)
        .exclude(email="")
        .order_by("-is_primary", "pk")
    )


def creditor_for(client: Client) -> Creditor | None:
    """The company that writes to a client unless a person says otherwise: the one it knows."""
    last = client.outgoing_mails.select_related("creditor").order_by("-queued_at", "-pk").first()
    return last.creditor if last else default_creditor()


def files_of(client: Client) -> list[tuple[Document, str]]:
    """Kept papers of a client, each once: its documents, then what rooms above offer."""
    own = client.documents.select_related("document").order_by("-document__created_at", "-pk")
    found = [(row.document, row.title) for row in own]
    for source in _files:
        found += list(source(client))
    return list({document.pk: (document, title) for document, title in reversed(found)}.values())[
        ::-1
    ]


def mail_leaves_at(client: Client, at: dt.datetime) -> dt.datetime:
    """When a mail written now may leave: within the contact hours of the client's policy."""
    limits = limits_of(policy_for(client.country, on=day_in(at, client.time_zone)))
    if limits.modes.get(ContactRule.HOURS, RuleMode.OFF) == RuleMode.OFF:
        return at
    return next_opening(at, limits.hours, time_zone=client.time_zone, country=client.country)


def reply_to(mail: MailMessage, *, language: str) -> Reply:
    """Subject, quotation and references of an answer (RFC 5322, 3.6.4)."""
    chain = [*mail.references, *([mail.in_reply_to] if mail.in_reply_to else [])]
    chain = [one for one in dict.fromkeys(chain) if one != mail.message_id]
    if mail.message_id:
        chain.append(mail.message_id)
    return Reply(
        subject=f"Re: {_RE.sub('', one_line(mail.subject))}"[:300],
        quoted=_quoted(mail, language),
        in_reply_to=mail.message_id,
        references=tuple(chain[:1] + chain[1:][-(_MOST_REFERENCES - 1) :]),
    )


def _quoted(mail: MailMessage, language: str) -> str:
    """What they wrote themselves, as a quotation: what they quoted is in the archive already."""
    words = own_words(mail.text).strip()[:_LONGEST_QUOTE]
    if not words:
        return ""
    who = one_line(mail.from_name or mail.from_email)
    day = mail.occurred_at.date().isoformat()
    head = f"{who}于{day}写道：" if language == "zh-hans" else f"On {day}, {who} wrote:"
    return "\n".join([head, *(f"> {line}".rstrip() for line in words.splitlines())])


def answerable(client: Client, pk: int) -> MailMessage | None:
    """A mail of this very client that can be answered."""
    return MailMessage.objects.filter(client=client, pk=pk, direction=Direction.IN).first()


def stuck_mails() -> QuerySet[OutgoingMail]:
    """Mails of which nobody knows whether they arrived."""
    doubtful = OutgoingMail.objects.filter(state=OutgoingState.IN_DOUBT)
    return doubtful.select_related("client").defer("raw").order_by("-queued_at", "-pk")


def outgoing_listed(user: User, *, state: str = "", text: str = "") -> QuerySet[OutgoingMail]:
    """Written mails that this user sees, narrowed by state and by client or subject."""
    rows = OutgoingMail.objects.visible_to(user).select_related("client", "created_by")
    rows = rows.defer("raw", "body")
    if state:
        rows = rows.filter(state=state)
    if text.strip():
        wanted = text.strip()
        clients = Client.objects.search(wanted)
        rows = rows.filter(Q(subject__icontains=wanted) | Q(client__in=clients))
    return rows

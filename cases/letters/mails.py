"""Archived mails: an index of them, what they say, and their raw bytes behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cases.letters.contexts import Cell, Column, LogEntry, Row, Section, Table
from cases.letters.drafts import Attached, DraftExhibit
from core.display import NOTHING
from interactions.models import MailAttachment, MailMessage
from interactions.states import MailKind

if TYPE_CHECKING:
    from cases.letters.exhibits import ExhibitWriter

#: Characters printed of one mail, and of all of them: what is cut stands in the raw mail.
_ONE: Final = 20_000
_ALL: Final = 1_500_000
_LEAST: Final = 500


def mail_file(mail: MailMessage) -> str:
    """Where a mail's raw bytes lie among the originals of the archive."""
    return f"mails/{mail.pk}.eml"


def mails_exhibit(writer: ExhibitWriter) -> DraftExhibit:
    """Every mail by date: the index with the hash of each, then their words."""
    mails = writer.evidence.mails
    length = max(_LEAST, min(_ONE, _ALL // len(mails)))
    index = [row for number, one in enumerate(mails, start=1) for row in _rows(writer, number, one)]
    columns = (
        Column("", 5),
        Column(writer.words["mail_date"], 18),
        Column(writer.words["mail_from"], 24),
        Column(writer.words["mail_to"], 24),
        Column(writer.words["mail_subject"], 29),
    )
    sections = [
        Section(table=Table(columns, tuple(index))),
        Section(
            heading=writer.words["mail_texts"],
            entries=tuple(_entry(writer, n, one, length) for n, one in enumerate(mails, start=1)),
        ),
    ]
    exhibit = writer.system("mails", sections, mails[0].occurred_at.date())
    attached = tuple(Attached(mail_file(one), one.raw) for one in mails)
    return replace(exhibit, original=writer.words["copy_file"], attached=attached)


def _rows(writer: ExhibitWriter, number: int, mail: MailMessage) -> tuple[Row, Row]:
    told = (
        str(number),
        writer.moment(mail.occurred_at),
        _people([[mail.from_name, mail.from_email]]),
        _people([*mail.to, *mail.cc]),
        mail.subject or NOTHING,
    )
    file = f"{mail_file(mail)}　SHA-256 {mail.raw_sha256}"
    return Row(tuple(map(Cell, told)), "lead"), Row((Cell(""), Cell(file, span=4)), "sub")


def _entry(writer: ExhibitWriter, number: int, mail: MailMessage, length: int) -> LogEntry:
    said = [mail.text[:length]]
    if len(mail.text) > length:
        said.append(writer.say("mail_cut", name=mail_file(mail)))
    said += [_file(writer, one) for one in mail.attachments.all()]
    return LogEntry(
        when=f"{number}　{writer.moment(mail.occurred_at)}",
        what=_what(writer, mail),
        subject=mail.subject,
        body="\n".join(line for line in said if line),
    )


def _what(writer: ExhibitWriter, mail: MailMessage) -> str:
    parts = [
        writer.label(mail.get_direction_display()),
        *([] if mail.kind == MailKind.NORMAL else [writer.label(mail.get_kind_display())]),
        writer.say(
            "mail_way",
            sender=_people([[mail.from_name, mail.from_email]]),
            to=_people([*mail.to, *mail.cc]),
        ),
        f"Message-ID {mail.message_id}" if mail.message_id else "",
    ]
    return " · ".join(part for part in parts if part)


def _file(writer: ExhibitWriter, file: MailAttachment) -> str:
    return writer.say("mail_attachment", name=file.name, sha256=file.sha256)


def _people(pairs: list[list[str]]) -> str:
    """Names with their addresses; a mail may have neither."""
    told = [f"{name} <{email}>" if name and email else name or email for name, email in pairs]
    return ", ".join(told) or NOTHING

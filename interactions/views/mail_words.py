"""What pages say about mails: damage, reasons of suggestions, senders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from interactions.models import MailMessage

DAMAGE: Final[Mapping[str, str | Promise]] = {
    "addresses_broken": _("Some addresses are malformed."),
    "addresses_cut": _("There are more addresses than are shown."),
    "attached_mail_broken": _("An attached mail could not be read whole."),
    "attachments_cut": _("There are more attachments than were unpacked."),
    "characters_lost": _("Some characters could not be read."),
    "charset_missing": _("The mail does not say in which encoding it is written."),
    "charset_unknown": _("The mail names an encoding that nobody knows."),
    "charset_wrong": _("The mail names an encoding that it is not written in."),
    "date_invalid": _("Its date makes no sense; the time of archiving counts."),
    "date_missing": _("It has no date; the time of archiving counts."),
    "encoding_broken": _("Parts of it were damaged on the way."),
    "header_words": _("Some headers are damaged."),
    "html_too_large": _("Its formatted text is too large to be shown whole."),
    "message_id_broken": _("Its Message-ID is malformed."),
    "message_id_missing": _("It has no Message-ID."),
    "nested_too_deep": _("Some parts are nested too deeply and were not unpacked."),
    "nul_bytes": _("It holds zero bytes, which were left out."),
    "parts_cut": _("It has more parts than were unpacked."),
    "references_cut": _("It names more earlier mails than are kept."),
    "sender_missing": _("It does not say who sent it."),
    "structure_broken": _("Its structure is damaged."),
    "subject_cut": _("Its subject is longer than is shown."),
    "text_cut": _("Its text is longer than is shown."),
}
WHY: Final[Mapping[str, str | Promise]] = {
    "address": pgettext_lazy("suggestion", "address of a contact"),
    "reply_to": pgettext_lazy("suggestion", "answers go to a contact"),
    "domain": pgettext_lazy("suggestion", "same domain as a contact"),
    "recipient": pgettext_lazy("suggestion", "the failed address is a contact's"),
}
WITHHELD: Final[Mapping[str, str | Promise]] = {
    "harmful": _("This kind of file can run programs. It is left inside the raw mail."),
    "empty": _("Nothing in it."),
}


def damage_of(mail: MailMessage) -> list[str | Promise]:
    """Sentences on what was broken."""
    return [DAMAGE.get(code, code) for code in mail.damage]


def people(pairs: list[list[str]]) -> str:
    """Recipients on one line."""
    return ", ".join(
        f"{name} <{email}>" if name and email else name or email for name, email in pairs
    )


def sender(mail: MailMessage) -> str:
    """Who wrote it."""
    return people([[mail.from_name, mail.from_email]])

"""Send a link by e-mail, once.

The address with its token exists only in the request that made the link, because only its hash is
kept: it cannot wait in the outbox or in a queue. So it is sent then and there, after a claim that
is committed first and outside any transaction; what became of it is written down. A claim whose
process died stays "being sent" and is never sent again: make another link.
"""

from __future__ import annotations

import datetime as dt
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from clients.models import Client
from core import audit
from core.dates import day_in
from core.display import format_long_day
from core.errors import Refusal
from core.mailing import ascii_mailbox, sender_address
from core.models import User
from core.smtp import Delivery, Fate, Mailer
from core.transactions import in_transaction
from interactions.services import log_interaction
from interactions.states import Direction, InteractionKind
from portal.models import PortalLink
from portal.rules import is_same, one_line
from portal.services.actions import action_of
from portal.states import LinkMail

# Lines end in CRLF, everything is 7-bit: any mail server passes it on unchanged.
_POLICY = policy.SMTP.clone(cte_type="7bit", max_line_length=76)

_OUTCOMES = {
    Fate.ACCEPTED: LinkMail.SENT,
    Fate.REFUSED: LinkMail.FAILED,
    Fate.UNKNOWN: LinkMail.IN_DOUBT,
    Fate.NOT_HANDED_OVER: LinkMail.NONE,
}


class UnableToSendLink(Refusal):
    """This link cannot be sent by e-mail."""


def send_link(
    *, link: PortalLink, token: str, url: str, actor: User | None, at: dt.datetime
) -> LinkMail:
    """Send a link to its recipient. `url` is its whole address, with the token.

    Raises UnableToSendLink when it was sent before, is closed, has no recipient with an e-mail
    address, or the token is not its own. Returns NONE when the mail server could not be reached:
    then nothing left, and it may be tried again.
    """
    _claim(link=link, token=token, actor=actor, at=at)
    subject, body = letter(link, url)
    raw = _compose(link, subject, body, at=at)
    with Mailer() as mailer:
        delivery = mailer.deliver(
            sender=sender_address(),
            recipient=ascii_mailbox(link.recipient_email),
            raw=raw,
            handing_over=lambda: True,
        )
    kept = body.replace(url, _("[the address of the link]"))
    _settle(link=link, delivery=delivery, subject=subject, body=kept, actor=actor, at=at)
    return _OUTCOMES[delivery.fate]


@in_transaction
def _claim(*, link: PortalLink, token: str, actor: User | None, at: dt.datetime) -> None:
    row = PortalLink.objects.select_for_update(no_key=True).get(pk=link.pk)
    if not is_same(token, row.token_sha256):
        raise UnableToSendLink(_("This is not the address of this link. Make another link."))
    if row.why_closed(at) is not None:
        raise UnableToSendLink(_("This link is closed. Make another link."))
    try:
        ascii_mailbox(row.recipient_email)
    except Refusal as refusal:
        raise UnableToSendLink(
            _("There is no e-mail address to send it to. Copy the address instead.")
        ) from refusal
    if row.mail_state != LinkMail.NONE:
        raise UnableToSendLink(
            _("It was sent before. A link is sent once; make another if need be.")
        )
    PortalLink.objects.filter(pk=row.pk).update(mail_state=LinkMail.SENDING, mail_at=at)


@in_transaction
def _settle(
    *,
    link: PortalLink,
    delivery: Delivery,
    subject: str,
    body: str,
    actor: User | None,
    at: dt.datetime,
) -> None:
    outcome = _OUTCOMES[delivery.fate]
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=link.client_id)
    PortalLink.objects.filter(pk=link.pk, mail_state=LinkMail.SENDING).update(
        mail_state=outcome, mail_reply=delivery.reply[:500]
    )
    audit.record(
        action="portal.send",
        actor=actor,
        at=at,
        subject=link,
        stream=f"client:{link.client_id}",
        payload={"outcome": outcome or "NOT_HANDED_OVER"},
    )
    if outcome is LinkMail.SENT:
        action_of(link.action).reached(link, at)
        log_interaction(
            client=link.client,
            kind=InteractionKind.EMAIL,
            direction=Direction.OUT,
            occurred_at=at,
            subject=subject,
            body=body,
            contact=link.contact,
            about=link,
            actor=actor,
            at=at,
        )


def letter(link: PortalLink, url: str) -> tuple[str, str]:
    """Subject and text of the mail, in the language of the link."""
    language = link.language
    with override(language):
        context = {
            "url": url,
            "question": str(action_of(link.action).question),
            "creditor": link.creditor.name_in(language),
            "phone": link.creditor.phone,
            "name": link.recipient_name,
            "sender": link.created_by.name if link.created_by else "",
            "asked_on": _asked_before(link),
            "until": format_long_day(day_in(link.expires_at, link.creditor.time_zone), language),
        }
        text = render_to_string(f"email/portal_link.{language}.txt", context)
    subject, _blank, body = text.strip().partition("\n")
    return one_line(subject, 200), body.strip() + "\n"


def _asked_before(link: PortalLink) -> str:
    """The day on which the client was asked first; "" unless this is the reminder of it."""
    first = PortalLink.objects.filter(reminder__fresh=link).first()
    if first is None:
        return ""
    return format_long_day(day_in(first.created_at, link.creditor.time_zone), link.language)


def _compose(link: PortalLink, subject: str, body: str, *, at: dt.datetime) -> bytes:
    mail = EmailMessage(policy=_POLICY)
    creditor = link.creditor.name_in(link.language)
    mail["From"] = Address(display_name=one_line(creditor, 120), addr_spec=sender_address())
    mail["To"] = Address(
        display_name=one_line(link.recipient_name, 120),
        addr_spec=ascii_mailbox(link.recipient_email),
    )
    if link.creditor.email:
        mail["Reply-To"] = Address(addr_spec=ascii_mailbox(link.creditor.email))
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    domain = sender_address().rpartition("@")[2] or "localhost"
    mail["Message-ID"] = f"<link-{link.reference}@{domain}>"
    mail.set_content(body, cte="base64")
    mail["Content-Language"] = "zh-Hans" if link.language == "zh-hans" else "en"
    return mail.as_bytes()


def site_address(path: str) -> str:
    """A whole address, as it goes into a mail."""
    return f"{settings.SITE_URL}{path}"

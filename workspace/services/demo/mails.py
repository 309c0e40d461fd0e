"""Mails of the demonstration: answers that sound like promises, a bounce, a stranger's mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from interactions.services import archive_mail, archive_sent
from interactions.states import MailSource
from payments.models import Invoice
from workspace.services.demo.teller import Account, Teller

_SUBJECT: Final = {"en": "Invoice {number}", "zh-hans": "关于发票 {number} 的付款"}
_ASKED: Final = {
    "en": "Dear {name},\n\ninvoice {number} is past due. When may we expect it?\n\n{us}",
    "zh-hans": "{name}您好：\n\n发票 {number} 已到期一段时间，请问贵司何时安排付款？\n\n{us}",
}
_ANSWERED: Final = {
    "en": (
        "Hello,\n\nsorry for the delay. We will pay invoice {number} by the end of the month.\n\n"
        "Best regards\n{name}\n\nOn {day}, {us} <{our_email}> wrote:\n\n"
        "> invoice {number} is past due. When may we expect it?\n"
    ),
    "zh-hans": (
        "您好：\n\n抱歉回复晚了。发票 {number} 我们月底前付清。\n\n{name}\n\n"
        "在 {day}，{us} <{our_email}> 写道：\n\n"
        "> 发票 {number} 已到期一段时间，请问贵司何时安排付款？\n"
    ),
}
_CONTESTED: Final = (
    "Hello,\n\ntwo of the pallets under invoice {number} were damaged. We cannot accept the full"
    " amount.\n\n{name}\n"
)
_STRANGER: Final = (
    "Hello,\n\nI am new in accounts payable. Please send me a statement of our account.\n\n"
    "Thank you\nJo Marsh\n"
)
_BOUNCE: Final = """\
Your mail could not be delivered to one recipient.

{email}: 550 5.1.1 no such user here
"""


def exchange_mails(teller: Teller, accounts: Sequence[Account]) -> None:
    """Conversations of the last days, through the archive like real ones."""
    promised: set[str] = set()
    for account in accounts:
        invoice = _late(account, teller.on)
        if invoice is None or account.habit == "opted_out":
            continue
        if account.language not in promised:
            _conversation(teller, account, invoice, _ANSWERED[account.language])
            promised.add(account.language)
        elif account.language == "en" and "disputed" not in promised:
            _conversation(teller, account, invoice, _CONTESTED)
            promised.add("disputed")
        elif "bounced" not in promised and _bounced(teller, account, invoice):
            promised.add("bounced")
    _stranger(teller, accounts[0])


def _late(account: Account, on: dt.date) -> Invoice | None:
    found = account.client.invoices.overdue(on=on).filter(collectible__gt=0)
    return found.order_by("due_on", "pk").first()


def _at(teller: Teller, days_ago: int, hour: int) -> dt.datetime:
    day = teller.on - dt.timedelta(days=days_ago)
    return min(dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC), teller.at)


def _id(account: Account, what: str) -> str:
    domain = account.creditor.email.partition("@")[2] or "dunwell.example"
    return f"<demo-{what}-{account.client.code.lower()}@{domain}>"


def _conversation(teller: Teller, account: Account, invoice: Invoice, answer: str) -> None:
    words = _words(teller, account, invoice)
    sent = _asked(teller, account, invoice, to=account.contact.email, what="asked", days_ago=3)
    mail = _mail(
        sender=f"{account.contact.name} <{account.contact.email}>",
        to=account.creditor.email,
        subject=f"Re: {sent['Subject']}",
        at=_at(teller, 1, 2),
        message_id=_id(account, "answer"),
        text=answer.format(**words),
    )
    mail["In-Reply-To"] = mail["References"] = sent["Message-ID"]
    archive_mail(raw=mail.as_bytes(), source=MailSource.IMAP, actor=None, at=_at(teller, 1, 3))


def _words(teller: Teller, account: Account, invoice: Invoice) -> dict[str, str]:
    day = _at(teller, 3, 2).date()
    chinese = account.language == "zh-hans"
    return {
        "name": account.contact.name,
        "number": invoice.number,
        "us": account.creditor.name_in(account.language),
        "our_email": account.creditor.email,
        "day": f"{day.year}年{day.month}月{day.day}日" if chinese else f"{day:%a, %d %b %Y}",
    }


def _asked(
    teller: Teller, account: Account, invoice: Invoice, *, to: str, what: str, days_ago: int
) -> EmailMessage:
    """A mail of ours, archived as sent."""
    words = _words(teller, account, invoice)
    mail = _mail(
        sender=f"{account.owner.name} <{account.creditor.email}>",
        to=to,
        subject=_SUBJECT[account.language].format(**words),
        at=_at(teller, days_ago, 1),
        message_id=_id(account, what),
        text=_ASKED[account.language].format(**words),
    )
    archive_sent(
        raw=mail.as_bytes(),
        client=account.client,
        contact=account.client.contacts.filter(email=to).order_by("pk").first(),
        actor=account.owner,
        at=_at(teller, days_ago, 2),
    )
    return mail


def _bounced(teller: Teller, account: Account, invoice: Invoice) -> bool:
    """A mail to the second contact comes back. False when there is none."""
    other = account.client.contacts.exclude(pk=account.contact.pk).exclude(email="")
    contact = other.order_by("pk").first()
    if contact is None:
        return False
    sent = _asked(teller, account, invoice, to=contact.email, what="lost", days_ago=2)
    mail = _mail(
        sender="Mail Delivery System <MAILER-DAEMON@mx.example>",
        to=account.creditor.email,
        subject="Undelivered Mail Returned to Sender",
        at=_at(teller, 2, 3),
        message_id=_id(account, "bounce"),
        text=_BOUNCE.format(email=contact.email),
    )
    mail["Return-Path"] = "<>"
    mail["X-Failed-Recipients"] = contact.email
    mail["In-Reply-To"] = sent["Message-ID"]
    archive_mail(raw=mail.as_bytes(), source=MailSource.IMAP, actor=None, at=_at(teller, 2, 4))
    return True


def _stranger(teller: Teller, account: Account) -> None:
    """Somebody whose address nobody knows, at the domain of a client."""
    domain = account.contact.email.partition("@")[2]
    mail = _mail(
        sender=f"Jo Marsh <jo.marsh@{domain}>",
        to=account.creditor.email,
        subject="Statement of account",
        at=_at(teller, 1, 4),
        message_id=_id(account, "stranger"),
        text=_STRANGER,
    )
    archive_mail(raw=mail.as_bytes(), source=MailSource.IMAP, actor=None, at=_at(teller, 1, 5))


def _mail(
    *, sender: str, to: str, subject: str, at: dt.datetime, message_id: str, text: str
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"], mail["Message-ID"] = format_datetime(at), message_id
    mail.set_content(text, cte="base64")
    return mail

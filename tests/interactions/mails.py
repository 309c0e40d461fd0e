"""Mails for tests, written out as mail programs write them."""

from __future__ import annotations

import base64
from email.message import EmailMessage

from core.models import User
from interactions.models import MailMessage
from interactions.services import archive_mail
from interactions.states import MailSource
from tests.factories import NOW


def raw_mail(
    text: str = "Hello",
    *,
    sender: str = "Ann Wang <ann@acme-buyer.example>",
    to: str = "office@own.example",
    subject: str = "Invoice 17",
    message_id: str = "<m1@acme-buyer.example>",
    date: str = "Fri, 12 Jun 2026 10:15:00 +0800",
    headers: dict[str, str] | None = None,
) -> bytes:
    """A plain mail; headers as given, an empty one is left out."""
    lines = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Message-ID": message_id,
        "Date": date,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        **(headers or {}),
    }
    head = "\r\n".join(f"{name}: {value}" for name, value in lines.items() if value)
    return f"{head}\r\n\r\n{text}".encode()


def mail_with_files(files: dict[str, bytes], **given: str) -> bytes:
    """A mail with attachments of no particular type."""
    mail = EmailMessage()
    mail["From"] = given.get("sender", "ann@acme-buyer.example")
    mail["To"] = given.get("to", "office@own.example")
    mail["Subject"] = given.get("subject", "Files")
    mail["Message-ID"] = given.get("message_id", "<files@acme-buyer.example>")
    mail["Date"] = "Fri, 12 Jun 2026 10:15:00 +0800"
    mail.set_content("See attached")
    for name, data in files.items():
        mail.add_attachment(data, "application", "octet-stream", filename=name)
    return mail.as_bytes()


def bounce(
    recipient: str,
    *,
    status: str = "5.1.1",
    about: str = "<r1@own.example>",
    said: str = "550 5.1.1 no such user",
    action: str = "failed",
) -> bytes:
    """A delivery report as RFC 3464 has it."""
    return f"""Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: office@own.example
Subject: Undelivered Mail Returned to Sender
Date: Fri, 12 Jun 2026 10:20:00 +0800
Message-ID: <b-{status}-{recipient}@mx.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

Your mail could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b1
Content-Type: text/rfc822-headers

From: office@own.example
To: {recipient}
Subject: Invoice 17
Message-ID: {about}

--b1--
""".encode()


def b64(text: str, charset: str) -> str:
    """An encoded word."""
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def keep(raw: bytes, *, actor: User | None = None) -> MailMessage:
    """Archive a mail."""
    return archive_mail(raw=raw, source=MailSource.UPLOAD, actor=actor, at=NOW).mail

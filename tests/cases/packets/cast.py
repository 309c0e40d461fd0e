"""A debtor with a history, and its packet."""

import datetime as dt
import io
import zipfile
from decimal import Decimal

from pypdf import PdfReader

from cases.models import Packet
from cases.services import build_packet
from clients.models import Client, Creditor
from contracts.services import attach_signed_copy, create_contract
from core.documents import read_document
from core.pdf.service import render_markup
from disputes.services import open_dispute
from interactions.models import MailMessage
from interactions.services import archive_mail, archive_sent, log_interaction
from payments.services import record_promise
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_contact,
    make_creditor,
    make_invoice,
    make_receipt,
    pay,
)
from tests.interactions.mails import mail_with_files, raw_mail

DAY = dt.timedelta(days=1)

ASKED = raw_mail(
    "When will you pay?\r\n",
    sender="office@own.example",
    to="Ann Wang <ann@acme-buyer.example>",
    subject="Invoice INV-A",
    message_id="<asked@own.example>",
    date="Thu, 11 Jun 2026 09:00:00 +0800",
)

ANSWERED = mail_with_files(
    {"slip.txt": b"Paid 100"}, subject="Re: Invoice <b>INV-A</b>", message_id="<said@acme.example>"
)


def debtor() -> tuple[Client, Creditor]:
    """A client with something of everything on file."""
    creditor = make_creditor(legal_name="Harbour Supplies Ltd", legal_name_zh="海港物资有限公司")
    client = make_client(legal_name="远东贸易 <b>Far East</b>", address="上海市\n人民路 1 号")
    make_contact(client, name="王芳")
    contract = create_contract(
        creditor=creditor,
        client=client,
        number="HT-2026-001",
        currency="CNY",
        actor=None,
        at=NOW,
        signed_on=TODAY - 200 * DAY,
        late_charge_kind="RATE",
        late_charge_rate=Decimal(12),
        late_charge_clause="§ 7.2",
    )
    scan = render_markup('<html lang="en"><title>Scan</title><p>Signed</p></html>').pdf
    attach_signed_copy(contract=contract, data=scan, name="signed.pdf", actor=None, at=NOW)
    late = make_invoice(
        client, creditor, "1000.00", due_on=TODAY - 60 * DAY, number="INV-A", contract=contract
    )
    pay(late, "400.00", on=TODAY - 30 * DAY)
    make_invoice(client, creditor, "250.00", due_on=TODAY - 5 * DAY, number="INV-B")
    make_receipt(client, creditor, "10.00")
    open_dispute(invoice=late, amount=Decimal(100), reason="QUALITY", on=TODAY, actor=None, at=NOW)
    record_promise(
        creditor=creditor,
        client=client,
        currency="CNY",
        amount=Decimal(500),
        due_on=TODAY + 9 * DAY,
        on=TODAY,
        actor=None,
        at=NOW,
    )
    log_interaction(
        client=client,
        kind="CALL",
        direction="OUT",
        occurred_at=NOW,
        subject="催款电话",
        body="客户称下周付款",
        actor=None,
        at=NOW,
    )
    return client, creditor


def corresponded() -> tuple[Client, Creditor, list[MailMessage]]:
    """A debtor with whom two mails were exchanged, and a stranger's mail in the tray."""
    client, creditor = debtor()
    make_contact(client, name="Ann Wang", email="ann@acme-buyer.example")
    mails = [
        archive_sent(raw=ASKED, client=client, actor=None, at=NOW),
        archive_mail(raw=ANSWERED, source="UPLOAD", actor=None, at=NOW).mail,
    ]
    assert [one.client_id for one in mails] == [client.pk, client.pk]
    stranger = raw_mail("Not for you", sender="x@nobody.example", message_id="<x@nobody.example>")
    assert archive_mail(raw=stranger, source="UPLOAD", actor=None, at=NOW).mail.client is None
    return client, creditor, mails


def built(language: str = "en") -> Packet:
    client, creditor = debtor()
    return build_packet(
        client=client, creditor=creditor, language=language, as_of_on=TODAY, actor=None, at=NOW
    )


def archive_of(packet: Packet) -> zipfile.ZipFile:
    assert packet.zip is not None
    return zipfile.ZipFile(io.BytesIO(read_document(packet.zip)))


def pages_of(packet: Packet) -> PdfReader:
    assert packet.pdf is not None
    return PdfReader(io.BytesIO(read_document(packet.pdf)))

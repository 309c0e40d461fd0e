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
from interactions.services import log_interaction
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

DAY = dt.timedelta(days=1)


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

"""A packet is made once, as of its day, for managers only."""

import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client as Browser

from cases.models import Packet
from cases.rules import problems_of
from cases.services import UnableToExport, build_packet, make_packet, order_packet
from core import outbox
from core.models import AuditEvent
from core.states import Role
from payments.services import allocate
from tests.cases.packets.cast import DAY, archive_of, built, debtor
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_creditor,
    make_invoice,
    make_receipt,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_what_is_missing_is_listed_as_a_gap() -> None:
    client, creditor = make_client(), make_creditor()
    make_invoice(client, creditor)
    packet = build_packet(
        client=client, creditor=creditor, language="en", as_of_on=TODAY, actor=None, at=NOW
    )
    gaps = " ".join(packet.gaps)
    assert "No contract is on file" in gaps
    assert "delivery" in gaps
    assert "No communication" in gaps


def test_a_payment_after_the_day_of_the_packet_is_not_in_it(told: list[str]) -> None:
    client, creditor = make_client(), make_creditor()
    invoice = make_invoice(client, creditor, "700.00")
    receipt = make_receipt(client, creditor, "700.00", received_on=TODAY)
    allocate(receipt=receipt, lines=[(invoice, Decimal(700))], actor=None, at=NOW)
    build_packet(
        client=client, creditor=creditor, language="en", as_of_on=TODAY - DAY, actor=None, at=NOW
    )
    text = " ".join(told)
    assert "Payments and credit notes" not in text
    assert "¥700.00" in text or "CN¥700.00" in text


def test_running_the_job_twice_makes_one_packet_and_a_finished_one_is_frozen() -> None:
    client, creditor = debtor()
    manager = make_user(Role.MANAGER)
    packet = order_packet(
        client=client, creditor=creditor, language="en", as_of_on=TODAY, actor=manager, at=NOW
    )
    outbox.run_waiting(at=NOW)
    packet.refresh_from_db()
    assert packet.state == "READY"
    first = packet.zip_id
    assert make_packet(packet=packet, at=NOW).zip_id == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Packet.objects.filter(pk=packet.pk).update(manifest_sha256="0" * 64)
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"cases.order_packet", "cases.make_packet"} <= actions


def test_the_same_records_give_the_same_archive() -> None:
    client, creditor = debtor()
    hashes = set()
    for _time in range(2):
        packet = build_packet(
            client=client, creditor=creditor, language="en", as_of_on=TODAY, actor=None, at=NOW
        )
        with archive_of(packet) as archive:
            files = json.loads(archive.read("manifest.json"))["files"]
        hashes.add(json.dumps([f for f in files if f["name"] != "packet.pdf"], sort_keys=True))
    assert len(hashes) == 1


def test_only_managers_export_and_each_download_is_on_record() -> None:
    packet = built()
    manager, finance = make_user(Role.MANAGER), make_user(Role.FINANCE)
    with pytest.raises(UnableToExport):
        order_packet(
            client=packet.client,
            creditor=packet.creditor,
            language="en",
            as_of_on=TODAY,
            actor=finance,
            at=NOW,
        )
    browser = Browser()
    browser.force_login(manager)
    url = f"/cases/packets/{packet.pk}/"
    assert "Index of evidence" in browser.get(url).content.decode()
    assert browser.get(f"{url}zip/").status_code == 405
    response = browser.post(f"{url}zip/")
    assert response["Content-Disposition"].startswith("attachment")
    assert AuditEvent.objects.filter(action="cases.download_packet", actor=manager).count() == 1
    assert browser.post(f"{url}exe/").status_code == 404
    browser.force_login(finance)
    assert browser.get(url).status_code == 404
    assert browser.post(f"{url}zip/").status_code == 404


def test_the_command_writes_the_archive_and_names_what_it_cannot_find(tmp_path: Path) -> None:
    client, _creditor = debtor()
    file = tmp_path / "case.zip"
    out = io.StringIO()
    call_command("build_packet", client.code, out=str(file), json=True, stdout=out)
    assert problems_of(str(file), json.loads(out.getvalue())["manifest_sha256"]) == []
    with pytest.raises(CommandError, match="NOBODY"):
        call_command("build_packet", "NOBODY", out=str(file))

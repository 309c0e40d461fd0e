"""Order an evidence packet, make it in the background, note who took it out."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Packet
from cases.selectors import evidence_of
from cases.services.volume import Report, Volume, pack_archive, print_volume
from cases.states import PacketState
from clients.models import Client, Creditor
from clients.states import Language
from core import audit
from core.documents import store_document
from core.errors import Refusal
from core.jobs import start_job
from core.models import User
from core.transactions import in_transaction

JOB_KIND = "cases.packet"
# Made by the product itself, so above the limit for uploads; a bound all the same.
PACKET_MAX_BYTES = 1024 * 1024 * 1024


class UnableToExport(Refusal):
    """This packet cannot be made or handed out."""


@in_transaction
def order_packet(
    *,
    client: Client,
    creditor: Creditor,
    language: str,
    as_of_on: dt.date,
    actor: User,
    at: dt.datetime,
) -> Packet:
    """Ask for a packet; a worker makes it. Raises UnableToExport for other roles than managers."""
    _check_role(actor)
    packet = _new_packet(
        Packet(client=client, creditor=creditor, language=language, as_of_on=as_of_on),
        actor=actor,
        at=at,
    )
    packet.job = start_job(
        kind=JOB_KIND,
        title=_("Evidence packet: %s") % client.legal_name,
        args={"packet_id": packet.pk},
        actor=actor,
        at=at,
    )
    packet.save(update_fields=["job"])
    return packet


def _check_role(actor: User) -> None:
    if not actor.may_approve:
        raise UnableToExport(_("A manager or an administrator exports evidence."))


def _new_packet(packet: Packet, *, actor: User | None, at: dt.datetime) -> Packet:
    if packet.language not in Language.values:
        raise UnableToExport(_("Choose English or Simplified Chinese."), field="language")
    packet.created_at, packet.created_by = at, actor
    packet.save(force_insert=True)
    _record(packet, "cases.order_packet", actor, at, as_of_on=packet.as_of_on)
    return packet


def make_packet(*, packet: Packet, at: dt.datetime, report: Report | None = None) -> Packet:
    """Print and pack an ordered packet. A finished one is left as it is.

    Nothing is rendered inside a transaction; of two workers the second finds it finished.
    """
    if packet.state == PacketState.READY:
        return packet
    reference = reference_of(packet)
    evidence = evidence_of(client=packet.client, creditor=packet.creditor, as_of_on=packet.as_of_on)
    volume = print_volume(
        evidence=evidence,
        language=packet.language,
        reference=reference,
        at=packet.created_at,
        report=report,
    )
    archive, manifest_sha256 = pack_archive(
        volume=volume, evidence=evidence, reference=reference, at=packet.created_at
    )
    return _finish(packet, volume, archive, manifest_sha256, at=at)


def reference_of(packet: Packet) -> str:
    """What a packet is called on paper."""
    return f"{packet.creditor.code.upper()}-EP-{packet.pk:05d}"


@transaction.atomic
def _finish(
    packet: Packet, volume: Volume, archive: bytes, manifest_sha256: str, *, at: dt.datetime
) -> Packet:
    row = Packet.objects.select_for_update(of=("self",)).get(pk=packet.pk)
    if row.state == PacketState.READY:
        return row
    stem = reference_of(row)
    actor = row.created_by
    row.pdf = store_document(
        data=volume.pdf, name=f"{stem}.pdf", actor=actor, at=at, limit=PACKET_MAX_BYTES
    )
    row.zip = store_document(
        data=archive, name=f"{stem}.zip", actor=actor, at=at, limit=PACKET_MAX_BYTES
    )
    row.manifest_sha256 = manifest_sha256
    row.exhibits = volume.front.as_json()["index"]
    row.gaps = list(volume.front.gaps)
    row.state, row.ready_at, row.error = PacketState.READY, at, ""
    row.save()
    _record(
        row,
        "cases.make_packet",
        actor,
        at,
        manifest_sha256=manifest_sha256,
        pdf_sha256=row.pdf.sha256,
        zip_sha256=row.zip.sha256,
        pages=volume.pages,
        gaps=len(row.gaps),
    )
    return row


def note_failure(*, packet: Packet, error: str) -> None:
    """A packet that could not be made says why on its page."""
    Packet.objects.filter(pk=packet.pk).exclude(state=PacketState.READY).update(
        state=PacketState.FAILED, error=error[:500]
    )


def build_packet(
    *,
    client: Client,
    creditor: Creditor,
    language: str,
    as_of_on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> Packet:
    """Order and make a packet at once, for the command line."""
    with transaction.atomic():
        packet = _new_packet(
            Packet(client=client, creditor=creditor, language=language, as_of_on=as_of_on),
            actor=actor,
            at=at,
        )
    return make_packet(packet=packet, at=at)


@in_transaction
def note_download(*, packet: Packet, kind: str, actor: User, at: dt.datetime) -> None:
    """Every time a packet leaves the house is on record."""
    _record(packet, "cases.download_packet", actor, at, kind=kind)


def _record(
    packet: Packet, action: str, actor: User | None, at: dt.datetime, **payload: object
) -> None:
    audit.record(
        action=action,
        actor=actor,
        at=at,
        subject=packet,
        stream=f"client:{packet.client_id}",
        payload={"client": packet.client_id, **payload},
    )

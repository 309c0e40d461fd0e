"""`manage.py build_packet CASE --out FILE.zip`: the evidence on one client."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cases.selectors import creditors_of
from cases.services import build_packet
from clients.models import Client, Creditor
from core.dates import now, today
from core.documents import read_document
from core.errors import Refusal


class Command(BaseCommand):
    """Make a packet and write its archive."""

    help = "Make the evidence packet of a client and write it as a ZIP."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The client's code, the file, and whose claim."""
        parser.add_argument("case", metavar="CASE", help="the client's code")
        parser.add_argument("--out", required=True, metavar="FILE.zip")
        parser.add_argument("--creditor", metavar="CODE", help="default: the only one it owes")
        parser.add_argument("--language", choices=["en", "zh-hans"], help="default: the client's")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say what it is."""
        client = Client.objects.filter(code=options["case"]).first()
        if client is None:
            raise CommandError(_("There is no client with the code %s.") % options["case"])
        creditor = self._creditor(client, options["creditor"])
        try:
            packet = build_packet(
                client=client,
                creditor=creditor,
                language=options["language"] or client.language,
                as_of_on=today(creditor.time_zone),
                actor=None,
                at=now(),
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        if packet.zip is None:
            raise CommandError(_("The packet could not be made."))
        Path(options["out"]).write_bytes(read_document(packet.zip))
        report = {
            "file": options["out"],
            "exhibits": len(packet.exhibits),
            "gaps": len(packet.gaps),
            "zip_sha256": packet.zip.sha256,
            "manifest_sha256": packet.manifest_sha256,
        }
        if options["json"]:
            self.stdout.write(json.dumps(report))
            return
        for name, value in report.items():
            self.stdout.write(f"{name:<16} {value}")

    def _creditor(self, client: Client, code: str | None) -> Creditor:
        known = creditors_of(client)
        chosen = [c for c in known if code in {None, c.code}]
        if len(chosen) == 1:
            return chosen[0]
        raise CommandError(
            _("Say whose claim with --creditor: %s.") % ", ".join(c.code for c in known)
        )

"""`manage.py archive_mail FILE.eml …`: keep mails saved by any mail program."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.dates import now
from interactions.services import UnableToArchive, archive_mail
from interactions.states import MailSource


class Command(BaseCommand):
    """Archive each file by itself. Exit 1 when one is refused; the others are kept."""

    help = "Archive mails (.eml): raw bytes with their hash, filed with their client or trayed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE.eml")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Archive and report, one line a file."""
        rows = [_archive(path) for path in options["files"]]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        else:
            for row in rows:
                self.stdout.write(_line(row))
        refused = sum(1 for row in rows if row["outcome"] == "refused")
        if refused:
            raise CommandError(
                _("%(refused)d of %(all)d refused; nothing of these was written.")
                % {"refused": refused, "all": len(rows)}
            )


def _archive(path: Path) -> dict[str, Any]:
    try:
        # One byte more than allowed is enough to be refused for its size.
        with path.open("rb") as file:
            raw = file.read(settings.DOCUMENT_MAX_BYTES + 1)
        archived = archive_mail(raw=raw, source=MailSource.COMMAND, actor=None, at=now())
    except (OSError, UnableToArchive) as error:
        return {"file": str(path), "outcome": "refused", "reason": str(error)}
    mail = archived.mail
    return {
        "file": str(path),
        "outcome": "archived" if archived.is_new else "known",
        "id": mail.pk,
        "sha256": mail.raw_sha256,
        "state": mail.state,
        "kind": mail.kind,
        "direction": mail.direction,
        "client": mail.client.code if mail.client else None,
        "subject": mail.subject,
        "damage": mail.damage,
        "failures": mail.failures,
        "suggestions": [one.client.code for one in mail.suggestions.select_related("client")],
    }


def _line(row: dict[str, Any]) -> str:
    if row["outcome"] == "refused":
        return f"{row['file']}: refused: {row['reason']}"
    where = row["client"] or row["state"].lower()
    damage = f" ({', '.join(row['damage'])})" if row["damage"] else ""
    return f"{row['file']}: {row['outcome']} #{row['id']} {row['kind'].lower()} -> {where}{damage}"

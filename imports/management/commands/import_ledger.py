"""`manage.py import_ledger FILE`: take in a ledger or an export, all or nothing."""

import datetime as dt
import json
import textwrap
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Creditor
from clients.selectors import default_creditor
from clients.services import save_creditor
from core.dates import now, today
from core.money import UnknownCurrency, check_currency
from imports.rules.guess import SOURCES
from imports.rules.problems import Finding
from imports.selectors.finding_words import column_words, sentence, target_words
from imports.selectors.reports import added_words, does_tie, left_out_lines, text_table
from imports.services.files import import_path
from imports.services.imports import Outcome, UnableToImport
from imports.services.options import Options

SHOWN = 50


class Command(BaseCommand):
    """Read, check, write and report. Exit 1 with every problem when the file is refused."""

    help = "Import a ledger (CSV or XLSX): invoices, settlements, disputes, or payments received."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and how it is to be read where it does not say."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", choices=("auto", *SOURCES), default="auto")
        parser.add_argument("--mapping", type=Path, help="JSON: what each column is")
        parser.add_argument("--creditor", help="code; default: the first one")
        parser.add_argument("--currency", help="of rows without one; default: the creditor's")
        parser.add_argument("--until", type=_day, help="only what was known on this day")
        parser.add_argument(
            "--date-order", choices=("auto", "dmy", "mdy"), default="auto", help="3/4/2026"
        )
        parser.add_argument("--terms-days", type=int, help="for invoices without due date or terms")
        parser.add_argument("--sheet", default="", help="of a workbook; default: the likeliest")
        parser.add_argument(
            "--shift", type=int, default=0, metavar="DAYS", help="move every date (demos)"
        )
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and report. A dry run leaves nothing behind, not even a first company."""
        with transaction.atomic() if options["dry_run"] else nullcontext():
            self._import(options)
            if options["dry_run"]:
                transaction.set_rollback(True)

    def _import(self, options: dict[str, Any]) -> None:
        creditor = _creditor(options["creditor"]) or _first_company(options["currency"])
        try:
            outcome = import_path(
                path=options["file"],
                options=Options(
                    creditor, today(creditor.time_zone), options["until"], options["shift"]
                ),
                source=options["source"],
                mapping=_mapping(options["mapping"]),
                conventions=_conventions(options),
                sheet=options["sheet"],
                dry_run=options["dry_run"],
                actor=None,
                at=now(),
            )
        except UnableToImport as refusal:
            self._refuse(refusal, as_json=options["json"])
            raise
        if options["json"]:
            self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False, default=str))
        else:
            self._print(outcome, dry_run=options["dry_run"])
        if options["dry_run"] and outcome.findings.problem_count:
            raise _failed(outcome.findings.problem_count)

    def _refuse(self, refusal: UnableToImport, *, as_json: bool) -> None:
        if as_json:
            outcome = Outcome(0, refusal.findings)
            self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False, default=str))
        else:
            self._problems(refusal.findings.problems, refusal.findings.problem_count)
        if not refusal.findings.problem_count:
            raise CommandError(str(refusal)) from refusal
        raise _failed(refusal.findings.problem_count) from refusal

    def _problems(self, problems: list[Finding], count: int) -> None:
        for finding in problems[:SHOWN]:
            place = _("row %d") % finding.row if finding.row else _("file")
            column = f", {column_words(finding)}" if finding.column else ""
            self.stdout.write(self.style.ERROR(f"{place}{column}: ") + sentence(finding))
        if count > SHOWN:
            self.stdout.write(_("... and %d more") % (count - min(SHOWN, len(problems))))

    def _print(self, outcome: Outcome, *, dry_run: bool) -> None:
        self._problems(outcome.findings.problems, outcome.findings.problem_count)
        self._notes(outcome)
        report = outcome.as_json()
        for line in (*left_out_lines(report), *text_table(report)):
            self.stdout.write(line)
        if dry_run:
            for heading, target in outcome.columns.items():
                self.stdout.write(f"  {heading} → {target_words(target)}")
            self.stdout.write(_("Checked only; nothing was written."))
            return
        self.stdout.write(_("Added: %s.") % added_words(report))
        if does_tie(report):
            self.stdout.write(self.style.SUCCESS(_("All totals tie to the cent.")))
        else:
            self.stdout.write(
                self.style.WARNING(_("Some totals differ: see the notes on what the ledger knows."))
            )

    def _notes(self, outcome: Outcome) -> None:
        """One example of each kind of note, with how often it occurred."""
        seen: dict[str, int] = {}
        for note in outcome.findings.notes:
            seen[note.code] = seen.get(note.code, 0) + 1
            if seen[note.code] > 1:
                continue
            count = outcome.findings.counts[note.code]
            more = _(" (%d such)") % count if count > 1 else ""
            place = f"{column_words(note)}: " if note.column else ""
            for line in textwrap.wrap(f"{place}{sentence(note)}{more}", 98):
                self.stdout.write(f"  {line}")


def _failed(count: int) -> CommandError:
    return CommandError(_("Refused: %d problems. Nothing was written.") % count)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _creditor(code: str | None) -> Creditor | None:
    if not code:
        return default_creditor()
    found = Creditor.objects.filter(code=code).first()
    if found is None:
        codes = ", ".join(Creditor.objects.values_list("code", flat=True)) or "–"
        raise CommandError(
            _("There is no creditor %(code)s. There are: %(codes)s")
            % {"code": code, "codes": codes}
        )
    return found


def _first_company(currency: str | None) -> Creditor:
    """A ledger is owed to somebody: a company to start with, to be named properly later."""
    fields = {"code": "own", "legal_name": _("Our company"), "currency": currency or "CNY"}
    return save_creditor(creditor=Creditor(), fields=fields, actor=None, at=now())


def _mapping(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise CommandError(
            _("The mapping %(path)s cannot be read: %(error)s") % {"path": path, "error": error}
        ) from error
    if not isinstance(data, dict):
        raise CommandError(_('A mapping is an object: {"columns": {"Heading": "target"}}.'))
    return data


def _conventions(options: dict[str, Any]) -> dict[str, Any]:
    currency = (options["currency"] or "").upper()
    if currency:
        try:
            check_currency(currency)
        except UnknownCurrency as error:
            raise CommandError(_("“%s” is not a currency code.") % currency) from error
    return {
        "date_order": "" if options["date_order"] == "auto" else options["date_order"],
        "currency": currency,
        "terms_days": options["terms_days"],
    }

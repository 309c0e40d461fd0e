"""`manage.py plan_reminders [--on DATE] [--dry-run]`: one decision per overdue invoice."""

import datetime as dt
import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from clients.models import Creditor
from core.dates import now, today
from core.errors import Refusal
from core.money import format_money
from reminders.selectors.explained import Explained, explained_invoices
from reminders.services.planning import PlanResult, plan_reminders


class Command(BaseCommand):
    """Plan the reminders of a day; a person approves them before anything is sent."""

    help = (
        "Decide for every overdue invoice whether to remind, at which level, and why or why not. "
        "--dry-run explains every open invoice and stores nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The day, whose claims, and how to print."""
        parser.add_argument("--on", metavar="DATE", help="as of YYYY-MM-DD (default: today)")
        parser.add_argument("--creditor", metavar="CODE", help="default: every creditor")
        parser.add_argument("--dry-run", action="store_true", help="explain, store nothing")
        parser.add_argument("--summary", action="store_true", help="leave out the single invoices")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan each creditor's day and print what it came to."""
        creditors = Creditor.objects.order_by("code")
        if options["creditor"]:
            creditors = creditors.filter(code=options["creditor"])
        if not creditors:
            raise CommandError(_("There is no such creditor."))
        reports = [self._one(creditor, options) for creditor in creditors]
        if options["json"]:
            self.stdout.write(json.dumps(reports, ensure_ascii=False))

    def _one(self, creditor: Creditor, options: dict[str, Any]) -> dict[str, Any]:
        on = _day(options["on"]) if options["on"] else today(creditor.time_zone)
        if options["dry_run"]:
            return self._explain(creditor, on, options)
        try:
            result = plan_reminders(creditor=creditor, on=on, actor=None, at=now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        return self._planned(creditor, on, result, options)

    def _planned(
        self, creditor: Creditor, on: dt.date, result: PlanResult, options: dict[str, Any]
    ) -> dict[str, Any]:
        run = result.run
        counts = {
            (outcome.value, reason.value): count
            for (outcome, reason), count in result.tally.decisions.items()
        }
        if not options["json"]:
            if result.is_new:
                self._table(creditor, on, counts)
                self.stdout.write(
                    _("Plan %(run)s: %(messages)s messages wait for approval.")
                    % {"run": run.pk, "messages": result.tally.messages}
                )
            else:
                self.stdout.write(
                    _("%(creditor)s, %(on)s: plan %(run)s was approved already; nothing was added.")
                    % {"creditor": creditor.code, "on": on, "run": run.pk}
                )
        return {
            "creditor": creditor.code,
            "on": on.isoformat(),
            "run": run.pk,
            "is_new": result.is_new,
            "messages": result.tally.messages,
            "counts": {f"{outcome} {reason}": n for (outcome, reason), n in counts.items()},
        }

    def _explain(self, creditor: Creditor, on: dt.date, options: dict[str, Any]) -> dict[str, Any]:
        counts: Counter[tuple[str, str]] = Counter()
        rows: list[dict[str, Any]] = []
        for row in explained_invoices(creditor=creditor, on=on):
            counts[row.outcome.value, row.reason.value] += 1
            if options["summary"]:
                continue
            if options["json"]:
                rows.append(_as_json(row))
            else:
                self.stdout.write(_as_line(row))
        if not options["json"]:
            self._table(creditor, on, counts)
        return {
            "creditor": creditor.code,
            "on": on.isoformat(),
            "counts": {f"{outcome} {reason}": n for (outcome, reason), n in counts.items()},
            "invoices": rows,
        }

    def _table(self, creditor: Creditor, on: dt.date, counts: dict[tuple[str, str], int]) -> None:
        self.stdout.write(f"\n{creditor.code} · {on}")
        for (outcome, reason), count in sorted(counts.items(), key=lambda item: -item[1]):
            self.stdout.write(f"  {outcome:<5} {reason:<18} {count:>10,}")
        self.stdout.write(f"  {'':<5} {'':<18} {sum(counts.values()):>10,}")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(_("“%s” is no date. Write it as 2026-11-21.") % text) from error


def _as_line(row: Explained) -> str:
    amount = format_money(row.open_amount, row.currency, "en")
    level = f" {row.level}" if row.outcome == "SEND" else ""
    return (
        f"{row.number:<16.16} {row.client_code:<12.12} {row.due_on} {row.days_past_due:>5}d "
        f"{amount:>18}  {row.outcome.value}{level:<2} {row.reason.value:<17} {row.sentence}"
    )


def _as_json(row: Explained) -> dict[str, Any]:
    return {
        **row._asdict(),
        "due_on": row.due_on.isoformat(),
        "open_amount": str(row.open_amount),
        "asked": str(row.asked) if row.asked is not None else None,
        "outcome": row.outcome.value,
        "reason": row.reason.value,
    }

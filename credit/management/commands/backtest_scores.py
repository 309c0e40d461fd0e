"""`manage.py backtest_scores`: how well the score would have done on the ledger it holds."""

from __future__ import annotations

import datetime as dt
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.dates import now
from credit.rules.history import HORIZONS
from credit.selectors.columns import our_day
from credit.selectors.looking_back import LookedBack, as_json, look_back, write_predictions


class Command(BaseCommand):
    """Look back and print the measures; write the forecasts where asked."""

    help = "Measure the score on the ledger: AUC, PR AUC, Brier, calibration, lift."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to judge, and where to write."""
        parser.add_argument(
            "--on", type=dt.date.fromisoformat, help="what is known; default: today"
        )
        parser.add_argument(
            "--cutoff", type=dt.date.fromisoformat, help="judge invoices issued from this day on"
        )
        parser.add_argument(
            "--late-days", type=int, choices=HORIZONS, help="one horizon only; default: all"
        )
        parser.add_argument("--predictions", type=Path, help="write each invoice's forecast (CSV)")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """One look back."""
        looked = look_back(on=options["on"] or our_day(now()), cutoff=options["cutoff"])
        if looked is None:
            raise CommandError(
                _("There is no invoice to look back on. Import a ledger first: import_ledger FILE.")
            )
        if options["predictions"]:
            count = write_predictions(looked, options["predictions"])
            self.stderr.write(_("%(count)d forecasts written.") % {"count": count})
        if options["json"]:
            self.stdout.write(json.dumps(as_json(looked)))
            return
        self._print(looked, options["late_days"])

    def _print(self, looked: LookedBack, only: int | None) -> None:
        self.stdout.write(
            _("%(count)d invoices; judged: those issued from %(cutoff)s on.")
            % {"count": len(looked.past.ledger), "cutoff": looked.cutoff}
        )
        self.stdout.write(
            f"{'late >':>7} {'n':>7} {'late':>6} {'AUC':>6} {'PR AUC':>7} {'Brier':>6} {'ECE':>6} "
            f"{'chance':>6} {'lift':>5} {'AUC client':>10} {'AUC share':>9}"
        )
        for horizon in HORIZONS if only is None else (only,):
            row = looked.measured[horizon]
            self.stdout.write(
                f"{horizon:>7} {row.count:>7} {row.late:>6} {_figure(row.auc, 6)} "
                f"{_figure(row.pr_auc, 7)} {row.brier:>6.3f} {row.calibration_error:>6.3f} "
                f"{row.by_chance:>6.3f} {_figure(row.lift, 5, 1)} "
                f"{_figure(looked.by_client[horizon].auc, 10)} "
                f"{_figure(looked.by_share[horizon].auc, 9)}"
            )


def _figure(value: float | None, width: int, places: int = 3) -> str:
    return f"{'–' if value is None else f'{value:.{places}f}':>{width}}"

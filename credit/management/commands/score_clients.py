"""`manage.py score_clients [--on DATE] [--all]`: bring the scores of clients up to a day."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from core.dates import now
from credit.selectors.columns import our_day
from credit.services.scores import score_clients


class Command(BaseCommand):
    """Score and say what changed."""

    help = "Score the clients whose facts changed, or all of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The day, and whether to look at everybody."""
        parser.add_argument("--on", type=dt.date.fromisoformat, help="default: today")
        parser.add_argument("--all", action="store_true", help="look at every client")

    def handle(self, *args: Any, **options: Any) -> None:
        """One call."""
        run = score_clients(on=options["on"] or our_day(now()), at=now(), whole=options["all"])
        self.stdout.write(
            _("%(changed)d scores changed; %(clients)d clients were looked at.")
            % {"changed": run.changed, "clients": run.clients}
        )

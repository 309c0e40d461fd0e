"""`manage.py refresh_standings [--on DATE]`: give every client what the policy says."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from clients.selectors import our_zone
from core.dates import now, today
from credit.services.standing import refresh_all


class Command(BaseCommand):
    """Refresh the standings; writes only those that change."""

    help = "Give every client the grade, limit, deposit and terms that policy and settings say."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The day."""
        parser.add_argument("--on", metavar="DATE", help="as of YYYY-MM-DD (default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refresh and say how many changed."""
        on = today(our_zone())
        if options["on"]:
            try:
                on = dt.date.fromisoformat(options["on"])
            except ValueError as error:
                raise CommandError(
                    _("“%s” is no date. Write it as 2026-11-21.") % options["on"]
                ) from error
        changed = refresh_all(on=on, at=now())
        self.stdout.write(_("Standings changed: %s") % changed)

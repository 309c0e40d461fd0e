"""`manage.py send_reminders`: send what is queued and may go now."""

import datetime as dt
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.dates import now
from reminders.models import Message
from reminders.services.sending import send_queued
from reminders.states import MessageState

# A person waits for a command; cron runs it again.
_BUDGET = dt.timedelta(hours=1)


class Command(BaseCommand):
    """Send queued reminders, the same way the worker does. Running it twice sends nothing more."""

    help = "Send the approved reminders that may go now and print what became of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many at most, and how to print."""
        parser.add_argument("--limit", type=int, help="send at most so many")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send and report; exits 1 when the mail server is in trouble."""
        report = send_queued(clock=now, limit=options["limit"], budget=_BUDGET)
        left = {
            state.value: Message.objects.filter(state=state).count()
            for state in (MessageState.QUEUED, MessageState.INFLIGHT, MessageState.IN_DOUBT)
        }
        if options["json"]:
            self.stdout.write(
                json.dumps({"round": dict(report.counts), "now": left, "trouble": report.trouble})
            )
        else:
            for word in ("sent", "suppressed", "failed", "in doubt", "queued again", "waits"):
                self.stdout.write(f"{word:<14} {report.counts[word]:>8,}")
            for state, count in left.items():
                self.stdout.write(f"{'now ' + state.lower():<14} {count:>8,}")
        if report.trouble:
            raise CommandError(_("The mail server is in trouble: %s") % report.trouble)

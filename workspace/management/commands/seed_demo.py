"""``manage.py seed_demo``: a company to walk through, or a ledger of any size."""

import json
import time
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.dates import now, today
from core.errors import Refusal
from workspace.services.demo import LoadedLedger, MadeDemo, load_ledger, make_demo


class Command(BaseCommand):
    """Fill an empty database with demonstration data."""

    help = (
        "Fills an empty database: a small company to walk through, dated around today; or, with"
        " --clients and --invoices, a ledger of that size to measure on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--clients", type=int, help="how many clients (a large ledger)")
        parser.add_argument("--invoices", type=int, help="how many invoices (a large ledger)")
        parser.add_argument("--seed", type=int, default=1, help="same seed, same data (default 1)")
        parser.add_argument("--json", action="store_true", help="print for machines")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run it."""
        if (options["clients"] is None) != (options["invoices"] is None):
            raise CommandError("Give --clients and --invoices together, or neither.")
        started = time.monotonic()
        try:
            made = self._make(options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        result = {**asdict(made), "seconds": round(time.monotonic() - started, 1)}
        if options["json"]:
            self.stdout.write(json.dumps(result))
            return
        for name, value in result.items():
            self.stdout.write(f"{name.replace('_', ' '):<14} {value:>10,}")
        self.stdout.write(
            f"Log in as sales, sales2, finance, manager or admin @{settings.DEMO_DOMAIN};"
            f" password: {settings.DEMO_PASSWORD}"
        )

    def _make(self, options: dict[str, Any]) -> LoadedLedger | MadeDemo:
        at, on, seed = now(), today(settings.TIME_ZONE), options["seed"]
        if options["clients"] is None:
            return make_demo(seed=seed, on=on, at=at)
        return load_ledger(
            clients=options["clients"], invoices=options["invoices"], seed=seed, on=on, at=at
        )

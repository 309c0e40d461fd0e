"""`manage.py verify_ledger`: prove that what is kept agrees with itself."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from core.verify import CheckResult, run_checks


class Command(BaseCommand):
    """Run every check, print each, exit 1 on any break. Reads only."""

    help = "Verify counters against sums, rollups, states, and the audit chains."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--json` for machines."""
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and report."""
        autodiscover_modules("selectors", "selectors.verify")
        results: list[CheckResult] = []
        for result in run_checks():
            results.append(result)
            if not options["json"]:
                self._print(result)
        if options["json"]:
            self.stdout.write(
                json.dumps({r.name: list(r.problems) for r in results}, ensure_ascii=False)
            )
        broken = [r for r in results if not r.holds]
        if broken:
            raise CommandError(
                _("%(broken)d of %(all)d checks failed.")
                % {"broken": len(broken), "all": len(results)}
            )
        if not options["json"]:
            self.stdout.write(_("All %d checks hold.") % len(results))

    def _print(self, result: CheckResult) -> None:
        mark = self.style.SUCCESS("ok  ") if result.holds else self.style.ERROR("FAIL")
        self.stdout.write(f"{mark} {result.name}")
        for problem in result.problems:
            self.stdout.write(f"       {problem}")
        if result.more:
            self.stdout.write("       …")

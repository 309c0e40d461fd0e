"""`manage.py verify_packet FILE.zip`: the check that also lies inside each packet."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cases.rules import problems_of


class Command(BaseCommand):
    """Check every file of a packet against its manifest."""

    help = "Check an evidence packet; exit 1 when anything was altered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The archive, and the manifest's hash as it was noted."""
        parser.add_argument("file", metavar="FILE.zip")
        parser.add_argument("--manifest", default="", help="SHA-256 noted when it was made")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and report."""
        problems = problems_of(options["file"], options["manifest"])
        if options["json"]:
            self.stdout.write(json.dumps({"problems": problems}, ensure_ascii=False))
        else:
            for problem in problems:
                self.stdout.write(f"FAIL {problem}")
        if problems:
            raise CommandError(_("The packet is not whole."))
        if not options["json"]:
            self.stdout.write(_("Every file is as the manifest lists it."))

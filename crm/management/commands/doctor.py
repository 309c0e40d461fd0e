"""``manage.py doctor``: name what is missing."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from crm.doctor import Finding, Verdict, examine


class Command(BaseCommand):
    """Look at the machine and the servers; exit status 1 when something needed is missing."""

    help = "Names what is missing on this machine; exit status 1 when anything needed is."
    # It is there to explain a broken installation, so nothing may stop it before it starts.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--json", action="store_true", help="for a program to read")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default="zh-hans" if os.environ.get("LANG", "").startswith("zh") else "en",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run it."""
        with translation.override(options["language"]):
            findings = examine()
            missed = [finding for finding in findings if finding.verdict == Verdict.MISS]
            if options["json"]:
                report = {"ok": not missed, "findings": [asdict(finding) for finding in findings]}
                self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            else:
                for finding in findings:
                    self._write(finding)
                self.stdout.write(
                    _("Nothing is missing.")
                    if not missed
                    else _("Missing: %(count)d") % {"count": len(missed)}
                )
        if missed:
            raise SystemExit(1)

    def _write(self, finding: Finding) -> None:
        style = {
            Verdict.OK: self.style.SUCCESS,
            Verdict.MISS: self.style.ERROR,
            Verdict.NOTE: self.style.WARNING,
        }[finding.verdict]
        mark = {Verdict.OK: "✓", Verdict.MISS: "✗", Verdict.NOTE: "·"}[finding.verdict]
        self.stdout.write(style(f"{mark} {finding.check}") + f": {finding.detail}")
        if finding.remedy:
            self.stdout.write(f"    {finding.remedy}")

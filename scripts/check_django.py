"""Fails when a migration is missing or when Django warns of the production settings.

One process for both: starting takes longer than looking.
"""

from __future__ import annotations

import sys
import warnings

import django
from django.core.management import CommandError, call_command


def main() -> int:
    """Print what was found; the exit status is 1 when anything was."""
    # No server is asked whether the migrations were applied in the order that they have.
    warnings.filterwarnings("ignore", category=RuntimeWarning)
    django.setup()
    try:
        call_command("makemigrations", check_changes=True, dry_run=True)
        call_command("check", deploy=True, fail_level="WARNING")
    except CommandError as problems:
        print(problems)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python
"""Dunwell's command line. With no DATABASE_URL it uses the embedded services."""

import os
import sys


def main() -> None:
    """Run a management command, with embedded services where none are configured."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    from crm import embedded

    try:
        embedded.ensure()
    except embedded.EmbeddedError as error:
        sys.exit(f"dunwell: {error}")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

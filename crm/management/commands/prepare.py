"""``manage.py prepare``: what has to be true before the web server starts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandParser

from core.models import User
from core.states import Role
from crm.embedded.run import DEMO_LOGINS
from crm.embedded.state import State

SEED = "seed_demo"


class Command(BaseCommand):
    """Migrate, and with ``--demo`` fill an empty database so that there is something to see."""

    # `make lint` looks for mistakes in the code; a start need not read every route for that.
    requires_system_checks: tuple[str, ...] = ()
    help = "Migrates the database and, with --demo, loads the demonstration data if it is empty."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--demo", action="store_true", help="load the demonstration data if nobody exists yet"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run it."""
        call_command("migrate", interactive=False, verbosity=0)
        if options["demo"] and not User.objects.exists() and SEED in get_commands():
            self.stdout.write("Loading the demonstration data ...")
            call_command(SEED)
            self._note_logins()

    def _note_logins(self) -> None:
        # For `make run` to print at every start; the passwords can be changed like any other.
        lines = ["Demonstration logins (one per role):"]
        for role in Role:
            user = User.objects.filter(email=f"{role.lower()}@{settings.DEMO_DOMAIN}").first()
            if user:
                lines.append(f"  {role.label!s:<15} {user.email:<28} {settings.DEMO_PASSWORD}")
        State(settings.STATE_DIR).write(DEMO_LOGINS, "\n".join(lines) + "\n")

#!/usr/bin/env python
"""Dunwell's command line. With no DATABASE_URL it uses the embedded services."""

import os
import sys

# Commands that work without tables, or make them.
WITHOUT_TABLES = frozenset(
    {
        "check",
        "collectstatic",
        "compilemessages",
        "doctor",
        "help",
        "makemessages",
        "makemigrations",
        "migrate",
        "showmigrations",
        "sqlmigrate",
        "test",
        "version",
    }
)


def needs_tables(argv: list[str]) -> bool:
    """Whether this command meets an embedded database that nobody has migrated yet."""
    command = argv[1] if len(argv) > 1 else "help"
    if command in WITHOUT_TABLES or command.startswith("-") or "--help" in argv:
        return False
    import psycopg2

    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NULL")
        row = cursor.fetchone()
    connection.close()
    return bool(row and row[0])


def main() -> None:
    """Run a management command, with embedded services where none are configured."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    from crm import embedded

    is_embedded = not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
    try:
        embedded.ensure()
    except embedded.EmbeddedError as error:
        sys.exit(f"dunwell: {error}")
    from django.core.management import execute_from_command_line

    if is_embedded and needs_tables(sys.argv):
        sys.stderr.write("First use: making the tables.\n")
        execute_from_command_line([sys.argv[0], "migrate", "--verbosity", "0"])
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

"""Command line of the embedded services: ``python -m crm.embedded COMMAND``."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from crm import embedded
from crm.embedded import CHECKOUT, EmbeddedError, State, default_root, dotenv
from crm.embedded.run import run
from crm.embedded.servers import postgres_programs
from crm.embedded.supervisor import running, serve


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m crm.embedded", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    execute = commands.add_parser("exec", help="run a command with the services' URLs set")
    execute.add_argument("--for-tests", action="store_true", help="use the tests' own servers")
    execute.add_argument("argv", nargs="+", metavar="CMD")
    commands.add_parser("status", help="say whether the services run")
    commands.add_parser("stop", help="stop the services, whoever uses them")
    site = commands.add_parser("run", help="run the whole product until Ctrl-C")
    site.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
    site.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"))
    server = commands.add_parser("serve", help="(internal) be the supervisor")
    server.add_argument("root", type=Path)
    server.add_argument("--for-tests", action="store_true")
    return parser.parse_args()


def _execute(argv: list[str], *, for_tests: bool) -> int:
    embedded.ensure(for_tests=for_tests)
    if embedded.held_locks:
        # psql, pg_dump and their like, in the version of the server.
        programs = postgres_programs(State(default_root()))
        os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    # The command takes our place and with it the lock: the services live exactly as long.
    for lock in embedded.held_locks:
        os.set_inheritable(lock, True)  # noqa: FBT003 - the standard library's signature
    try:
        os.execvp(argv[0], argv)
    except FileNotFoundError:
        raise EmbeddedError(f"{argv[0]}: command not found") from None


def _status() -> int:
    found = running(State(default_root()))
    if found is None:
        print(f"not running ({default_root()})")
        return 1
    print(f"running, supervisor {found.supervisor_pid} ({default_root()})")
    return 0


def _stop() -> int:
    state = State(default_root())
    found = running(state)
    if found is None:
        return _status()
    os.kill(found.supervisor_pid, signal.SIGTERM)
    while state.locked("supervisor.lock"):
        time.sleep(0.05)
    print("stopped")
    return 0


def main() -> int:
    """Run one command and return its exit status."""
    dotenv.load_unless_ignored(CHECKOUT / ".env")
    arguments = _arguments()
    match arguments.command:
        case "exec":
            return _execute(arguments.argv, for_tests=arguments.for_tests)
        case "serve":
            return serve(State(arguments.root, durable=not arguments.for_tests))
        case "run":
            return run(host=arguments.host, port=arguments.port)
        case "status":
            return _status()
        case _:
            return _stop()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except EmbeddedError as error:
        sys.exit(f"dunwell: {error}")

"""What every test shares."""

import fcntl
import gc
import hashlib
import os
import re
import secrets
from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import timedelta
from importlib import import_module
from io import StringIO
from pathlib import Path
from shutil import disk_usage, which
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.template.base import Template
from django.test import Client as Visitor
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as examples

from crm.embedded.pytest_plugin import SESSION

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HERE = Path(__file__).resolve().parent

# How long an example takes is up to the machine; that all share a fixture is meant where it is so.
# `make test` tries the same examples each time, `make faults` others, and more of them.
examples.register_profile(
    "house",
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
examples.register_profile(
    "long", examples.get_profile("house"), derandomize=False, max_examples=1_000
)
examples.load_profile("house")


#: Long, or with something costly that is built once for the module; seconds, roughly. Each worker
#: begins with its share of these, so that none is left for the end or built by several.
LONG = {
    "permissions/test_matrix.py": 70,
    "workspace/test_seed_demo.py": 60,
    "journeys/test_contract.py": 40,
    "embedded/test_run.py": 30,
    "embedded/test_supervisor.py": 25,
    "cases/packets": 25,
    "journeys/test_talk.py": 20,
    "journeys/test_staff.py": 20,
    "workspace/test_browser.py": 20,
    "bench/test_benches.py": 20,
}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the long ones first: of n workers, each is given an n-th of the list to begin with."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    long: dict[str, list[pytest.Item]] = {files: [] for files in LONG}
    rest: list[pytest.Item] = []
    for item in items:
        where = _where(item)
        long.get(next(filter(where.startswith, LONG), ""), rest).append(item)
    begin: list[list[pytest.Item]] = [[] for _ in range(workers)]
    load = [0] * workers
    for files, seconds in LONG.items():
        least = load.index(min(load))
        begin[least] += long[files]
        load[least] += seconds
    share = len(items) // workers
    ordered: list[pytest.Item] = []
    for part in begin:
        filled = max(share - len(part), 0)
        ordered += part + rest[:filled]
        rest = rest[filled:]
    items[:] = ordered + rest


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Compile the tests once, and keep what is there now out of the collector's way.

    Of several workers the first compiles, which takes most of the processor's time of collecting;
    the others wait for what it wrote. What is there then stays to the end.
    """
    gc.disable()
    try:
        with Path(__file__).open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                fcntl.flock(lock, fcntl.LOCK_SH)
            return (yield)
    finally:
        gc.freeze()
        gc.enable()
        gc.set_threshold(20_000, 20, 50)


def _where(item: pytest.Item) -> str:
    return str(item.path.relative_to(HERE))


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Hash passwords cheaply: no test is about the hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _no_language_left() -> Iterator[None]:
    """A request leaves its language with the thread; the next test begins without one."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def _people_are_signed_in_at_once(django_test_environment: None) -> Iterator[None]:
    """`force_login` by the row that it leaves, instead of its fourteen statements."""
    from django.contrib.sessions.models import Session

    def force_login(self: Visitor, user: Any, backend: str | None = None) -> None:
        key = secrets.token_hex(16)
        known = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: backend or "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        data = Session.objects.encode(known)
        end = timezone.now() + timedelta(days=14)
        Session(session_key=key, session_data=data, expire_date=end).save(force_insert=True)
        self.cookies[settings.SESSION_COOKIE_NAME] = key

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Visitor, "force_login", force_login)
        yield


@pytest.fixture(autouse=True, scope="session")
def _parts_of_pages_are_not_told(django_test_environment: None) -> None:
    """Tests read the context of a page; a copy of it for each of its hundred parts is nobody's."""
    template: Any = Template
    told = template._render  # as the test environment has it

    def render(self: Any, context: Any) -> Any:
        return told(self, context) if context.template is self else self.nodelist.render(context)

    template._render = render


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_listed_once() -> Iterator[None]:
    """Each browser of a test sets the middleware up anew, and it would walk the folders again."""
    middleware: Any = import_module("whitenoise.middleware").WhiteNoiseMiddleware
    files: dict[str, Any] = {}
    walk = middleware.add_files_from_finders

    def listed(self: Any) -> None:
        if not files:
            walk(self)
            files.update(self.files)
        self.files.update(files)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(middleware, "add_files_from_finders", listed)
        yield


#: Where papers are read, as text or as pictures, and so are printed for each test.
PRINTED = (
    "bench", "core", "faults", "journeys", "cases/packets/test_printed.py",
    "contracts/amendment_pages", "contracts/test_contract_pdf.py",
    "reminders/letters/test_figures.py", "reminders/letters/test_refusals.py",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _papers_are_not_typeset(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One paper for all, with the fingerprint of what it should say: no test here reads it."""
    if _where(request.node).startswith(PRINTED):
        return
    from core.pdf import service

    make = service._process.run

    def run(header: Mapping[str, Any], blobs: Sequence[bytes], limits: Any) -> Any:
        if header["op"] != "render":
            return make(header, blobs, limits)
        if not _PAPER:
            _PAPER.append(make({**header, "assets": []}, [b"<p>.</p>"], limits))
        reply, (paper,) = _PAPER[0]
        fingerprint = hashlib.sha256(b"\0".join(blobs)).hexdigest()
        return reply, [paper + f"% {fingerprint}\n".encode()]

    monkeypatch.setattr(service._process, "run", run)


_PAPER: list[Any] = []


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """Dropping a database takes seconds: on the embedded server the next session does it."""
    return bool(request.config.getvalue("reuse_db")) or SESSION in os.environ


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Remember what the migrations loaded: the flush after a transactional test puts it back."""
    with django_db_blocker.unblock():
        _LOADED.update(_rows_of_tables())


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What fixtures of a module build on this is built once, and undone with the module.

    Each test works in a savepoint above it. A row that a test changes stays changed in memory.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


#: Rows by table, as COPY gives them: rates, clauses, texts and the like belong to the schema.
_LOADED: dict[str, str] = {}


def _filled(cursor: Any, tables: list[str]) -> list[str]:
    """Those of the tables that hold a row."""
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables
        )
    )
    return [table for (table,) in cursor.fetchall()]


def _rows_of_tables() -> dict[str, str]:
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for table in _filled(cursor, connection.introspection.table_names(cursor)):
            rows = StringIO()
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', rows)
            found[table] = rows.getvalue()
    return found


@pytest.fixture(autouse=True, scope="session")
def _flush_quickly() -> Iterator[None]:
    """Let the test runner empty tables that refuse TRUNCATE, and only those that hold rows.

    Replica mode keeps triggers from firing; only a superuser can switch it on, and only the
    runner's own flush between transactional tests does.
    """
    from django.core.management.commands import flush as flush_command
    from django.db import connection
    from django.db.backends.postgresql.operations import DatabaseOperations

    def flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        tables = re.findall(r'"(\w+)"', " ".join(sql_list))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            # Deleting a few rows is quicker than making two hundred tables anew.
            for one in _filled(cursor, tables):
                cursor.execute(f'DELETE FROM "{one}"')
            for table in set(tables) & set(_LOADED):
                cursor.copy_expert(f'COPY "{table}" FROM STDIN', StringIO(_LOADED[table]))

    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign, assignment]  # test runner only
    with pytest.MonkeyPatch.context() as patch:
        # What is made after migrating (permissions, kinds of content) is among what is put back.
        patch.setattr(flush_command, "emit_post_migrate_signal", lambda *_args, **_named: None)
        yield
    del DatabaseOperations.execute_sql_flush


#: The one made for machines without a screen takes a quarter less of the processor.
CHROMIUM = os.environ.get("CHROMIUM") or which("chromium-headless-shell") or which("chromium")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108
SHARED_BYTES = 256 * 1024**2


@pytest.fixture(scope="module")
def _running_chromium() -> Iterator["Browser"]:
    """Debian's Chromium, one for the module: no test may fork beside the loop of Playwright."""
    if not CHROMIUM:
        pytest.skip("Needs Debian's chromium-headless-shell or chromium.")
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch:
        # Playwright's sync API runs a loop in this thread; the ORM would refuse to work beside it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            # Playwright keeps Chromium from using shared memory, as containers may have too little.
            roomy = SHARED_MEMORY.is_dir() and disk_usage(SHARED_MEMORY).free > SHARED_BYTES
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=FLAGS,
                ignore_default_args=["--disable-dev-shm-usage"] if roomy else None,
            )
            yield browser
            browser.close()


@pytest.fixture
def chromium(_running_chromium: "Browser") -> Iterator["Browser"]:
    """A browser without a window, without a cookie; what a test opens in it is closed."""
    yield _running_chromium
    for context in _running_chromium.contexts:
        context.close()

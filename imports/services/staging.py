"""The file, read into temporary tables of this session. Writes nothing that stays."""

import gc
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.db import connection

from clients.states import Language
from core.models import User
from imports.rules.convert import NULL, Converter, Reading, clean
from imports.rules.guess import is_summary
from imports.rules.headers import has_cjk
from imports.rules.mapping import Mapping, label_of
from imports.rules.parties import Parties, Party
from imports.rules.problems import Finding, Findings, Note, Problem, TableProblem
from imports.rules.profile import Profile
from imports.rules.table import Table
from imports.rules.targets import Target
from imports.rules.words import country_of, email_of, language_of
from imports.rules.zones import zone_of
from imports.services.options import Options

SQL_DIR: Final = Path(__file__).resolve().parent.parent / "sql"
# Bytes that are handed to the server at a time.
_PIECE: Final = 1 << 16
Report = Callable[[int, int], None]
"""Told how many rows are done, of how many."""


@lru_cache(maxsize=32)
def sql(name: str) -> str:
    """The statements kept in `imports/sql/<name>.sql`."""
    return (SQL_DIR / f"{name}.sql").read_text(encoding="utf-8")


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Rows come and go by the hundred thousand and none refers to itself: nothing to collect."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def copy_in(table: str, columns: tuple[str, ...], lines: Iterable[str]) -> None:
    """COPY lines of tab-separated text into a table."""
    text = "\n".join(lines)
    if not text:
        return
    with connection.cursor() as cursor:
        # The wrapper hides it; psycopg2's own cursor knows COPY.
        cursor.copy_expert(
            f"COPY {table} ({', '.join(columns)}) FROM STDIN",
            io.BytesIO(text.encode()),
            size=_PIECE,
        )


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that was read: where its columns are, what was found, and how it was read."""

    table: Table
    mapping: Mapping
    reading: Reading
    findings: Findings
    bad_cells: set[tuple[int, str]]
    rows: int

    def label(self, target: Target) -> str:
        """The file's own heading of a target."""
        return label_of(target, self.mapping, self.table.labels)


def check_mapping(table: Table, mapping: Mapping) -> list[Finding]:
    """What the mapping still leaves out, as problems."""
    if (
        mapping.missing
        and is_summary(table.labels)
        and Target.INVOICE_NUMBER not in mapping.targets
    ):
        return [Finding(Problem.SUMMARY_REPORT, row=table.header_row)]
    return [
        Finding(
            Problem.MISSING_TARGET,
            row=table.header_row,
            figures={
                "targets": sorted(str(target) for target in one),
                "columns": ", ".join(table.labels)[:300],
            },
        )
        for one in mapping.missing
    ]


@_collector_at_rest()
def stage(
    *, table: Table, mapping: Mapping, options: Options, report: Report | None = None
) -> Staged:
    """Read the whole file twice: once to judge its conventions, once to take its values.

    Raises TableProblem when the file cannot be read to its end or lacks a needed column.
    """
    findings = Findings()
    _note_unused(table, mapping, findings)
    currency = mapping.currency or options.creditor.currency
    profile = Profile(mapping, table.labels).feed(table.batches(findings))
    if not profile.rows:
        raise TableProblem(Problem.NO_ROWS, row=table.header_row)
    conventions = profile.conventions(findings, currency)
    reading = Reading(
        mapping=mapping,
        labels=table.labels,
        conventions=conventions,
        currency=currency,
        time_zone=options.creditor.time_zone,
        shift=options.shift,
    )
    parties = Parties()
    converter = Converter(reading, parties, findings)
    with connection.cursor() as cursor:
        cursor.execute(sql("staging"))
    done = 0
    for batch in table.batches():
        copy_in("import_row", converter.columns, converter.lines(batch))
        done += len(batch.rows)
        if report:
            report(done, profile.rows)
    _stage_parties(parties, reading, findings, options)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE import_row (row, client, number, document_type)")
        cursor.execute("ANALYZE import_party")
    return Staged(table, mapping, reading, findings, converter.bad_cells, profile.rows)


def _note_unused(table: Table, mapping: Mapping, findings: Findings) -> None:
    unused = [label for label, t in zip(table.labels, mapping.columns, strict=True) if t is None]
    if unused:
        findings.add(Finding(Note.UNUSED_COLUMNS, value=", ".join(unused)))


# Clients of the file ---------------------------------------------------------------------

_PARTY_COLUMNS: Final = (
    "client",
    "row",
    "code",
    "name",
    "pinyin",
    "initials",
    "language",
    "country",
    "time_zone",
    "address",
    "registration_number",
    "owner_id",
    "contact_name",
    "email",
    "phone",
    "is_new",
)


def _stage_parties(
    parties: Parties, reading: Reading, findings: Findings, options: Options
) -> None:
    labels = PartyReader(reading, findings, options)
    for row, code, name in parties.names_differ:
        findings.add(
            Finding(
                Note.CLIENT_NAMES_DIFFER,
                row=row,
                column=labels.label(Target.CLIENT_NAME),
                value=name,
                figures={"code": code},
            )
        )
    lines = [labels.line(number, party) for number, party in enumerate(parties.all)]
    copy_in("import_party", _PARTY_COLUMNS, lines)


class PartyReader:
    """Reads what the file tells about a client."""

    def __init__(self, reading: Reading, findings: Findings, options: Options) -> None:
        self._reading = reading
        self._findings = findings
        self._zone = options.creditor.time_zone
        self._users = _users_by_name()

    def label(self, target: Target) -> str:
        """The file's own heading of a target."""
        return label_of(target, self._reading.mapping, self._reading.labels)

    def line(self, number: int, party: Party) -> str:
        """A line for COPY. Names get no pinyin yet: most clients are known already."""
        given = {target: clean(value) for target, value in party.attributes.items()}
        country = self._country(party, given.get(Target.COUNTRY, ""))
        # Letters to a company with a Chinese name are in Chinese, unless the file says.
        by_name = Language.ZH if has_cjk(party.name) else Language.EN
        language = language_of(given.get(Target.LANGUAGE, "")) or by_name
        owner = self._owner(party, given.get(Target.OWNER, ""))
        email = self._email(party, given.get(Target.CONTACT_EMAIL, ""))
        values = (
            str(number),
            str(party.row),
            party.code,
            party.name,
            "",
            "",
            language,
            country,
            zone_of(country, self._zone),
            given.get(Target.ADDRESS, ""),
            given.get(Target.REGISTRATION_NUMBER, "")[:60],
            owner,
            given.get(Target.CONTACT_NAME, "")[:120],
            email,
            given.get(Target.PHONE, "")[:60],
            "f",
        )
        return "\t".join(NULL if value is None else value.replace("\\", "\\\\") for value in values)

    def _note(self, code: Note, party: Party, target: Target, value: str) -> None:
        column = self.label(target)
        self._findings.add(Finding(code, row=party.row, column=column, value=value))

    def _country(self, party: Party, text: str) -> str:
        if not text or not self._reading.conventions.countries:
            return ""
        country = country_of(text)
        if country is None:
            self._note(Note.UNKNOWN_COUNTRY, party, Target.COUNTRY, text)
        return country or ""

    def _email(self, party: Party, text: str) -> str:
        email = email_of(text) if text else ""
        if email is None:
            self._note(Note.BAD_EMAIL, party, Target.CONTACT_EMAIL, text)
        return email or ""

    def _owner(self, party: Party, text: str) -> str | None:
        if not text:
            return None
        found = self._users.get(text.casefold())
        if found is None:
            self._note(Note.UNKNOWN_OWNER, party, Target.OWNER, text)
            return None
        return str(found)


def _users_by_name() -> dict[str, int]:
    """Active staff by e-mail and, where nobody else is called so, by name."""
    found: dict[str, int] = {}
    twice: set[str] = set()
    for pk, email, name in User.objects.filter(is_active=True).values_list("pk", "email", "name"):
        found[email.casefold()] = pk
        key = name.casefold()
        if key in found:
            twice.add(key)
        found[key] = pk
    return {key: pk for key, pk in found.items() if key not in twice}


def execute(statement: str, params: dict[str, Any] | None = None) -> int:
    """Run SQL; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def fetch(statement: str, params: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Run a query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())

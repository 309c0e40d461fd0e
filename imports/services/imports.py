"""Use cases: take a file, check it, import it. All or nothing, in one transaction."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, BinaryIO, Final

from django.db import Error, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core import audit
from core.errors import Refusal
from core.models import User
from imports.models import LedgerImport
from imports.rules.mapping import Mapping
from imports.rules.problems import Finding, Findings, TableProblem
from imports.rules.table import Table
from imports.services.checking import check
from imports.services.matching import match_clients
from imports.services.options import Options
from imports.services.posting import post
from imports.services.staging import Report, Staged, check_mapping, execute, fetch, stage
from imports.services.totals import (
    FACTS,
    file_totals,
    left_out,
    main_clients,
    new_span,
    with_ledger,
)
from imports.states import ImportState

# Two imports at once would both find a client or an invoice missing: one waits its turn.
_LOCK: Final = 0x1E06E2
Claim = Callable[[Sequence[str]], LedgerImport]
_DROP: Final = """
    DROP TABLE IF EXISTS import_row, import_party, import_double, import_doc, import_settle,
        import_payline, import_payment, import_payback, import_applied, import_match, import_key
"""


class UnableToImport(Refusal):
    """The file is not taken in. `findings` name every problem by row and column."""

    def __init__(self, message: str, findings: Findings | None = None) -> None:
        super().__init__(message)
        self.findings = findings or Findings()


@dataclass(slots=True)
class Outcome:
    """What a check found, or an import did."""

    rows: int
    findings: Findings
    totals: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    """Heading to target, as the file was read."""
    counts: dict[str, int] = field(default_factory=dict)
    import_id: int | None = None
    span: list[int] = field(default_factory=list)
    """First and last key of the invoices that were written."""
    clients: list[dict[str, Any]] = field(default_factory=list)
    """The clients with most invoices in the file."""

    def as_json(self) -> dict[str, Any]:
        """For keeping with the import and for `--json`."""
        return {
            "rows": self.rows,
            "problem_count": self.findings.problem_count,
            "problems": [finding.as_json() for finding in self.findings.problems],
            "notes": [finding.as_json() for finding in self.findings.notes],
            "note_counts": {str(code): n for code, n in self.findings.counts.items()},
            "totals": self.totals,
            "left_out": self.left_out,
            "columns": self.columns,
            "counts": self.counts,
            "import": self.import_id,
            "span": self.span,
            "clients": self.clients,
        }


def _refusal(findings: Findings) -> UnableToImport:
    count = findings.problem_count
    message = translation.ngettext(
        "%(count)d problem was found; nothing was written.",
        "%(count)d problems were found; nothing was written.",
        count,
    )
    return UnableToImport(message % {"count": count}, findings)


@contextmanager
def reading() -> Iterator[None]:
    """Turn what makes a file unreadable into a refusal that names it."""
    try:
        yield
    except TableProblem as problem:
        raise refuse([problem.finding]) from problem


@contextmanager
def _staging() -> Iterator[None]:
    """Leave no temporary rows behind: the worker's session lives on."""
    try:
        with reading():
            yield
    finally:
        # In a transaction, or a session, that has failed they are gone with it.
        with suppress(Error):
            execute(_DROP)


def _allow_silence() -> None:
    """A hundred thousand names take longer to spell than the server waits for a transaction."""
    execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def refuse(findings: list[Finding]) -> UnableToImport:
    """A refusal for these findings."""
    collected = Findings()
    collected.extend(findings)
    return _refusal(collected)


def _staged(
    file: BinaryIO,
    mapping: Mapping,
    options: Options,
    layout: dict[str, Any],
    report: Report | None,
) -> Staged:
    table = Table(file, **layout)
    missing = check_mapping(table, mapping)
    if missing:
        raise refuse(missing)
    return stage(table=table, mapping=mapping, options=options, report=report)


def check_file(
    *,
    file: BinaryIO,
    mapping: Mapping,
    options: Options,
    sheet: str = "",
    header_row: int = 0,
    report: Report | None = None,
) -> Outcome:
    """Everything an import does but write: every problem, and what would become of the file.

    Raises UnableToImport when it cannot be read at all.
    """
    with _staging():
        layout = {"sheet": sheet, "header_row": header_row}
        staged = _staged(file, mapping, options, layout, report)
        with transaction.atomic():
            _allow_silence()
            match_clients(staged)
            params = check(staged, options, assign=False)
            return _outcome(staged, params)


def import_file(
    *,
    file: BinaryIO,
    mapping: Mapping,
    options: Options,
    claim: Claim,
    actor: User | None,
    at: dt.datetime,
    sheet: str = "",
    header_row: int = 0,
    report: Report | None = None,
) -> Outcome:
    """Check and write a file. Raises UnableToImport, having written nothing.

    `claim` is called with the file's headings inside the transaction and gives the row that
    keeps the file; it raises UnableToImport when the file was imported meanwhile.
    """
    with _staging():
        layout = {"sheet": sheet, "header_row": header_row}
        staged = _staged(file, mapping, options, layout, report)
        with transaction.atomic(), translation.override(options.creditor.language):
            return _write(staged, options, claim, actor=actor, at=at)


def _write(
    staged: Staged, options: Options, claim: Claim, *, actor: User | None, at: dt.datetime
) -> Outcome:
    if not fetch("SELECT pg_try_advisory_xact_lock(%(key)s)", {"key": _LOCK})[0][0]:
        raise UnableToImport(_("Another file is being imported. Try again when it is done."))
    _allow_silence()
    match_clients(staged)
    params = check(staged, options, assign=True)
    if staged.findings.problem_count:
        raise _refusal(staged.findings)
    row = claim(staged.table.labels)
    outcome = _outcome(staged, params)
    outcome.counts = post(params, actor_id=actor.pk if actor else None, at=at, source=row.source)
    outcome.totals = with_ledger(outcome.totals, params)
    outcome.import_id, outcome.span, outcome.clients = row.pk, new_span(), main_clients()
    _assert_tied(outcome.totals)
    row.report, row.state, row.imported_at = outcome.as_json(), ImportState.IMPORTED, at
    row.save(update_fields=["report", "state", "imported_at"])
    _audit(row, outcome, actor=actor, at=at)
    return outcome


def _outcome(staged: Staged, params: dict[str, Any]) -> Outcome:
    columns = staged.mapping.as_json(staged.table.labels)["columns"]
    return Outcome(staged.rows, staged.findings, file_totals(params), left_out(), columns)


def _audit(row: LedgerImport, outcome: Outcome, *, actor: User | None, at: dt.datetime) -> None:
    audit.record(
        action="imports.import",
        actor=actor,
        at=at,
        subject=row,
        stream="imports",
        payload={
            "sha256": row.document.sha256,
            "creditor": row.creditor_id,
            "until": row.until,
            "rows": outcome.rows,
            "counts": outcome.counts,
            "totals": outcome.totals,
        },
    )


def _assert_tied(totals: list[dict[str, Any]]) -> None:
    """The last word before the commit: what the file says stands in the ledger."""
    for row in totals:
        for in_file, in_ledger in FACTS:
            if in_file in row and Decimal(row[in_file]) != Decimal(row.get(in_ledger, 0)):
                raise AssertionError(
                    f"{row['currency']}: {in_file} {row[in_file]} of the file is"
                    f" {row.get(in_ledger)} in the ledger; nothing was written"
                )

"""A file that somebody uploads: kept, mapped, checked, imported in the background."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, Final

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Creditor
from core import audit
from core.jobs import start_job
from core.models import Job, User
from core.states import JobState
from core.transactions import in_transaction, refusing
from imports.models import LedgerImport, SavedMapping
from imports.rules.headers import header_signature
from imports.rules.mapping import Mapping, MappingProblem, mapping_from_json
from imports.rules.table import Table
from imports.selectors.mappings import likely_mapping
from imports.services.files import kept, opened
from imports.services.imports import (
    Outcome,
    UnableToImport,
    check_file,
    import_file,
    reading,
    refuse,
)
from imports.services.options import Options
from imports.services.staging import Report
from imports.states import TRANSITIONS, ImportState

CHECK_JOB: Final = "imports.check"
IMPORT_JOB: Final = "imports.import"
# Up to this size a file is checked while the person waits: it takes about a second.
CHECKED_AT_ONCE: Final = 1024 * 1024


class UnableToSaveMapping(UnableToImport):
    """The mapping cannot be kept under this name."""


def receive_upload(
    *, file: BinaryIO, name: str, creditor: Creditor, actor: User, at: dt.datetime
) -> LedgerImport:
    """Keep an uploaded file with the likeliest mapping. Raises UnableToImport, keeping nothing."""
    with reading():
        table = Table(file)
        mapping, _saved = likely_mapping(table)
    with transaction.atomic():
        row = LedgerImport.objects.create(
            creditor=creditor,
            document=kept(file, name, actor=actor, at=at),
            mapping=mapping.as_json(table.labels),
            sheet=table.sheet,
            header_row=table.header_row,
            created_at=at,
            created_by=actor,
        )
        audit.record(
            action="imports.upload",
            actor=actor,
            at=at,
            subject=row,
            stream="imports",
            payload={"sha256": row.document.sha256, "size": row.document.size},
        )
    return row


def map_columns(
    *,
    row: LedgerImport,
    mapping: Mapping,
    labels: Sequence[str],
    creditor: Creditor,
    until: dt.date | None,
) -> None:
    """Take over how the file is to be read. Raises UnableToImport once it is imported."""
    changed = LedgerImport.objects.filter(pk=row.pk, state__in=_MAPPABLE).update(
        mapping=mapping.as_json(labels),
        creditor=creditor,
        until=until,
        state=ImportState.UPLOADED,
        report={},
    )
    if not changed:
        raise UnableToImport(_("This file is imported already, or is just being imported."))
    row.refresh_from_db()


_MAPPABLE: Final = (
    ImportState.UPLOADED,
    ImportState.CHECKING,
    ImportState.READY,
    ImportState.REFUSED,
)


@in_transaction
def save_mapping(
    *, name: str, row: LedgerImport, labels: Sequence[str], actor: User, at: dt.datetime
) -> SavedMapping:
    """Keep the mapping for the next file with these headings, in place of one of that name."""
    name = " ".join(name.split())
    with refusing(UnableToSaveMapping, {"mapping_name_given": _("Give the mapping a name.")}):
        saved, _created = SavedMapping.objects.update_or_create(
            name=name[:80],
            defaults={
                "signature": header_signature(labels),
                "mapping": row.mapping,
                "created_by": actor,
                "created_at": at,
            },
        )
    audit.record(
        action="imports.save_mapping",
        actor=actor,
        at=at,
        subject=saved,
        stream="imports",
        payload={"signature": saved.signature},
    )
    return saved


@in_transaction
def delete_mapping(*, saved: SavedMapping, actor: User, at: dt.datetime) -> None:
    """Forget a saved mapping; files that were read with it keep theirs."""
    audit.record(
        action="imports.delete_mapping",
        actor=actor,
        at=at,
        subject=saved,
        stream="imports",
        payload={"signature": saved.signature},
    )
    saved.delete()


def _move(row: LedgerImport, to: ImportState, **fields: Any) -> bool:
    """Compare and swap: False when the file is in no state that leads there."""
    before = [state for state, after in TRANSITIONS.items() if to in after]
    return bool(LedgerImport.objects.filter(pk=row.pk, state__in=before).update(state=to, **fields))


def _release(row: LedgerImport) -> None:
    """A job that failed for good no longer holds its file."""
    held = LedgerImport.objects.filter(pk=row.pk, job__state=JobState.FAILED)
    held.filter(state=ImportState.IMPORTING).update(state=ImportState.READY)
    held.filter(state=ImportState.CHECKING).update(state=ImportState.UPLOADED)


def _start(row: LedgerImport, to: ImportState, kind: str, actor: User, at: dt.datetime) -> Job:
    with transaction.atomic():
        _release(row)
        if not _move(row, to):
            raise UnableToImport(
                _("Check the file first; one that is imported is not imported again.")
            )
        title = _("Check of %s") if kind == CHECK_JOB else _("Import of %s")
        job = start_job(
            kind=kind,
            title=title % row.document.original_name,
            args={"import_id": row.pk},
            actor=actor,
            at=at,
        )
        LedgerImport.objects.filter(pk=row.pk).update(job=job)
    row.refresh_from_db()
    return job


def check_upload(*, row: LedgerImport, on: dt.date, actor: User, at: dt.datetime) -> None:
    """Check a small file now, a large one in the background."""
    _release(row)
    if row.document.size <= CHECKED_AT_ONCE:
        if not _move(row, ImportState.CHECKING, job=None):
            raise UnableToImport(_("This file is imported already, or is just being imported."))
        run_check(row=row, on=on)
    else:
        _start(row, ImportState.CHECKING, CHECK_JOB, actor, at)


def start_import(*, row: LedgerImport, actor: User, at: dt.datetime) -> Job:
    """Import a file that was checked, in the background. Raises UnableToImport otherwise."""
    return _start(row, ImportState.IMPORTING, IMPORT_JOB, actor, at)


def options_of(row: LedgerImport, on: dt.date) -> Options:
    """Whose ledger the file is, and as of when."""
    return Options(row.creditor, on, row.until)


def _mapping_of(row: LedgerImport, file: BinaryIO) -> Mapping:
    table = Table(file, sheet=row.sheet, header_row=row.header_row)
    return mapping_from_json(row.mapping, table.labels)


def _attempt(row: LedgerImport, work: Callable[[BinaryIO, Mapping], Outcome]) -> Outcome:
    """Open the kept file and work on it; whatever is wrong with it is in the refusal."""
    with opened(row.document) as file:
        try:
            with reading():
                mapping = _mapping_of(row, file)
        except MappingProblem as problem:
            raise refuse(list(problem.findings)) from problem
        return work(file, mapping)


def run_check(*, row: LedgerImport, on: dt.date, report: Report | None = None) -> None:
    """Find every problem and the totals, and keep them with the file. Writes no ledger row."""

    def work(file: BinaryIO, mapping: Mapping) -> Outcome:
        return check_file(
            file=file,
            mapping=mapping,
            options=options_of(row, on),
            sheet=row.sheet,
            header_row=row.header_row,
            report=report,
        )

    try:
        outcome = _attempt(row, work)
    except UnableToImport as refusal:
        outcome = Outcome(0, refusal.findings)
    state = ImportState.REFUSED if outcome.findings.problem_count else ImportState.READY
    _move(row, state, report=outcome.as_json())
    row.refresh_from_db()


def run_import(
    *,
    row: LedgerImport,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    report: Report | None = None,
) -> None:
    """Write the file into the ledger. Done already, it is left as it is.

    Raises UnableToImport with nothing written; the page then shows the problems, which somebody
    else's work between check and import may have caused.
    """

    def claim(_labels: Sequence[str]) -> LedgerImport:
        locked = LedgerImport.objects.select_for_update(of=("self",)).select_related("document")
        found = locked.get(pk=row.pk)
        if found.state != ImportState.IMPORTING:
            raise UnableToImport(_("This file is imported already."))
        return found

    def work(file: BinaryIO, mapping: Mapping) -> Outcome:
        return import_file(
            file=file,
            mapping=mapping,
            options=options_of(row, on),
            claim=claim,
            sheet=row.sheet,
            header_row=row.header_row,
            actor=actor,
            at=at,
            report=report,
        )

    if LedgerImport.objects.filter(pk=row.pk, state=ImportState.IMPORTED).exists():
        return
    try:
        _attempt(row, work)
    except UnableToImport as refusal:
        found = refusal.findings.problem_count
        held = LedgerImport.objects.filter(pk=row.pk, state=ImportState.IMPORTING)
        if found:
            held.update(state=ImportState.REFUSED, report=Outcome(0, refusal.findings).as_json())
        else:
            held.update(state=ImportState.READY)
        raise

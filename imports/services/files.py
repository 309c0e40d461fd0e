"""A file on this machine, imported by a command."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from core.documents import UnableToStoreDocument, store_document
from core.exports import XLSX_TYPE
from core.models import Document, User
from imports.models import LedgerImport
from imports.rules.mapping import Mapping, MappingProblem, mapping_from_json
from imports.rules.table import Table
from imports.rules.workbook import is_workbook
from imports.selectors.mappings import likely_mapping
from imports.services.imports import (
    Outcome,
    UnableToImport,
    check_file,
    import_file,
    reading,
    refuse,
)
from imports.services.options import Options
from imports.states import ImportState


def import_path(
    *,
    path: Path,
    options: Options,
    actor: User | None,
    at: dt.datetime,
    source: str = "auto",
    mapping: dict[str, Any] | None = None,
    conventions: dict[str, Any] | None = None,
    sheet: str = "",
    dry_run: bool = False,
) -> Outcome:
    """Import a file, or with `dry_run` only check it. Raises UnableToImport, writing nothing.

    `mapping` is the content of a mapping file; without one the columns are guessed.
    `conventions` (date_order, currency, terms_days) go before what the mapping says.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise UnableToImport(
            _("%(path)s cannot be read: %(error)s") % {"path": path, "error": error.strerror}
        ) from error
    with file:
        chosen, header_row = _mapping_of(file, mapping, source, sheet)
        chosen = chosen.with_conventions(conventions or {})
        if dry_run:
            return check_file(
                file=file, mapping=chosen, options=options, sheet=sheet, header_row=header_row
            )

        def claim(labels: Sequence[str]) -> LedgerImport:
            return _record(
                file, path.name, chosen.as_json(labels), options, sheet, actor=actor, at=at
            )

        return import_file(
            file=file,
            mapping=chosen,
            options=options,
            claim=claim,
            sheet=sheet,
            header_row=header_row,
            actor=actor,
            at=at,
        )


def _mapping_of(
    file: BinaryIO, given: dict[str, Any] | None, source: str, sheet: str
) -> tuple[Mapping, int]:
    with reading():
        header_row = int((given or {}).get("header_row") or 0)
        table = Table(
            file, sheet=sheet or str((given or {}).get("sheet") or ""), header_row=header_row
        )
        if given is None:
            return likely_mapping(table, source)[0], table.header_row
        try:
            return mapping_from_json(given, table.labels), table.header_row
        except MappingProblem as problem:
            raise refuse(list(problem.findings)) from problem


def _record(
    file: BinaryIO,
    name: str,
    mapping: dict[str, Any],
    options: Options,
    sheet: str,
    *,
    actor: User | None,
    at: dt.datetime,
) -> LedgerImport:
    """The row of this import, with the file; the same file is kept once."""
    return LedgerImport.objects.create(
        creditor=options.creditor,
        document=kept(file, name, actor=actor, at=at),
        mapping=mapping,
        sheet=sheet,
        until=options.until,
        state=ImportState.IMPORTING,
        created_at=at,
        created_by=actor,
    )


def sha256_of(file: BinaryIO) -> str:
    """The hash of a file from its beginning, read in pieces."""
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def kept(file: BinaryIO, name: str, *, actor: User | None, at: dt.datetime) -> Document:
    """The file as a document; one that an import has kept already is not kept twice."""
    digest = sha256_of(file)
    before = (
        LedgerImport.objects.filter(document__sha256=digest, document__original_name=name)
        .select_related("document")
        .first()
    )
    if before is not None:
        return before.document
    # It was read as a table, in whatever encoding, so its type is known.
    mime = XLSX_TYPE if is_workbook(file) else "text/csv"
    file.seek(0)
    try:
        return store_document(
            data=file, name=name, actor=actor, at=at, limit=settings.IMPORT_MAX_BYTES, mime=mime
        )
    except UnableToStoreDocument as refusal:
        raise UnableToImport(str(refusal)) from refusal


@contextmanager
def opened(document: Document) -> Iterator[BinaryIO]:
    """The kept file, after its bytes were found to be the ones that were kept."""
    with default_storage.open(document.storage_name) as stored:
        file = cast("BinaryIO", stored)
        if sha256_of(file) != document.sha256:
            raise ValueError(f"Document {document.pk}: the stored bytes do not match their hash.")
        file.seek(0)
        yield file

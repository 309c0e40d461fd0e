"""Joining PDFs into one volume: stamps on each page, an outline, page labels.

Runs in the child process only, because the parts may be files that strangers made.
"""

import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.constants import PageLabelStyle
from pypdf.errors import PyPdfError

from core.pdf.engine import Engine, JobFailed

# The stamp's own paper, in points, and how far from the right and lower edge it is put.
_STAMP_WIDTH: Final = 190.0
_STAMP_HEIGHT: Final = 15.0
_STAMP_MARGIN: Final = 17.0
_MAX_PAGES: Final = 5_000


@dataclass(frozen=True, slots=True)
class MergedPages:
    """A finished volume."""

    pdf: bytes
    pages: int


def count_pages(data: bytes) -> int | None:
    """How many pages the file has; None when it is broken, locked or no PDF."""
    try:
        return len(_open(data).pages)
    except JobFailed:
        return None


def _open(data: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise JobFailed("part", "locked with a password")
        if not 0 < len(reader.pages) <= _MAX_PAGES:
            raise JobFailed("part", f"{len(reader.pages)} pages")
    # pypdf raises these and plain Python errors on broken files.
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise JobFailed("part", str(error)) from error
    return reader


def merge(engine: Engine, header: dict[str, Any], blobs: Sequence[bytes]) -> MergedPages:
    """Join `blobs` in order. Raises JobFailed `part` naming the part that cannot be read.

    `header["parts"]` says for each: `title` (its outline entry), `stamp` (with `{page}`, or
    empty for none) and `front` (counted i, ii, iii apart from the numbered pages).
    """
    writer = PdfWriter()
    stamps: list[tuple[PageObject, str]] = []
    fronts = numbered = 0
    for part, blob in zip(header["parts"], blobs, strict=True):
        first = len(writer.pages)
        try:
            writer.append(
                _open(blob), outline_item=part["title"] or None, import_outline=part["front"]
            )
        except JobFailed as error:
            raise JobFailed("part", f"{part['title']}: {error.detail}") from error
        for page in writer.pages[first:]:
            if part["front"]:
                fronts += 1
                continue
            numbered += 1
            if part["stamp"]:
                stamps.append((page, part["stamp"].replace("{page}", str(numbered))))
    _stamp(engine, stamps, language=header["language"])
    _label(writer, fronts=fronts)
    return MergedPages(_write(writer, header), len(writer.pages))


def _label(writer: PdfWriter, *, fronts: int) -> None:
    last = len(writer.pages) - 1
    if fronts:
        writer.set_page_label(0, min(fronts - 1, last), style=PageLabelStyle.LOWERCASE_ROMAN)
    if fronts <= last:
        writer.set_page_label(fronts, last, style=PageLabelStyle.DECIMAL, start=1)


def _write(writer: PdfWriter, header: dict[str, Any]) -> bytes:
    writer.metadata = {
        "/Title": header["title"],
        "/Author": header["author"],
        "/CreationDate": header["created"],
        "/Producer": "Dunwell",
    }
    writer.page_mode = "/UseOutlines"
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _stamp(engine: Engine, stamps: list[tuple[PageObject, str]], *, language: str) -> None:
    """Print each text at the lower right of its page, whatever the page's size or rotation."""
    if not stamps:
        return
    lines = "".join(f"<p class=stamp>{html.escape(text)}</p>" for _page, text in stamps)
    sheet = engine.render(
        f'<html lang="{html.escape(language)}"><body>{lines}',
        styles=("stamp",),
        assets={},
        mark_missing=True,
    )
    papers = PdfReader(io.BytesIO(sheet.pdf)).pages
    for (page, _text), paper in zip(stamps, papers, strict=True):
        if page.rotation:
            page.transfer_rotation_to_content()
        box = page.cropbox
        shift = Transformation().translate(
            float(box.right) - _STAMP_WIDTH - _STAMP_MARGIN, float(box.bottom) + _STAMP_MARGIN
        )
        page.merge_transformed_page(paper, shift)

"""What the rooms call to make a PDF.

    pdf = render_pdf(template="pdf/demand_letter.en.html", context={"letter": letter},
                     language="en", assets={"logo": logo_bytes})

The template is rendered here, with autoescape, in the letter's language; the bytes are made
by a warm child process that fetches nothing (see `core.pdf.child`). The same context and
assets give the same bytes. Never call this inside a transaction: it takes 50 ms and more.
"""

import atexit
import datetime as dt
import logging
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.utils import translation

from core.pdf.errors import UnableToRenderPdf
from core.pdf.fontset import FONTS_CONF
from core.pdf.worker import Limits, Worker, WorkerFailed

logger = logging.getLogger(__name__)

_MB: Final = 1024 * 1024
#: For a letter: a few pages, hundreds of invoices.
LETTER_LIMITS: Final = Limits(wall_seconds=60, cpu_seconds=40, memory_bytes=768 * _MB)
#: For a volume of evidence: hundreds of pages, scans.
VOLUME_LIMITS: Final = Limits(wall_seconds=900, cpu_seconds=800, memory_bytes=3072 * _MB)
#: The style sheet of every document.
STYLES: Final = ("pdf",)
#: After so many documents, or above so much memory, a fresh process takes over.
JOBS_PER_WORKER: Final = 500
RESIDENT_CEILING: Final = 150 * _MB


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished document and its number of pages."""

    pdf: bytes
    pages: int


@dataclass(frozen=True, slots=True)
class MergePart:
    """One document of a volume.

    `title` is its entry in the outline. `stamp` is printed at the foot of each of its pages,
    `{page}` being the page's number in the volume; empty prints nothing. `front` parts come
    first and are counted i, ii, iii, apart from the numbered pages; their own bookmarks stay.
    """

    pdf: bytes
    title: str
    stamp: str = ""
    front: bool = False


class RenderingProcess:
    """The warm child of this process: started when first needed, replaced when worn or dead.

    Thread-safe; one document at a time. After a fork the new process starts its own.
    """

    def __init__(self, *, fonts_conf: Path = FONTS_CONF, jobs_per_worker: int = JOBS_PER_WORKER):
        self._fonts_conf = fonts_conf
        self._jobs_per_worker = jobs_per_worker
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._owner = os.getpid()

    def run(
        self, header: Mapping[str, Any], blobs: Sequence[bytes], limits: Limits
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Do one job in the child. Raises UnableToRenderPdf; the next job finds a live child."""
        self._forget_parents_child()
        with self._lock:
            try:
                worker = self._ready_worker()
                return worker.run(header, blobs, limits)
            except WorkerFailed as error:
                logger.warning("pdf job failed: %s", error)
                raise UnableToRenderPdf(error.kind, error.detail) from error

    @property
    def resident(self) -> int:
        """Bytes of memory the child held after its last document."""
        return self._worker.resident if self._worker else 0

    @property
    def cpu_seconds(self) -> float:
        """Processor time the child has used since it started."""
        return self._worker.cpu_seconds if self._worker else 0.0

    @property
    def pid(self) -> int | None:
        """Of the child, when one is up."""
        return self._worker.pid if self._worker else None

    def close(self) -> None:
        """End the child, if this process started one."""
        if self._worker is not None and self._owner == os.getpid():
            self._worker.close()
        self._worker = None

    def _ready_worker(self) -> Worker:
        worker = self._worker
        if worker is not None and not self._is_fresh(worker):
            worker.close()
            worker = None
        if worker is None:
            self._worker = None
            worker = self._worker = Worker(fonts_conf=self._fonts_conf)
        return worker

    def _is_fresh(self, worker: Worker) -> bool:
        is_worn = worker.jobs_done >= self._jobs_per_worker or worker.resident > RESIDENT_CEILING
        return worker.is_alive and not is_worn

    def _forget_parents_child(self) -> None:
        """A forked process shares its parent's pipes: talking on them would mix two letters."""
        if self._owner != os.getpid():
            self._lock = threading.Lock()
            self._worker = None
            self._owner = os.getpid()


_process = RenderingProcess()
atexit.register(_process.close)


def render_html(*, template: str, context: Mapping[str, Any], language: str) -> str:
    """The template as HTML, in `language`, every value escaped."""
    engine = engines["django"]
    # A letter carries names that clients chose: without escaping it must not be made at all.
    if not (isinstance(engine, DjangoTemplates) and engine.engine.autoescape):
        raise RuntimeError("PDF templates need autoescape; it is off in TEMPLATES.")
    with translation.override(language):
        values = {**context, "language": html_language(language)}
        return str(engine.get_template(template).render(values))


def html_language(language: str) -> str:
    """The BCP 47 tag for a Django language code (`zh-hans` -> `zh-Hans`)."""
    return translation.to_locale(language).replace("_", "-")


def render_pdf(
    *,
    template: str,
    context: Mapping[str, Any],
    language: str,
    assets: Mapping[str, bytes] | None = None,
    limits: Limits = LETTER_LIMITS,
    mark_missing: bool = False,
    styles: Sequence[str] = STYLES,
) -> bytes:
    """Make a PDF and return its bytes; see `render_document`."""
    return render_document(
        template=template,
        context=context,
        language=language,
        assets=assets,
        limits=limits,
        mark_missing=mark_missing,
        styles=styles,
    ).pdf


def render_document(
    *,
    template: str,
    context: Mapping[str, Any],
    language: str,
    assets: Mapping[str, bytes] | None = None,
    limits: Limits = LETTER_LIMITS,
    mark_missing: bool = False,
    styles: Sequence[str] = STYLES,
) -> Rendered:
    """Make a PDF from a template.

    `language` is the reader's ("en", "zh-hans"). `styles` names style sheets of
    `core/pdf/css/`, the later ones on top. `assets` are the only files the document can
    show, as `asset:<name>`. A character no private font can print refuses the document, or,
    with `mark_missing`, is printed as its code. Raises UnableToRenderPdf.
    """
    text = render_html(template=template, context=context, language=language)
    return render_markup(
        text, assets=assets, limits=limits, mark_missing=mark_missing, styles=styles
    )


def render_markup(
    text: str,
    *,
    assets: Mapping[str, bytes] | None = None,
    limits: Limits = LETTER_LIMITS,
    mark_missing: bool = False,
    styles: Sequence[str] = STYLES,
) -> Rendered:
    """Make a PDF from finished, already escaped HTML. Raises UnableToRenderPdf."""
    files = dict(assets or {})
    header = {
        "op": "render",
        "styles": list(styles),
        "assets": list(files),
        "mark_missing": mark_missing,
    }
    reply, blobs = _process.run(header, [text.encode(), *files.values()], limits)
    if reply["notes"]:
        logger.debug("weasyprint remarked: %s", reply["notes"])
    return Rendered(blobs[0], int(reply["pages"]))


def merge_pdfs(
    parts: Sequence[MergePart],
    *,
    title: str,
    author: str,
    language: str,
    created_at: dt.datetime,
    limits: Limits = VOLUME_LIMITS,
) -> Rendered:
    """Join documents into one volume with outline, page labels and stamps.

    `created_at` is an aware instant. Raises UnableToRenderPdf; `part` names the file at fault.
    """
    header = {
        "op": "merge",
        "title": title,
        "author": author,
        "language": html_language(language),
        "created": f"{created_at.astimezone(dt.UTC):D:%Y%m%d%H%M%SZ}",
        "parts": [
            {"title": part.title, "stamp": part.stamp, "front": part.front} for part in parts
        ],
    }
    reply, blobs = _process.run(header, [part.pdf for part in parts], limits)
    return Rendered(blobs[0], int(reply["pages"]))


def count_pages(files: Sequence[bytes]) -> list[int | None]:
    """Pages of each PDF; None for one that is broken, locked or no PDF at all."""
    reply, _blobs = _process.run({"op": "count"}, files, VOLUME_LIMITS)
    return [None if count is None else int(count) for count in reply["counts"]]


def diagnose() -> list[str]:
    """What stands in the way of making PDFs, one line each; empty when all is well."""
    try:
        rendered = render_markup('<html lang="en"><title>Test</title><p>Ł 中文</p>')
    except UnableToRenderPdf as error:
        return [str(error)]
    return [] if rendered.pages == 1 else ["The test page came out wrong."]

"""WeasyPrint, tuned and shut in. Runs in the child process only.

What is reused between documents: the font configuration, the parsed stylesheets, and the
images of a batch (one logo for a thousand letters). What a document may reach: the assets
it was given, as `asset:<name>`. Any other address fails the document.
"""

import hashlib
import logging
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pydyf
from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.images import RasterImage
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcherResponse

from core.pdf.fontset import FONT_FILES, font_path

STYLE_DIR: Final = Path(__file__).parent / "css"
_CONTROL: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
# Shown as nothing by design: joiners, direction marks, variation selectors.
_INVISIBLE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})
_VARIATION_SELECTORS: Final = range(0xFE00, 0xFE10)
_KEPT_REMARKS: Final = 20


class JobFailed(Exception):
    """The document cannot be made. `kind` is stable, `detail` is for the log and the person."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


class AssetFetcher:
    """Serves the assets of one document from memory and refuses every other address."""

    # Read by weasyprint: a refusal is an ordinary error there; `refused` fails the job after.
    _fail_on_errors = False

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        self._assets = assets
        self.refused: list[str] = []

    def __call__(self, url: str) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        if scheme == "asset" and name in self._assets:
            return URLFetcherResponse(url, self._assets[name])
        self.refused.append(url[:200])
        raise ValueError(f"Address refused: {url[:200]}")

    # Weasyprint's own fetchers are used both as functions and through this method.
    fetch = __call__


@dataclass(slots=True)
class RenderedPages:
    """A finished document: the bytes, how many pages, and what weasyprint remarked."""

    pdf: bytes
    pages: int
    notes: list[str] = field(default_factory=list)


class _Remarks(logging.Handler):
    """Keeps weasyprint's warnings of the current document, at most twenty."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if len(self.lines) < _KEPT_REMARKS:
            self.lines.append(record.getMessage()[:300])


class Engine:
    """One warm WeasyPrint. Not thread-safe: the child does one document at a time."""

    def __init__(self, font_dir: Path) -> None:
        self.fonts = FontConfiguration()
        self.coverage = _coverage(font_dir)
        self._styles: dict[str, CSS] = {}
        self._images: dict[str, Any] = {}
        self._images_key = ""
        self._remarks = _Remarks()
        logger = logging.getLogger("weasyprint")
        logger.handlers[:] = [self._remarks]

    def render(
        self,
        text: str,
        *,
        styles: Sequence[str],
        assets: Mapping[str, bytes],
        mark_missing: bool,
    ) -> RenderedPages:
        """Lay out and draw one document.

        Raises JobFailed: `fetch` when it asked for anything but its assets, `glyphs` when a
        character has no glyph in the private fonts and `mark_missing` is off (with it on,
        such a character is printed as its code, e.g. [U+1F600]), `asset` when a picture is
        broken or too large for the memory allowed.
        """
        self._remarks.lines = []
        text = self._printable(text.translate(_CONTROL), mark=mark_missing)
        fetcher = AssetFetcher(assets)
        html = HTML(string=text, url_fetcher=fetcher)
        images = self._image_cache(assets)
        try:
            document = html.render(
                font_config=self.fonts,
                stylesheets=[self._style(name) for name in styles],
                cache=images,
            )
            identifier = hashlib.sha256(text.encode()).hexdigest()[:32].encode()
            pdf = document.write_pdf(finisher=_add_page_labels, pdf_identifier=identifier)
            broken = [url for url, image in images.items() if image is None]
        finally:
            # What this document could not show is nothing to the next one.
            self._forget_drawings()
        if fetcher.refused:
            raise JobFailed("fetch", fetcher.refused[0])
        if broken:
            # Weasyprint would leave it out and say nothing; a letter is whole or not made.
            raise JobFailed("asset", broken[0].removeprefix("asset:"))
        return RenderedPages(pdf, len(document.pages), self._remarks.lines)

    def _style(self, name: str) -> CSS:
        if name not in self._styles:
            if not name.isidentifier():
                raise JobFailed("style", name)
            source = (STYLE_DIR / f"{name}.css").read_text(encoding="utf-8")
            self._styles[name] = CSS(
                string=source, font_config=self.fonts, url_fetcher=AssetFetcher({})
            )
        return self._styles[name]

    def _image_cache(self, assets: Mapping[str, bytes]) -> dict[str, Any]:
        """The decoded images, kept while documents carry the same assets."""
        digest = hashlib.sha256()
        for name in sorted(assets):
            digest.update(f"{name}:{len(assets[name])}:".encode())
            digest.update(assets[name])
        if digest.hexdigest() != self._images_key:
            self._images, self._images_key = {}, digest.hexdigest()
        return self._images

    def _forget_drawings(self) -> None:
        """Drop everything but decoded bitmaps: an SVG holds the layout it was first part of."""
        for url, image in list(self._images.items()):
            if not isinstance(image, (RasterImage, bytes)):
                del self._images[url]

    def _printable(self, text: str, *, mark: bool) -> str:
        missing = sorted(c for c in set(text) - self.coverage if not _is_invisible(c))
        if not missing:
            return text
        if not mark:
            listed = ", ".join(f"{c} (U+{ord(c):04X})" for c in missing[:8])
            raise JobFailed("glyphs", listed)
        return text.translate({ord(c): f"[U+{ord(c):04X}]" for c in missing})


def _is_invisible(character: str) -> bool:
    category = unicodedata.category(character)
    return category in _INVISIBLE_CATEGORIES or ord(character) in _VARIATION_SELECTORS


def _coverage(font_dir: Path) -> frozenset[str]:
    """Every character that the regular and bold private fonts can both print."""
    by_family: dict[str, set[int]] = {}
    for file in FONT_FILES:
        with TTFont(font_path(file.name, font_dir), lazy=True) as font:
            # Only the codes are asked for; working out the names of the glyphs takes most time.
            font.setGlyphOrder([""] * font["maxp"].numGlyphs)
            codes = set(font.getBestCmap())
        by_family[file.family] = by_family.get(file.family, codes) & codes
    return frozenset(chr(code) for codes in by_family.values() for code in codes)


def _add_page_labels(document: Document, pdf: pydyf.PDF) -> None:
    """Say that pages count 1, 2, 3, so that a viewer shows what is printed on the paper."""
    labels = pydyf.Dictionary({"Nums": pydyf.Array([0, pydyf.Dictionary({"S": "/D"})])})
    pdf.catalog["PageLabels"] = labels
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})

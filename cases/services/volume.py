"""The two files of a packet: the volume as one PDF, and the archive with its manifest."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import Final

from django.utils import translation

from cases import rules
from cases.letters import LABELS, Exhibit, ExhibitFile, IndexEntry, LabelledLine, PacketFront
from cases.letters.contexts import Section
from cases.letters.drafts import Attached, DraftExhibit
from cases.letters.exhibits import PRINTABLE_IMAGES, ExhibitWriter
from cases.letters.words import ordinal, words_of
from cases.selectors import Evidence
from contracts.selectors.record import contract_records
from core.audit import canonical_json
from core.display import format_long_day, format_moment
from core.documents import read_document
from core.models import Document
from core.money import format_money
from core.pdf.errors import UnableToRenderPdf
from core.pdf.service import (
    VOLUME_LIMITS,
    MergePart,
    count_pages,
    merge_pdfs,
    render_document,
)

Report = Callable[[int, int], None]
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Volume:
    """The printed packet and what stands in its index."""

    pdf: bytes
    pages: int
    front: PacketFront
    originals: tuple[tuple[str, Document], ...]


@dataclass(frozen=True)
class _Printed:
    """An exhibit with its pages, and the files of its own that follow it."""

    exhibit: Exhibit
    parts: tuple[tuple[bytes, int], ...]
    attached: tuple[Attached, ...]

    @property
    def pages(self) -> int:
        return sum(count for _pdf, count in self.parts)


def print_volume(
    *,
    evidence: Evidence,
    language: str,
    reference: str,
    at: dt.datetime,
    report: Report | None = None,
) -> Volume:
    """Print every exhibit, then cover and index with the pages they came to."""
    writer = ExhibitWriter(evidence, language)
    with translation.override(language):  # names of states are written in the reader's language
        drafts = list(writer.all())
    front = _front(evidence, language, reference, at)
    printed = []
    for number, draft in enumerate(drafts, start=1):
        printed.append(_print_exhibit(draft, number, front, writer))
        if report is not None:
            report(number, len(drafts) + 1)
    front = replace(front, index=tuple(_index(printed, language)), gaps=tuple(writer.gaps))
    cover = render_document(
        template="pdf/evidence_front.html",
        context={"packet": front, "labels": LABELS[language]},
        language=language,
        limits=VOLUME_LIMITS,
        mark_missing=True,
    )
    parts = [MergePart(cover.pdf, front.title, front=True)]
    for one in printed:
        title = f"{one.exhibit.ordinal} {one.exhibit.title}"
        for place, (pdf, _pages) in enumerate(one.parts):
            parts.append(MergePart(pdf, title if place == 0 else "", stamp="{page}"))
    volume = merge_pdfs(
        parts,
        title=f"{front.title} {front.client_name}",
        author=front.creditor_name,
        language=language,
        created_at=at,
    )
    originals = tuple((a.name, a.document) for one in printed for a in one.attached)
    return Volume(volume.pdf, volume.pages, front, originals)


def _front(evidence: Evidence, language: str, reference: str, at: dt.datetime) -> PacketFront:
    words, creditor = words_of(language), evidence.creditor
    name = creditor.name_in(language)
    claimed = [
        format_money(total, currency, language)
        for currency, total in sorted(evidence.open_by_currency().items())
    ]
    day = format_long_day(evidence.as_of_on, language)
    ours, theirs = creditor.address_in(language), evidence.client.address
    return PacketFront(
        language=language,
        reference=f"{reference}  {format_moment(at, language, creditor.time_zone)}",
        title=words["title"],
        subject=words["subject"].format(creditor=name, client=evidence.client.legal_name),
        created=at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        creditor_name=name,
        client_name=evidence.client.legal_name,
        parties=(
            LabelledLine(words["creditor"], "\n".join(p for p in (name, ours) if p)),
            LabelledLine(
                words["debtor"],
                "\n".join(p for p in (evidence.client.legal_name, theirs) if p),
            ),
            LabelledLine(words["claimed"], "\n".join(claimed) or "–"),
            LabelledLine(words["as_of"], day),
        ),
        notes=(
            words["note_integrity"],
            words["note_time"].format(zone=creditor.time_zone),
        ),
    )


def _print_exhibit(
    draft: DraftExhibit, number: int, front: PacketFront, writer: ExhibitWriter
) -> _Printed:
    images: dict[str, bytes] = {}
    tails: list[tuple[bytes, int]] = []
    sections = list(draft.sections)
    for one in draft.attached:
        if one.document.mime in PRINTABLE_IMAGES:
            images[f"scan{len(images)}"] = read_document(one.document)
            sections.append(Section(heading=one.name, image=f"scan{len(images) - 1}"))
        elif one.document.mime == "application/pdf":
            data = read_document(one.document)
            (pages,) = count_pages([data])
            if pages is None:
                writer.gaps.append(writer.say("gap_unreadable", name=one.name))
            else:
                tails.append((data, pages))
    exhibit = Exhibit(
        ordinal=ordinal(number, front.language),
        title=draft.title,
        proves=draft.proves,
        source=draft.source,
        made_on=draft.made_on,
        original=draft.original,
        sections=tuple(sections),
        files=tuple(ExhibitFile(a.name, a.document.sha256) for a in draft.attached),
    )
    sheet = _render_sheet(exhibit, images, front, writer)
    return _Printed(exhibit, (sheet, *tails), draft.attached)


def _render_sheet(
    exhibit: Exhibit, images: dict[str, bytes], front: PacketFront, writer: ExhibitWriter
) -> tuple[bytes, int]:
    """The exhibit's own pages. A picture that cannot be printed is named as a gap instead."""

    def render(shown: Exhibit, assets: dict[str, bytes]) -> tuple[bytes, int]:
        rendered = render_document(
            template="pdf/evidence_exhibit.html",
            context={"packet": front, "exhibit": shown, "labels": LABELS[front.language]},
            language=front.language,
            assets=assets,
            limits=VOLUME_LIMITS,
            mark_missing=True,
        )
        return rendered.pdf, rendered.pages

    try:
        return render(exhibit, images)
    except UnableToRenderPdf:
        if not images:
            raise
    for section in exhibit.sections:
        if section.image:
            writer.gaps.append(writer.say("gap_unreadable", name=section.heading))
    plain = tuple(section for section in exhibit.sections if not section.image)
    return render(replace(exhibit, sections=plain), {})


def _index(printed: Sequence[_Printed], language: str) -> Iterator[IndexEntry]:
    first = 1
    for one in printed:
        last = first + one.pages - 1
        yield IndexEntry(
            number=one.exhibit.ordinal if language == "zh-hans" else one.exhibit.ordinal[8:],
            title=one.exhibit.title,
            proves=one.exhibit.proves,
            source=one.exhibit.source,
            made_on=one.exhibit.made_on,
            pages=str(first) if first == last else f"{first}–{last}",
            copies="1",
            original=one.exhibit.original,
        )
        first = last + 1


def pack_archive(
    *, volume: Volume, evidence: Evidence, reference: str, at: dt.datetime
) -> tuple[bytes, str]:
    """The ZIP with the volume, the originals, the raw messages and the manifest.

    Returns the bytes and the SHA-256 of the manifest, which is to be noted elsewhere.
    """
    files: dict[str, bytes | Document] = {"packet.pdf": volume.pdf}
    for name, document in volume.originals:
        files[f"originals/{name}"] = document
    for message in evidence.messages:
        if message.raw is not None:
            files[f"messages/{message.pk}.eml"] = bytes(message.raw)
    for letter in evidence.letters:
        files[f"letters/{letter.pk}.json"] = canonical_json(letter.context).encode()
    for key, record in contract_records(
        evidence.contracts, until=evidence.as_of_on, time_zone=evidence.creditor.time_zone
    ).items():
        files[f"contracts/{key}.json"] = canonical_json(record).encode()
    files["verify.py"] = Path(rules.__file__).read_bytes()
    listed: list[dict[str, object]] = []
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items(), key=itemgetter(0)):
            # One after the other: a client's mails together may not fit into memory.
            data = read_document(content) if isinstance(content, Document) else content
            sha256 = hashlib.sha256(data).hexdigest()
            listed.append({"name": name, "size": len(data), "sha256": sha256})
            _write(archive, name, data)
        manifest = _manifest(evidence, listed, reference=reference, at=at)
        _write(archive, rules.MANIFEST, manifest)
    return buffer.getvalue(), hashlib.sha256(manifest).hexdigest()


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """With a fixed time stamp: the same records give the same archive."""
    archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)


def _manifest(
    evidence: Evidence, files: list[dict[str, object]], *, reference: str, at: dt.datetime
) -> bytes:
    told = canonical_json(
        {
            "format": rules.FORMAT,
            "reference": reference,
            "made_at": at,
            "as_of_on": evidence.as_of_on,
            "creditor": evidence.creditor.legal_name,
            "client": evidence.client.legal_name,
            "files": files,
        }
    )
    return json.dumps(json.loads(told), ensure_ascii=False, indent=1).encode()

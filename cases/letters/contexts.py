"""The evidence packet, frozen: cover, index and exhibits as they are printed.

An exhibit is told in sections (facts, a table, entries of a log, a picture), so that one
template prints all of them. Words are the reader's language; the columns of the index are
those of 证据规定 (2019) article 19.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class PacketLabels:
    """Headings of the packet, in the reader's language."""

    index_title: str
    number: str
    exhibit: str
    proves: str
    source: str
    made_on: str
    pages: str
    copies: str
    original: str
    files: str
    gaps_title: str
    gaps_intro: str
    submitted_by: str


LABELS: Final[Mapping[str, PacketLabels]] = MappingProxyType(
    {
        "en": PacketLabels(
            index_title="Index of evidence",
            number="No.",
            exhibit="Exhibit",
            proves="What it proves",
            source="Source",
            made_on="Date made",
            pages="Pages",
            copies="Copies",
            original="Original / copy",
            files="Files",
            gaps_title="What this packet could not show",
            gaps_intro="These were looked for and not found in the records. They are listed so "
            "that nobody is surprised by them later.",
            submitted_by="Submitted by (signature or seal): ____________________    "
            "Received by: ____________________    Date: ____________________",
        ),
        "zh-hans": PacketLabels(
            index_title="证据目录",
            number="序号",
            exhibit="证据名称",
            proves="证明目的",
            source="来源",
            made_on="形成时间",
            pages="页码",
            copies="份数",
            original="原件/复印件",
            files="文件",
            gaps_title="证据缺口",
            gaps_intro="下列材料在现有记录中未能查得，特此列明，以便及时补充。",
            submitted_by="提交人（签章）：____________________　　"
            "签收人：____________________　　日期：____________________",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """A heading and its value; the value may have several lines."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its share of the width in percent, and whether it holds figures."""

    heading: str
    width: float
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `span` columns wide."""

    text: str
    is_number: bool = False
    span: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `style` is "", "group", "lead" (kept with the next), "sub" or "total"."""

    cells: tuple[Cell, ...]
    style: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures that may run over pages."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry of a log, in the words it was recorded."""

    when: str
    what: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an exhibit; what is empty is not printed. `image` names an asset."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    facts: tuple[LabelledLine, ...] = ()
    table: Table | None = None
    entries: tuple[LogEntry, ...] = ()
    image: str = ""


@dataclass(frozen=True, slots=True)
class ExhibitFile:
    """An original that lies in the ZIP under `name`."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One exhibit: its sheet, and what is printed behind it."""

    ordinal: str
    title: str
    proves: str
    source: str
    made_on: str
    original: str
    sections: tuple[Section, ...] = ()
    files: tuple[ExhibitFile, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One row of the index."""

    number: str
    title: str
    proves: str
    source: str
    made_on: str
    pages: str
    copies: str
    original: str


@dataclass(frozen=True, slots=True)
class PacketFront:
    """Cover, index and gaps."""

    language: str
    reference: str
    title: str
    subject: str
    created: str
    creditor_name: str
    client_name: str
    parties: tuple[LabelledLine, ...]
    notes: tuple[str, ...]
    index: tuple[IndexEntry, ...] = ()
    gaps: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be kept with the packet."""
        return asdict(self)

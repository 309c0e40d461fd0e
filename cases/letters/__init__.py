"""The evidence packet as it is printed: contexts, words, exhibits."""

from cases.letters.contexts import (
    LABELS,
    Cell,
    Column,
    Exhibit,
    ExhibitFile,
    IndexEntry,
    LabelledLine,
    LogEntry,
    PacketFront,
    PacketLabels,
    Row,
    Section,
    Table,
)

__all__ = [
    "LABELS",
    "Cell",
    "Column",
    "Exhibit",
    "ExhibitFile",
    "IndexEntry",
    "LabelledLine",
    "LogEntry",
    "PacketFront",
    "PacketLabels",
    "Row",
    "Section",
    "Table",
]

"""What the pages of imports show."""

from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.models import User
from imports.models import LedgerImport
from imports.rules.problems import Finding
from imports.selectors.finding_words import column_words, sentence
from payments.models import Invoice

SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A finding for a table: where, and what."""

    row: int
    column: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class NoteGroup:
    """A kind of note: how often, and examples."""

    count: int
    examples: Sequence[Found]


def imports_visible_to(user: User, limit: int = 100) -> list[LedgerImport]:
    """The newest imports."""
    related = LedgerImport.objects.visible_to(user).select_related(
        "document", "creditor", "created_by"
    )
    return list(related.order_by("-created_at", "-pk")[:limit])


def _found(data: MappingType[str, Any]) -> Found:
    finding = Finding.from_json(data)
    return Found(finding.row, column_words(finding), finding.value, sentence(finding))


def problems_of(report: MappingType[str, Any]) -> list[Found]:
    """The problems that were kept, in the order of the rows."""
    return [_found(one) for one in report.get("problems", [])]


def notes_of(report: MappingType[str, Any]) -> list[NoteGroup]:
    """The notes, each kind with how often it occurred."""
    groups: dict[str, list[Found]] = {}
    for one in report.get("notes", []):
        groups.setdefault(one["code"], []).append(_found(one))
    counts = report.get("note_counts", {})
    return [
        NoteGroup(int(counts.get(code, len(examples))), examples[:SAMPLES])
        for code, examples in groups.items()
    ]


def column_samples(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """For each column the first different values, as an example of what is in it."""
    samples: list[str] = []
    for index in range(width):
        given = dict.fromkeys(row[index].strip()[:60] for row in rows if row[index].strip())
        samples.append(" · ".join(list(given)[:SAMPLES]))
    return samples


def invoices_of(row: LedgerImport, *, after: int = 0, size: int = 100) -> tuple[list[Invoice], int]:
    """The invoices that an import wrote, in the order of the file, and where the list goes on."""
    span = row.report.get("span") or [0, -1]
    found = list(
        Invoice.objects.filter(pk__gt=max(after, span[0] - 1), pk__lte=span[1], source=row.source)
        .select_related("client")
        .order_by("pk")[: size + 1]
    )
    return found[:size], found[size - 1].pk if len(found) > size else 0

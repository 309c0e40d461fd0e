"""What a file's columns are taken to be, before anybody has said."""

from collections.abc import Sequence

from imports.models import SavedMapping
from imports.rules.guess import guess_mapping
from imports.rules.headers import header_signature
from imports.rules.mapping import Mapping, MappingProblem, mapping_from_json
from imports.rules.table import Table


def saved_mapping_for(labels: Sequence[str]) -> SavedMapping | None:
    """The mapping that was last saved for a file with these headings."""
    signature = header_signature(labels)
    return SavedMapping.objects.filter(signature=signature).order_by("-created_at", "-pk").first()


def likely_mapping(table: Table, source: str = "auto") -> tuple[Mapping, SavedMapping | None]:
    """The saved mapping of such files if there is one, else a guess."""
    saved = saved_mapping_for(table.labels) if source == "auto" else None
    if saved is not None:
        try:
            return mapping_from_json(saved.mapping, table.labels), saved
        except MappingProblem:
            saved = None
    return guess_mapping(table.labels, table.sample(), source), None

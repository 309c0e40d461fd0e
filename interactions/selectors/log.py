"""Reads of the log."""

from typing import Final

from django.db.models import QuerySet

from clients.models import Client
from interactions.models import Interaction

# What a page shows of an entry besides its own row.
ENTRY_PARTS: Final = (
    "corrections",
    "links",
    "attachments__document",
    "attachments__recording",
    "follow_ups__owner",
)


def log_of(client: Client) -> QuerySet[Interaction]:
    """A client's entries with all that a page shows of them."""
    return (
        Interaction.objects.filter(client=client)
        .select_related("recorded_by", "contact")
        .prefetch_related(*ENTRY_PARTS)
    )

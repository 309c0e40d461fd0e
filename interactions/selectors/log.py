"""Reads of the log."""

from django.db.models import QuerySet

from clients.models import Client
from interactions.models import Interaction


def log_of(client: Client) -> QuerySet[Interaction]:
    """A client's entries with all that a page shows of them."""
    return (
        Interaction.objects.filter(client=client)
        .select_related("recorded_by", "contact", "corrects", "document")
        .prefetch_related("corrections")
    )

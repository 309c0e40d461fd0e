"""`manage.py compare_clients`: look anew who may belong together, among all clients."""

from typing import Any

from django.core.management.base import BaseCommand

from core.dates import now
from credit.models import RelatedPair
from credit.services.related import compare_all
from credit.states import RelatedState


class Command(BaseCommand):
    """Compare every client anew, as after a change of the rules."""

    help = "Compare every client with every other anew."

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, and say what waits for a decision."""
        compared = compare_all(at=now())
        waiting = RelatedPair.objects.filter(state=RelatedState.PROPOSED).count()
        self.stdout.write(f"{compared} compared, {waiting} pairs wait for a decision.")

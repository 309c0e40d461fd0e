"""States of evidence packets."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class PacketState(TextChoices):
    """Life of an evidence packet."""

    QUEUED = "QUEUED", pgettext_lazy("packet", "Being made")
    READY = "READY", pgettext_lazy("packet", "Ready")
    FAILED = "FAILED", pgettext_lazy("packet", "Failed")


TRANSITIONS: dict[PacketState, frozenset[PacketState]] = {
    PacketState.QUEUED: frozenset({PacketState.READY, PacketState.FAILED}),
    PacketState.READY: frozenset(),
    PacketState.FAILED: frozenset({PacketState.QUEUED}),
}

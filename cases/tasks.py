"""Background work of this room."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Packet
from cases.services import JOB_KIND, make_packet
from cases.services.packets import note_failure
from core.dates import now
from core.jobs import Progress, job
from core.models import User


@job(JOB_KIND)
def make_ordered_packet(
    *, progress: Progress, actor: User | None, packet_id: int
) -> Mapping[str, Any]:
    """Make one packet; made already, it is only shown."""
    packet = Packet.objects.select_related("client", "creditor", "created_by").get(pk=packet_id)

    def report(done: int, total: int) -> None:
        progress.report(done=done, total=total, message=_("Printing the exhibits"))

    try:
        make_packet(packet=packet, at=now(), report=report)
    except Exception as error:
        note_failure(packet=packet, error=str(error))
        raise
    return {"url": reverse("cases:packet", args=[packet.pk]), "label": _("Open the packet")}

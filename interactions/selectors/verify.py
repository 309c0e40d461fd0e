"""What `verify_ledger` checks in this room."""

from collections.abc import Iterator

from django.db.models import F, Q

from core import verify
from interactions.models import MailMessage
from interactions.states import MailState


@verify.check("interactions: archived mails are their raw bytes, and filed ones with one client")
def _mails() -> Iterator[str]:
    altered = MailMessage.objects.exclude(raw_sha256=F("raw__sha256")).order_by("pk")
    for pk in altered.values_list("pk", flat=True):
        yield f"mail {pk} does not name the hash of its raw bytes"
    elsewhere = MailMessage.objects.filter(state=MailState.FILED).filter(
        ~Q(interaction__client=F("client")) | ~Q(thread__client=F("client"))
    )
    for pk in elsewhere.order_by("pk").values_list("pk", flat=True):
        yield f"mail {pk} is filed with one client, its log entry or conversation with another"

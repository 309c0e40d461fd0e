"""How many mails and sentences of mails wait for a person."""

from dataclasses import dataclass

from core.models import User
from core.paging import capped_count
from interactions.models import MailMessage, MailProposal


@dataclass(frozen=True, slots=True)
class MailWaiting:
    """What waits: mails without a client, sentences without a decision."""

    tray: int
    proposals: int

    def __bool__(self) -> bool:
        return bool(self.tray or self.proposals)


def mail_waiting(*, user: User) -> MailWaiting:
    """What of the mail archive waits for this user, counted up to a cap."""
    return MailWaiting(
        tray=capped_count(MailMessage.objects.visible_to(user).in_tray())[0],
        proposals=capped_count(MailProposal.objects.visible_to(user).open())[0],
    )

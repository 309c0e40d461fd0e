"""The life of a written mail. The machine is `core.messaging`; here is what such a mail adds.

QUEUED -> INFLIGHT -> SENT | FAILED | IN_DOUBT | QUEUED (only before the text was handed over)
QUEUED -> CANCELLED           IN_DOUBT -> SENT | FAILED (a person decides)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from clients.services import note_failed_address
from core.errors import Refusal
from core.messaging import Acts, Machine
from core.models import User
from core.transactions import in_transaction
from interactions.models import OutgoingMail, OutgoingTransition
from interactions.services.log import log_interaction
from interactions.services.mail import archive_sent
from interactions.states import Direction, InteractionKind, OutgoingState


class UnableToDecide(Refusal):
    """This mail cannot be decided on now."""


class _Written(Machine[OutgoingMail]):
    """A sent mail is logged, and archived with its raw bytes in the thread."""

    mails = OutgoingMail
    history = OutgoingTransition
    history_key = "outgoing_id"
    taken_back = OutgoingState.CANCELLED
    acts = Acts(
        sent="interactions.mail_sent",
        failed="interactions.mail_failed",
        in_doubt="interactions.mail_in_doubt",
        decided="interactions.decide_mail",
    )
    read_with_sent = ("client", "contact", "created_by")

    def leave_traces(
        self, mail: OutgoingMail, *, sent_at: dt.datetime, actor: User | None, at: dt.datetime
    ) -> Mapping[str, Any]:
        """The log and the archive, both in the name of who wrote it."""
        contact = mail.contact
        if contact and contact.client_id != mail.client_id:
            contact = None
        entry = log_interaction(
            client=mail.client,
            kind=InteractionKind.EMAIL,
            direction=Direction.OUT,
            occurred_at=sent_at,
            subject=mail.subject,
            body=mail.body,
            contact=contact,
            about=mail,
            actor=mail.created_by,
            at=at,
        )
        archived = archive_sent(
            raw=bytes(mail.raw or b""),
            client=mail.client,
            contact=contact,
            interaction=entry,
            actor=mail.created_by,
            at=at,
        )
        return {"interaction": entry, "mail": archived}

    def blame_address(self, mail: OutgoingMail, *, at: dt.datetime) -> None:
        """The contact's address does not work, if it is still the one written to."""
        if mail.contact and mail.contact.email == mail.to_email:
            note_failed_address(contact=mail.contact, at=at)


WRITTEN = _Written()
hand_over = WRITTEN.hand_over
mark_sent = WRITTEN.mark_sent


@in_transaction
def decide_mail(
    *, outgoing: OutgoingMail, arrived: bool, note: str, actor: User, at: dt.datetime
) -> None:
    """A person decides a mail in doubt, from the client's word or the mail server's journal.

    When it did not arrive, it may be written anew. Deciding twice the same way is harmless.
    Raises UnableToDecide when it is not in doubt, or was decided the other way.
    """
    WRITTEN.decide(
        pk=outgoing.pk,
        arrived=arrived,
        note=note,
        actor=actor,
        at=at,
        unable=UnableToDecide,
        settled=_("This mail is not in doubt any more."),
    )

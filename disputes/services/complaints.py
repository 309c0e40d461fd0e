"""Complaints: noted, taken up, answered, closed or opened again; one service per edge.

Each is a compare-and-swap UPDATE, a row of the history and an act in the record, in one
transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from clients.models import Client, Creditor
from contracts.models import Contract, Delivery
from core import audit
from core.dates import add_business_days, day_in
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from disputes.models import Complaint, ComplaintPolicy, ComplaintTransition, Dispute
from disputes.models.complaints import ANSWER_DAYS
from disputes.services.disputes import open_dispute
from disputes.states import (
    COMPLAINT_TRANSITIONS,
    ComplaintChannel,
    ComplaintReason,
    ComplaintState,
)
from interactions.models import Interaction
from interactions.services import log_interaction
from interactions.states import Direction, InteractionKind
from payments.models import Invoice

S = ComplaintState

_KINDS: Final[Mapping[str, str]] = {
    ComplaintChannel.CALL: InteractionKind.CALL,
    ComplaintChannel.MAIL: InteractionKind.EMAIL,
    ComplaintChannel.VISIT: InteractionKind.VISIT,
}


class UnableToHandleComplaint(Refusal):
    """This step with a complaint is not open, or says too little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The one thing a complaint is about; nothing where it is about the dealings as a whole."""

    contract: Contract | None = None
    invoice: Invoice | None = None
    delivery: Delivery | None = None

    def owners(self) -> set[int]:
        """The clients whose things these are."""
        found = {one.client_id for one in (self.contract, self.invoice) if one is not None}
        if self.delivery is not None:
            found.add(self.delivery.contract.client_id)
        return found


@in_transaction
def open_complaint(
    *,
    client: Client,
    creditor: Creditor,
    channel: str,
    reason: str,
    what: str,
    received_at: dt.datetime,
    key: str,
    actor: User | None,
    at: dt.datetime,
    wants: str = "",
    about: About | None = None,
    owner: User | None = None,
    entry: Interaction | None = None,
) -> Complaint:
    """Note what a client is not content with, and by when it is answered.

    The same `key` again (a form sent twice) gives the complaint that was noted. `entry` is the
    entry of the log that has it already; without one it is logged here. Raises
    UnableToHandleComplaint without words, from the future, or about something of another client.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client.pk)
    known = Complaint.objects.filter(key=key[:64], client=client).first()
    if known is not None:
        return known
    about = about or About()
    _check(client, what=what, received_at=received_at, about=about, at=at)
    chosen = ComplaintReason(reason)
    entry = entry or _log_received(
        client=client, channel=channel, reason=chosen, what=what, wants=wants,
        received_at=received_at, actor=actor, at=at,
    )  # fmt: skip
    row = Complaint.objects.create(
        client=client,
        creditor=creditor,
        channel=channel,
        contract=about.contract,
        invoice=about.invoice,
        delivery=about.delivery,
        category=chosen.category,
        reason=chosen,
        what=what.strip(),
        wants=wants.strip(),
        owner=owner or client.owner,
        received_at=received_at,
        answer_by=_deadline(creditor, received_at),
        interaction=entry,
        key=key[:64],
        created_at=at,
        created_by=actor,
    )
    ComplaintTransition.objects.create(complaint=row, to_state=S.RECEIVED, at=at, actor=actor)
    _record(row, "open", actor, at, {"reason": chosen, "channel": channel})
    return row


def _check(
    client: Client, *, what: str, received_at: dt.datetime, about: About, at: dt.datetime
) -> None:
    if not what.strip():
        raise UnableToHandleComplaint(_("Say what the client is not content with."), field="what")
    if received_at > at:
        raise UnableToHandleComplaint(
            _("This lies in the future. Note it when it was said."), field="received_at"
        )
    if about.owners() - {client.pk}:
        raise UnableToHandleComplaint(_("This belongs to another client."), field="about")


def _deadline(creditor: Creditor, start: dt.datetime) -> dt.date:
    """So many working days of the creditor after a complaint came in."""
    days = (
        ComplaintPolicy.objects.filter(creditor=creditor)
        .values_list("answer_days", flat=True)
        .first()
    )
    day = day_in(start, creditor.time_zone)
    return add_business_days(day, days or ANSWER_DAYS, creditor.country)


def _log_received(
    *,
    client: Client,
    channel: str,
    reason: ComplaintReason,
    what: str,
    wants: str,
    received_at: dt.datetime,
    actor: User | None,
    at: dt.datetime,
) -> Interaction:
    body = what.strip()
    if wants.strip():
        body += "\n" + _("The client wants: %(what)s") % {"what": wants.strip()}
    return log_interaction(
        client=client,
        kind=_KINDS.get(channel, InteractionKind.NOTE),
        direction=Direction.IN,
        occurred_at=received_at,
        subject=_("Complaint: %(reason)s") % {"reason": reason.label},
        body=body,
        actor=actor,
        at=at,
    )


@in_transaction
def take_up_complaint(
    *,
    complaint: Complaint,
    owner: User,
    reason: str,
    actor: User | None,
    at: dt.datetime,
    note: str = "",
) -> Complaint:
    """Begin to work on it: who does, and how it is sorted. RECEIVED or REOPENED → IN_WORK."""
    if not (owner.is_active and Client.objects.visible_to(owner).filter(pk=complaint.client_id)):
        raise UnableToHandleComplaint(
            _("Choose somebody who works with this client."), field="owner"
        )
    chosen = ComplaintReason(reason)
    fields = {"owner": owner, "reason": chosen, "category": chosen.category}
    said = {"owner": owner.pk, "reason": chosen}
    words = " · ".join(filter(None, [owner.name, str(chosen.label), note.strip()]))
    return _move(
        complaint, S.IN_WORK, "take_up", note=words, said=said, actor=actor, at=at, **fields
    )


@in_transaction
def answer_complaint(
    *, complaint: Complaint, answer: str, actor: User | None, at: dt.datetime
) -> Complaint:
    """Note what the client was answered; the log has it too. IN_WORK → ANSWERED."""
    text = answer.strip()
    if not text:
        raise UnableToHandleComplaint(_("Say what the client was answered."), field="answer")
    row = _move(
        complaint, S.ANSWERED, "answer", note=text, actor=actor, at=at, answer=text, answered_at=at
    )
    log_interaction(
        client=row.client,
        kind=InteractionKind.NOTE,
        direction=Direction.OUT,
        occurred_at=at,
        subject=_("Complaint %(number)s answered") % {"number": row.pk},
        body=text,
        about=row,
        actor=actor,
        at=at,
    )
    return row


@in_transaction
def close_complaint(
    *,
    complaint: Complaint,
    is_accepted: bool,
    resolution: str,
    actor: User | None,
    at: dt.datetime,
) -> Complaint:
    """Close it: whether the client accepted the answer, and how it ended. ANSWERED → CLOSED."""
    text = resolution.strip()
    if not text:
        raise UnableToHandleComplaint(_("Say how it ended."), field="resolution")
    accepted = _("Accepted by the client.") if is_accepted else _("Not accepted by the client.")
    fields = {"is_accepted": is_accepted, "resolution": text, "closed_at": at}
    said = {"is_accepted": is_accepted}
    note = f"{accepted} {text}"
    return _move(complaint, S.CLOSED, "close", note=note, said=said, actor=actor, at=at, **fields)


@in_transaction
def reopen_complaint(
    *, complaint: Complaint, reason: str, actor: User | None, at: dt.datetime
) -> Complaint:
    """The client is not content with the answer, or comes back to it: a new deadline runs.

    ANSWERED or CLOSED → REOPENED. What was answered and how it had ended stay in the history.
    """
    text = reason.strip()
    if not text:
        raise UnableToHandleComplaint(_("Say why it is opened again."), field="note")
    fields = {
        "answer_by": _deadline(complaint.creditor, at),
        "is_accepted": None,
        "resolution": "",
        "closed_at": None,
    }
    said = {"answer_by": fields["answer_by"]}
    return _move(
        complaint, S.REOPENED, "reopen", note=text, said=said, actor=actor, at=at, **fields
    )


@in_transaction
def dispute_from_complaint(
    *,
    complaint: Complaint,
    invoice: Invoice,
    amount: Decimal,
    reason: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> Dispute:
    """Hold apart what this complaint contests of an invoice; once for a complaint."""
    if invoice.client_id != complaint.client_id:
        raise UnableToHandleComplaint(_("This belongs to another client."), field="invoice")
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=complaint.client_id)
    row = Complaint.objects.select_for_update(no_key=True).get(pk=complaint.pk)
    if row.dispute_id is not None:
        raise UnableToHandleComplaint(_("A dispute was opened from this complaint before."))
    if row.state == S.CLOSED:
        raise UnableToHandleComplaint(_("This complaint is closed. Open it again first."))
    dispute = open_dispute(
        invoice=invoice,
        amount=amount,
        reason=reason,
        note=row.what,
        on=on,
        actor=actor,
        at=at,
    )
    Complaint.objects.filter(pk=row.pk, dispute=None).update(dispute=dispute)
    complaint.dispute = dispute
    _record(row, "dispute", actor, at, {"dispute": dispute.pk, "invoice": invoice.pk})
    return dispute


@in_transaction
def set_answer_days(
    *, creditor: Creditor, days: int, actor: User | None, at: dt.datetime
) -> ComplaintPolicy:
    """Within how many working days a creditor answers from now on; running deadlines stay."""
    if not 1 <= days <= 60:  # noqa: PLR2004  # the database has the same bounds
        raise UnableToHandleComplaint(_("Between 1 and 60 working days."))
    row, _made = ComplaintPolicy.objects.update_or_create(
        creditor=creditor, defaults={"answer_days": days}
    )
    audit.record(
        action="disputes.answer_days", actor=actor, at=at, subject=creditor, payload={"days": days}
    )
    return row


def _move(
    complaint: Complaint,
    to: ComplaintState,
    action: str,
    *,
    note: str,
    actor: User | None,
    at: dt.datetime,
    said: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Complaint:
    """Write a change of state that the map has; of two at once one wins."""
    before = S(complaint.state)
    if to not in COMPLAINT_TRANSITIONS[before]:
        allowed = [str(s.label) for s in S if s in COMPLAINT_TRANSITIONS[before]]
        raise UnableToHandleComplaint(
            _("From “%(before)s” this is not open. Allowed: %(allowed)s.")
            % {"before": before.label, "allowed": ", ".join(allowed)}
        )
    if not Complaint.objects.filter(pk=complaint.pk, state=before).update(state=to, **fields):
        raise UnableToHandleComplaint(
            _("Somebody changed this complaint meanwhile. Look again before you decide.")
        )
    ComplaintTransition.objects.create(
        complaint=complaint, from_state=before, to_state=to, at=at, actor=actor, note=note
    )
    _record(complaint, action, actor, at, {"from": before, "to": to, **(said or {})})
    for name, value in {"state": to, **fields}.items():
        setattr(complaint, name, value)
    return complaint


def _record(
    row: Complaint, action: str, actor: User | None, at: dt.datetime, payload: Mapping[str, Any]
) -> None:
    audit.record(
        action=f"disputes.complaint_{action}",
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{row.client_id}",
        payload=dict(payload),
    )

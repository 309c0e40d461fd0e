"""A person says: do not remind this client, or of this invoice, for a while."""

import datetime as dt

from django.utils.translation import gettext as _

from clients.models import Client
from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from payments.models import Invoice
from reminders.models import Decision, Message, ReminderHold
from reminders.rules.decisions import Facts
from reminders.services.machine import suppress
from reminders.states import MessageState, Outcome, Reason


class UnableToHold(Refusal):
    """This hold does not hold together."""


@in_transaction
def add_hold(
    *,
    client: Client,
    reason: str,
    on: dt.date,
    actor: User,
    at: dt.datetime,
    invoice: Invoice | None = None,
    until_on: dt.date | None = None,
) -> ReminderHold:
    """Stop reminders to a client, or of one invoice, up to and including a day.

    Queued messages that would ask for nothing else are taken back at once; others ask for the
    rest. Raises UnableToHold without a reason, for a day that has passed, or for another
    client's invoice.
    """
    if not reason.strip():
        raise UnableToHold(_("Say why, so that others can tell when it may end."), field="reason")
    if until_on is not None and until_on < on:
        raise UnableToHold(_("That day has passed. Choose today or later."), field="until_on")
    if invoice is not None and invoice.client_id != client.pk:
        raise UnableToHold(_("This invoice belongs to another client."), field="invoice")
    # The claim locks the client first: whichever of the two is later sees the other.
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client.pk)
    hold = ReminderHold.objects.create(
        client=client,
        invoice=invoice,
        reason=reason.strip()[:300],
        until_on=until_on,
        created_at=at,
        created_by=actor,
    )
    _take_back(hold, on=on, actor=actor, at=at)
    _record("reminders.hold", hold, actor, at)
    return hold


def _take_back(hold: ReminderHold, *, on: dt.date, actor: User, at: dt.datetime) -> None:
    queued = Message.objects.filter(client=hold.client, state=MessageState.QUEUED)
    facts: Facts = {
        "hold_reason": hold.reason,
        "by": actor.name,
        "since": on.isoformat(),
        "until": hold.until_on.isoformat() if hold.until_on else None,
    }
    for message in queued.order_by("pk"):
        if hold.invoice_id is None or _asks_only_for(message, hold.invoice_id):
            suppress(message_id=message.pk, reason=Reason.ON_HOLD, facts=facts, actor=actor, at=at)


def _asks_only_for(message: Message, invoice_id: int) -> bool:
    planned = Decision.objects.filter(
        run_id=message.run_id,
        client_id=message.client_id,
        currency=message.currency,
        outcome=Outcome.SEND,
        reason=Reason.DUE,
    ).values_list("invoice_id", flat=True)
    return set(planned) == {invoice_id}


@in_transaction
def release_hold(*, hold: ReminderHold, actor: User, at: dt.datetime) -> bool:
    """End a hold; the next plan judges the client again. False when it was ended before."""
    done = ReminderHold.objects.filter(pk=hold.pk, released_at=None).update(
        released_at=at, released_by=actor
    )
    if done:
        _record("reminders.release_hold", hold, actor, at)
    return bool(done)


def _record(action: str, hold: ReminderHold, actor: User, at: dt.datetime) -> None:
    audit.record(
        action=action,
        actor=actor,
        at=at,
        subject=hold,
        stream=f"client:{hold.client_id}",
        payload={"invoice": hold.invoice_id, "until": hold.until_on, "reason": hold.reason},
    )

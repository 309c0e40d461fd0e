"""Claim a message: check again under locks, freeze its bytes, commit; sending comes after.

Locks are taken in the house's order: client, invoices by key, balance, message. These are the
rows that allocations, receipts and disputes move, so what they committed before is seen here,
and what comes later waits for the claim and finds the message on its way.
"""

import datetime as dt
from typing import NamedTuple

from clients.models import Client, Contact
from core.dates import day_in
from core.hours import next_opening
from core.mailing import AddressUnusable, ascii_mailbox, sender_address
from core.messaging import Claim, ClaimOutcome
from core.transactions import in_transaction
from payments.models import ClientBalance, Invoice
from reminders.models import Decision, Message, MessageInvoice
from reminders.rules.decisions import NO_FACTS, Facts
from reminders.selectors.policy import Ladder
from reminders.services.assessment import Assessment, assess, draft_message
from reminders.services.machine import REMINDERS, suppress
from reminders.services.mime import compose
from reminders.services.texts import Draft, write_text
from reminders.states import MessageState, Outcome, Reason

__all__ = ["Claim", "ClaimOutcome", "claim_message"]


class _Frozen(NamedTuple):
    draft: Draft
    subject: str
    body: str
    raw: bytes


@in_transaction
def claim_message(*, message_id: int, ladder: Ladder, at: dt.datetime) -> Claim:
    """Take one queued message, in one transaction. Never waits for another worker.

    It is taken back when the reasons for it are gone, put off outside the policy's hours, and
    otherwise frozen: its bytes ask for what is open, undisputed and not covered by credit now.
    """
    message = Message.objects.select_related("creditor").filter(pk=message_id).first()
    if message is None or message.state != MessageState.QUEUED or message.available_at > at:
        return Claim(ClaimOutcome.TAKEN, message_id)
    client = _lock_client(message)
    if client is None:
        return Claim(ClaimOutcome.TAKEN, message_id)
    _lock_debts(message)
    message = _lock_message(message_id)
    if message is None:
        return Claim(ClaimOutcome.TAKEN, message_id)
    opening = next_opening(at, ladder.hours, time_zone=client.time_zone, country=client.country)
    if opening > at:
        Message.objects.filter(pk=message_id).update(available_at=opening)
        return Claim(ClaimOutcome.WAITS, message_id)
    return _check(message, client, ladder, at)


def _lock_client(message: Message) -> Client | None:
    """None when another worker or a payment has the client: there will be another round."""
    return (
        Client.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk=message.client_id)
        .first()
    )


def _lock_debts(message: Message) -> None:
    mine = {
        "client_id": message.client_id,
        "creditor_id": message.creditor_id,
        "currency": message.currency,
    }
    list(
        Invoice.objects.open()
        .filter(**mine)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )
    list(
        ClientBalance.objects.filter(**mine)
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )


def _lock_message(message_id: int) -> Message | None:
    return (
        Message.objects.select_for_update(of=("self",), no_key=True)
        .select_related("creditor", "cycle")
        .filter(pk=message_id, state=MessageState.QUEUED)
        .first()
    )


def _check(message: Message, client: Client, ladder: Ladder, at: dt.datetime) -> Claim:
    on = day_in(at, message.creditor.time_zone)
    assessment = assess(
        creditor=message.creditor,
        client_id=client.pk,
        currency=message.currency,
        ladder=ladder,
        on=on,
        message_id=message.pk,
    )
    against = _reason_against(message, assessment)
    if against is None:
        frozen = _freeze(message, client, assessment, ladder, on=on, at=at)
        if frozen is not None:
            return _take(message, frozen, at=at)
        against = Reason.NO_CONTACT, NO_FACTS
    reason, facts = against
    suppress(message_id=message.pk, reason=reason, facts=facts, at=at)
    return Claim(ClaimOutcome.TAKEN_BACK, message.pk)


def _reason_against(message: Message, assessment: Assessment) -> tuple[Reason, Facts] | None:
    """Why it must not go now; None when it may, at the very level it was approved for."""
    if assessment.level == message.level:
        return None
    if assessment.level is not None:
        return Reason.WAIT_NEXT_STEP, {"level": message.level, "next_level": assessment.level}
    planned = Decision.objects.filter(
        run_id=message.run_id,
        client_id=message.client_id,
        currency=message.currency,
        outcome=Outcome.SEND,
        reason=Reason.DUE,
    ).values_list("invoice_id", flat=True)
    return assessment.reason_for(list(planned))


def _freeze(
    message: Message,
    client: Client,
    assessment: Assessment,
    ladder: Ladder,
    *,
    on: dt.date,
    at: dt.datetime,
) -> _Frozen | None:
    """The bytes; None when nobody has an address that can be written to."""
    draft = draft_message(
        creditor=message.creditor,
        client=client,
        currency=message.currency,
        assessment=assessment,
        ladder=ladder,
        on=on,
        wrote_before=message.cycle.level >= 1,
    )
    if draft is None:
        return None
    text = write_text(draft)
    try:
        raw = compose(draft, text, message_id=message.message_id, reply_to=ladder.reply_to, at=at)
    except AddressUnusable:
        return None
    return _Frozen(draft, text.subject, text.body, raw)


def _take(message: Message, frozen: _Frozen, *, at: dt.datetime) -> Claim:
    draft = frozen.draft
    contact: Contact = draft.contact
    attempt = REMINDERS.freeze(
        message,
        raw=frozen.raw,
        at=at,
        subject=frozen.subject[:300],
        body=frozen.body,
        amount=draft.total,
        to_email=contact.email,
        contact=contact,
        language=draft.language,
        tone=draft.tone,
    )
    if attempt is None:
        return Claim(ClaimOutcome.TAKEN, message.pk)
    MessageInvoice.objects.bulk_create(
        MessageInvoice(
            message=message,
            invoice_id=line.id,
            attempt=attempt,
            open_amount=line.open_amount,
            asked=line.asked,
        )
        for line in draft.invoices
    )
    return Claim(
        ClaimOutcome.CLAIMED,
        message.pk,
        attempt=attempt,
        raw=frozen.raw,
        sender=sender_address(),
        recipient=ascii_mailbox(contact.email),
    )

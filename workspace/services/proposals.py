"""A sentence of a mail becomes a promise or a dispute, because a person says so."""

from __future__ import annotations

import datetime as dt

from core.models import User
from core.transactions import in_transaction
from disputes.models import Dispute
from disputes.services import open_dispute
from interactions.models import MailProposal
from interactions.services import link_interaction, settle_proposal
from payments.models import Promise
from payments.services import record_promise
from workspace.services.calls import DisputeRaised, PromiseMade


@in_transaction
def accept_promise(
    *, proposal: MailProposal, promise: PromiseMade, on: dt.date, actor: User, at: dt.datetime
) -> Promise:
    """Record the promise that a mail made; all or nothing, and once.

    Raises the refusal of whichever part does not hold.
    """
    mail = proposal.mail
    assert mail.client is not None  # noqa: S101  # only filed mails have proposals
    assert mail.interaction is not None  # noqa: S101
    made = record_promise(
        creditor=promise.creditor,
        client=mail.client,
        currency=promise.currency,
        amount=promise.amount,
        due_on=promise.due_on,
        note=proposal.quote,
        interaction=mail.interaction,
        on=on,
        actor=actor,
        at=at,
    )
    changed = (
        promise.due_on != proposal.due_on
        or (proposal.amount is not None and promise.amount != proposal.amount)
        or (proposal.currency not in {"", promise.currency})
    )
    link_interaction(interaction=mail.interaction, about=[made], actor=actor, at=at)
    settle_proposal(proposal=proposal, recorded=made, is_edited=changed, actor=actor, at=at)
    return made


@in_transaction
def accept_dispute(
    *, proposal: MailProposal, dispute: DisputeRaised, on: dt.date, actor: User, at: dt.datetime
) -> Dispute:
    """Open the dispute that a mail raised; all or nothing, and once."""
    mail = proposal.mail
    assert mail.interaction is not None  # noqa: S101  # only filed mails have proposals
    opened = open_dispute(
        invoice=dispute.invoice,
        amount=dispute.amount,
        reason=dispute.reason,
        note=proposal.quote,
        on=on,
        actor=actor,
        at=at,
    )
    changed = dispute.reason != proposal.reason or (
        proposal.amount is not None and dispute.amount != proposal.amount
    )
    link_interaction(interaction=mail.interaction, about=[opened], actor=actor, at=at)
    settle_proposal(proposal=proposal, recorded=opened, is_edited=changed, actor=actor, at=at)
    return opened

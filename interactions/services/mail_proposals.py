"""Proposals read out of mails, and what a person makes of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from core import audit
from core.dates import UnknownCalendar, day_in, is_business_day
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from interactions.models import MailMessage, MailProposal
from interactions.rules.mail.folding import forwarded, own_words
from interactions.rules.mail.sayings import find_sayings
from interactions.states import Direction, MailKind, ProposalState

_LARGEST: Final = Decimal(10) ** 12


class UnableToDecide(Refusal):
    """The proposal was decided already."""


def propose_from(*, mail: MailMessage, client: Client, at: dt.datetime) -> None:
    """Quote what sounds like a promise or a dispute. Inside the caller's transaction."""
    inside = forwarded(mail.subject, mail.text) if mail.forwarded_from else None
    if mail.kind != MailKind.NORMAL or (mail.direction != Direction.IN and inside is None):
        return
    said = own_words(inside.text if inside else mail.text)
    found = find_sayings(
        said,
        said_on=day_in(mail.occurred_at, client.time_zone),
        is_working=lambda day: _is_working(day, client.country),
    )
    MailProposal.objects.bulk_create(
        MailProposal(
            mail=mail,
            kind=one.kind,
            quote=one.quote,
            position=one.position,
            amount=one.amount if one.amount and 0 < one.amount < _LARGEST else None,
            currency=one.currency,
            due_on=one.due_on,
            reason=one.reason,
            created_at=at,
        )
        for one in found
    )


def _is_working(day: dt.date, country: str) -> bool:
    try:
        return is_business_day(day, country)
    except UnknownCalendar:
        return is_business_day(day)


@in_transaction
def reject_proposal(*, proposal: MailProposal, actor: User, at: dt.datetime) -> None:
    """Say that a sentence meant nothing of the kind."""
    _decide(proposal, ProposalState.REJECTED, None, actor=actor, at=at)


@in_transaction
def settle_proposal(
    *,
    proposal: MailProposal,
    recorded: models.Model,
    is_edited: bool,
    actor: User,
    at: dt.datetime,
) -> None:
    """Note what was recorded from a proposal, as it stood or with changes."""
    state = ProposalState.EDITED if is_edited else ProposalState.ACCEPTED
    _decide(proposal, state, recorded, actor=actor, at=at)


def _decide(
    proposal: MailProposal,
    state: ProposalState,
    recorded: models.Model | None,
    *,
    actor: User,
    at: dt.datetime,
) -> None:
    moved = MailProposal.objects.filter(pk=proposal.pk, state=ProposalState.OPEN).update(
        state=state,
        decided_at=at,
        decided_by=actor,
        about_type=recorded._meta.label_lower if recorded else "",
        about_id=str(recorded.pk) if recorded else "",
    )
    if not moved:
        raise UnableToDecide(_("This proposal was decided already."))
    audit.record(
        action="interactions.decide_proposal",
        actor=actor,
        at=at,
        subject=proposal,
        stream=f"client:{proposal.mail.client_id}",
        payload={
            "state": state,
            "kind": proposal.kind,
            "recorded": f"{recorded._meta.label_lower}:{recorded.pk}" if recorded else None,
        },
    )

"""A mail that went, one that waits, and an incident for the manager."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from core.dates import day_in
from core.hours import Hours, next_opening
from interactions.models import MessageTemplate, OutgoingMail
from interactions.selectors.facts import Occasion
from interactions.selectors.texts import newest_text, write_text
from interactions.services import outgoing_machine as machine
from interactions.services.outgoing import Letter, queue_mail
from interactions.services.outgoing_sending import claim_mail
from interactions.services.talk import report_incident
from interactions.states import IncidentCategory, IncidentSeverity
from workspace.services.demo.teller import Account, Teller

_OFFICE = Hours(dt.time(9), dt.time(18), workdays_only=True)
_ANSWER_DAYS = 10
_WORDS = {
    "en": "Stop calling me, you people are parasites. I will find out who you are.",
    "zh-hans": "别再打电话了，你们就是吸血鬼。我会查出你是谁。",
}


def write_by_hand(teller: Teller, accounts: Sequence[Account]) -> None:
    """The last days of three clients, through the services that people use."""
    first, second, third = accounts[0], accounts[1], accounts[2]
    before = next_opening(
        teller.at - dt.timedelta(days=4),
        _OFFICE,
        time_zone=first.client.time_zone,
        country=first.client.country,
    )
    sent = _queue(first, "greeting-mail", at=min(before, teller.at))
    claim = claim_mail(pk=sent.pk, at=sent.available_at)
    if claim.raw and sent.available_at <= teller.at:
        machine.hand_over(pk=sent.pk, attempt=claim.attempt, at=sent.available_at)
        machine.mark_sent(
            pk=sent.pk, attempt=claim.attempt, at=sent.available_at, reply="250 2.0.0 Ok: queued"
        )
    _queue(second, "documents-mail", at=teller.at)
    report_incident(
        client=third.client,
        category=IncidentCategory.ABUSE,
        severity=IncidentSeverity.SERIOUS,
        quote=_WORDS[third.client.language],
        occurred_at=teller.at - dt.timedelta(days=1),
        manager=teller.staff["manager"],
        actor=third.owner,
        at=teller.at,
    )


def _queue(account: Account, code: str, *, at: dt.datetime) -> OutgoingMail:
    on = day_in(at, account.creditor.time_zone)
    version = newest_text(MessageTemplate.objects.get(code=code))
    written = write_text(
        version,
        Occasion(
            client=account.client,
            creditor=account.creditor,
            on=on,
            contact=account.contact,
            sender_name=account.owner.name,
            deadline=on + dt.timedelta(days=_ANSWER_DAYS),
        ),
    )
    letter = Letter(
        client=account.client,
        creditor=account.creditor,
        contact=account.contact,
        subject=written.subject,
        body=written.body,
        language=account.client.language,
        template=version,
    )
    return queue_mail(letter=letter, key=f"demo-{code}", actor=account.owner, at=at)

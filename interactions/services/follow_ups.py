"""Use cases that write what is to be done next."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from clients.models import Client
from core import audit
from core.models import User
from core.transactions import in_transaction
from interactions.models import FollowUp, Interaction
from interactions.services.log import UnableToLog


@in_transaction
def add_follow_up(
    *,
    client: Client,
    due_on: dt.date,
    owner: User,
    text: str,
    actor: User | None,
    at: dt.datetime,
    interaction: Interaction | None = None,
) -> FollowUp:
    """Plan the next action with a client."""
    if not text.strip():
        raise UnableToLog(_("Say what is to be done."), field="text")
    row = FollowUp.objects.create(
        client=client,
        due_on=due_on,
        owner=owner,
        text=text.strip()[:300],
        interaction=interaction,
        created_at=at,
    )
    audit.record(
        action="interactions.plan_follow_up",
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{client.pk}",
        payload={"due_on": due_on, "owner": owner.pk},
    )
    return row


@in_transaction
def complete_follow_up(*, follow_up: FollowUp, actor: User | None, at: dt.datetime) -> bool:
    """Tick it off. False when it was done already; doing it twice is harmless."""
    done = FollowUp.objects.filter(pk=follow_up.pk, done_at=None).update(done_at=at, done_by=actor)
    if done:
        audit.record(
            action="interactions.complete_follow_up",
            actor=actor,
            at=at,
            subject=follow_up,
            stream=f"client:{follow_up.client_id}",
        )
    return bool(done)

"""Looks at clients by the policy's cadence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from clients.models import Client
from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from credit.models import ClientLook
from credit.selectors.monitoring import (
    cadence_of,
    score_of,
    stake_sql,
    wanted_parameters,
    wanted_sql,
)
from credit.states import LookOutcome


class UnableToLook(Refusal):
    """This look cannot be recorded like this."""


_WRITE: Final = """
INSERT INTO credit_monitoring AS m
    (client_id, since, last_look_id, every_days, due_on, over_since)
SELECT client_id, since, last_look_id, every_days, due_on, over_since FROM ({wanted}) w
ORDER BY client_id
ON CONFLICT (client_id) DO UPDATE SET last_look_id = excluded.last_look_id,
    every_days = excluded.every_days, due_on = excluded.due_on, over_since = excluded.over_since
WHERE (m.last_look_id, m.every_days, m.due_on, m.over_since) IS DISTINCT FROM
    (excluded.last_look_id, excluded.every_days, excluded.due_on, excluded.over_since)
"""
_DROP: Final = """
DELETE FROM credit_monitoring m
WHERE {chosen} NOT EXISTS (SELECT FROM ({stake}) s WHERE s.client_id = m.client_id)
"""


@in_transaction
def refresh_monitoring(*, on: dt.date, client_ids: Collection[int] | None = None) -> int:
    """Bring up to date who is looked after and when; how many rows changed.

    Clients with whom nothing is at stake any more are left out until something is again.
    """
    some = client_ids is not None
    parameters = wanted_parameters(on, client_ids)
    chosen = "m.client_id = ANY(%(ids)s) AND" if some else ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('credit.refresh_monitoring'))")
        cursor.execute(_DROP.format(chosen=chosen, stake=stake_sql(some=some)), parameters)
        changed = cursor.rowcount
        cursor.execute(_WRITE.format(wanted=wanted_sql(some=some)), parameters)
        return int(changed + cursor.rowcount)


@in_transaction
def record_look(
    *,
    client: Client,
    outcome: str,
    found: str,
    next_on: dt.date | None,
    key: str,
    on: dt.date,
    actor: User,
    at: dt.datetime,
) -> ClientLook:
    """Note that somebody looked at a client, what was found, and when to look again.

    Without a day the policy's cadence says it; a day may be earlier than that and not later. The
    same `key` again (a form sent twice) gives the look that was noted.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client.pk)
    noted = ClientLook.objects.filter(key=key, client=client).first()
    if noted is not None:
        return noted
    if outcome not in LookOutcome.values:
        raise UnableToLook(_("Choose what was found."), field="outcome")
    if not found.strip():
        raise UnableToLook(_("Say in a few words what you found."), field="found")
    latest = on + dt.timedelta(days=cadence_of(client))
    chosen = next_on or latest
    if chosen <= on:
        raise UnableToLook(_("Give a day after today."), field="next_on")
    if chosen > latest:
        raise UnableToLook(
            _("The policy asks for a look within %(days)d days: not later than %(day)s.")
            % {"days": (latest - on).days, "day": latest.isoformat()},
            field="next_on",
        )
    score = score_of(client)
    row = ClientLook.objects.create(
        client=client,
        looked_on=on,
        outcome=outcome,
        found=found.strip(),
        grade=client.grade,
        score=score.score if score else None,
        next_on=chosen,
        key=key,
        at=at,
        actor=actor,
    )
    audit.record(
        action="credit.record_look",
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{client.pk}",
        payload={"outcome": outcome, "next_on": chosen, "grade": row.grade, "score": row.score},
    )
    refresh_monitoring(on=on, client_ids=[client.pk])
    return row

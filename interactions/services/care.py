"""Care of clients: service levels, and revisits that are made or skipped."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client, Contact
from core import audit
from core.dates import UnknownCalendar, is_business_day
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction, refusing
from interactions.models import ClientCare, Interaction, Revisit, ServiceLevel
from interactions.rules.care import next_revisit
from interactions.services.log import log_interaction
from interactions.states import Direction, RevisitState

LEVEL_FIELDS: Final = (
    "name",
    "name_zh",
    "grades",
    "interval_days",
    "who",
    "who_zh",
    "what_to_do",
    "what_to_do_zh",
    "position",
    "is_active",
)


class UnableToCare(Refusal):
    """This service level or revisit does not hold together."""


@in_transaction
def save_service_level(
    *, level: ServiceLevel | None, values: dict[str, Any], actor: User | None, at: dt.datetime
) -> ServiceLevel:
    """Add a service level, or change one; revisits that are planned already keep their day."""
    row = level or ServiceLevel()
    for name in LEVEL_FIELDS:
        setattr(row, name, values[name])
    if not 1 <= row.interval_days <= 1100:  # noqa: PLR2004  # the database has the same bounds
        raise UnableToCare(_("Between 1 and 1,100 days."), field="interval_days")
    taken = gettext_lazy("A level of this name exists.")
    with refusing(UnableToCare, {"interactions_servicelevel_name_key": taken}):
        row.save()
    payload = {"name": row.name, "interval_days": row.interval_days, "is_active": row.is_active}
    audit.record(
        action="interactions.service_level", actor=actor, at=at, subject=row, payload=payload
    )
    return row


@in_transaction
def set_service_level(
    *,
    client: Client,
    level: ServiceLevel | None,
    start_on: dt.date,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> Revisit | None:
    """Give a client its level; its next revisit is planned from the last one, or from the start.

    Without a level nothing is planned any more. Raises UnableToCare for a level not in use.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client.pk)
    planned = Revisit.objects.filter(client=client, state=RevisitState.PLANNED).first()
    if level is None:
        ClientCare.objects.filter(client=client).delete()
        if planned is not None:
            _decide(planned, RevisitState.SKIPPED, _("No service level any more."), actor, at)
        _record(client, "no_service_level", actor, at)
        return None
    if not level.is_active:
        raise UnableToCare(_("This service level is not in use."), field="level")
    ClientCare.objects.update_or_create(
        client=client,
        defaults={"level": level, "start_on": start_on, "set_at": at, "set_by": actor},
    )
    _record(client, "set_service_level", actor, at, level=level.pk, start_on=start_on)
    last = client.revisits.filter(state=RevisitState.DONE).order_by("-done_on", "-pk").first()
    since = start_on if last is None or last.done_on is None else max(last.done_on, start_on)
    return _plan(client, level, last=since, on=on, at=at, planned=planned)


def _plan(
    client: Client,
    level: ServiceLevel,
    *,
    last: dt.date,
    on: dt.date,
    at: dt.datetime,
    planned: Revisit | None = None,
) -> Revisit:
    due_on = next_revisit(
        last=last, interval_days=level.interval_days, on=on, country=working_country(client, on)
    )
    if planned is None:
        return Revisit.objects.create(client=client, level=level, due_on=due_on, created_at=at)
    planned.level, planned.due_on = level, due_on
    planned.save(update_fields=["level", "due_on"])
    return planned


def working_country(client: Client, on: dt.date) -> str:
    """Whose public holidays count: the client's; weekends alone where no calendar is known."""
    try:
        is_business_day(on, client.country)
    except UnknownCalendar:
        return ""
    return client.country


@in_transaction
def record_revisit(
    *,
    revisit: Revisit,
    kind: str,
    done_on: dt.date,
    occurred_at: dt.datetime,
    outcome: str,
    on: dt.date,
    contact: Contact | None = None,
    actor: User | None,
    at: dt.datetime,
) -> Revisit | None:
    """A revisit was made: an entry in the log, and the next one is planned.

    Gives the next one; None where the client has no level any more. Raises UnableToCare without
    words, or when somebody decided it before.
    """
    if not outcome.strip():
        raise UnableToCare(_("Say in a few words what came of it."), field="outcome")
    if done_on > on:
        raise UnableToCare(_("This lies in the future."), field="occurred_at")
    row = _lock(revisit)
    entry = log_interaction(
        client=row.client,
        kind=kind,
        direction=Direction.OUT,
        occurred_at=occurred_at,
        subject=_("Revisit"),
        body=outcome,
        contact=contact,
        actor=actor,
        at=at,
    )
    _decide(row, RevisitState.DONE, outcome, actor, at, done_on=done_on, interaction=entry)
    return _plan_after(row, done_on, on, at)


@in_transaction
def skip_revisit(
    *, revisit: Revisit, reason: str, on: dt.date, actor: User | None, at: dt.datetime
) -> Revisit | None:
    """A revisit is left out, saying why; the next one keeps the rhythm."""
    if not reason.strip():
        raise UnableToCare(_("Say why it is skipped."), field="reason")
    row = _lock(revisit)
    _decide(row, RevisitState.SKIPPED, reason, actor, at)
    return _plan_after(row, row.due_on, on, at)


def _lock(revisit: Revisit) -> Revisit:
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=revisit.client_id)
    row = Revisit.objects.select_related("client", "level").get(pk=revisit.pk)
    if row.state != RevisitState.PLANNED:
        raise UnableToCare(_("Somebody recorded this revisit before."))
    return row


def _plan_after(row: Revisit, last: dt.date, on: dt.date, at: dt.datetime) -> Revisit | None:
    care = ClientCare.objects.select_related("level").filter(client=row.client_id).first()
    return _plan(row.client, care.level, last=last, on=on, at=at) if care is not None else None


def _decide(
    row: Revisit,
    state: RevisitState,
    note: str,
    actor: User | None,
    at: dt.datetime,
    *,
    done_on: dt.date | None = None,
    interaction: Interaction | None = None,
) -> None:
    moved = Revisit.objects.filter(pk=row.pk, state=RevisitState.PLANNED).update(
        state=state,
        note=note.strip(),
        done_on=done_on,
        interaction=interaction,
        decided_at=at,
        decided_by=actor,
    )
    if not moved:
        raise UnableToCare(_("Somebody recorded this revisit before."))
    _record(row.client, f"revisit_{state.lower()}", actor, at, revisit=row.pk, due_on=row.due_on)


def _record(client: Client, action: str, actor: User | None, at: dt.datetime, **said: Any) -> None:
    audit.record(
        action=f"interactions.{action}",
        actor=actor,
        at=at,
        subject=client,
        stream=f"client:{client.pk}",
        payload=said,
    )

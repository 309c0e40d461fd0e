"""Use cases of scripts and incidents. An incident never changes a client's standing by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import gettext as _

from clients.models import Client
from core import audit
from core.dates import day_in
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction, refusing
from interactions.models import CallScript, Incident, IncidentTransition, Interaction
from interactions.models.talk import STEPS
from interactions.services.follow_ups import add_follow_up
from interactions.states import CallSituation, IncidentState


class UnableToSaveScript(Refusal):
    """A script cannot be kept like this."""


class UnableToReport(Refusal):
    """An incident cannot be reported or decided like this."""


@in_transaction
def save_script(
    *, situation: str, steps: Mapping[str, str], actor: User | None, at: dt.datetime
) -> CallScript:
    """Keep a new version of a script. Raises UnableToSaveScript naming the step that is empty."""
    if situation not in CallSituation.values:
        raise UnableToSaveScript(_("There is no such situation."))
    names = (*STEPS, *(f"{step}_zh" for step in STEPS))
    said = {name: steps.get(name, "").replace("\r\n", "\n").strip() for name in names}
    for name, text in said.items():
        if not text:
            raise UnableToSaveScript(_("A script has every step in both languages."), field=name)
    before = CallScript.objects.newest().filter(situation=situation).first()
    if before is not None and all(getattr(before, name) == said[name] for name in names):
        raise UnableToSaveScript(_("Nothing is changed."))
    clash = {"call_script_version_once": _("Somebody changed this script meanwhile. Look again.")}
    with refusing(UnableToSaveScript, clash):
        row = CallScript.objects.create(
            situation=situation,
            version=before.version + 1 if before else 1,
            created_at=at,
            created_by=actor,
            **said,
        )
    audit.record(
        action="interactions.save_script",
        actor=actor,
        at=at,
        subject=row,
        payload={"situation": situation, "version": row.version},
    )
    return row


@in_transaction
def report_incident(
    *,
    client: Client,
    category: str,
    severity: str,
    quote: str,
    occurred_at: dt.datetime,
    manager: User | None,
    actor: User,
    at: dt.datetime,
    interaction: Interaction | None = None,
    note: str = "",
) -> Incident:
    """Report what a client said or did, to a manager, who gets a follow-up for today.

    Raises UnableToReport for what lies in the future, quotes nothing, mixes two clients or is
    routed to somebody who may not decide it.
    """
    if not quote.strip():
        raise UnableToReport(_("Quote their words as they were said."), field="quote")
    if occurred_at > at:
        raise UnableToReport(_("This lies in the future."), field="occurred_at")
    if interaction is not None and interaction.client_id != client.pk:
        raise UnableToReport(_("This entry belongs to another client."))
    if manager is not None and not (manager.is_active and manager.may_approve):
        raise UnableToReport(_("Choose a manager."), field="manager")
    row = Incident.objects.create(
        client=client,
        interaction=interaction,
        category=category,
        severity=severity,
        quote=quote.strip(),
        note=note.strip(),
        occurred_at=occurred_at,
        reported_at=at,
        reported_by=actor,
        manager=manager,
    )
    _step(row, "", IncidentState.OPEN, actor=actor, at=at)
    if manager is not None:
        with translation.override(manager.language or None):
            text = _("Review the incident with %s.") % client.legal_name
        add_follow_up(
            client=client,
            due_on=day_in(at, client.time_zone),
            owner=manager,
            text=text,
            interaction=interaction,
            actor=actor,
            at=at,
        )
    _record("interactions.report_incident", row, actor, at)
    return row


@in_transaction
def review_incident(*, incident: Incident, note: str, actor: User, at: dt.datetime) -> None:
    """A manager writes down what follows. It is for people to do: nothing happens by itself."""
    _move(
        incident,
        IncidentState.OPEN,
        IncidentState.REVIEWED,
        note=note,
        actor=actor,
        at=at,
        keep=True,
    )


@in_transaction
def close_incident(*, incident: Incident, note: str, actor: User, at: dt.datetime) -> None:
    """What was decided is done."""
    _move(
        incident,
        IncidentState.REVIEWED,
        IncidentState.CLOSED,
        note=note,
        actor=actor,
        at=at,
        keep=False,
    )


def _move(
    incident: Incident,
    before: IncidentState,
    to: IncidentState,
    *,
    note: str,
    actor: User,
    at: dt.datetime,
    keep: bool,
) -> None:
    if not actor.may_approve:
        raise UnableToReport(_("A manager decides this."))
    if not note.strip():
        raise UnableToReport(_("Say what is decided, and why."), field="note")
    fields = {"decision": note.strip()} if keep else {}
    moved = Incident.objects.filter(pk=incident.pk, state=before).update(state=to, **fields)
    if not moved:
        raise UnableToReport(_("This incident was decided meanwhile. Look again."))
    _step(incident, before, to, note=note.strip(), actor=actor, at=at)
    _record(f"interactions.incident_{to.value.lower()}", incident, actor, at)


def _step(
    incident: Incident, before: str, to: str, *, actor: User, at: dt.datetime, note: str = ""
) -> None:
    IncidentTransition.objects.create(
        incident=incident, from_state=before, to_state=to, at=at, actor=actor, note=note
    )


def _record(action: str, row: Incident, actor: User, at: dt.datetime) -> None:
    audit.record(
        action=action,
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{row.client_id}",
        payload={"category": row.category, "severity": row.severity},
    )

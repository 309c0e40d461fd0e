"""Reads for the rules of contact: the policy of a place, calls so far, who has said stop."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from clients.models import Client, Contact
from core.hours import Hours
from core.models import User
from interactions.models import ContactBreach, ContactPolicy, Interaction, RecordingNote
from interactions.rules.contact_rules import Facts, Limits, week_of
from interactions.states import ContactRule, Direction, InteractionKind, Outcome


def policy_for(country: str, *, on: dt.date) -> ContactPolicy | None:
    """The newest row of this country in force on a day, else the one for everywhere."""
    rows = ContactPolicy.objects.filter(country__in=["", country], effective_on__lte=on)
    return rows.order_by("-country", "-effective_on", "-pk").first()


def limits_of(policy: ContactPolicy | None) -> Limits:
    """The figures of a policy; without any, nothing is held against anybody."""
    if policy is None:
        return Limits(Hours(), 1, 1, {})
    return Limits(
        hours=Hours(policy.opens, policy.closes, workdays_only=True),
        per_day=policy.per_day,
        per_week=policy.per_week,
        modes={
            ContactRule.HOURS: policy.hours_mode,
            ContactRule.FREQUENCY: policy.frequency_mode,
            ContactRule.AUTHORISED: policy.authorised_mode,
            ContactRule.REFUSAL: policy.refusal_mode,
            ContactRule.OPT_OUT: policy.opt_out_mode,
        },
    )


def standing_refusals(contact: Contact) -> QuerySet[Interaction]:
    """Entries in which this person refused to talk, not corrected and not lifted."""
    return (
        Interaction.objects.standing()
        .filter(contact=contact, outcome=Outcome.REFUSED, lift=None)
        .order_by("-occurred_at", "-pk")
    )


def contact_facts(
    *,
    client: Client,
    contact: Contact | None,
    at: dt.datetime,
    besides: Interaction | None = None,
) -> Facts:
    """What the rules ask: the client's calls of that week, and what this person has said.

    A call that is corrected counts once, as it was corrected. `besides` is not counted.
    """
    starts, ends = week_of(at, client.time_zone)
    calls = client.interactions.standing().filter(
        kind=InteractionKind.CALL,
        direction=Direction.OUT,
        occurred_at__gte=starts,
        occurred_at__lt=ends,
    )
    if besides is not None:
        calls = calls.exclude(pk=besides.pk)
    refusal = standing_refusals(contact).first() if contact is not None else None
    return Facts(
        at=at,
        time_zone=client.time_zone,
        country=client.country,
        calls=tuple(calls.order_by("occurred_at", "pk").values_list("occurred_at", flat=True)),
        is_named=contact is not None,
        is_authorised=contact is not None and contact.receives_reminders,
        refused_at=refusal.occurred_at if refusal else None,
        opted_out_at=contact.opted_out_at if contact else None,
    )


def breaches_visible_to(user: User) -> QuerySet[ContactBreach]:
    """Contacts that did not keep a rule, with all that a list shows of them."""
    return ContactBreach.objects.visible_to(user).select_related(
        "interaction__client", "interaction__contact", "interaction__recorded_by"
    )


def recording_notes(*, on: dt.date) -> list[RecordingNote]:
    """The notes in force on a day, the one for everywhere else last."""
    rows = RecordingNote.objects.filter(effective_on__lte=on)
    newest = rows.order_by("jurisdiction", "-effective_on").distinct("jurisdiction")
    return sorted(newest, key=lambda one: (not one.jurisdiction, one.jurisdiction))


def recording_note(jurisdiction: str, *, on: dt.date) -> RecordingNote | None:
    """The note of a place on a day: of the state, else of the country, else of everywhere."""
    places = ["", jurisdiction.partition("-")[0], jurisdiction]
    rows = RecordingNote.objects.filter(jurisdiction__in=places, effective_on__lte=on)
    return rows.order_by("-jurisdiction", "-effective_on").first()

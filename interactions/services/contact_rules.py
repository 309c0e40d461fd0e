"""Use cases around the rules of contact: check, note what was not kept, lift a refusal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from clients.models import Client, Contact
from core import audit
from core.dates import day_in
from core.display import format_moment
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from interactions.models import ContactBreach, ContactPolicy, Interaction, RefusalLift
from interactions.rules.contact_rules import (
    ContactVerdict,
    Finding,
    check_contact,
)
from interactions.selectors.contact_rules import (
    contact_facts,
    limits_of,
    policy_for,
    standing_refusals,
)
from interactions.states import ContactRule


class UnableToContact(Refusal):
    """A rule of contact forbids it now; says when it would be allowed."""


class UnableToSetRules(Refusal):
    """The rules of contact do not hold together."""


def contact_check(
    client: Client,
    contact: Contact | None,
    channel: str,
    at: dt.datetime,
    *,
    besides: Interaction | None = None,
) -> ContactVerdict:
    """Whether this person may be contacted in this way at this moment, and what to be warned of.

    `channel` is an InteractionKind. `besides` is an entry that is not counted: the call itself.
    """
    policy = policy_for(client.country, on=day_in(at, client.time_zone))
    facts = contact_facts(client=client, contact=contact, at=at, besides=besides)
    return check_contact(channel, limits_of(policy), facts)


def require_contact(verdict: ContactVerdict) -> None:
    """Raise UnableToContact when the policy blocks it."""
    if not verdict.allowed:
        said = [explain(finding, verdict) for finding in verdict.blocks]
        later = verdict.allowed_at
        if later is not None:
            zone = str(verdict.local.tzinfo)
            said.append(
                _("Allowed from %(time)s, the client's time.")
                % {"time": format_moment(later, get_language() or "en", zone)}
            )
        raise UnableToContact(" ".join(said))


def explain(finding: Finding, verdict: ContactVerdict) -> str:
    """One sentence on what is not kept, in the reader's language."""
    zone = str(verdict.local.tzinfo)
    language = get_language() or "en"
    if finding.rule == ContactRule.HOURS:
        return _(
            "It is %(time)s at the client's: outside the contact hours of its working days."
        ) % {"time": format_moment(verdict.local, language, zone)}
    if finding.rule == ContactRule.FREQUENCY:
        return count_sentence(verdict)
    if finding.rule == ContactRule.AUTHORISED:
        return _(
            "This is nobody who may be told of the debt. Choose a contact who receives reminders."
        )
    since = format_moment(finding.since, language, zone) if finding.since else ""
    if finding.rule == ContactRule.REFUSAL:
        return _("This person refused to talk on %(time)s.") % {"time": since}
    return _("This person asked on %(time)s not to be reminded.") % {"time": since}


def count_sentence(verdict: ContactVerdict) -> str:
    """How many calls there were, against the ceilings."""
    counts = verdict.counts
    today = ngettext(
        "%(count)d of %(most)d call today", "%(count)d of %(most)d calls today", counts.per_day
    ) % {"count": counts.today, "most": counts.per_day}
    week = _("%(count)d of %(most)d this week") % {"count": counts.week, "most": counts.per_week}
    return _("%(today)s, %(week)s.") % {"today": today, "week": week}


def note_breaches(*, entry: Interaction, verdict: ContactVerdict) -> list[ContactBreach]:
    """Note with an entry what it did not keep, whether the policy warns or blocks."""
    return ContactBreach.objects.bulk_create(
        [
            ContactBreach(
                interaction=entry,
                rule=finding.rule,
                mode=finding.mode,
                local_time=verdict.local.isoformat(timespec="minutes")[:40],
                calls_today=verdict.counts.today,
                calls_week=verdict.counts.week,
            )
            for finding in verdict.findings
        ]
    )


@in_transaction
def lift_refusal(*, contact: Contact, reason: str, actor: User, at: dt.datetime) -> int:
    """Allow a person to be called again who had refused to talk. How many refusals were lifted."""
    if not reason.strip():
        raise UnableToContact(
            gettext_lazy("Say why this person may be called again."), field="reason"
        )
    refusals = list(standing_refusals(contact).select_for_update(of=("self",)))
    if not refusals:
        raise UnableToContact(gettext_lazy("This person has not refused to talk."))
    RefusalLift.objects.bulk_create(
        [
            RefusalLift(
                refusal=one,
                contact=contact,
                reason=reason.strip()[:300],
                lifted_at=at,
                lifted_by=actor,
            )
            for one in refusals
        ]
    )
    audit.record(
        action="interactions.lift_refusal",
        actor=actor,
        at=at,
        subject=contact,
        stream=f"client:{contact.client_id}",
        payload={"refusals": [one.pk for one in refusals], "reason": reason.strip()[:300]},
    )
    return len(refusals)


@dataclass(frozen=True, slots=True)
class PolicyTerms:
    """What a policy says, whoever enters it."""

    opens: dt.time
    closes: dt.time
    per_day: int
    per_week: int
    hours_mode: str
    frequency_mode: str
    authorised_mode: str
    refusal_mode: str
    opt_out_mode: str
    source: str


@in_transaction
def set_contact_policy(
    *, country: str, effective_on: dt.date, terms: PolicyTerms, actor: User | None, at: dt.datetime
) -> ContactPolicy:
    """Enter the rules of a country from a day on; earlier rows stay as they were."""
    if terms.opens >= terms.closes:
        raise UnableToSetRules(
            gettext_lazy("Contact hours end after they begin, on the same day."), field="closes"
        )
    if not 1 <= terms.per_day <= terms.per_week:
        raise UnableToSetRules(
            gettext_lazy("At least one call a day, and no fewer in a week."), field="per_week"
        )
    if not terms.source.strip():
        raise UnableToSetRules(gettext_lazy("Say where these rules come from."), field="source")
    values = {name: getattr(terms, name) for name in PolicyTerms.__slots__}
    row = ContactPolicy.objects.create(
        country=country.strip().upper(),
        effective_on=effective_on,
        created_at=at,
        created_by=actor,
        **values | {"source": terms.source.strip()[:300]},
    )
    audit.record(
        action="interactions.set_contact_policy",
        actor=actor,
        at=at,
        subject=row,
        payload={
            "country": row.country,
            "effective_on": effective_on,
            **{name: str(value) for name, value in values.items()},
        },
    )
    return row

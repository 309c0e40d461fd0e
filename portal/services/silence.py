"""A client that does not answer: a follow-up for its owner, and one mail if a person said so.

The mail carries a fresh link to the same text, because the address of the first is kept nowhere.
It is claimed first and then sent, at most once, in the client's contact hours only. Either link
may be answered; the answer to one closes the other.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Final

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from clients.models import Client, Creditor
from core import audit
from core.dates import UnknownCalendar, add_business_days, day_in
from core.errors import Refusal
from core.hours import Hours, next_opening
from core.models import User
from core.transactions import in_transaction
from interactions.services import add_follow_up
from portal.models import LinkReminder, PortalLink, SilencePolicy
from portal.rules import DAYS_VALID
from portal.services.actions import LinkClosed, action_of
from portal.services.links import Issued, Question, issue_link
from portal.services.mailing import send_link, site_address

logger = logging.getLogger(__name__)

DEFAULT_DAYS: Final = 3
#: When a reminder may leave, in the client's own time: never in the night, on working days only.
CONTACT_HOURS: Final = Hours(dt.time(9), dt.time(18), workdays_only=True)
#: A link that ends sooner is not worth a mail.
_LEAST_LEFT: Final = dt.timedelta(hours=24)


class UnableToSetSilence(Refusal):
    """This policy makes no sense."""


def silence_days(creditor: Creditor) -> int:
    """Working days a creditor waits for an answer."""
    found = SilencePolicy.objects.filter(creditor=creditor).values_list("days", flat=True).first()
    return DEFAULT_DAYS if found is None else int(found)


@in_transaction
def set_silence_days(
    *, creditor: Creditor, days: int, actor: User | None, at: dt.datetime
) -> SilencePolicy:
    """Set how long a creditor waits. Links made before keep their day."""
    if not 1 <= days <= 60:  # noqa: PLR2004  as the database has it
        raise UnableToSetSilence(_("Choose 1 to 60 working days."), field="days")
    row, _made = SilencePolicy.objects.update_or_create(creditor=creditor, defaults={"days": days})
    audit.record(
        action="portal.set_silence",
        actor=actor,
        at=at,
        subject=row,
        payload={"creditor": creditor.pk, "days": days},
    )
    return row


@in_transaction
def plan_reminder(
    *, link: PortalLink, may_mail: bool, actor: User | None, at: dt.datetime
) -> LinkReminder:
    """Plan what is done if a link is not answered; `may_mail`: a person approved one mail."""
    asked_on = day_in(at, link.creditor.time_zone)
    days = silence_days(link.creditor)
    try:
        due_on = add_business_days(asked_on, days, link.client.country or link.creditor.country)
    except UnknownCalendar:
        due_on = add_business_days(asked_on, days)
    return LinkReminder.objects.create(
        link=link, due_on=due_on, may_mail=may_mail, approved_by=actor if may_mail else None
    )


def chase_silent(*, at: dt.datetime) -> tuple[int, int]:
    """Do what is due for links that were not answered. Returns follow-ups and mails.

    Running twice does nothing twice. What was answered, revoked, expired or outdated meanwhile is
    left alone.
    """
    followed = mailed = 0
    due = Q(followed_up_at=None) | Q(may_mail=True, mailed_at=None)
    waiting = (
        LinkReminder.objects.filter(
            due,
            link__acted_at=None,
            link__revoked_at=None,
            link__expires_at__gt=at,
            # No day begins earlier than this anywhere; the creditor's own day decides below.
            due_on__lte=(at + dt.timedelta(days=1)).date(),
        )
        .select_related("link__client__owner", "link__creditor", "link__contact", "link__document")
        .order_by("due_on", "pk")
    )
    for row in waiting:
        link = row.link
        if row.due_on > day_in(at, link.creditor.time_zone) or not _is_current(link):
            continue
        if row.followed_up_at is None:
            followed += _follow_up(reminder=row, at=at)
        if row.may_mail and row.mailed_at is None and _may_leave(link, at):
            mailed += _mail(row, at=at)
    return followed, mailed


def _is_current(link: PortalLink) -> bool:
    try:
        action_of(link.action).refuse_outdated(link)
    except LinkClosed:
        return False
    return True


def _may_leave(link: PortalLink, at: dt.datetime) -> bool:
    contact = link.contact
    if contact is None or not link.recipient_email or link.expires_at - at < _LEAST_LEFT:
        return False
    if contact.opted_out_at is not None or contact.email_failed_at is not None:
        return False
    client = link.client
    opens = next_opening(
        at, CONTACT_HOURS, time_zone=client.time_zone, country=client.country or "CN"
    )
    return opens == at


@in_transaction
def _follow_up(*, reminder: LinkReminder, at: dt.datetime) -> int:
    link = reminder.link
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=link.client_id)
    done = LinkReminder.objects.filter(
        pk=reminder.pk, followed_up_at=None, link__acted_at=None
    ).update(followed_up_at=at)
    owner = link.client.owner or link.created_by
    if not done or owner is None:
        return 0
    with override(owner.language or "en"):
        text = _("No answer yet: %(what)s. Ask by telephone.") % {
            "what": action_of(link.action).title
        }
    add_follow_up(
        client=link.client,
        due_on=day_in(at, link.creditor.time_zone),
        owner=owner,
        text=text,
        actor=None,
        at=at,
    )
    return 1


def _mail(reminder: LinkReminder, *, at: dt.datetime) -> int:
    """Claim, then send outside any transaction; a claim whose process died sends nothing again."""
    issued = _claim(reminder=reminder, at=at)
    if issued is None:
        return 0
    url = site_address(f"/p/{issued.token}/")
    try:
        send_link(link=issued.link, token=issued.token, url=url, actor=None, at=at)
    except Refusal as refusal:
        logger.warning("reminder of link %s was not sent: %s", reminder.link_id, refusal)
        return 0
    return 1


@in_transaction
def _claim(*, reminder: LinkReminder, at: dt.datetime) -> Issued | None:
    link = reminder.link
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=link.client_id)
    row = LinkReminder.objects.select_for_update().get(pk=reminder.pk)
    current = PortalLink.objects.get(pk=link.pk)
    if row.mailed_at is not None or current.why_closed(at) is not None:
        return None
    subject = apps.get_model(link.subject_type)._default_manager.get(pk=link.subject_id)
    issued = issue_link(
        action=action_of(link.action),
        client=link.client,
        creditor=link.creditor,
        question=Question(
            subject=subject,
            text=link.text,
            facts=link.facts,
            sha256=link.subject_sha256,
            document=link.document,
        ),
        language=link.language,
        contact=link.contact,
        days=max(DAYS_VALID),
        until=link.expires_at,
        key=f"reminder:{link.pk}",
        actor=row.approved_by,
        at=at,
    )
    row.mailed_at, row.fresh = at, issued.link
    row.save(update_fields=["mailed_at", "fresh"])
    audit.record(
        action="portal.remind",
        actor=None,
        at=at,
        subject=link,
        stream=f"client:{link.client_id}",
        payload={"fresh": issued.link.pk, "approved_by": row.approved_by_id},
    )
    return issued

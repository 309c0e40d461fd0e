"""What a client does with a link: opens it, answers, is turned away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from clients.models import Client
from core import audit
from core.errors import Refusal
from core.transactions import in_transaction
from portal.models import LinkReminder, PortalAct, PortalLink, PortalVisit
from portal.rules import one_line
from portal.selectors import ACT_ACTION, act_digest
from portal.services.actions import LinkClosed, Submission, UnableToAnswer, action_of
from portal.states import VisitKind, WhyClosed

USER_AGENT_LENGTH = 300
KEY_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request came from: address, and what the browser says of itself."""

    address: str | None
    user_agent: str


def refuse_closed(link: PortalLink, at: dt.datetime) -> None:
    """Raise LinkClosed when nobody may act through a link: by its times, its text, its subject."""
    why = link.why_closed(at)
    if why is not None:
        raise LinkClosed(why)
    if _twin_is_answered(link):
        raise LinkClosed(WhyClosed.OUTDATED)
    action_of(link.action).refuse_outdated(link)


def may_read_again(link: PortalLink, at: dt.datetime) -> bool:
    """Whether an answered link still opens the client's own record."""
    if link.acted_at is None or link.why_closed(at) is not WhyClosed.USED:
        return False
    return at < link.acted_at + action_of(link.action).reads_again


def _twin_is_answered(link: PortalLink) -> bool:
    """Whether the same was answered through the first link, or through its reminder's."""
    pair = LinkReminder.objects.filter(Q(link=link) | Q(fresh=link))
    answered = pair.filter(Q(link__acted_at__isnull=False) | Q(fresh__acted_at__isnull=False))
    return answered.exists()


def open_link(*, link: PortalLink, visitor: Visitor, at: dt.datetime) -> None:
    """Note that a person opened it. Raises LinkClosed, and notes that they were turned away."""
    try:
        refuse_closed(link, at)
    except LinkClosed as closed:
        if not may_read_again(link, at):
            _note(link, visitor, at, VisitKind.REFUSED, closed.why)
            raise
    _note_opening(link, visitor, at)


@in_transaction
def _note_opening(link: PortalLink, visitor: Visitor, at: dt.datetime) -> None:
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=link.client_id)
    _note(link, visitor, at, VisitKind.OPENED)
    if link.opened_at is None:
        action_of(link.action).reached(link, at)


def answer_link(
    *,
    link: PortalLink,
    typed_name: str,
    answer: Mapping[str, Any],
    key: str,
    language: str,
    visitor: Visitor,
    at: dt.datetime,
) -> PortalAct:
    """Take a client's answer and do what it says, in one transaction.

    The same `key` again (a double click) gives the answer that was taken. Raises LinkClosed when
    the link is closed or was answered, UnableToAnswer without a name, and what the room it
    concerns refuses; each time it is noted that somebody was turned away.
    """
    name = one_line(typed_name, 120)
    if not name or not key:
        raise UnableToAnswer(_("Type your full name; it stands for your signature."), field="name")
    try:
        return _take(
            link=link,
            name=name,
            answer=answer,
            key=key[:KEY_LENGTH],
            language=language,
            visitor=visitor,
            at=at,
        )
    except UnableToAnswer:
        raise
    except Refusal as refusal:
        why = refusal.why if isinstance(refusal, LinkClosed) else WhyClosed.NOT_POSSIBLE
        _note(link, visitor, at, VisitKind.REFUSED, why)
        raise


@in_transaction
def _take(
    *,
    link: PortalLink,
    name: str,
    answer: Mapping[str, Any],
    key: str,
    language: str,
    visitor: Visitor,
    at: dt.datetime,
) -> PortalAct:
    # Client before link: the order in which every room locks.
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=link.client_id)
    row = (
        PortalLink.objects.select_for_update(no_key=True, of=("self",))
        .select_related("client", "creditor", "contact", "document", "created_by")
        .get(pk=link.pk)
    )
    done = row.acts.filter(key=key).first()
    if done is not None:
        return done
    refuse_closed(row, at)
    act = PortalAct.objects.create(
        link=row,
        is_single=not row.is_repeatable,
        typed_name=name,
        answer=dict(answer),
        text_sha256=row.text_sha256,
        language=language,
        at=at,
        address=visitor.address,
        user_agent=visitor.user_agent[:USER_AGENT_LENGTH],
        key=key,
    )
    _note(row, visitor, at, VisitKind.ACTED)
    action_of(row.action).perform(Submission(row, act, at))
    audit.record(
        action=ACT_ACTION,
        actor=None,
        at=at,
        subject=act,
        stream=f"client:{row.client_id}",
        payload={
            "link": row.pk,
            "asks": row.action,
            "about": f"{row.subject_type}:{row.subject_id}",
            "text": row.text_sha256,
            "sha256": act_digest(act),
        },
    )
    return act


def _note(
    link: PortalLink,
    visitor: Visitor,
    at: dt.datetime,
    what: VisitKind,
    why: WhyClosed | None = None,
) -> None:
    PortalVisit.objects.create(
        link=link,
        at=at,
        address=visitor.address,
        user_agent=visitor.user_agent[:USER_AGENT_LENGTH],
        what=what,
        reason=why or "",
    )

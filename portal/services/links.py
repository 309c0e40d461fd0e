"""Issue a link, and revoke it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client, Contact, Creditor
from clients.states import Language
from core import audit
from core.errors import Refusal
from core.models import Document, User
from core.transactions import in_transaction, refusing
from portal.models import PortalLink
from portal.rules import DAYS_VALID, expiry_of, new_token, one_line, sha256_of
from portal.services.actions import PortalAction


class UnableToIssueLink(Refusal):
    """This link cannot be made."""


class UnableToRevokeLink(Refusal):
    """This link cannot be revoked."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A link that was just made, and its token: shown once, kept nowhere."""

    link: PortalLink
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a client is asked about, frozen: the exact text, and the figures it was made of.

    `sha256` is the content hash of the subject at this moment, where it has one; `document` the
    kept file that the client may read.
    """

    subject: models.Model
    text: str
    facts: Mapping[str, Any]
    sha256: str = ""
    document: Document | None = None


@in_transaction
def issue_link(
    *,
    action: PortalAction,
    client: Client,
    creditor: Creditor,
    question: Question,
    language: str,
    contact: Contact | None,
    days: int,
    key: str,
    actor: User | None,
    at: dt.datetime,
    until: dt.datetime | None = None,
) -> Issued:
    """Make a link that asks `client` one thing. `key` is the form's: one form makes one link.

    It ends after `days`, and at `until` at the latest. Raises UnableToIssueLink for a contact
    of somebody else, an unknown language or term, and when this form was sent before.
    """
    if contact is not None and contact.client_id != client.pk:
        raise UnableToIssueLink(_("This contact belongs to another client."), field="contact")
    if language not in Language.values:
        raise UnableToIssueLink(_("Choose English or Simplified Chinese."), field="language")
    if days not in DAYS_VALID:
        raise UnableToIssueLink(_("A link is valid for 7, 14, 30, 60 or 90 days."), field="days")
    expires_at = expiry_of(at=at, days=days)
    token = new_token()
    taken = gettext_lazy(
        "This form was sent before, and its link is made. Its address was shown once; "
        "when it is lost, revoke the link and make another."
    )
    with refusing(UnableToIssueLink, {"link_once_per_form": taken}):
        link = PortalLink.objects.create(
            token_sha256=sha256_of(token),
            client=client,
            creditor=creditor,
            action=action.code,
            is_repeatable=action.is_repeatable,
            subject_type=question.subject._meta.label_lower,
            subject_id=str(question.subject.pk),
            subject_sha256=question.sha256,
            text=question.text,
            text_sha256=sha256_of(question.text),
            facts=dict(question.facts),
            document=question.document,
            language=language,
            contact=contact,
            recipient_name=one_line(contact.name, 120) if contact else "",
            recipient_email=contact.email if contact else "",
            issue_key=key[:64],
            created_at=at,
            created_by=actor,
            expires_at=expires_at if until is None else min(expires_at, until),
        )
    _record(link, "portal.issue", actor, at, text=link.text_sha256, expires_at=link.expires_at)
    return Issued(link, token)


@in_transaction
def revoke_link(*, link: PortalLink, reason: str, actor: User | None, at: dt.datetime) -> bool:
    """Close a link before its time. False when somebody did so before.

    Raises UnableToRevokeLink without a reason, and when it was answered: an answer stays.
    """
    if not reason.strip():
        raise UnableToRevokeLink(_("Say why; the reason stays with the link."), field="reason")
    row = PortalLink.objects.select_for_update(no_key=True).get(pk=link.pk)
    if row.revoked_at is not None:
        return False
    if row.acted_at is not None and not row.is_repeatable:
        raise UnableToRevokeLink(
            _("The client has answered. What was answered stays; talk to the client instead.")
        )
    row.revoked_at, row.revoked_by, row.revoke_reason = at, actor, reason.strip()[:300]
    row.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    _record(row, "portal.revoke", actor, at, reason=row.revoke_reason)
    # Its reminder asks the same: it goes with it.
    for twin in PortalLink.objects.filter(reminds_of__link=row, revoked_at=None, acted_at=None):
        revoke_link(link=twin, reason=reason, actor=actor, at=at)
    return True


def _record(
    link: PortalLink, action: str, actor: User | None, at: dt.datetime, **said: Any
) -> None:
    audit.record(
        action=action,
        actor=actor,
        at=at,
        subject=link,
        stream=f"client:{link.client_id}",
        payload={"asks": link.action, "about": f"{link.subject_type}:{link.subject_id}", **said},
    )

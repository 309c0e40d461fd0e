"""Policy notices: published in versions, acknowledged by clients."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client, Creditor
from core import audit
from core.audit import canonical_json
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction, refusing
from interactions.models import NoticeAcknowledgement, NoticeVersion, PolicyNotice

WORDS: Final = ("title", "title_zh", "text", "text_zh")


class UnableToNotify(Refusal):
    """This notice, or its acknowledgement, does not hold together."""


def content_hash(words: dict[str, str]) -> str:
    """SHA-256 of a version's words in both languages."""
    return hashlib.sha256(canonical_json(words).encode()).hexdigest()


@in_transaction
def create_notice(
    *,
    kind: str,
    creditor: Creditor | None,
    words: dict[str, str],
    active_from: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> NoticeVersion:
    """A notice with its first version; one of each kind per creditor, and one for all."""
    taken = gettext_lazy("There is a notice of this kind. Publish a new version of it.")
    with refusing(UnableToNotify, {"notice_once_per_creditor": taken}):
        notice = PolicyNotice.objects.create(kind=kind, creditor=creditor, created_at=at)
    return publish_notice(notice=notice, words=words, active_from=active_from, actor=actor, at=at)


@in_transaction
def publish_notice(
    *,
    notice: PolicyNotice,
    words: dict[str, str],
    active_from: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> NoticeVersion:
    """A new version. Links to older ones close; who read those is shown as not having seen it.

    The same words again give the version there is. Raises UnableToNotify where a language is
    missing, or for a day before the version it follows.
    """
    PolicyNotice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    clean = {name: _tidy(words.get(name, "")) for name in WORDS}
    for name, text in clean.items():
        if not text:
            raise UnableToNotify(_("A notice is written in both languages."), field=name)
    newest = notice.versions.order_by("-number").first()
    sha256 = content_hash(clean)
    if newest is not None and newest.sha256 == sha256:
        return newest
    if newest is not None and active_from < newest.active_from:
        raise UnableToNotify(
            _("It follows a version that is in force from %(day)s; choose that day or later.")
            % {"day": newest.active_from.isoformat()},
            field="active_from",
        )
    row = NoticeVersion.objects.create(
        notice=notice,
        number=newest.number + 1 if newest else 1,
        **clean,
        sha256=sha256,
        active_from=active_from,
        created_at=at,
        created_by=actor,
    )
    audit.record(
        action="interactions.publish_notice",
        actor=actor,
        at=at,
        subject=row,
        payload={"number": row.number, "sha256": sha256, "active_from": active_from},
    )
    return row


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@in_transaction
def acknowledge_notice(
    *,
    client: Client,
    version: NoticeVersion,
    language: str,
    name: str,
    address: str,
    text_sha256: str,
    reference: str,
    at: dt.datetime,
) -> NoticeAcknowledgement:
    """A client has read the newest version, by a typed name. Once per link."""
    if version.notice.versions.filter(number__gt=version.number).exists():
        raise UnableToNotify(_("There is a newer version of this notice."))
    known = {"interactions_noticeacknowledgement_reference_key": _("This was answered before.")}
    with refusing(UnableToNotify, known):
        row = NoticeAcknowledgement.objects.create(
            client=client,
            version=version,
            language=language,
            name=name,
            address=address,
            text_sha256=text_sha256,
            reference=reference,
            at=at,
        )
    audit.record(
        action="interactions.acknowledge_notice",
        actor=None,
        at=at,
        subject=row,
        stream=f"client:{client.pk}",
        payload={"version": version.pk, "text_sha256": text_sha256},
    )
    return row

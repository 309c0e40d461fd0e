"""Who was sent which notice, opened it and read it; and who has not seen the newest one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from clients.models import Client
from contracts.models import ContractNotice
from core.models import User
from interactions.models import NoticeAcknowledgement, NoticeVersion
from interactions.selectors.notices import newest_versions
from portal.models import PortalLink
from portal.models import PortalLinkQuerySet as Links

NOTICE_CODE: Final = "notice.acknowledge"
SUBJECT: Final = "interactions.noticeversion"


def links_of_version(version: NoticeVersion, user: User) -> Links:
    """The links by which one version was sent, to clients this user may see."""
    found: Links = PortalLink.objects.visible_to(user)
    return found.filter(action=NOTICE_CODE, subject_type=SUBJECT, subject_id=str(version.pk))


def not_seen(version: NoticeVersion, user: User) -> QuerySet[Client]:
    """Clients that know an older version, or have it in a contract, and have not read this one."""
    older = NoticeAcknowledgement.objects.filter(version__notice=version.notice_id)
    attached = ContractNotice.objects.filter(version__notice=version.notice_id)
    sent = PortalLink.objects.filter(
        action=NOTICE_CODE,
        subject_id__in=[str(pk) for pk in version.notice.versions.values_list("pk", flat=True)],
    )
    concerned = Client.objects.visible_to(user).filter(
        Q(pk__in=older.values("client"))
        | Q(pk__in=attached.values("contract__client"))
        | Q(pk__in=sent.values("client"))
    )
    read = older.filter(version=version)
    return concerned.exclude(pk__in=read.values("client")).order_by("name_pinyin", "pk")


@dataclass(frozen=True, slots=True)
class NoticeOfClient:
    """Where a client stands with the newest version of one notice."""

    version: NoticeVersion
    read: NoticeAcknowledgement | None
    older: NoticeAcknowledgement | None
    link: PortalLink | None


def notices_of(client: Client) -> list[NoticeOfClient]:
    """Every notice in its newest version, with what this client has read; three queries."""
    read: dict[int, NoticeAcknowledgement] = {}
    older: dict[int, NoticeAcknowledgement] = {}
    rows = NoticeAcknowledgement.objects.filter(client=client).select_related("version")
    for row in rows.order_by("at", "pk"):
        read[row.version_id] = row
        older[row.version.notice_id] = row
    sent = {
        one.subject_id: one
        for one in PortalLink.objects.filter(client=client, action=NOTICE_CODE).order_by(
            "created_at", "pk"
        )
    }
    return [
        NoticeOfClient(
            version=one,
            read=read.get(one.pk),
            older=older.get(one.notice_id),
            link=sent.get(str(one.pk)),
        )
        for one in newest_versions()
    ]

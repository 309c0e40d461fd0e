"""Reads of policy notices: the newest version, the one in force, and whether hashes hold."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator

from django.db.models import Count, Q, QuerySet

from clients.models import Creditor
from core.audit import canonical_json
from core.verify import check
from interactions.models import NoticeVersion, PolicyNotice


def newest_versions(creditor: Creditor | None = None) -> list[NoticeVersion]:
    """The newest version of every notice; of those that hold for one creditor when it is named."""
    found: QuerySet[NoticeVersion] = NoticeVersion.objects.select_related("notice__creditor")
    if creditor is not None:
        found = found.filter(Q(notice__creditor=creditor) | Q(notice__creditor=None))
    newest = found.order_by("notice__kind", "notice_id", "-number").distinct(
        "notice__kind", "notice_id"
    )
    return list(newest)


def version_in_force(notice: PolicyNotice, on: dt.date) -> NoticeVersion | None:
    """The version that holds on a day; None before the first does."""
    return notice.versions.filter(active_from__lte=on).order_by("-number").first()


def acknowledged_counts() -> dict[int, int]:
    """How many clients have read each version."""
    rows = NoticeVersion.objects.annotate(
        readers=Count("acknowledgements__client", distinct=True)
    ).order_by()
    return dict(rows.values_list("pk", "readers"))


@check("interactions: the words of notices match their hashes")
def notice_hashes() -> Iterator[str]:
    """The hash of every version, for `verify_ledger`."""
    for one in NoticeVersion.objects.order_by("pk").iterator():
        words = {name: getattr(one, name) for name in ("title", "title_zh", "text", "text_zh")}
        if hashlib.sha256(canonical_json(words).encode()).hexdigest() != one.sha256:
            yield f"notice version {one.pk} does not match its hash"

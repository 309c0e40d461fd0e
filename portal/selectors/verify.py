"""What `verify_ledger` asks of client links."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from django.db import connection

from core.models import AuditEvent
from core.verify import check
from portal.models import PortalAct, PortalLink
from portal.rules import sha256_of
from portal.selectors.links import ACT_ACTION, act_digest

# Two that came at once may be written in the other order: the time on a link is one of theirs.
_ACTS: Final = """
SELECT l.id, 'says it was answered ' || coalesce(l.acted_at::text, 'never')
             || '; its answers say otherwise'
FROM portal_portallink l
WHERE (l.acted_at IS NOT NULL OR EXISTS (SELECT 1 FROM portal_portalact a WHERE a.link_id = l.id))
  AND NOT EXISTS (SELECT 1 FROM portal_portalact a WHERE a.link_id = l.id AND a.at = l.acted_at)
UNION ALL
SELECT l.id, 'says it was opened ' || coalesce(l.opened_at::text, 'never')
             || '; its visits say otherwise'
FROM portal_portallink l
WHERE (l.opened_at IS NOT NULL OR EXISTS (
          SELECT 1 FROM portal_portalvisit v WHERE v.link_id = l.id AND v.what = 'OPENED'))
  AND NOT EXISTS (SELECT 1 FROM portal_portalvisit v
                  WHERE v.link_id = l.id AND v.what = 'OPENED' AND v.at = l.opened_at)
UNION ALL
SELECT l.id, 'was answered after it was closed'
FROM portal_portalact a JOIN portal_portallink l ON l.id = a.link_id
WHERE a.at >= l.expires_at OR (l.revoked_at IS NOT NULL AND a.is_single)
UNION ALL
SELECT l.id, 'was answered about another text'
FROM portal_portalact a JOIN portal_portallink l ON l.id = a.link_id
WHERE a.text_sha256 <> l.text_sha256
ORDER BY 1, 2
"""


@check("portal: links, visits and answers agree")
def acts_agree() -> Iterator[str]:
    """The times on a link are those of a visit and an answer, all while it was open."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTS)
        for pk, problem in cursor:
            yield f"link {pk} {problem}"


@check("portal: texts that clients were asked about match their hashes")
def texts_match() -> Iterator[str]:
    """The text of a link is the one that was hashed when it was made."""
    links = PortalLink.objects.order_by("pk").values_list("pk", "text", "text_sha256")
    for pk, text, digest in links.iterator(chunk_size=500):
        if sha256_of(text) != digest:
            yield f"link {pk}: its text does not match its hash"


@check("portal: answers are those in the record of acts")
def acts_recorded() -> Iterator[str]:
    """Every answer has its entry in the chain, with the hash of all it says."""
    recorded = {
        event.subject_id: json.loads(event.payload)["data"].get("sha256")
        for event in AuditEvent.objects.filter(action=ACT_ACTION)
    }
    for act in PortalAct.objects.order_by("pk").iterator(chunk_size=500):
        if recorded.get(str(act.pk)) != act_digest(act):
            yield f"answer {act.pk} of link {act.link_id} is not the one that was recorded"

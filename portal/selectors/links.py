"""Reads of links and of what came of them."""

from __future__ import annotations

import hashlib
from typing import Final

from clients.models import Client
from core.audit import canonical_json
from portal.models import PortalAct, PortalLink, PortalLinkQuerySet
from portal.rules import is_token, sha256_of

#: What an answer is called in the record of acts.
ACT_ACTION: Final = "portal.answer"


def link_by_token(token: str) -> PortalLink | None:
    """The link whose address this is; None when there is none, or it is no token at all."""
    if not is_token(token):
        return None
    return (
        PortalLink.objects.filter(token_sha256=sha256_of(token))
        .select_related("client", "creditor__logo", "contact", "document", "created_by")
        .first()
    )


def links_of(client: Client) -> PortalLinkQuerySet:
    """All links of one client, the latest first."""
    found: PortalLinkQuerySet = PortalLink.objects.filter(client=client)
    return found.select_related("creditor", "created_by").order_by("-created_at", "-pk")


def act_digest(act: PortalAct) -> str:
    """SHA-256 of an answer with everything about it, in hex: what the record of acts keeps.

    Its random key is in it, so the name and the address cannot be guessed back from the hash.
    """
    told = {
        "link": act.link_id,
        "key": act.key,
        "typed_name": act.typed_name,
        "answer": act.answer,
        "text_sha256": act.text_sha256,
        "language": act.language,
        "at": act.at,
        "address": act.address,
        "user_agent": act.user_agent,
    }
    return hashlib.sha256(canonical_json(told).encode()).hexdigest()

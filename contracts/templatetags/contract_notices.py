"""The policy notices of a contract, as a section of its page."""

from typing import Any

from django import template

from contracts.models import Contract
from interactions.selectors.notices import newest_versions

register = template.Library()


@register.inclusion_tag("contracts/_contract_notices.html")
def contract_notices(contract: Contract) -> dict[str, Any]:
    """`{% contract_notices contract %}`: the versions attached, and which have a newer one."""
    found = contract.notices.select_related("version__notice", "attached_by")
    newest = {one.notice_id: one.number for one in newest_versions(contract.creditor)}
    rows = [
        {"row": one, "is_old": newest.get(one.version.notice_id, 0) > one.version.number}
        for one in found.order_by("attached_at", "pk")
    ]
    return {"contract": contract, "rows": rows}

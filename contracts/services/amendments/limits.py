"""How far each role may let an amendment go."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from contracts.models import AmendmentLimit
from contracts.rules.amendments import MOST_DAYS, Limit
from contracts.selectors.amendments import ROLE_ORDER
from contracts.services.amendments.changes import UnableToAmend
from core import audit
from core.models import User
from core.states import Role
from core.transactions import in_transaction

_WHOLE: Final = Decimal(100)


@in_transaction
def set_amendment_limit(
    *,
    role: Role,
    discount_percent: Decimal | None,
    extension_days: int | None,
    actor: User,
    at: dt.datetime,
) -> AmendmentLimit | None:
    """How far a role may go from now on; both None: it approves nothing.

    Nobody sets the limit of their own role or of one above, nor gives more than they have
    themselves; administrators set all. What was approved before stays approved. Raises
    UnableToAmend naming the field at fault.
    """
    limit = _limit(discount_percent, extension_days)
    kept = {row.role: row for row in AmendmentLimit.objects.select_for_update().order_by("role")}
    if actor.role != Role.ADMIN:
        _refuse_more_than_own(role, limit, actor, kept.get(actor.role))
    row = kept.get(role)
    before = row and {"percent": row.discount_percent, "days": row.extension_days}
    if limit is None:
        AmendmentLimit.objects.filter(role=role).delete()
        row = None
    else:
        row, _is_new = AmendmentLimit.objects.update_or_create(
            role=role,
            defaults={
                "discount_percent": limit.discount_percent,
                "extension_days": limit.extension_days,
            },
        )
    audit.record(
        action="contracts.set_amendment_limit",
        actor=actor,
        at=at,
        stream="terms",
        payload={
            "role": role,
            "percent": limit and limit.discount_percent,
            "days": limit and limit.extension_days,
            "before": before,
        },
    )
    return row


def _limit(percent: Decimal | None, days: int | None) -> Limit | None:
    if percent is None and days is None:
        return None
    if percent is None:
        raise UnableToAmend(_("Give both, or neither."), field="discount_percent")
    if days is None:
        raise UnableToAmend(_("Give both, or neither."), field="extension_days")
    if not 0 <= percent <= _WHOLE:
        raise UnableToAmend(_("Give a share from 0% to 100%."), field="discount_percent")
    if not 0 <= days <= MOST_DAYS:
        raise UnableToAmend(_("Give from 0 to %s days.") % MOST_DAYS, field="extension_days")
    return Limit(percent, days)


def _refuse_more_than_own(
    role: Role, limit: Limit | None, actor: User, own: AmendmentLimit | None
) -> None:
    if ROLE_ORDER.index(role) >= ROLE_ORDER.index(Role(actor.role)):
        raise UnableToAmend(_("An administrator sets the limit of your own role and above."))
    mine = Limit(own.discount_percent, own.extension_days) if own else Limit()
    if limit is not None and not mine.covers(limit.discount_percent, limit.extension_days):
        raise UnableToAmend(
            _("Nobody gives more than their own limit: %(percent)s%% and %(days)s days.")
            % {"percent": f"{mine.discount_percent.normalize():f}", "days": mine.extension_days},
            field="discount_percent"
            if limit.discount_percent > mine.discount_percent
            else "extension_days",
        )

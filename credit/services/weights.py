"""What a behaviour weighs in the score."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext as _

from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from credit.models import FactorWeight
from credit.rules.score import MOST_FOR_BEHAVIOUR
from credit.states import Factor

MOST: Final = int(MOST_FOR_BEHAVIOUR)


class UnableToWeigh(Refusal):
    """These points are out of bounds, or nobody says why."""


@in_transaction
def set_weight(
    *, factor: str, each: int, most: int, reason: str, actor: User, at: dt.datetime
) -> FactorWeight:
    """From now on a behaviour takes other points; the next scoring uses them. Earlier rows stay."""
    if factor not in Factor.values or not Factor(factor).is_behaviour:
        raise UnableToWeigh(_("How invoices are paid is not weighed by hand."))
    if not 0 <= each <= most <= MOST:
        raise UnableToWeigh(
            _("Each time no more than at most, and at most %(most)s points.") % {"most": MOST},
            field="most",
        )
    if not reason.strip():
        raise UnableToWeigh(_("Say why."), field="reason")
    row = FactorWeight.objects.create(
        factor=factor,
        each=each,
        most=most,
        reason=reason.strip(),
        created_at=at,
        created_by=actor,
    )
    payload = {"factor": factor, "each": each, "most": most, "reason": reason.strip()}
    audit.record(action="credit.weigh", actor=actor, at=at, subject=row, payload=payload)
    return row

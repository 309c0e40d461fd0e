"""What credit answers contracts: the room of a client, releases, and what stops a delivery."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Max, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clients.models import Client
from contracts.models import Contract, Override
from contracts.rules.completeness import GapCode
from contracts.rules.completeness import gaps as gaps_of
from contracts.selectors.completeness import completeness_facts
from contracts.selectors.limits import LimitRoom
from core.models import User
from core.money import format_money
from credit.models import LimitDecision, LimitRequest
from credit.rules.policy import line_for
from credit.selectors.exposure import credit_check, credit_checks
from credit.selectors.groups import group_of
from credit.selectors.standings import policy_lines
from credit.states import LimitAction, LimitOutcome, LimitRequestState


def limit_rooms(client_ids: Collection[int]) -> Mapping[int, LimitRoom]:
    """The tighter room of each client, and whether its policy blocks over the limit."""
    lines = policy_lines()
    found = {}
    for client_id, check in credit_checks(client_ids).items():
        room = check.tighter
        line = line_for(lines, check.segment, check.grade)
        blocks = line is None or line.limit_action == LimitAction.BLOCK
        found[client_id] = LimitRoom(room.limit, room.currency, room.used.amount, blocks)
    return found


def releases(contract_ids: Collection[int], on: dt.date) -> Mapping[int, Decimal]:
    """Up to which exposure each contract may pass on a day.

    A release is for the version and the price that the decider saw: reopened, changed or
    amended, the contract is another one.
    """
    rows = (
        LimitDecision.objects.filter(
            outcome=LimitOutcome.RELEASE,
            expires_on__gte=on,
            request__state=LimitRequestState.RELEASED,
            request__contract__in=list(contract_ids),
            request__contract__version_number=F("request__version_number"),
            request__contract__amount=F("request__amount"),
        )
        .order_by()
        .values("request__contract")
        .annotate(most=Max("exposure"))
    )
    return {row["request__contract"]: row["most"] for row in rows}


def delivery_refusal(contract: Contract, on: dt.date) -> str:
    """Why nothing is delivered under a contract: a hold, or a limit that blocks."""
    client = Client.objects.get(pk=contract.client_id)
    let_pass = Override.objects.filter(contract=contract, gap=GapCode.CREDIT_HOLD).exists()
    if client.on_credit_hold and not let_pass:
        return _(
            "The client is on credit hold: %(reason)s Lift the hold, or let the contract pass."
        ) % {"reason": client.hold_reason}
    room = credit_check(client.pk).tighter
    if not room.is_over:
        return ""
    line = line_for(policy_lines(), client.segment, client.grade)
    if line is not None and line.limit_action == LimitAction.WARN:
        return ""
    if releases([contract.pk], on).get(contract.pk, Decimal(0)) >= room.used.amount:
        return ""
    language = get_language() or "en"
    return _(
        "The exposure of the client is %(used)s, its limit %(limit)s. Ask for a release of this "
        "contract, or wait for payments."
    ) % {
        "used": format_money(room.used.amount, room.currency, language),
        "limit": format_money(room.limit or Decimal(0), room.currency, language),
    }


def lock_clients(client_id: int) -> None:
    """Hold a client and its group, in the order of their keys."""
    rows = Client.objects.select_for_update(no_key=True).filter(pk__in=group_of(client_id))
    list(rows.order_by("pk").values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class OverLimit:
    """A contract over the limit as it stands: the exposure with it, and the limit."""

    exposure: Decimal
    limit: Decimal
    currency: str


def over_limit(contract: Contract, on: dt.date) -> OverLimit | None:
    """The same figures as the contract's check list; None when it is within the limit."""
    (facts,) = completeness_facts([contract.pk], on)
    for gap in gaps_of(facts, on):
        if gap.code == GapCode.OVER_LIMIT and gap.measure is not None:
            return OverLimit(gap.measure, facts.credit_limit or Decimal(0), facts.limit_currency)
    return None


def requests_to_list(*, user: User, is_open: bool) -> QuerySet[LimitRequest]:
    """Requests of the clients this user sees, the newest first."""
    rows = LimitRequest.objects.visible_to(user).select_related("client", "contract", "asked_by")
    if is_open:
        return rows.filter(state=LimitRequestState.ASKED)
    return rows.exclude(state=LimitRequestState.ASKED)

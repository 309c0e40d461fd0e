"""Work out what a contract would say, show it, and keep that text as a version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from contracts.models import Amendment, Contract
from contracts.rules.amendments import MOST_DAYS, days_given, discount_percent, roles_that_may
from contracts.selectors.amendments import limits_by_role
from contracts.selectors.prepaid import Prepaid, prepaid_of
from contracts.selectors.texts import content_hash, contract_content
from contracts.services.amendments.carrying import carry_out
from contracts.services.amendments.changes import Changes, UnableToAmend
from contracts.services.amendments.rows import locked, record
from contracts.services.versions import keep_content, keep_current
from contracts.states import AmendmentKind
from core.models import User
from core.money import ZERO
from core.transactions import in_transaction, refusing


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an amendment would lead to: both texts and prices, the days given, who may let it."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    sha256: str
    price_before: Decimal
    price_after: Decimal
    days_longer: int
    prepaid: Prepaid

    @property
    def discount_percent(self) -> Decimal:
        """How much of the price is given up."""
        return discount_percent(self.price_before, self.price_after)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles whose limit covers it."""
        return roles_that_may(
            limits_by_role(), discount_percent=self.discount_percent, days=self.days_longer
        )


def preview_amendment(
    *, contract: Contract, changes: Changes, actor: User | None, at: dt.datetime
) -> Outlook:
    """What a proposal would lead to; nothing is kept. Raises UnableToAmend as proposing does."""
    with transaction.atomic():
        row = locked(contract)
        outlook = _outlook(row, changes, actor, at)
        transaction.set_rollback(True)
    return outlook


@in_transaction
def propose_amendment(
    *,
    contract: Contract,
    kind: AmendmentKind,
    changes: Changes,
    reason: str,
    actor: User | None,
    at: dt.datetime,
    seen: str = "",
) -> Amendment:
    """Work out what a contract in force would say, and keep that text as a version.

    `seen` is the hash of the text that was previewed. Raises UnableToAmend for a contract that
    is not in force, while another amendment is open, when the text is no longer the one seen,
    and for changes that do not hold together or would move what is invoiced.
    """
    row = locked(contract)
    if not reason.strip():
        raise UnableToAmend(_("Say why: it is shown to the one who approves."), field="reason")
    outlook = _outlook(row, changes, actor, at)
    if seen and seen != outlook.sha256:
        raise UnableToAmend(_("This is not what you looked at. Look again, then propose it."))
    base = keep_current(contract=row, reason=_("Before the amendment"), actor=actor, at=at)
    version = keep_content(
        contract=row, content=outlook.after, reason=reason.strip(), actor=actor, at=at
    )
    number = (row.amendments.aggregate(last=Max("number"))["last"] or 0) + 1
    with refusing(
        UnableToAmend,
        {"amendment_one_at_a_time": _("Another amendment is open. Wait until it is decided.")},
    ):
        amendment = Amendment.objects.create(
            contract=row,
            number=number,
            kind=kind,
            base=base,
            version=version,
            changes=changes.as_json(),
            reason=reason.strip()[:500],
            price_before=outlook.price_before,
            price_after=outlook.price_after,
            days_longer=outlook.days_longer,
            prepaid_asked=outlook.prepaid.asked,
            prepaid_received=outlook.prepaid.received,
            proposed_at=at,
            proposed_by=actor,
        )
    payload = {
        "number": number,
        "kind": kind,
        "version": version.number,
        "price": outlook.price_after,
        "days": outlook.days_longer,
    }
    record(amendment, "contracts.propose_amendment", actor, at, payload)
    return amendment


def _outlook(row: Contract, changes: Changes, actor: User | None, at: dt.datetime) -> Outlook:
    # Carried out in a savepoint and taken back: only the text remains.
    nothing = _("Nothing would be different. Change something.")
    if row.amendments.undecided().exists():
        raise UnableToAmend(
            _("Another amendment is open. Withdraw it, or wait until it is decided.")
        )
    if changes.is_empty:
        raise UnableToAmend(nothing)
    if not row.amount:
        raise UnableToAmend(_("This contract has no price on record, so nothing can be compared."))
    before = contract_content(Contract.objects.select_related("creditor", "client").get(pk=row.pk))
    with transaction.atomic():
        carry_out(row, changes, actor, at)
        changed = Contract.objects.select_related("creditor", "client").get(pk=row.pk)
        after, price = contract_content(changed), changed.amount or ZERO
        transaction.set_rollback(True)
    sha256 = content_hash(after)
    if content_hash(before) == sha256:
        raise UnableToAmend(nothing)
    if price <= 0:
        raise UnableToAmend(_("The price stays above zero. To end the contract, terminate it."))
    days = days_given(before, after)
    if days > MOST_DAYS:
        raise UnableToAmend(_("That is more than twenty years later. Check the dates."))
    return Outlook(before, after, sha256, row.amount, price, days, prepaid_of(row))

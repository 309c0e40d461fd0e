"""What is asked before the work: the terms by grade, a manager's demand, and freezing both."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext as _

from contracts.models import Contract, GradeTerms
from contracts.rules.prepayment import EARNEST_CAP, percent_text
from contracts.selectors.terms import terms_of
from contracts.states import ContractState, PrepaymentKind
from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction

MAX_TERMS_DAYS = 365
_BEFORE_SENDING = (ContractState.DRAFT, ContractState.REVIEW, ContractState.APPROVED)


class UnableToSetTerms(Refusal):
    """These are no terms, or they are frozen."""


@in_transaction
def freeze_prepayment(*, contract: Contract, actor: User | None, at: dt.datetime) -> Contract:
    """Write the required ratio and its reason, in both languages, into the contract.

    Called when a contract is sent, or taken in signed. Of a contract that has gone out the
    terms stay as they are: calling it again changes nothing. A recalled contract has thawed
    (the database does that) and is frozen anew.
    """
    row = Contract.objects.select_for_update(no_key=True, of=("self",)).get(pk=contract.pk)
    has_gone_out = row.state not in _BEFORE_SENDING
    if row.prepayment_ratio is None or not has_gone_out:
        terms = terms_of(row)
        row.prepayment_ratio = terms.ratio.quantize(Decimal("0.0001"))
        row.prepayment_reason = terms.reason[:500]
        row.save(update_fields=["prepayment_ratio", "prepayment_reason"])
        _record(
            row,
            "contracts.freeze_prepayment",
            actor,
            at,
            ratio=row.prepayment_ratio,
            code=terms.required.code,
            service=terms.service_base,
            client=terms.client_ratio,
            demanded=terms.demanded,
        )
    contract.prepayment_ratio = row.prepayment_ratio
    contract.prepayment_reason = row.prepayment_reason
    return contract


@in_transaction
def demand_prepayment(
    *,
    contract: Contract,
    ratio: Decimal | None,
    reason: str,
    actor: User | None,
    at: dt.datetime,
    kind: PrepaymentKind | None = None,
) -> Contract:
    """A manager asks for more before the work, and says why; None takes the demand back.

    Raises UnableToSetTerms for a contract that has gone out, a ratio that is no share, or
    earnest money above 20% of the price (民法典 586).
    """
    row = Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    if row.state != ContractState.DRAFT:
        raise UnableToSetTerms(
            _("More is demanded while the contract is a draft. Reopen it, or agree an amendment.")
        )
    if ratio is not None and not 0 < ratio <= 1:
        raise UnableToSetTerms(_("Give a share above 0% and up to 100%."), field="ratio")
    if ratio is not None and not reason.strip():
        raise UnableToSetTerms(_("Say why; it becomes part of the contract."), field="reason")
    chosen = kind or PrepaymentKind(row.prepayment_kind)
    if chosen == PrepaymentKind.EARNEST and ratio is not None and ratio > EARNEST_CAP:
        raise UnableToSetTerms(
            _("Earnest money counts up to %s of the price. Ask for a prepayment above that.")
            % percent_text(EARNEST_CAP),
            field="ratio",
        )
    row.demanded_ratio = ratio
    row.demanded_reason = " ".join(reason.split())[:120] if ratio is not None else ""
    row.prepayment_kind = chosen
    row.save(update_fields=["demanded_ratio", "demanded_reason", "prepayment_kind"])
    _record(
        row,
        "contracts.demand_prepayment",
        actor,
        at,
        ratio=ratio,
        reason=row.demanded_reason,
        kind=chosen,
    )
    return row


@in_transaction
def set_grade_terms(
    *,
    terms: GradeTerms,
    prepayment_ratio: Decimal,
    max_terms_days: int,
    actor: User | None,
    at: dt.datetime,
) -> GradeTerms:
    """What clients of a grade get from now on. Contracts that have gone out keep their terms."""
    if not 0 <= prepayment_ratio <= 1:
        raise UnableToSetTerms(_("Give a share from 0% to 100%."), field="prepayment_ratio")
    if not 0 <= max_terms_days <= MAX_TERMS_DAYS:
        raise UnableToSetTerms(
            _("Give from 0 to %s days.") % MAX_TERMS_DAYS, field="max_terms_days"
        )
    row = GradeTerms.objects.select_for_update().get(pk=terms.pk)
    before = {"ratio": row.prepayment_ratio, "days": row.max_terms_days}
    row.prepayment_ratio, row.max_terms_days = prepayment_ratio, max_terms_days
    row.save()
    audit.record(
        action="contracts.set_grade_terms",
        actor=actor,
        at=at,
        subject=row,
        stream="terms",
        payload={
            "grade": row.grade,
            "ratio": prepayment_ratio,
            "days": max_terms_days,
            "before": before,
        },
    )
    return row


def _record(
    contract: Contract, action: str, actor: User | None, at: dt.datetime, **payload: object
) -> None:
    audit.record(
        action=action,
        actor=actor,
        at=at,
        subject=contract,
        stream=f"client:{contract.client_id}",
        payload=payload,
    )

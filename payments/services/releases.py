"""How money of a prepayment leaves: refunded, forfeited, returned twice; always with four eyes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.rules.prepayment import EARNEST_CAP, percent_text, required_amount
from contracts.states import PrepaymentKind
from core.errors import Refusal, stated
from core.models import User
from core.money import ZERO, is_rounded
from core.transactions import in_transaction, refusing
from payments.models import Prepayment, PrepaymentRelease, Refund
from payments.selectors.prepayments import figures_of
from payments.services.ledger import CLOSED
from payments.services.prepaid import (
    locked_prepayment,
    record_prepayment_act,
)
from payments.states import (
    RELEASES,
    RefundKind,
    ReleaseKind,
    ReleaseState,
)

#: Kept, or given back twice: what the law allows for earnest money alone.
_PENALTIES: Final = (ReleaseKind.FORFEITED, ReleaseKind.TWICE)


class UnableToRelease(Refusal):
    """Money of this prepayment cannot leave like this."""


@in_transaction
def ask_release(
    *,
    prepayment: Prepayment,
    kind: ReleaseKind,
    amount: Decimal,
    reason: str,
    actor: User,
    at: dt.datetime,
) -> PrepaymentRelease:
    """Ask that money of a prepayment leaves it; somebody else approves.

    Earnest money alone is forfeited or returned twice. Raises UnableToRelease.
    """
    row = locked_prepayment(prepayment)
    if kind not in RELEASES[row.kind]:
        allowed = ", ".join(str(one.label) for one in RELEASES[row.kind])
        raise UnableToRelease(
            _("A %(kind)s knows no such step. Allowed: %(allowed)s.")
            % {"kind": PrepaymentKind(row.kind).label, "allowed": allowed},
            field="kind",
        )
    if not reason.strip():
        raise UnableToRelease(_("Say why."), field="reason")
    if amount <= 0 or not is_rounded(amount, row.currency):
        raise UnableToRelease(_("This is not an amount of %s.") % row.currency, field="amount")
    free = figures_of([row.pk])[row.pk].balance - sum(
        (one.amount for one in row.releases.filter(state=ReleaseState.ASKED)), ZERO
    )
    if amount > free:
        raise UnableToRelease(
            _("Only %s is left that nobody asked for yet.") % stated(free, row.currency),
            field="amount",
        )
    if kind in _PENALTIES:
        _check_penalty(row, amount)
    release = PrepaymentRelease.objects.create(
        prepayment=row,
        kind=kind,
        amount=amount,
        reason=reason.strip()[:300],
        asked_at=at,
        asked_by=actor,
        extra_owed=amount if kind == ReleaseKind.TWICE else ZERO,
    )
    record_prepayment_act(row, "ask_release", actor, at, kind=kind, amount=amount, reason=reason)
    return release


def _check_penalty(row: Prepayment, amount: Decimal) -> None:
    # What is above a fifth of the price is no earnest money, whatever it was called (art. 586).
    contract = row.contract
    cap = required_amount(contract.amount, EARNEST_CAP, contract.currency)
    others = PrepaymentRelease.objects.filter(
        prepayment__contract=contract,
        kind__in=_PENALTIES,
        state__in=(ReleaseState.ASKED, ReleaseState.APPROVED),
    )
    left = cap - sum((one.amount for one in others), ZERO)
    if amount > left:
        raise UnableToRelease(
            _(
                "Earnest money counts as such up to %(share)s of the price (PRC Civil Code art. "
                "586): %(left)s is left. Return the rest."
            )
            % {
                "share": percent_text(EARNEST_CAP),
                "left": stated(max(left, ZERO), contract.currency),
            },
            field="amount",
        )


@in_transaction
def approve_release(
    *, release: PrepaymentRelease, on: dt.date, actor: User, at: dt.datetime, note: str = ""
) -> PrepaymentRelease:
    """Let the money go: its refunds are written, the oldest receipt first.

    Raises UnableToRelease for the person who asked, for one who may not approve, for a request
    that was decided, and when less than the sum is left by now.
    """
    row, prepayment = _open_release(release)
    if actor.pk == row.asked_by_id:
        raise UnableToRelease(_("You asked for this yourself. Somebody else has to approve it."))
    if not actor.may_approve:
        raise UnableToRelease(_("A manager approves this."))
    balance = figures_of([prepayment.pk])[prepayment.pk].balance
    if row.amount > balance:
        raise UnableToRelease(
            _("Only %s is left by now. Refuse this and ask again.")
            % stated(balance, prepayment.currency)
        )
    _decide(row, ReleaseState.APPROVED, actor=actor, on=on, at=at, note=note)
    _write_refunds(row, prepayment, on, actor, at)
    payload = {"kind": row.kind, "amount": row.amount, "extra_owed": row.extra_owed}
    record_prepayment_act(prepayment, "approve_release", actor, at, **payload)
    return row


def _write_refunds(
    release: PrepaymentRelease, prepayment: Prepayment, on: dt.date, actor: User, at: dt.datetime
) -> None:
    left = release.amount
    receipts = prepayment.receipts.select_for_update(no_key=True).filter(unallocated__gt=0)
    with refusing(
        UnableToRelease,
        {
            "receipt_not_over_used": gettext_lazy("Less is left by now. Look again."),
            "refund_after_receipt": gettext_lazy("The day lies before the money came."),
            "books_closed": CLOSED,
        },
    ):
        for receipt in receipts.order_by("received_on", "pk"):
            amount = min(left, receipt.unallocated)
            if amount <= 0:
                break
            Refund.objects.create(
                receipt=receipt,
                amount=amount,
                refunded_on=on,
                kind=RefundKind(release.kind),
                release=release,
                reason=release.reason,
                created_at=at,
                created_by=actor,
            )
            left -= amount
    if left:  # the balance was enough a moment ago, under the same lock
        raise AssertionError(f"{left} of release {release.pk} found no receipt")


@in_transaction
def refuse_release(
    *, release: PrepaymentRelease, on: dt.date, actor: User, at: dt.datetime, note: str
) -> PrepaymentRelease:
    """The money stays. The person who asked takes the request back with it."""
    row, prepayment = _open_release(release)
    is_own = actor.pk == row.asked_by_id
    if not is_own and not actor.may_approve:
        raise UnableToRelease(_("A manager decides this."))
    if not is_own and not note.strip():
        raise UnableToRelease(_("Say why."), field="note")
    state = ReleaseState.WITHDRAWN if is_own else ReleaseState.REFUSED
    _decide(row, state, actor=actor, on=on, at=at, note=note)
    record_prepayment_act(prepayment, "refuse_release", actor, at, state=state, note=note)
    return row


def _open_release(release: PrepaymentRelease) -> tuple[PrepaymentRelease, Prepayment]:
    prepayment = locked_prepayment(release.prepayment)
    row = PrepaymentRelease.objects.select_for_update(no_key=True, of=("self",)).get(pk=release.pk)
    if row.state != ReleaseState.ASKED:
        raise UnableToRelease(_("This was decided already."))
    return row, prepayment


def _decide(
    row: PrepaymentRelease,
    state: ReleaseState,
    *,
    actor: User,
    on: dt.date,
    at: dt.datetime,
    note: str,
) -> None:
    row.state, row.decided_by, row.decided_on, row.decided_at = state, actor, on, at
    row.decision_note = note.strip()[:300]
    row.save(update_fields=["state", "decided_by", "decided_on", "decided_at", "decision_note"])


@in_transaction
def pay_extra(
    *,
    release: PrepaymentRelease,
    on: dt.date,
    reference: str,
    actor: User | None,
    at: dt.datetime,
) -> PrepaymentRelease:
    """We paid the second half of earnest money that is returned twice. Noted once."""
    row = PrepaymentRelease.objects.select_for_update(no_key=True, of=("self",)).get(pk=release.pk)
    if row.kind != ReleaseKind.TWICE or row.state != ReleaseState.APPROVED:
        raise UnableToRelease(_("Nothing is owed on top of this."))
    if row.extra_paid_on is not None:
        raise UnableToRelease(_("This was noted as paid already."))
    if row.decided_on is not None and on < row.decided_on:
        raise UnableToRelease(_("This lies before the approval."), field="on")
    row.extra_paid_on, row.extra_reference = on, reference.strip()[:120]
    row.save(update_fields=["extra_paid_on", "extra_reference"])
    record_prepayment_act(
        row.prepayment, "pay_extra", actor, at, release=row.pk, amount=row.extra_owed, on=on
    )
    return row

"""Legal review: ask, remark, request changes, sign off, withdraw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from contracts.models import Contract, Review, ReviewRemark
from contracts.services.lifecycle import check_edge, lock_contract, move
from contracts.services.versions import freeze_version
from contracts.states import REVIEW_TRANSITIONS, ContractState, ReviewState
from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction, refusing

MOST_REMARKS = 200


class UnableToReview(Refusal):
    """This review cannot be asked for, or decided like this."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What the reviewer says: on the clause at a place, or on the whole (None)."""

    text: str
    clause_position: int | None = None


@in_transaction
def ask_for_review(
    *, contract: Contract, reviewer: User, note: str = "", actor: User | None, at: dt.datetime
) -> Review:
    """Freeze the draft and put it on a reviewer's desk.

    The reviewer is a manager or an administrator, and neither who drafted it nor who asks.
    """
    check_edge(contract, ContractState.REVIEW)
    _check_reviewer(contract, reviewer, actor)
    row = lock_contract(contract)
    version = freeze_version(contract=row, reason=_("For legal review"), actor=actor, at=at)
    waiting = {"review_one_at_a_time": _("This contract is being reviewed already.")}
    with refusing(UnableToReview, waiting):
        review = Review.objects.create(
            contract=row,
            version=version,
            reviewer=reviewer,
            note=" ".join(note.split())[:500],
            asked_at=at,
            asked_by=actor,
        )
    payload = {"review": review.pk, "reviewer": reviewer.pk, "version": version.number}
    move(row, ContractState.REVIEW, action="ask_for_review", actor=actor, at=at, payload=payload)
    contract.state, contract.version_number = row.state, row.version_number
    return review


def _check_reviewer(contract: Contract, reviewer: User, actor: User | None) -> None:
    if not (reviewer.is_active and reviewer.may_approve):
        raise UnableToReview(
            _("A manager or an administrator reviews contracts. Choose one."), field="reviewer"
        )
    if reviewer.pk == contract.created_by_id or (actor is not None and reviewer.pk == actor.pk):
        raise UnableToReview(
            _("Nobody reviews a contract of their own. Choose somebody else."), field="reviewer"
        )


@in_transaction
def add_remark(
    *,
    review: Review,
    text: str,
    clause_position: int | None = None,
    actor: User | None,
    at: dt.datetime,
) -> ReviewRemark:
    """A remark of the reviewer before the verdict. It stays beside its clause."""
    row = _open_review(review, actor)
    (remark,) = _write_remarks(row, [Remark(text, clause_position)], actor, at)
    payload: dict[str, object] = {"review": row.pk, "clause": clause_position}
    _record(row, "remark", actor, at, payload)
    return remark


@in_transaction
def request_changes(
    *,
    review: Review,
    verdict: str,
    remarks: Sequence[Remark] = (),
    actor: User | None,
    at: dt.datetime,
) -> Review:
    """Send the contract back to the desk, with what has to change."""
    said = verdict.strip()
    if not said:
        raise UnableToReview(_("Say what has to change."), field="verdict")
    return _decide(review, ReviewState.CHANGES, said, remarks, actor=actor, at=at)


@in_transaction
def sign_off(
    *,
    review: Review,
    verdict: str = "",
    remarks: Sequence[Remark] = (),
    actor: User | None,
    at: dt.datetime,
) -> Review:
    """Approve the version that was reviewed; it can be sent or signed now."""
    return _decide(review, ReviewState.SIGNED_OFF, verdict.strip(), remarks, actor=actor, at=at)


@in_transaction
def withdraw_review(
    *, review: Review, reason: str = "", actor: User | None, at: dt.datetime
) -> Review:
    """Take the contract back before the reviewer decided."""
    row, contract = _held(review)
    _close(row, ReviewState.WITHDRAWN, reason.strip()[:1000], at)
    move(
        contract,
        ContractState.DRAFT,
        action="withdraw_review",
        actor=actor,
        at=at,
        reason=reason.strip(),
        payload={"review": row.pk},
    )
    return row


def _decide(
    review: Review,
    state: ReviewState,
    verdict: str,
    remarks: Sequence[Remark],
    *,
    actor: User | None,
    at: dt.datetime,
) -> Review:
    row, contract = _held(review)
    _check_decider(row, actor)
    _write_remarks(row, remarks, actor, at)
    _close(row, state, verdict[:1000], at)
    is_good = state == ReviewState.SIGNED_OFF
    move(
        contract,
        ContractState.APPROVED if is_good else ContractState.DRAFT,
        action="sign_off" if is_good else "request_changes",
        actor=actor,
        at=at,
        reason=verdict,
        payload={"review": row.pk, "remarks": len(remarks)},
    )
    return row


def _held(review: Review) -> tuple[Review, Contract]:
    """Contract and review, held in that order; refused when the review is decided already."""
    contract = Contract.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=review.contract_id
    )
    row = Review.objects.select_for_update().get(pk=review.pk)
    if not REVIEW_TRANSITIONS[ReviewState(row.state)]:
        raise UnableToReview(
            _("This review is over: %(state)s.") % {"state": ReviewState(row.state).label}
        )
    return row, contract


def _open_review(review: Review, actor: User | None) -> Review:
    row, _contract = _held(review)
    _check_decider(row, actor)
    return row


def _check_decider(review: Review, actor: User | None) -> None:
    if actor is None or actor.pk != review.reviewer_id:
        raise UnableToReview(
            _("Only the reviewer who was asked decides. Withdraw the review to ask another.")
        )
    if not actor.may_approve:
        raise UnableToReview(_("A manager or an administrator reviews contracts."))


def _close(review: Review, state: ReviewState, verdict: str, at: dt.datetime) -> None:
    review.state, review.verdict, review.decided_at = state, verdict, at
    review.save(update_fields=["state", "verdict", "decided_at"])


def _write_remarks(
    review: Review, remarks: Sequence[Remark], actor: User | None, at: dt.datetime
) -> list[ReviewRemark]:
    if len(remarks) > MOST_REMARKS:
        raise UnableToReview(_("That is more than %d remarks. Say it in one.") % MOST_REMARKS)
    headings = dict(review.contract.clauses.values_list("position", "heading"))
    chinese = dict(review.contract.clauses.values_list("position", "heading_zh"))
    rows = []
    for remark in remarks:
        text, place = remark.text.strip(), remark.clause_position
        if not text:
            raise UnableToReview(_("An empty remark says nothing."), field="text")
        if place is not None and place not in headings:
            raise UnableToReview(_("The contract has no clause at this place."), field="text")
        about = "" if place is None else headings[place] or chinese[place]
        rows.append(
            ReviewRemark(
                review=review,
                clause_position=place,
                about=about[:160],
                text=text[:1000],
                at=at,
                actor=actor,
            )
        )
    return ReviewRemark.objects.bulk_create(rows)


def _record(
    review: Review, verb: str, actor: User | None, at: dt.datetime, payload: dict[str, object]
) -> None:
    audit.record(
        action=f"contracts.{verb}",
        actor=actor,
        at=at,
        subject=review.contract,
        stream=f"client:{review.contract.client_id}",
        payload=payload,
    )

"""Legal review: who may, what is remarked, what becomes of the contract."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from contracts.models import Contract, Review, ReviewRemark
from contracts.selectors.reviews import remarks_to_answer, reviewed_text, reviews_waiting
from contracts.services import (
    Remark,
    UnableToChangeContract,
    UnableToReview,
    add_remark,
    ask_for_review,
    request_changes,
    sign_off,
    withdraw_review,
)
from contracts.states import ContractState, ReviewState
from core.models import AuditEvent, User
from core.states import Role
from tests.contracts.cast import whole_draft
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


def asked(contract: Contract | None = None, **given: Any) -> Review:
    return ask_for_review(
        contract=contract or whole_draft(),
        reviewer=given.pop("reviewer", None) or make_user(Role.MANAGER),
        actor=given.pop("actor", None),
        at=NOW,
        **given,
    )


@pytest.mark.parametrize("role", [Role.SALES, Role.FINANCE])
def test_only_managers_and_administrators_review(role: Role) -> None:
    contract = whole_draft()
    with pytest.raises(UnableToReview, match="manager or an administrator") as caught:
        asked(contract, reviewer=make_user(role))
    assert caught.value.field == "reviewer"
    contract.refresh_from_db()
    assert (contract.state, contract.versions.count()) == ("DRAFT", 0)


def test_nobody_reviews_a_contract_of_their_own() -> None:
    drafter, other = make_user(Role.MANAGER), make_user(Role.MANAGER)
    contract = whole_draft(owner=drafter)
    with pytest.raises(UnableToReview, match="of their own"):
        asked(contract, reviewer=drafter, actor=other)
    with pytest.raises(UnableToReview, match="of their own"):
        asked(contract, reviewer=other, actor=other)
    asked(contract, reviewer=other, actor=drafter)


def test_who_left_reviews_nothing() -> None:
    with pytest.raises(UnableToReview):
        asked(reviewer=make_user(Role.MANAGER, is_active=False))


def test_changes_bring_the_contract_back_with_remarks_beside_the_clauses() -> None:
    contract = whole_draft()
    review = asked(contract)
    heading = contract.clauses.get(position=2).heading
    request_changes(
        review=review,
        verdict="Two things",
        remarks=[Remark("Say by which court."), Remark("Too long.", 2)],
        actor=review.reviewer,
        at=NOW,
    )
    contract.refresh_from_db()
    assert contract.state == ContractState.DRAFT
    whole, second = remarks_to_answer(contract)
    assert (whole.clause_position, whole.text) == (None, "Say by which court.")
    assert (second.clause_position, second.about) == (2, heading)
    text = reviewed_text(review)
    assert [one.text for one in text.clauses[1].remarks] == ["Too long."]
    assert [one.text for one in text.remarks] == ["Say by which court."]
    # Asked again, the old remarks are history.
    asked(Contract.objects.get(pk=contract.pk))
    assert remarks_to_answer(Contract.objects.get(pk=contract.pk)) == []


def test_changes_are_named_and_a_remark_says_something_about_a_clause_that_is_there() -> None:
    review = asked()
    who = review.reviewer
    with pytest.raises(UnableToReview, match="Say what has to change"):
        request_changes(review=review, verdict=" ", actor=who, at=NOW)
    for remark in (Remark(" "), Remark("What?", 99)):
        with pytest.raises(UnableToReview):
            request_changes(review=review, verdict="Yes", remarks=[remark], actor=who, at=NOW)
    review.refresh_from_db()
    assert review.state == ReviewState.ASKED
    assert not ReviewRemark.objects.exists()


def test_signing_off_approves_and_is_on_record() -> None:
    contract = whole_draft()
    review = asked(contract)
    add_remark(review=review, text="Fine", clause_position=1, actor=review.reviewer, at=NOW)
    sign_off(review=review, verdict="Good", actor=review.reviewer, at=NOW)
    contract.refresh_from_db()
    review.refresh_from_db()
    assert (contract.state, review.state) == ("APPROVED", "SIGNED_OFF")
    assert review.decided_at == NOW
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"contracts.ask_for_review", "contracts.remark", "contracts.sign_off"} <= actions


@pytest.mark.parametrize("decide", [sign_off, request_changes])
def test_only_the_reviewer_decides(decide: Any) -> None:
    review = asked()
    strangers: list[User | None] = [make_user(Role.ADMIN), make_user(Role.SALES), None]
    for stranger in strangers:
        with pytest.raises(UnableToReview, match="Only the reviewer"):
            decide(review=review, verdict="Yes", actor=stranger, at=NOW)
    # A reviewer who is no manager any more decides nothing.
    review.reviewer.role = Role.SALES
    review.reviewer.save()
    with pytest.raises(UnableToReview):
        decide(review=review, verdict="Yes", actor=review.reviewer, at=NOW)


def test_a_review_is_decided_once_and_asked_one_at_a_time() -> None:
    contract = whole_draft()
    review = asked(contract)
    stale = Contract.objects.get(pk=contract.pk)
    stale.state = ContractState.DRAFT
    with pytest.raises(UnableToChangeContract):
        asked(stale)
    withdraw_review(review=review, reason="A typing error", actor=None, at=NOW)
    contract.refresh_from_db()
    assert contract.state == ContractState.DRAFT
    late: list[tuple[Any, dict[str, str]]] = [
        (sign_off, {"verdict": "Late"}),
        (request_changes, {"verdict": "Late"}),
        (withdraw_review, {}),
    ]
    for decide, given in late:
        with pytest.raises(UnableToReview, match="over"):
            decide(review=review, actor=review.reviewer, at=NOW, **given)


def test_remarks_and_reviews_are_kept() -> None:
    review = asked()
    add_remark(review=review, text="Fine", actor=review.reviewer, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewRemark.objects.update(text="Otherwise")
    with pytest.raises(DatabaseError), transaction.atomic():
        Review.objects.filter(pk=review.pk).delete()


def test_the_queue_is_the_reviewers_own() -> None:
    review = asked()
    assert list(reviews_waiting(reviewer=review.reviewer)) == [review]
    assert not reviews_waiting(reviewer=make_user(Role.MANAGER)).exists()
    assert list(reviews_waiting()) == [review]

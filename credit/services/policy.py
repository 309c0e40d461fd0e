"""Save a version of the credit policy; contracts read its figures from then on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from contracts.models import GradeTerms
from contracts.services.prepayment import set_grade_terms
from core import audit, outbox
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction, refusing
from credit.models import CreditPolicy, HoldRule, PolicyDraft, PolicyRow
from credit.rules.policy import (
    GRADES,
    PolicyLine,
    Threshold,
    changes,
    is_whole,
    problems,
    threshold_changes,
)
from credit.selectors.standings import current_policy, policy_lines, thresholds

#: The outbox task that gives every client what a new policy says.
REFRESH: Final = "credit.refresh_standings"


class UnableToSavePolicy(Refusal):
    """This is no policy, or somebody saved another one meanwhile."""


@in_transaction
def save_policy(
    *,
    lines: Sequence[PolicyLine],
    rules: Sequence[Threshold],
    based_on: int,
    note: str,
    on: dt.date,
    actor: User,
    at: dt.datetime,
) -> CreditPolicy:
    """Keep a new version, write what contracts read of it, and have the standings refreshed.

    Raises UnableToSavePolicy when it says nothing new, leaves a grade out, names a figure that
    cannot be, or when it was written upon a version that is no longer the newest.
    """
    if not actor.may_approve:
        raise UnableToSavePolicy(_("A manager decides on the policy."))
    said = " ".join(note.split())[:300]
    if not said:
        raise UnableToSavePolicy(_("Say why it changes: the next manager reads it."), field="note")
    newest = CreditPolicy.objects.select_for_update().order_by("-number")[:1].get()
    if newest.number != based_on:
        raise UnableToSavePolicy(_("Somebody saved another version meanwhile. Look at it first."))
    _check(lines, newest, rules)
    with refusing(
        UnableToSavePolicy,
        {
            "credit_creditpolicy_number_key": _(
                "Somebody saved another version meanwhile. Look at it first."
            )
        },
    ):
        policy = CreditPolicy.objects.create(
            number=newest.number + 1, valid_from=on, note=said, created_at=at, created_by=actor
        )
    PolicyRow.objects.bulk_create(PolicyRow(policy=policy, **asdict(line)) for line in lines)
    HoldRule.objects.bulk_create(HoldRule(policy=policy, **asdict(one)) for one in rules)
    _tell_contracts(lines, actor, at)
    PolicyDraft.objects.filter(owner=actor).delete()
    audit.record(
        action="credit.save_policy",
        actor=actor,
        at=at,
        subject=policy,
        stream="policy",
        payload={"number": policy.number, "note": said},
    )
    key = f"{REFRESH}:{policy.number}"
    outbox.enqueue(task=REFRESH, key=key, args={"number": policy.number}, at=at)
    return policy


def _check(lines: Sequence[PolicyLine], newest: CreditPolicy, rules: Sequence[Threshold]) -> None:
    if not is_whole(lines):
        raise UnableToSavePolicy(_("Every grade needs one row for all segments."))
    for line, name in problems(lines):
        raise UnableToSavePolicy(
            _("A figure of grade %(grade)s cannot be: %(figure)s.")
            % {"grade": line.grade, "figure": getattr(line, name)}
        )
    same = not changes(policy_lines(newest), lines)
    if same and not threshold_changes(thresholds(newest), rules):
        raise UnableToSavePolicy(_("Nothing is different from the version in force."))


def _tell_contracts(lines: Sequence[PolicyLine], actor: User, at: dt.datetime) -> None:
    """The rows for all are what contracts ask by grade; this is their one master."""
    kept = {row.grade: row for row in GradeTerms.objects.order_by("grade")}
    for line in lines:
        row = kept.get(line.grade)
        if line.segment or row is None:
            continue
        if (row.prepayment_ratio, row.max_terms_days) != (line.deposit_ratio, line.terms_days):
            set_grade_terms(
                terms=row,
                prepayment_ratio=line.deposit_ratio,
                max_terms_days=line.terms_days,
                actor=actor,
                at=at,
            )


# --- Trying out --------------------------------------------------------------------------------


def draft_of(owner: User) -> tuple[int, list[PolicyLine], list[Threshold]]:
    """What this person is trying out: upon which version, lines, rules; else what is in force."""
    newest = current_policy()
    draft = PolicyDraft.objects.filter(owner=owner, based_on=newest.number).first()
    if draft is None:
        return newest.number, policy_lines(newest), thresholds(newest)
    return draft.based_on, [_line(one) for one in draft.rows], [_rule(r) for r in draft.hold_rules]


@in_transaction
def keep_draft(
    *,
    owner: User,
    based_on: int,
    lines: Sequence[PolicyLine],
    rules: Sequence[Threshold],
    at: dt.datetime,
) -> PolicyDraft:
    """Keep what a person is trying out; nothing follows from it."""
    draft, _new = PolicyDraft.objects.update_or_create(
        owner=owner,
        defaults={
            "based_on": based_on,
            "rows": [_plain(asdict(line)) for line in lines],
            "hold_rules": [_plain(asdict(one)) for one in rules],
            "updated_at": at,
        },
    )
    return draft


@in_transaction
def drop_draft(*, owner: User) -> None:
    """Forget what a person was trying out."""
    PolicyDraft.objects.filter(owner=owner).delete()


def with_segment(lines: Sequence[PolicyLine], segment: str) -> list[PolicyLine]:
    """The lines with those of one more segment, which begin as those for all."""
    name = " ".join(segment.lower().split())[:60]
    if not name:
        raise UnableToSavePolicy(_("Name the segment as clients have it."), field="segment")
    if any(line.segment == name for line in lines):
        raise UnableToSavePolicy(_("This segment has its rows already."), field="segment")
    general = {line.grade: line for line in lines if not line.segment}
    added = [PolicyLine(**{**asdict(general[grade]), "segment": name}) for grade in GRADES]
    return [*lines, *added]


def without_segment(lines: Sequence[PolicyLine], segment: str) -> list[PolicyLine]:
    """The lines without those of a segment: its clients get what all get."""
    return [line for line in lines if not segment or line.segment != segment]


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: str(v) if isinstance(v, Decimal) else v for key, v in fields.items()}


def _line(fields: Mapping[str, Any]) -> PolicyLine:
    ratio, factor = Decimal(fields["deposit_ratio"]), Decimal(fields["limit_factor"])
    return PolicyLine(**{**fields, "deposit_ratio": ratio, "limit_factor": factor})


def _rule(fields: Mapping[str, Any]) -> Threshold:
    return Threshold(**{**fields, "threshold": Decimal(fields["threshold"])})

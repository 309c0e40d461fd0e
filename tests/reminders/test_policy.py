"""The ladder: what makes one sound, who edits it, what stays."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from clients.models import Creditor
from core.models import AuditEvent
from core.states import Role
from reminders.models import LadderPolicy
from reminders.rules.ladder import DEFAULT_LADDER, Rung, ladder_faults
from reminders.selectors.policy import ladder_of
from reminders.services.policy import UnableToChangePolicy, change_policy, default_policy
from reminders.states import Channel, Tone
from tests.factories import NOW, make_user


def changed(level: int, **fields: Any) -> list[Rung]:
    return [replace(r, **fields) if r.level == level else r for r in DEFAULT_LADDER]


def test_the_usual_ladder_is_sound() -> None:
    assert ladder_faults(DEFAULT_LADDER) == []


@pytest.mark.parametrize(
    ("rungs", "level", "fault"),
    [
        (changed(2, day=3), 2, "day"),
        (changed(4, channel=Channel.PERSON), 5, "person"),
        (changed(0, tone=Tone.FORMAL), 0, "courtesy"),
        (changed(1, day=0), 1, "courtesy"),
        (changed(1, tone=Tone.COURTESY), 1, "late"),
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_found(
    rungs: list[Rung], level: int, fault: str
) -> None:
    assert (level, fault) in [(found.level, found.fault) for found in ladder_faults(rungs)]


def test_a_step_not_in_use_may_be_anything() -> None:
    assert ladder_faults(changed(2, day=3, enabled=False)) == []


@pytest.mark.django_db
class TestChanging:
    def test_it_is_stored_and_recorded(self, creditor: Creditor) -> None:
        manager = make_user(Role.MANAGER)
        change_policy(
            creditor=creditor,
            rungs=changed(2, day=12),
            fields={"tolerance": Decimal(50), "send_from": dt.time(9), "send_until": dt.time(17)},
            actor=manager,
            at=NOW,
        )
        ladder = ladder_of(creditor)
        assert ladder.policy.tolerance == Decimal(50)
        assert ladder.rungs[2].day == 12
        assert ladder.hours.opens == dt.time(9)
        event = AuditEvent.objects.get(action="reminders.change_policy")
        assert '"send_from":"09:00:00"' in event.payload
        assert '"before"' in event.payload

    @pytest.mark.parametrize("role", [Role.SALES, Role.FINANCE])
    def test_only_managers_and_administrators_do(self, creditor: Creditor, role: Role) -> None:
        with pytest.raises(UnableToChangePolicy, match="manager"):
            change_policy(
                creditor=creditor, rungs=DEFAULT_LADDER, fields={}, actor=make_user(role), at=NOW
            )
        assert not LadderPolicy.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "rungs", "words"),
        [
            ({"send_from": dt.time(9), "send_until": None}, DEFAULT_LADDER, "both hours"),
            ({"send_from": dt.time(9), "send_until": dt.time(8)}, DEFAULT_LADDER, "before they"),
            ({}, changed(3, day=1), "Level 3 must begin on a later day"),
        ],
    )
    def test_a_refusal_says_what_would_do(
        self, creditor: Creditor, fields: dict[str, Any], rungs: list[Rung], words: str
    ) -> None:
        with pytest.raises(UnableToChangePolicy, match=words):
            change_policy(
                creditor=creditor,
                rungs=rungs,
                fields=fields,
                actor=make_user(Role.MANAGER),
                at=NOW,
            )

    def test_a_creditor_without_one_has_the_usual_ladder(self, creditor: Creditor) -> None:
        before = ladder_of(creditor)
        default_policy(creditor=creditor)
        default_policy(creditor=creditor)
        assert ladder_of(creditor) == before
        assert creditor.ladder_policy.steps.count() == len(DEFAULT_LADDER)

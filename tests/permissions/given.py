"""One row of what a client was given for nothing."""

from decimal import Decimal
from io import BytesIO
from typing import Any

from core.models import User
from credit.services.freeloading import Gift, decide_course, judge_free_work, note_free_work
from credit.states import FreeWork
from tests.factories import NOW, TODAY
from tests.permissions.principals import MARK, World


def give(world: World, client: Any, owner: User) -> None:
    """Free work with a file behind it, judged, and what was decided."""
    manager = world.users["manager"]
    entry = note_free_work(
        client=client,
        gift=Gift(
            kind=FreeWork.CONSULTATION,
            happened_on=TODAY,
            currency="CNY",
            hours=Decimal(1),
            note=f"{MARK} advice",
        ),
        key="world",
        on=TODAY,
        actor=owner,
        at=NOW,
        upload=BytesIO(b"asked for"),
        filename="asked.txt",
    )
    judge_free_work(
        entry=entry, verdict="CONFIRMED", reason=f"{MARK} asked", on=TODAY, actor=manager, at=NOW
    )
    decide_course(
        client=client, course="KEEP", reason=f"{MARK} so", on=TODAY, actor=manager, at=NOW
    )
    world.keys["free_entry"] = entry.pk

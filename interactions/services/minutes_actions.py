"""What minutes say is to be done: ours as follow-ups, theirs until somebody notes it as done."""

from __future__ import annotations

import datetime as dt

from core import audit
from core.models import User
from core.transactions import in_transaction
from interactions.models import FollowUp, Meeting, Minutes, MinutesAction
from interactions.rules.minutes import Task
from interactions.services.follow_ups import add_follow_up, complete_follow_up
from interactions.states import MeetingSide


def agree_tasks(
    minutes: Minutes,
    meeting: Meeting,
    tasks: tuple[Task, ...],
    before: Minutes | None,
    *,
    actor: User | None,
    at: dt.datetime,
) -> None:
    """Write what was agreed to be done; ours become follow-ups, those agreed before stay theirs."""
    standing = _standing(before)
    for number, task in enumerate(tasks, start=1):
        assert task.due_on is not None  # noqa: S101  # `missing` would have refused it
        follow_up = None
        if task.side == MeetingSide.OURS:
            key = (task.what, task.due_on, task.owner)
            follow_up = standing.pop(key, None) or _follow_up(task, meeting, actor=actor, at=at)
        MinutesAction.objects.create(
            minutes=minutes,
            client=meeting.client,
            number=number,
            side=task.side,
            what=task.what,
            who=task.who,
            due_on=task.due_on,
            follow_up=follow_up,
        )
    # What the new version no longer asks is not to be done any more.
    for left in standing.values():
        complete_follow_up(follow_up=left, actor=actor, at=at)


def _standing(before: Minutes | None) -> dict[tuple[str, dt.date, int | None], FollowUp]:
    if before is None:
        return {}
    rows = before.actions.exclude(follow_up=None).select_related("follow_up")
    found: dict[tuple[str, dt.date, int | None], FollowUp] = {}
    for one in rows:
        assert one.follow_up is not None  # noqa: S101  # excluded above
        found[(one.what, one.due_on, one.follow_up.owner_id)] = one.follow_up
    return found


def _follow_up(task: Task, meeting: Meeting, *, actor: User | None, at: dt.datetime) -> FollowUp:
    assert task.due_on is not None  # noqa: S101  # `missing` would have refused it
    assert task.owner is not None  # noqa: S101  # the same
    owner = User.objects.get(pk=task.owner)
    return add_follow_up(
        client=meeting.client,
        due_on=task.due_on,
        owner=owner,
        text=task.what,
        actor=actor,
        at=at,
    )


@in_transaction
def complete_action(*, action: MinutesAction, actor: User | None, at: dt.datetime) -> bool:
    """Note that the client did what it had agreed to do. False when it was noted before."""
    waiting = MinutesAction.objects.filter(pk=action.pk, side=MeetingSide.THEIRS, done_at=None)
    done = waiting.update(done_at=at, done_by=actor)
    if done:
        audit.record(
            action="interactions.complete_action",
            actor=actor,
            at=at,
            subject=action,
            stream=f"client:{action.client_id}",
        )
    return bool(done)

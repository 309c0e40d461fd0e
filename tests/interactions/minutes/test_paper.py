"""The paper of minutes, and what stays through versions."""

from __future__ import annotations

import pytest

from core.documents import read_document
from interactions.models import FollowUp
from interactions.rules.minutes import draft_from_json
from interactions.services.follow_ups import complete_follow_up
from interactions.services.meetings import plan_meeting
from interactions.services.minutes_papers import print_minutes
from tests.factories import NOW, make_client, make_creditor, make_user
from tests.interactions.minutes.cast import give_answer
from tests.interactions.minutes_cast import issued, make_draft, printed, sent

pytestmark = pytest.mark.django_db


def test_the_paper_is_made_once_and_again_with_the_answer() -> None:
    minutes = printed(sent())
    first = minutes.document
    assert first is not None
    assert read_document(first).startswith(b"%PDF")
    assert minutes.answered_document is None
    give_answer(minutes)
    both = print_minutes(minutes_id=minutes.pk, at=NOW)
    assert both.document_id == first.pk
    assert both.answered_document is not None
    again = print_minutes(minutes_id=minutes.pk, at=NOW)
    assert again.answered_document_id == both.answered_document_id


def test_a_follow_up_ticked_off_stays_ticked_through_a_new_version() -> None:
    first = issued()
    complete_follow_up(follow_up=FollowUp.objects.get(), actor=make_user(), at=NOW)
    tasks = draft_from_json(first.meeting.draft).tasks
    issued(first.meeting, make_draft(content="More.", tasks=tasks))
    assert FollowUp.objects.get().done_at == NOW


def test_plan_meeting_is_an_act_on_the_client() -> None:
    client = make_client()
    row = plan_meeting(
        client=client,
        creditor=make_creditor(),
        subject="x",
        starts_at=NOW,
        time_zone="UTC",
        online_url="https://meet.example/x",
        actor=None,
        at=NOW,
    )
    assert (row.client_id, row.place) == (client.pk, "")

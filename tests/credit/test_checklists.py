"""Checklists of screenings: dated lists that a manager writes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.models import User
from core.states import Role
from credit.models import Checklist
from credit.selectors import (
    checklist_for,
    current_checklists,
)
from credit.services import (
    NewLine,
    UnableToSaveChecklist,
    UnableToScreen,
    start_screening,
    write_checklist,
)
from tests.credit.screening_cast import begun
from tests.factories import NOW, TODAY, make_client, make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LINES = [NewLine("OTHER", "Look", "看"), NewLine("INTERVIEW", "Ask", "问", is_required=False)]


def written(actor: User, **fields: Any) -> Checklist:
    given = {"segment": "export", "lines": LINES, "note": "Shorter", "starts_on": TODAY}
    return write_checklist(**{**given, "on": TODAY, "actor": actor, "at": NOW, **fields})


def test_a_new_number_counts_from_its_day_and_those_begun_go_on() -> None:
    client = make_client(segment="EXPORT")
    row = begun(client)
    made = written(make_user(Role.MANAGER), starts_on=TODAY + DAY)
    assert (made.segment, made.number) == ("Export", 2)
    before, after = checklist_for("Export", TODAY), checklist_for("export", TODAY + DAY)
    assert before == row.checklist
    assert after == made
    assert made in current_checklists(TODAY + DAY)
    assert made not in current_checklists(TODAY)
    row.refresh_from_db()
    assert row.checklist.number == 1


def test_a_segment_of_its_own_begins_with_number_one() -> None:
    made = written(make_user(Role.MANAGER), segment=" 建材 ")
    assert (made.segment, made.number) == ("建材", 1)
    assert checklist_for("建材", TODAY) == made
    assert begun(make_client(segment="建材")).checklist == made


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"lines": []}, "at least one line"),
        ({"lines": [NewLine("OTHER", "Look", " ")]}, "in English and in Chinese"),
        ({"lines": [NewLine("NONE", "Look", "看")]}, "what each line is about"),
        ({"starts_on": TODAY - DAY}, "today or later"),
    ],
)
def test_a_list_that_does_not_hold_together_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(UnableToSaveChecklist, match=words):
        written(make_user(Role.MANAGER), **fields)


def test_a_list_does_not_begin_before_the_one_it_follows() -> None:
    manager = make_user(Role.MANAGER)
    written(manager, starts_on=TODAY + 9 * DAY)
    with pytest.raises(UnableToSaveChecklist, match="a later one"):
        written(manager, starts_on=TODAY + DAY)


def test_only_a_manager_writes_lists() -> None:
    with pytest.raises(UnableToSaveChecklist, match="manager"):
        written(make_user(Role.FINANCE))


def test_without_any_list_nothing_begins() -> None:
    early = dt.date(1999, 1, 1)
    with pytest.raises(UnableToScreen, match="There is no checklist"):
        start_screening(client=make_client(), on=early, actor=None, at=NOW)

"""Minutes as pure rules: numbers, drafts, languages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.rules.minutes import (
    OURS,
    THEIRS,
    Draft,
    Missing,
    Participant,
    Point,
    Task,
    draft_as_json,
    draft_from_json,
    missing,
    numbered_lines,
    people_of,
    points_of,
)
from tests.factories import TODAY
from tests.interactions.minutes_cast import make_draft

pytestmark = pytest.mark.django_db


def test_a_typed_number_goes_when_it_is_the_points_own() -> None:
    text = "1. First\n\n2、第二\n3) third\n30 June is the day\n7. seventh"
    assert numbered_lines(text) == ["First", "第二", "third", "30 June is the day", "7. seventh"]


def test_typed_people_have_a_name_and_what_they_are() -> None:
    assert people_of("Wang Fang, CFO\n\n李雷，财务\nJo", THEIRS) == (
        Participant(THEIRS, "Wang Fang", "CFO"),
        Participant(THEIRS, "李雷", "财务"),
        Participant(THEIRS, "Jo"),
    )


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=20)


@given(
    st.builds(
        Draft,
        language=st.sampled_from(["en", "zh-hans", "both"]),
        content=TEXT,
        content_zh=TEXT,
        participants=st.lists(
            st.builds(Participant, st.sampled_from([OURS, THEIRS]), TEXT, TEXT, TEXT), max_size=3
        ).map(tuple),
        points=st.lists(st.builds(Point, TEXT, TEXT), max_size=3).map(tuple),
        tasks=st.lists(
            st.builds(
                Task,
                TEXT,
                st.sampled_from([OURS, THEIRS]),
                st.none() | st.dates(),
                TEXT,
                st.none() | st.integers(1, 99),
            ),
            max_size=3,
        ).map(tuple),
    )
)
def test_a_draft_comes_back_as_it_was_kept(draft: Draft) -> None:
    assert draft_from_json(draft_as_json(draft)) == draft


@pytest.mark.parametrize(
    ("changed", "gap"),
    [
        ({"participants": (Participant(THEIRS, "x"),)}, Missing.OURS),
        ({"participants": (Participant(OURS, "x"),)}, Missing.THEIRS),
        ({"content": " ", "points": ()}, Missing.SAID),
        ({"language": "both"}, Missing.CHINESE),
        ({"tasks": (Task("x", THEIRS, None),)}, Missing.DUE),
        ({"tasks": (Task("x", OURS, TODAY),)}, Missing.OWNER),
    ],
)
def test_a_draft_says_what_it_needs(changed: dict[str, Any], gap: Missing) -> None:
    whole = make_draft(tasks=())
    assert list(missing(whole)) == []
    assert gap in set(missing(Draft(**{**_fields(whole), **changed})))


def _fields(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}


def test_minutes_in_both_languages_say_each_point_twice() -> None:
    both = make_draft(
        language="both",
        content_zh="双方核对了未付发票。",
        points=points_of("1. INV-1 is right.", "1、INV-1无误。"),
        tasks=(),
    )
    assert list(missing(both)) == []

"""One badge per state, the same everywhere."""

from importlib.util import find_spec

import pytest
from django.apps import apps
from django.db.models import TextChoices
from django.template import Context, Template
from django.utils.translation import gettext_lazy, override

from core.states import JobState, Role
from core.ui import (
    COMMON_LOOKS,
    Tone,
    all_badges,
    badge_for,
    domain_of,
    has_look,
    register_badges,
    states_of,
)
from tests.sprite import sprite_icons


def classes_of_states() -> list[type[TextChoices]]:
    """Every TextChoices that a room of ours defines in its `states.py`."""
    rooms = [config for config in apps.get_app_configs() if "." not in config.name]
    modules = [f"{room.name}.states" for room in rooms if find_spec(f"{room.name}.states")]
    return [choices for module in modules for choices in states_of(module)]


def test_the_walk_finds_the_rooms() -> None:
    found = {choices.__module__ for choices in classes_of_states()}
    assert {"core.states", "clients.states", "payments.states", "reminders.states"} <= found


@pytest.mark.parametrize(
    "choices", classes_of_states(), ids=lambda cls: f"{cls.__module__}.{cls.__name__}"
)
def test_every_state_has_a_look_of_its_own(choices: type[TextChoices]) -> None:
    # A blank value means that nothing was chosen; it has no badge.
    plain = [value for value in choices.values if value and not has_look(choices, value)]
    assert not plain, f"Register looks for {plain} in {choices.__module__.split('.')[0]}/apps.py"


def test_every_badge_has_a_label_and_an_icon_of_the_sprite() -> None:
    icons = sprite_icons()
    for domain, badges in all_badges().items():
        for badge in badges:
            assert str(badge.label), (domain, badge.value)
            assert badge.icon in icons, (domain, badge.value, badge.icon)
    assert {look.icon for look in COMMON_LOOKS.values()} <= icons


def test_states_that_look_alike_in_one_domain_differ_in_their_icon_or_tone() -> None:
    for domain in ("invoice", "contract", "message", "promise", "run", "decision_reason"):
        looks = [(badge.tone, badge.icon) for badge in all_badges()[domain]]
        assert len(set(looks)) == len(looks), domain


def test_the_domain_is_the_name_of_the_class() -> None:
    assert domain_of(JobState) == "job"
    assert domain_of(Role) == "role"


def test_two_classes_cannot_share_a_domain() -> None:
    class JobState(TextChoices):
        QUEUED = "QUEUED"

    with pytest.raises(ValueError, match="'job'"):
        register_badges(JobState, {})


def test_a_look_for_a_state_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="DREAMING"):
        register_badges(JobState, {"DREAMING": (Tone.WARN, "clock")})


def test_an_unknown_word_is_shown_plainly() -> None:
    badge = badge_for("job", "DREAMING")
    assert (badge.label, badge.tone) == ("DREAMING", Tone.NEUTRAL)


def render(source: str, **context: object) -> str:
    return Template("{% load dunwell %}" + source).render(Context(context))


def test_the_tag_shows_label_tone_and_icon() -> None:
    html = render('{% badge "job" state %}', state="FAILED")
    assert "tone-bad" in html
    assert "#circle-x" in html
    assert "Failed" in html


def test_the_tag_takes_a_member_without_its_domain() -> None:
    assert render("{% badge state %}", state=JobState.FAILED) == render(
        '{% badge "job" "FAILED" %}'
    )


def test_the_tag_shows_nothing_for_nothing() -> None:
    assert render('{% badge "job" state %}', state="") == ""


def test_the_tag_escapes_an_unknown_word() -> None:
    assert "<b>" not in render('{% badge "job" state %}', state="<b>")


def test_the_label_follows_the_language_although_it_is_cached() -> None:
    label = gettext_lazy("Manager")
    with override("en"):
        english, expected_english = render('{% badge "role" "MANAGER" %}'), str(label)
    with override("zh-hans"):
        chinese, expected_chinese = render('{% badge "role" "MANAGER" %}'), str(label)
    assert expected_english in english
    assert expected_chinese in chinese

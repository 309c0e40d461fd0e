"""Text on its tint is readable: WCAG AA, light and dark."""

import re

import pytest

from tests.sprite import ROOT

CSS = (ROOT / "static/css/dunwell.css").read_text(encoding="utf-8")
TONES = ("neutral", "quiet", "info", "progress", "good", "warn", "bad")
SURFACES = {0: "#ffffff", 1: "#262626"}
"""What notices and late figures stand on: Tabler's card, light and dark."""


def colours(name: str) -> list[str]:
    found = re.search(rf"--{name}: light-dark\((#[0-9a-f]{{6}}), (#[0-9a-f]{{6}})\)", CSS)
    assert found, name
    return list(found.groups())


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_the_known_ratio() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("tone", TONES)
def test_a_badge_is_readable(tone: str, theme: int) -> None:
    text, tint = colours(f"tone-{tone}-fg")[theme], colours(f"tone-{tone}-bg")[theme]
    assert contrast(text, tint) >= 4.5
    assert contrast(text, SURFACES[theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_neighbouring_ages_of_debt_are_told_apart(theme: int) -> None:
    buckets = [colours(f"bucket-{index}")[theme] for index in range(7)]
    assert len(set(buckets)) == 7
    # From the first day overdue on, older is darker: the order shows without colour vision.
    overdue = [luminance(bucket) for bucket in buckets[1:]]
    assert overdue == sorted(overdue, reverse=True)

"""The icons that are really there."""

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@cache
def sprite_icons() -> frozenset[str]:
    """Names of the icons in the sprite that pages show."""
    sprite = (ROOT / "static/vendor/icons/sprite.svg").read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([^"]+)"', sprite))

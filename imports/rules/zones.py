"""The time zone a client most likely lives in."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from imports.rules.words import main_zones


@lru_cache(maxsize=1)
def _only_zones() -> dict[str, str]:
    """Countries that have one time zone, from the time zone database itself."""
    zones: dict[str, list[str]] = {}
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _place, zone = line.split("\t")[:3]
            zones.setdefault(country, []).append(zone)
    return {country: found[0] for country, found in zones.items() if len(found) == 1}


def zone_of(country: str, default: str) -> str:
    """The main time zone of a country; the default where that cannot be said."""
    return main_zones().get(country) or _only_zones().get(country, default)

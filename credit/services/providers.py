"""Providers that a program can ask, by their code; none without a key, so nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.conf import settings

from credit.rules.providers import Provider
from credit.services.companies_house import CODE as COMPANIES_HOUSE
from credit.services.companies_house import CompaniesHouse

_ADAPTERS: Final[Mapping[str, Callable[[], Provider | None]]] = {
    COMPANIES_HOUSE: lambda: (
        CompaniesHouse(settings.COMPANIES_HOUSE_KEY) if settings.COMPANIES_HOUSE_KEY else None
    ),
}


def provider_for(code: str) -> Provider | None:
    """Who answers for a provider; None while there is no adapter or no key."""
    make = _ADAPTERS.get(code)
    return make() if make else None


def can_be_asked(code: str) -> bool:
    """Whether a program could ask this provider, were there a key."""
    return code in _ADAPTERS


def has_key(code: str) -> bool:
    """Whether it can be asked now."""
    return provider_for(code) is not None

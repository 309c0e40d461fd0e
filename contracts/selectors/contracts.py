"""Contracts to list, and the presets they may name."""

from collections.abc import Callable

from django.db.models import Q

from clients.models import Client
from contracts.models import Contract, ContractQuerySet
from core.models import User


def contracts_matching(
    *, user: User, text: str = "", state: str = "", creditor_id: int | None = None
) -> ContractQuerySet:
    """Contracts this user may see; `text` finds numbers, titles and clients (pinyin too)."""
    found = Contract.objects.visible_to(user).select_related("client", "creditor")
    if state:
        found = found.filter(state=state)
    if creditor_id:
        found = found.filter(creditor_id=creditor_id)
    if text.strip():
        clients = Client.objects.search(text).values("pk")
        found = found.filter(
            Q(number__icontains=text.strip())
            | Q(title__icontains=text.strip())
            | Q(client__in=clients)
        )
    return found.order_by("-created_at", "-pk")


PresetNames = Callable[[str], list[tuple[str, str]]]
_preset_sources: list[PresetNames] = []


def set_preset_source(names: PresetNames) -> None:
    """Say where the statutory presets are kept: the room of payments does, above this one."""
    _preset_sources[:] = [names]


def preset_choices(language: str) -> list[tuple[str, str]]:
    """Code and name of every late-payment preset, in a language."""
    return [choice for names in _preset_sources for choice in names(language)]

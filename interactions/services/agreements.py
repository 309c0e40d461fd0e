"""What minutes may be about: rooms above say what was agreed, this one knows none of them.

A room registers its kind of agreement in `ready()`; contracts do. Only there stands whether
silence confirms minutes, and after how many days.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clients.models import Client, Creditor


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementKind:
    """One kind of agreement: which there are, what one is called, what it says of silence."""

    label: str
    choices: Callable[[Client, Creditor], list[tuple[int, str]]]
    name: Callable[[int], str]
    deemed_days: Callable[[int], int | None]


_kinds: dict[str, AgreementKind] = {}


def register_agreement(kind: AgreementKind) -> None:
    """Make a kind of agreement known; `label` is its model's (`contracts.contract`)."""
    _kinds[kind.label] = kind


def agreement_choices(client: Client, creditor: Creditor) -> list[tuple[str, str]]:
    """Everything a meeting may be about, as `label:key` and its name."""
    return [
        (f"{kind.label}:{pk}", name)
        for label in sorted(_kinds)
        for kind in (_kinds[label],)
        for pk, name in kind.choices(client, creditor)
    ]


def agreement_name(label: str, pk: str) -> str:
    """What it is called on paper."""
    return _kinds[label].name(int(pk))


def deemed_days(label: str, pk: str) -> int | None:
    """After how many days of silence minutes count as confirmed; None where nothing says so."""
    return _kinds[label].deemed_days(int(pk))

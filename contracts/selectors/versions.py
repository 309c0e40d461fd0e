"""Differences between versions, as a page shows them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from contracts.models import ContractVersion
from contracts.rules.differences import (
    Difference,
    FieldChange,
    How,
    Part,
    Piece,
    differences,
)
from contracts.rules.wording import ZH
from contracts.states import ContractLanguage, PrepaymentKind, ScheduleKind
from core.display import format_day
from core.money import format_amount

PART_NAMES: Final[Mapping[Part, str | Promise]] = {
    Part.TERMS: _("Terms"),
    Part.PARTIES: _("Parties"),
    Part.LINES: _("Services and price"),
    Part.SCHEDULE: _("Payment schedule"),
    Part.CLAUSES: _("Clauses"),
}
HOW_NAMES: Final[Mapping[How, str | Promise]] = {
    How.ADDED: pgettext_lazy("difference", "Added"),
    How.REMOVED: pgettext_lazy("difference", "Removed"),
    How.CHANGED: pgettext_lazy("difference", "Changed"),
    How.MOVED: pgettext_lazy("difference", "Moved"),
}
_FIELD_NAMES: Final[Mapping[str, str | Promise]] = {
    "currency": _("Currency"),
    "price": _("Contract price"),
    "starts_on": _("Starts on"),
    "ends_on": _("Ends on"),
    "terms_days": _("Payment terms (days)"),
    "prepayment_kind": _("Kind of prepayment"),
    "prepayment_ratio": _("Prepayment ratio"),
    "prepayment_amount": _("Prepayment"),
    "prepayment_kept": _("Prepayment that stays as agreed"),
    "late_charge": _("Late charge"),
    "late_charge_zh": _("Late charge in Chinese"),
    "acceptance_days": _("Days to accept"),
    "minutes_days": _("Days to object to minutes"),
    "suspension_days": _("Days late before suspension"),
    "governing_law": _("Governing law"),
    "governing_law_zh": _("Governing law in Chinese"),
    "forum": _("Court or arbitration"),
    "forum_zh": _("Court or arbitration in Chinese"),
    "bank_name": _("Bank"),
    "account_name": _("Account holder"),
    "account_number": _("Account"),
    "bic": "BIC",
    "title": _("Title"),
    "title_zh": _("Title in Chinese"),
    "number": _("Contract number"),
    "language": _("Language of the contract"),
    "governing_language": _("Governing language"),
    "name": _("Name"),
    "name_zh": _("Name in Chinese"),
    "registration": _("Registration number"),
    "address": _("Address"),
    "address_zh": _("Address in Chinese"),
    "notice_address": _("Address for notices"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "signatory": _("Signs"),
    "description": _("Description"),
    "deliverable": _("Deliverable"),
    "service": _("Service"),
    "service_zh": _("Service in Chinese"),
    "quantity": _("Quantity"),
    "unit": _("Unit"),
    "unit_price": _("Unit price"),
    "tax_percent": _("Tax (%)"),
    "deliver_on": _("Delivery date"),
    "net": _("Net"),
    "tax": _("Tax"),
    "total": _("Total"),
    "kind": _("Kind"),
    "label": _("What for"),
    "due_on": _("Due"),
    "line": _("On acceptance of line"),
    "amount": _("Amount"),
    "heading": _("Heading"),
    "heading_zh": _("Heading in Chinese"),
    "body": _("Text"),
    "body_zh": _("Text in Chinese"),
}
_ORDER: Final = {name: place for place, name in enumerate(_FIELD_NAMES)}
_MONEY: Final = frozenset(
    {"price", "prepayment_amount", "prepayment_kept", "net", "tax", "total", "amount"}
)
_DAYS: Final = frozenset({"starts_on", "ends_on", "deliver_on", "due_on"})
_CHOICES: Final[Mapping[str, Mapping[str, str | Promise]]] = {
    "prepayment_kind": dict(PrepaymentKind.choices),
    "language": dict(ContractLanguage.choices),
    "governing_language": dict(ContractLanguage.choices),
    "kind": dict(ScheduleKind.choices),
}
# What follows from other figures of the same line, or says the same in the other language.
_DERIVED: Final = frozenset({"service_zh"})


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field of a difference: its name, its language, and the pieces to print."""

    name: str
    tag: str
    is_prose: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A difference with the words of the page."""

    difference: Difference
    how: str
    label: str
    where: str
    fields: tuple[ShownField, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The differences in one part of a contract."""

    name: str
    rows: tuple[Shown, ...]


def read_content(version: ContractVersion) -> dict[str, Any]:
    """The content of a version, with the contract's head among its terms for comparing."""
    content: dict[str, Any] = json.loads(version.content)
    return content


def compared(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Section]:
    """What differs between two contents, by part, in the reader's words."""
    found = differences(_with_head(old), _with_head(new))
    currency = str(new["terms"]["currency"])
    sections = []
    for part in Part:
        rows = tuple(_shown(one, currency, old, new) for one in found if one.part is part)
        rows = tuple(row for row in rows if row.fields or row.difference.how is not How.CHANGED)
        if rows:
            sections.append(Section(str(PART_NAMES[part]), rows))
    return sections


def _with_head(content: Mapping[str, Any]) -> dict[str, Any]:
    head = {
        name: content[name]
        for name in ("number", "title", "title_zh", "language", "governing_language")
    }
    return {**content, "terms": {**head, **content["terms"]}}


def _shown(one: Difference, currency: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Shown:
    label = one.label_zh if get_language() == ZH else one.label
    if one.part is Part.SCHEDULE:
        place = one.new_place or one.old_place
        label = _entry_name(new if one.new_place else old, place)
    return Shown(
        difference=one,
        how=str(HOW_NAMES[one.how]),
        label=label,
        where=_where(one),
        fields=tuple(
            _field(change, currency)
            for change in sorted(one.fields, key=_place)
            if change.name not in _DERIVED
        ),
    )


def _entry_name(content: Mapping[str, Any], place: int) -> str:
    """An entry of the schedule: its own words, else its kind and what it waits for."""
    row = content["schedule"][place - 1]
    if row.get("label"):
        return str(row["label"])
    kind = str(_CHOICES["kind"].get(row["kind"], row["kind"]))
    if row.get("line"):
        return f"{kind}: {content['lines'][row['line'] - 1]['description']}"
    if row.get("due_on"):
        return f"{kind}: {_said('due_on', row['due_on'], '')}"
    return kind


def _place(change: FieldChange) -> tuple[int, int]:
    """Fields in the order a reader expects; a kept content has them by name."""
    name = change.name.rpartition(".")[2]
    return (_ORDER.get(name, len(_ORDER)), change.index or 0)


def _where(one: Difference) -> str:
    if one.part in {Part.TERMS, Part.PARTIES}:
        return ""
    places = {"old": one.old_place, "new": one.new_place}
    if one.how is How.ADDED:
        return gettext("now no. %(new)d") % places
    if one.how is How.REMOVED:
        return gettext("was no. %(old)d") % places
    if one.old_place != one.new_place:
        return gettext("no. %(old)d, now %(new)d") % places
    return gettext("no. %(new)d") % places


def _field(change: FieldChange, currency: str) -> ShownField:
    party, _dot, name = change.name.rpartition(".")
    label = str(_FIELD_NAMES.get(name, name))
    if party:
        who = gettext("Supplier") if party == "supplier" else gettext("Client")
        label = f"{who}: {label}"
    is_prose = name in {"body", "body_zh", "heading", "heading_zh"}
    pieces = tuple(Piece(one.kind, _said(name, one.text, currency)) for one in change.pieces)
    if is_prose and change.index:
        label = gettext("%(name)s, paragraph %(index)d") % {"name": label, "index": change.index}
    return ShownField(label, "zh-Hans" if name.endswith("_zh") else "", is_prose, pieces)


def _said(name: str, text: str, currency: str) -> str:
    language = get_language() or "en"
    if name in _MONEY:
        return format_amount(Decimal(text), currency, language)
    if name == "unit_price":
        return f"{Decimal(text):,f}"
    if name in _DAYS:
        return format_day(dt.date.fromisoformat(text), language)
    if name == "prepayment_ratio":
        return f"{(Decimal(text) * 100).normalize():f}%"
    return str(_CHOICES.get(name, {}).get(text, text))

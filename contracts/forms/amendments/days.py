"""Later days, and other payments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from contracts.forms.amendments.base import AmendForm
from contracts.models import ContractLine, ScheduleEntry
from contracts.rules.amendments import MOST_DAYS
from contracts.services.amendments import Changes, Due
from contracts.states import AmendmentKind, ScheduleKind
from core.forms import AmountField, DayField


class ExtensionForm(AmendForm):
    """Later days: of the end, of deliveries, of payments."""

    kind = AmendmentKind.EXTENSION
    ends_on = DayField(label=_("The contract ends on"), required=False)

    def add_fields(self) -> None:
        self.fields["ends_on"].initial = self.contract.ends_on
        for line in self.open_lines():
            name = f"line_{line.pk}_deliver_on"
            self.fields[name] = DayField(label=_("Delivery"), required=False)
            self.fields[name].initial = line.deliver_on
        for entry in self.dated():
            name = f"entry_{entry.pk}"
            self.fields[name] = DayField(label=_("Due"), required=False)
            self.fields[name].initial = entry.due_on

    def open_lines(self) -> list[ContractLine]:
        """Lines that were not delivered yet."""
        return [one for one in self.movable.lines if one.pk not in self.movable.delivered]

    def dated(self) -> list[ScheduleEntry]:
        """Open payments with a day of their own."""
        return [one for one in self.movable.entries if one.kind != ScheduleKind.MILESTONE]

    def line_rows(self) -> Iterator[tuple[ContractLine, BoundField]]:
        """Lines with their field."""
        return ((one, self[f"line_{one.pk}_deliver_on"]) for one in self.open_lines())

    def entry_rows(self) -> Iterator[tuple[ScheduleEntry, BoundField]]:
        """Payments with their field."""
        return ((one, self[f"entry_{one.pk}"]) for one in self.dated())

    def read_changes(self, given: Mapping[str, Any]) -> Changes:
        ends_on = self.later("ends_on", given, self.contract.ends_on)
        lines = {
            one.pk: {"deliver_on": day}
            for one in self.open_lines()
            if (day := self.later(f"line_{one.pk}_deliver_on", given, one.deliver_on))
        }
        dues = {
            one.pk: day
            for one in self.dated()
            if (day := self.later(f"entry_{one.pk}", given, one.due_on))
        }
        return Changes(ends_on=ends_on, lines=dict(lines), dues=dues)

    def later(self, name: str, given: Mapping[str, Any], before: dt.date | None) -> dt.date | None:
        """The new day where it is one; a day that was agreed only moves later here."""
        day: dt.date | None = given.get(name)
        if day == before:
            return None
        if before is not None and (day is None or day < before):
            self.add_error(
                name,
                _("An extension moves a day later. Give a later day, or leave it as it is."),
            )
            return None
        if before is not None and day is not None and (day - before).days > MOST_DAYS:
            self.add_error(name, _("That is more than twenty years later. Check the dates."))
            return None
        return day


#: A payment with its place in the order, and the prefix of its fields.
Row = tuple[tuple[dt.date, int], str, Due]
_OF_PAYMENT: Final = ("due_on", "amount", "label")


class ScheduleForm(AmendForm):
    """Other payments: what is open is cut anew and comes to the same sum."""

    kind = AmendmentKind.SCHEDULE

    def add_fields(self) -> None:
        for entry in self.movable.entries:
            prefix = f"entry_{entry.pk}"
            if entry.kind != ScheduleKind.MILESTONE:
                self.fields[f"{prefix}_due_on"] = DayField(
                    label=_("On"), required=False, initial=entry.due_on
                )
            self.fields[f"{prefix}_amount"] = AmountField(
                label=_("Amount"), required=False, initial=f"{entry.amount.normalize():f}"
            )
            self.fields[f"{prefix}_label"] = forms.CharField(
                label=_("What for"), max_length=200, required=False, initial=entry.label
            )
            self.fields[f"{prefix}_remove"] = forms.BooleanField(label=_("Remove"), required=False)
        for number in self.blank_rows(*_OF_PAYMENT):
            prefix = f"new_{number}"
            self.fields[f"{prefix}_due_on"] = DayField(label=_("On"), required=False)
            self.fields[f"{prefix}_amount"] = AmountField(label=_("Amount"), required=False)
            self.fields[f"{prefix}_label"] = forms.CharField(
                label=_("What for"), max_length=200, required=False
            )

    def rows(self) -> Iterator[tuple[ScheduleEntry | None, dict[str, BoundField]]]:
        """Every row: open payments, then blank ones."""
        names = ("due_on", "amount", "label", "remove")
        for entry in self.movable.entries:
            yield entry, self.row(f"entry_{entry.pk}", *names)
        for number in self.blank_rows(*_OF_PAYMENT):
            yield None, self.row(f"new_{number}", *names)

    def read_changes(self, given: Mapping[str, Any]) -> Changes:
        found: list[Row] = []
        for entry in self.movable.entries:
            prefix = f"entry_{entry.pk}"
            if not given.get(f"{prefix}_remove"):
                self.take(found, prefix, given, entry)
        for number in self.blank_rows(*_OF_PAYMENT):
            prefix = f"new_{number}"
            if any(given.get(f"{prefix}_{name}") for name in _OF_PAYMENT):
                self.take(found, prefix, given, None)
        if not found and not self.errors:
            self.add_error(None, _("Give at least one payment."))
        found.sort(key=lambda row: row[0])
        self.find_places(found)
        return Changes(schedule=tuple(due for _key, _prefix, due in found))

    def find_places(self, found: list[Row]) -> None:
        """Which field the service means; a wrong sum is told at the last amount."""
        for index, (_key, prefix, _due) in enumerate(found):
            for name in ("amount", "due_on"):
                self.places[f"schedule_{index}_{name}"] = f"{prefix}_{name}"
            self.places["schedule"] = f"{prefix}_amount"

    def take(
        self,
        found: list[Row],
        prefix: str,
        given: Mapping[str, Any],
        entry: ScheduleEntry | None,
    ) -> None:
        """One row, in the order of its day; a milestone where its line is delivered."""
        amount, day = given.get(f"{prefix}_amount"), given.get(f"{prefix}_due_on")
        if amount is None:
            self.add_error(f"{prefix}_amount", _("Give the amount."))
            return
        if day is None and f"{prefix}_due_on" in self.fields:
            self.add_error(f"{prefix}_due_on", _("Say on which day."))
            return
        expected = entry.line.deliver_on if entry is not None and entry.line else None
        key = (day or expected or dt.date.max, len(found))
        label = given.get(f"{prefix}_label", "")
        found.append((key, prefix, Due(day, amount, label, entry.pk if entry else None)))

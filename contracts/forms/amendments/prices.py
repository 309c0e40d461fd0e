"""A lower price, and other services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contracts.forms.amendments.base import AmendForm, UnitPriceField
from contracts.models import ContractLine
from contracts.rules.discounts import NotExact, Priced, lowered
from contracts.services.amendments import Changes
from contracts.states import AmendmentKind, BalanceHow
from core.errors import stated
from core.forms import AmountField, DayField
from core.money import is_rounded, round_money

_STEP: Final = Decimal("0.0001")
_WHOLE: Final = Decimal(100)
PERCENT, AMOUNT, PRICES = "PERCENT", "AMOUNT", "PRICES"
REST, CHOSEN = "REST", "CHOSEN"


class DiscountForm(AmendForm):
    """Less to pay: a share or a sum off, of everything open or of chosen lines; or new prices."""

    kind = AmendmentKind.DISCOUNT
    how = forms.ChoiceField(
        label=_("How"),
        choices=[
            (PERCENT, _("A percentage off")),
            (AMOUNT, _("A sum off, with tax")),
            (PRICES, _("New unit prices, in the table below")),
        ],
        widget=forms.RadioSelect,
        initial=PERCENT,
    )
    scope = forms.ChoiceField(
        label=_("Of what"),
        choices=[
            (REST, _("Of all that can still be changed")),
            (CHOSEN, _("Of the lines ticked below")),
        ],
        widget=forms.RadioSelect,
        initial=REST,
    )
    percent = AmountField(label=_("Percent off"), max_digits=5, decimal_places=2, required=False)
    off = AmountField(label=_("Sum off"), required=False)
    follow = forms.ChoiceField(
        label=_("Which payments become smaller"),
        choices=[c for c in BalanceHow.choices if c[0] != BalanceHow.NEW],
        widget=forms.RadioSelect,
        initial=BalanceHow.SPREAD,
    )

    def add_fields(self) -> None:
        if not self.movable.lines:
            del self.fields["scope"]
            self.fields["how"].choices = self.fields["how"].choices[:2]  # type: ignore[attr-defined]  # a choice field
        if not self.movable.entries:
            del self.fields["follow"]
        for line in self.movable.lines:
            self.fields[f"pick_{line.pk}"] = forms.BooleanField(
                label=line.description, required=False
            )
            self.fields[f"price_{line.pk}"] = UnitPriceField(label=_("New unit price"))
            self.places[f"line_{line.pk}_unit_price"] = f"price_{line.pk}"

    def line_rows(self) -> Iterator[tuple[ContractLine, BoundField, BoundField]]:
        """Lines with their tick and their new price."""
        return (
            (one, self[f"pick_{one.pk}"], self[f"price_{one.pk}"]) for one in self.movable.lines
        )

    def read_changes(self, given: Mapping[str, Any]) -> Changes:
        follow = BalanceHow(given.get("follow") or BalanceHow.LAST)
        if given["how"] == PRICES:
            return Changes(lines=self.new_prices(given), follow=follow)
        if given["how"] == PERCENT and not self.is_share(given.get("percent")):
            return Changes()
        if given.get("scope") == CHOSEN:
            return Changes(lines=self.off_chosen(given), follow=follow)
        off = self.sum_off(given, self.movable.rest)
        if off is None:
            return Changes()
        if not self.movable.lines:
            return Changes(price=(self.contract.amount or Decimal(0)) - off, follow=follow)
        lines = [one for one in self.movable.lines if one.pk not in self.movable.billed]
        return Changes(lines=self.spread(lines, off, given), follow=follow)

    def is_share(self, percent: Decimal | None) -> bool:
        """Whether it is a percentage that can be given; says what is wrong with it."""
        if percent is None or not 0 < percent < _WHOLE:
            self.add_error("percent", _("Give a percentage above 0 and below 100."))
            return False
        return True

    def sum_off(self, given: Mapping[str, Any], whole: Decimal) -> Decimal | None:
        """What is given up of `whole`, in money."""
        currency = self.contract.currency
        name = "percent" if given["how"] == PERCENT else "off"
        off: Decimal | None = given.get("off")
        if given["how"] == PERCENT:
            off = round_money(whole * given["percent"] / _WHOLE, currency)
        if off is None or off <= 0 or not is_rounded(off, currency):
            self.add_error(name, _("Give an amount above zero, with the decimals of the currency."))
            return None
        if off >= whole:
            self.add_error(name, gettext("Less than %s can be given up.") % stated(whole, currency))
            return None
        return off

    def new_prices(self, given: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
        """Lines whose price was typed anew; each is lower."""
        found: dict[int, dict[str, Any]] = {}
        for line in self.movable.lines:
            name = f"price_{line.pk}"
            price = given.get(name)
            if price is None or price == line.unit_price:
                continue
            if not 0 <= price < line.unit_price:
                self.add_error(
                    name,
                    _("A discount lowers the price. To raise it, agree a changed scope."),
                )
            found[line.pk] = {"unit_price": price}
        if not found:
            self.add_error("how", _("Give a new price in the table below."))
        return found

    def off_chosen(self, given: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
        lines = [one for one in self.movable.lines if given.get(f"pick_{one.pk}")]
        if not lines:
            self.add_error("scope", _("Tick the lines in the table below."))
            return {}
        if given["how"] == AMOUNT:
            whole = sum((one.net + one.tax for one in lines), Decimal(0))
            off = self.sum_off(given, whole)
            return {} if off is None else self.spread(lines, off, given)
        left = 1 - given["percent"] / _WHOLE
        return {
            one.pk: {"unit_price": (one.unit_price * left).quantize(_STEP, rounding=ROUND_HALF_UP)}
            for one in lines
        }

    def spread(
        self, lines: list[ContractLine], off: Decimal, given: Mapping[str, Any]
    ) -> dict[int, dict[str, Any]]:
        """Unit prices that make these lines cheaper by exactly so much."""
        name = "percent" if given["how"] == PERCENT else "off"
        currency = self.contract.currency
        priced = [Priced(one.pk, one.quantity, one.unit_price, one.tax_percent) for one in lines]
        try:
            prices = lowered(priced, off, currency)
        except NotExact as error:
            said = gettext("No unit prices come to exactly that; %s would be possible.")
            if error.nearest > 0:
                said %= stated(error.nearest, currency)
            else:
                said = gettext("No unit prices come to exactly that. Give another sum.")
            self.add_error(name, said)
            return {}
        except ValueError:
            said = gettext("The lines that are not invoiced come to less than %s.")
            self.add_error(name, said % stated(off, currency))
            return {}
        return {pk: {"unit_price": price} for pk, price in prices.items()}


_NEW: Final = ("description", "quantity", "unit", "unit_price", "tax_percent", "deliver_on")


class ScopeForm(AmendForm):
    """More, less or other services."""

    kind = AmendmentKind.SCOPE
    follow = forms.ChoiceField(
        label=_("Where a new price goes"),
        choices=BalanceHow.choices,
        widget=forms.RadioSelect,
        initial=BalanceHow.LAST,
    )
    follow_on = DayField(label=_("The payment of its own falls due on"), required=False)

    def add_fields(self) -> None:
        if not self.has_schedule:
            del self.fields["follow"], self.fields["follow_on"]
        for line in self.movable.lines:
            self.add_line(line)
        for number in self.blank_rows("description", "unit_price"):
            self.add_blank(f"new_{number}")

    @property
    def has_schedule(self) -> bool:
        """Whether payments are agreed that a new price has to go to."""
        return bool(self.movable.entries or self.movable.kept)

    def add_line(self, line: ContractLine) -> None:
        prefix = f"line_{line.pk}"
        if line.pk not in self.movable.delivered:
            self.fields[f"{prefix}_description"] = forms.CharField(
                label=_("Description"), max_length=300, required=False, initial=line.description
            )
            self.fields[f"{prefix}_quantity"] = UnitPriceField(
                label=_("Quantity"), max_digits=12, initial=f"{line.quantity.normalize():f}"
            )
        self.fields[f"{prefix}_unit_price"] = UnitPriceField(
            label=_("Unit price"), initial=f"{line.unit_price.normalize():f}"
        )
        if line.pk not in self.movable.delivered | self.movable.billed:
            self.fields[f"remove_{line.pk}"] = forms.BooleanField(label=_("Remove"), required=False)

    def add_blank(self, prefix: str) -> None:
        self.fields[f"{prefix}_description"] = forms.CharField(
            label=_("Description"), max_length=300, required=False
        )
        self.fields[f"{prefix}_quantity"] = UnitPriceField(label=_("Quantity"), max_digits=12)
        self.fields[f"{prefix}_unit"] = forms.CharField(
            label=_("Unit"), max_length=40, required=False
        )
        self.fields[f"{prefix}_unit_price"] = UnitPriceField(label=_("Unit price"))
        self.fields[f"{prefix}_tax_percent"] = AmountField(
            label=_("Tax (%)"), max_digits=6, decimal_places=3, required=False
        )
        self.fields[f"{prefix}_deliver_on"] = DayField(label=_("Delivery"), required=False)

    def line_rows(self) -> Iterator[tuple[ContractLine, dict[str, BoundField]]]:
        """Lines with the fields they have."""
        for one in self.movable.lines:
            row = self.row(f"line_{one.pk}", "description", "quantity", "unit_price")
            if f"remove_{one.pk}" in self.fields:
                row["remove"] = self[f"remove_{one.pk}"]
            yield one, row

    def new_rows(self) -> Iterator[dict[str, BoundField]]:
        """Blank rows."""
        for number in self.blank_rows("description", "unit_price"):
            yield self.row(f"new_{number}", *_NEW)

    def read_changes(self, given: Mapping[str, Any]) -> Changes:
        removed = tuple(one.pk for one in self.movable.lines if given.get(f"remove_{one.pk}"))
        lines = {
            one.pk: fields
            for one in self.movable.lines
            if one.pk not in removed and (fields := self.changed(one, given))
        }
        added = tuple(self.added(given))
        return Changes(
            lines=lines,
            added=added,
            removed=removed,
            follow=BalanceHow(given.get("follow") or BalanceHow.LAST),
            follow_on=given.get("follow_on"),
        )

    def changed(self, line: ContractLine, given: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for name in ("description", "quantity", "unit_price"):
            field = f"line_{line.pk}_{name}"
            if field not in self.fields:
                continue
            value = given.get(field)
            if value in (None, ""):
                self.add_error(field, _("This cannot be empty. Tick “Remove” to take it out."))
            elif value != getattr(line, name):
                found[name] = value
        return found

    def added(self, given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        index = 0
        for number in self.blank_rows("description", "unit_price"):
            prefix = f"new_{number}"
            values = {name: given.get(f"{prefix}_{name}") for name in _NEW}
            if values["description"] in (None, "") and values["unit_price"] is None:
                continue
            for name in _NEW:
                self.places[f"added_{index}_{name}"] = f"{prefix}_{name}"
            index += 1
            if values["unit_price"] is None:
                self.add_error(f"{prefix}_unit_price", _("Give the price of one unit."))
                continue
            yield {
                **{name: value for name, value in values.items() if value not in (None, "")},
                "description": values["description"] or "",
            }

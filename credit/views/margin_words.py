"""The net margin in words and rows, as pages show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from contracts.models import Amendment
from core.display import format_day, format_number, format_percent
from core.money import format_money
from credit.models import FreeEntry
from credit.rules.freeloading import AVOIDED, GIVEN, L, NetMargin
from credit.selectors.margins import LineRow, WorkedOut
from credit.states import Assumed, ClientAdvice, FreeWork, MarginLine
from interactions.models import Interaction
from payments.models import CreditNote, Invoice, Refund

#: Lines that are there even at zero, so that their absence is not read as forgotten.
ALWAYS = (L.INVOICED, L.RETURNED, L.CONTACTS, L.MONEY, L.LOST)


def _money(margin: NetMargin) -> Callable[[Decimal], str]:
    language = get_language() or "en"
    return lambda amount: format_money(amount, margin.currency, language)


def advice_words(margin: NetMargin) -> str:
    """What the arithmetic suggests and why, in a sentence or two."""
    money = _money(margin)
    said = {
        "net": money(margin.net),
        "prepaid": money(margin.prepaid),
        "sales": money(margin.net_sales),
        "floor": money(margin.floor),
    }
    advice = margin.advice
    if advice == ClientAdvice.TOO_LITTLE:
        return ngettext(
            "%(count)d invoice in these twelve months. There is advice from %(least)d on.",
            "%(count)d invoices in these twelve months. There is advice from %(least)d on.",
            margin.invoices,
        ) % {"count": margin.invoices, "least": margin.terms.min_invoices}
    if advice == ClientAdvice.KEEP:
        words = _("%(net)s is left of %(sales)s net sales, at least the %(floor)s asked for.")
    elif advice == ClientAdvice.PREPAY:
        words = _(
            "%(net)s is left, less than the %(floor)s asked for. Paid in advance, without effort "
            "of collection, cost of money and losses, it would be %(prepaid)s."
        )
    else:
        words = _(
            "%(net)s is left, and %(prepaid)s even if everything were paid in advance: both are "
            "less than the %(floor)s asked for. Raise the price, give away less, or part ways."
        )
    return words % said


def margin_table(found: WorkedOut) -> dict[str, Any]:
    """A margin as its table shows it: line by line, each leading to its rows."""
    margin, money = found.margin, _money(found.margin)
    share = format_percent(margin.terms.gross_margin, 1)
    steps = [_line(found, L.INVOICED, ""), _line(found, L.RETURNED, "−")]
    if margin.of(L.DISCOUNT):
        steps.append(_line(found, L.DISCOUNT, "+"))
        steps.append(_total(_("Sales at the agreed price"), money(margin.sales)))
    gross = _("Gross margin: %(share)s of it, as assumed") % {"share": share}
    steps.append(_total(gross, money(margin.gross)))
    shown = [one for one in (*GIVEN, *AVOIDED) if one in ALWAYS or one in margin.lines]
    steps += [_line(found, one, "−") for one in shown]
    percent = margin.percent
    return {
        "margin": margin,
        "currency": margin.currency,
        "steps": steps,
        "net": money(margin.net),
        "is_loss": margin.net < 0,
        "percent": "" if percent is None else format_percent(percent, 1),
        "prepaid": money(margin.prepaid),
        "floor": money(margin.floor),
        "keep_at": format_percent(margin.terms.keep_at, 1),
        "least": margin.terms.min_invoices,
        "advice": margin.advice,
        "words": advice_words(margin),
        "unpriced": [_unpriced(found, line) for line in found.unpriced],
    }


def _total(label: str, amount: str) -> dict[str, Any]:
    return {"label": label, "amount": amount, "is_total": True}


def _line(found: WorkedOut, line: MarginLine, sign: str) -> dict[str, Any]:
    margin, count = found.margin, found.counts.get(line, 0)
    amount = margin.of(line)
    address = reverse("credit:margin_rows", args=[found.client_id, line])
    shown = _money(margin)(amount)
    return {
        "label": line.label,
        "amount": f"{sign} {shown}".strip() if amount else shown,
        "count": count,
        "url": f"{address}?currency={margin.currency}" if count else "",
    }


def _unpriced(found: WorkedOut, line: MarginLine) -> str:
    amount = format_number(found.unpriced[line], 1)
    unit = _("%(n)s min") if line == L.CONTACTS else _("%(n)s h")
    return f"{line.label}: {unit % {'n': amount}}"


def working(row: LineRow, line: MarginLine, currency: str) -> str:
    """How the amount of a row came about, where it is more than the row's own."""
    if row.quantity is None or not row.quantity:
        return ""
    language = get_language() or "en"
    if line == L.MONEY:
        return _("%(days)s days of the whole amount at %(rate)s a year") % {
            "days": format_number(row.quantity, 1),
            "rate": format_percent(row.rate or 0, 2),
        }
    if line == L.LOST:
        return _("%(share)s of %(open)s open") % {
            "share": format_percent(row.rate or 0, 0),
            "open": format_money(row.quantity, currency, language),
        }
    unit = _("%(n)s min") if line == L.CONTACTS else _("%(n)s h")
    much = unit % {"n": format_number(row.quantity, 0 if line == L.CONTACTS else 2)}
    if row.rate is None:
        return _("%(much)s, no cost of an hour in %(currency)s") % {
            "much": much,
            "currency": currency,
        }
    return _("%(much)s at %(rate)s an hour") % {
        "much": much,
        "rate": format_money(row.rate, currency, language),
    }


def line_entries(rows: Iterable[LineRow], line: MarginLine, currency: str) -> list[dict[str, Any]]:
    """The rows behind a line with what each is and where it leads; one query more."""
    found = list(rows)
    names = _names(found[0].about, [row.key for row in found]) if found else {}
    language = get_language() or "en"
    return [
        {
            "day": format_day(row.day, language),
            "label": names.get(row.key, ("", ""))[0],
            "url": names.get(row.key, ("", ""))[1],
            "working": working(row, line, currency),
            "amount": format_money(row.amount, currency, language),
        }
        for row in found
    ]


def _names(about: str, keys: list[int]) -> dict[int, tuple[str, str]]:
    namer = {
        "payments.invoice": _invoices,
        "payments.creditnote": _credit_notes,
        "payments.refund": _refunds,
        "contracts.amendment": _amendments,
        "credit.freeentry": _entries,
        "interactions.interaction": _talk,
    }[about]
    return namer(keys)


def _invoices(keys: list[int]) -> dict[int, tuple[str, str]]:
    rows = Invoice.objects.filter(pk__in=keys).values_list("pk", "number")
    return {pk: (number, reverse("payments:invoice", args=[pk])) for pk, number in rows}


def _credit_notes(keys: list[int]) -> dict[int, tuple[str, str]]:
    rows = CreditNote.objects.filter(pk__in=keys).values_list("pk", "number", "reason")
    return {
        pk: (f"{number} · {reason}".strip(" ·"), reverse("payments:credit_note", args=[pk]))
        for pk, number, reason in rows
    }


def _refunds(keys: list[int]) -> dict[int, tuple[str, str]]:
    rows = Refund.objects.filter(pk__in=keys).values_list("pk", "reason", "receipt")
    return {pk: (why, reverse("payments:receipt", args=[receipt])) for pk, why, receipt in rows}


def _amendments(keys: list[int]) -> dict[int, tuple[str, str]]:
    rows = Amendment.objects.filter(pk__in=keys).select_related("contract")
    return {
        one.pk: (
            f"{one.contract.number} · {one.reason}",
            reverse("contracts:amendment", args=[one.pk]),
        )
        for one in rows
    }


def _entries(keys: list[int]) -> dict[int, tuple[str, str]]:
    return {
        one.pk: (one.note or str(FreeWork(one.kind).label), entry_url(one.pk))
        for one in FreeEntry.objects.filter(pk__in=keys)
    }


def entry_url(pk: int) -> str:
    """Where an entry is shown."""
    return reverse("credit:free_entry", args=[pk])


def _talk(keys: list[int]) -> dict[int, tuple[str, str]]:
    return {
        one.pk: (
            f"{one.get_kind_display()} · {one}".strip(" ·"),
            reverse("interactions:list", args=[one.client_id]),
        )
        for one in Interaction.objects.filter(pk__in=keys)
    }


def assumed_value(name: Assumed, value: Decimal, currency: str) -> str:
    """A figure with its unit."""
    language = get_language() or "en"
    if name == Assumed.HOUR_COST:
        return format_money(value, currency, language)
    if name == Assumed.MINUTES:
        return _("%(n)s min") % {"n": format_number(value, 0)}
    if name in {Assumed.LOST_AFTER, Assumed.MIN_INVOICES}:
        return format_number(value, 0)
    return format_percent(value, 1)

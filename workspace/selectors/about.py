"""How the log names and opens the things of other rooms: one query per type and page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from contracts.models import Contract
from core.money import format_money
from disputes.models import Dispute
from interactions.selectors import About, register_about
from payments.models import Invoice, Promise
from reminders.models import DemandLetter

Rows = Mapping[str, About]


def _keys(ids: Sequence[str]) -> list[int]:
    return [int(one) for one in ids if one.isdecimal()]


def _contracts(ids: Sequence[str]) -> Rows:
    rows = Contract.objects.filter(pk__in=_keys(ids)).only("pk", "number")
    return {
        str(one.pk): About(
            _("Contract %(number)s") % {"number": one.number},
            reverse("contracts:contract", args=[one.pk]),
        )
        for one in rows
    }


def _invoices(ids: Sequence[str]) -> Rows:
    rows = Invoice.objects.filter(pk__in=_keys(ids)).only("pk", "number")
    return {
        str(one.pk): About(
            _("Invoice %(number)s") % {"number": one.number},
            reverse("payments:invoice", args=[one.pk]),
        )
        for one in rows
    }


def _promises(ids: Sequence[str]) -> Rows:
    return {
        str(one.pk): About(
            _("Promise of %(amount)s")
            % {"amount": format_money(one.amount, one.currency, get_language() or "en")},
            reverse("clients:client", args=[one.client_id]),
        )
        for one in Promise.objects.filter(pk__in=_keys(ids))
    }


def _disputes(ids: Sequence[str]) -> Rows:
    return {
        str(one.pk): About(
            _("Dispute about invoice %(number)s") % {"number": one.invoice.number},
            reverse("payments:invoice", args=[one.invoice_id]),
        )
        for one in Dispute.objects.filter(pk__in=_keys(ids)).select_related("invoice")
    }


def _letters(ids: Sequence[str]) -> Rows:
    return {
        str(one.pk): About(
            _("Letter %(number)s") % {"number": one.reference},
            reverse("reminders:letter", args=[one.pk]),
        )
        for one in DemandLetter.objects.filter(pk__in=_keys(ids))
    }


def register() -> None:
    """Make the things of the other rooms known to the log."""
    register_about("contracts.contract", _lazy("Contract"), _contracts)
    register_about("payments.invoice", _lazy("Invoice"), _invoices)
    register_about("payments.promise", pgettext_lazy("noun", "Promise"), _promises)
    register_about("disputes.dispute", _lazy("Dispute"), _disputes)
    register_about("reminders.demandletter", _lazy("Letter"), _letters)

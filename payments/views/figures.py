"""What an address asks a figure about; here, because a figure of today needs the clock."""

from __future__ import annotations

from django.http import QueryDict

from clients.models import Creditor
from clients.selectors import default_creditor
from core.dates import today
from core.forms import day_or_none, typed_text
from core.money import UnknownCurrency, check_currency
from payments.forms.filters import FigureQuery


def read_figure_query(data: QueryDict) -> FigureQuery | None:
    """What an address asks about; None while there is no creditor.

    A day that has not come yet, or is not one, means today in the creditor's time zone; letters
    that are no currency mean the creditor's.
    """
    named = Creditor.objects.filter(code=typed_text(data.get("creditor"))).first()
    creditor = named or default_creditor()
    if creditor is None:
        return None
    now = today(creditor.time_zone)
    asked = day_or_none(data.get("as_of")) or now
    currency = _known(typed_text(data.get("currency"), 3).upper()) or creditor.currency
    return FigureQuery(creditor, currency, min(asked, now), now)


def _known(currency: str) -> str:
    try:
        return check_currency(currency)
    except UnknownCurrency:
        return ""

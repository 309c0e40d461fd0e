"""What an import found, and what it brought."""

import datetime as dt
from decimal import Decimal

from django.db.models import Sum

from imports.services.imports import Outcome
from payments.models import Invoice

D = dt.date
HEAD = "Client,Invoice,Date,Due,Amount"
PARTIAL = "Client,Invoice,Date,Due,Amount,Open Balance,Last payment date\n"


def codes(outcome: Outcome) -> set[str]:
    """Codes of the notes."""
    return {str(code) for code in outcome.findings.counts}


def sums() -> tuple[int, Decimal, Decimal]:
    """Invoices, invoiced, open."""
    found = Invoice.objects.aggregate(amount=Sum("amount"), open=Sum("open_amount"))
    return Invoice.objects.count(), found["amount"] or Decimal(0), found["open"] or Decimal(0)

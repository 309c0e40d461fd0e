"""Reads of what is contested, and of complaints."""

from disputes.selectors.complaints import (
    Fact,
    complaint_histories,
    creditor_of_client,
    deliveries_to_complain_of,
    facts_before,
    invoices_to_complain_of,
)
from disputes.selectors.disputes import (
    HeldInvoice,
    HeldPage,
    disputed_counters,
    held_invoices,
    held_totals,
)

__all__ = [
    "Fact",
    "HeldInvoice",
    "HeldPage",
    "complaint_histories",
    "creditor_of_client",
    "deliveries_to_complain_of",
    "disputed_counters",
    "facts_before",
    "held_invoices",
    "held_totals",
    "invoices_to_complain_of",
]

"""Use cases that write what is owed and paid."""

from payments.services.agreements import (
    UnableToAgree,
    agree_plan,
    close_plan,
    judge_promises,
    record_promise,
    withdraw_promise,
)
from payments.services.credits import credit_invoice
from payments.services.intake import (
    Payment,
    Received,
    apply_oldest_first,
    receive_payment,
    receive_payments,
)
from payments.services.ledger import (
    UnableToAllocate,
    UnableToIssue,
    UnableToRefund,
    UnableToReverse,
    allocate,
    allocate_oldest_first,
    issue_credit_note,
    issue_invoice,
    record_receipt,
    refund_receipt,
    reverse_allocation,
    suggested_lines,
)

__all__ = [
    "Payment",
    "Received",
    "UnableToAgree",
    "UnableToAllocate",
    "UnableToIssue",
    "UnableToRefund",
    "UnableToReverse",
    "agree_plan",
    "allocate",
    "allocate_oldest_first",
    "apply_oldest_first",
    "close_plan",
    "credit_invoice",
    "issue_credit_note",
    "issue_invoice",
    "judge_promises",
    "receive_payment",
    "receive_payments",
    "record_promise",
    "record_receipt",
    "refund_receipt",
    "reverse_allocation",
    "suggested_lines",
    "withdraw_promise",
]

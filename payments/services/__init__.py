"""Use cases that write what is owed and paid."""

from payments.services.agreements import (
    UnableToAgree,
    agree_plan,
    close_plan,
    record_promise,
    withdraw_promise,
)
from payments.services.billing import (
    UnableToInvoice,
    invoice_entry,
    issue_due_entries,
    milestone_accepted,
    set_numbering,
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
    UnableToReverse,
    allocate,
    allocate_oldest_first,
    issue_credit_note,
    issue_invoice,
    record_receipt,
    reverse_allocation,
    suggested_lines,
)
from payments.services.prepayments import (
    UnableToPrepay,
    apply_prepayments,
    end_prepayment,
    print_request,
    receive_prepayment,
    request_prepayment,
)
from payments.services.promises import judge_promises
from payments.services.refunds import UnableToRefund, refund_receipt
from payments.services.releases import (
    UnableToRelease,
    approve_release,
    ask_release,
    pay_extra,
    refuse_release,
)

__all__ = [
    "Payment",
    "Received",
    "UnableToAgree",
    "UnableToAllocate",
    "UnableToInvoice",
    "UnableToIssue",
    "UnableToPrepay",
    "UnableToRefund",
    "UnableToRelease",
    "UnableToReverse",
    "agree_plan",
    "allocate",
    "allocate_oldest_first",
    "apply_oldest_first",
    "apply_prepayments",
    "approve_release",
    "ask_release",
    "close_plan",
    "credit_invoice",
    "end_prepayment",
    "invoice_entry",
    "issue_credit_note",
    "issue_due_entries",
    "issue_invoice",
    "judge_promises",
    "milestone_accepted",
    "pay_extra",
    "print_request",
    "receive_payment",
    "receive_payments",
    "receive_prepayment",
    "record_promise",
    "record_receipt",
    "refund_receipt",
    "refuse_release",
    "request_prepayment",
    "reverse_allocation",
    "set_numbering",
    "suggested_lines",
    "withdraw_promise",
]

"""What is owed and paid. Money rows are insert-only; counters are moved by triggers."""

from payments.models.agreements import (
    InstalmentPlan,
    PlanInstalment,
    PlanInvoice,
    Promise,
    PromiseMoney,
)
from payments.models.ledger import Allocation, CreditNote, Invoice, Receipt, Refund
from payments.models.prepayments import (
    InvoiceNumbering,
    MilestoneAcceptance,
    Prepayment,
    PrepaymentRelease,
)
from payments.models.rates import InterestPreset, ReferenceRate
from payments.models.rollups import AgingFlow, ClientBalance

__all__ = [
    "AgingFlow",
    "Allocation",
    "ClientBalance",
    "CreditNote",
    "InstalmentPlan",
    "InterestPreset",
    "Invoice",
    "InvoiceNumbering",
    "MilestoneAcceptance",
    "PlanInstalment",
    "PlanInvoice",
    "Prepayment",
    "PrepaymentRelease",
    "Promise",
    "PromiseMoney",
    "Receipt",
    "ReferenceRate",
    "Refund",
]

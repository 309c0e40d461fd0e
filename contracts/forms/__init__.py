"""Forms of contracts."""

from contracts.forms.contracts import (
    ChooseClientForm,
    ContractFilter,
    ContractForm,
    ReasonForm,
    SignedCopyForm,
)
from contracts.forms.life import (
    AskReviewForm,
    OptionalReasonForm,
    OverrideForm,
    SignatureForm,
    VerdictForm,
)

__all__ = [
    "AskReviewForm",
    "ChooseClientForm",
    "ContractFilter",
    "ContractForm",
    "OptionalReasonForm",
    "OverrideForm",
    "ReasonForm",
    "SignatureForm",
    "SignedCopyForm",
    "VerdictForm",
]

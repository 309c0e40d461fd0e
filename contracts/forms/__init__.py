"""Forms of contracts."""

from contracts.forms.contracts import (
    ChooseClientForm,
    ContractFilter,
    ContractForm,
    ReasonForm,
    SignedCopyForm,
)

__all__ = ["ChooseClientForm", "ContractFilter", "ContractForm", "ReasonForm", "SignedCopyForm"]

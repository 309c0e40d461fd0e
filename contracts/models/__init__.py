"""What was agreed: services, clauses, contracts, their versions and what the client accepted."""

from contracts.models.catalogue import (
    Clause,
    ClauseVersion,
    ContractTemplate,
    GradeTerms,
    ServiceType,
)
from contracts.models.contracts import Contract, ContractQuerySet, ContractTransition
from contracts.models.parts import ContractClause, ContractLine, ScheduleEntry
from contracts.models.versions import (
    ContractAcceptance,
    ContractVersion,
    Override,
    Review,
    ReviewRemark,
)

__all__ = [
    "Clause",
    "ClauseVersion",
    "Contract",
    "ContractAcceptance",
    "ContractClause",
    "ContractLine",
    "ContractQuerySet",
    "ContractTemplate",
    "ContractTransition",
    "ContractVersion",
    "GradeTerms",
    "Override",
    "Review",
    "ReviewRemark",
    "ScheduleEntry",
    "ServiceType",
]

"""What was agreed: services, clauses, contracts, their versions and what the client accepted."""

from contracts.models.amendments import Amendment, AmendmentLimit
from contracts.models.catalogue import (
    Clause,
    ClauseVersion,
    ContractTemplate,
    GradeTerms,
    ServiceType,
)
from contracts.models.contracts import Contract, ContractQuerySet, ContractTransition
from contracts.models.notices import ContractNotice
from contracts.models.parts import ContractClause, ContractLine, ScheduleEntry
from contracts.models.performance import (
    Delivery,
    DeliveryAnswer,
    Obligation,
    SupervisionFlag,
)
from contracts.models.versions import (
    ContractAcceptance,
    ContractVersion,
    Override,
    OverrideRequest,
    Review,
    ReviewRemark,
)

__all__ = [
    "Amendment",
    "AmendmentLimit",
    "Clause",
    "ClauseVersion",
    "Contract",
    "ContractAcceptance",
    "ContractClause",
    "ContractLine",
    "ContractNotice",
    "ContractQuerySet",
    "ContractTemplate",
    "ContractTransition",
    "ContractVersion",
    "Delivery",
    "DeliveryAnswer",
    "GradeTerms",
    "Obligation",
    "Override",
    "OverrideRequest",
    "Review",
    "ReviewRemark",
    "ScheduleEntry",
    "ServiceType",
    "SupervisionFlag",
]

"""Tables of this room."""

from portal.models.links import PortalAct, PortalLink, PortalLinkQuerySet, PortalVisit
from portal.models.silence import LinkReminder, SilencePolicy
from portal.models.statements import (
    StatementAnswer,
    StatementBatch,
    StatementBatchRow,
    StatementLine,
)

__all__ = [
    "LinkReminder",
    "PortalAct",
    "PortalLink",
    "PortalLinkQuerySet",
    "PortalVisit",
    "SilencePolicy",
    "StatementAnswer",
    "StatementBatch",
    "StatementBatchRow",
    "StatementLine",
]

"""Amendments: the new text is made first and kept, then approved, then accepted, then in force.

A proposal is carried out and taken back at once; what remains of it is the text it leads to, as
a version of its own. When the client accepts that version it is carried out again, and comes
into force only if it leads to the very same text: whatever was invoiced or changed in between
makes it outdated. What has been invoiced is never moved.
"""

from contracts.selectors.amendments import limits_by_role, who_may_approve
from contracts.services.amendments.carrying import open_entries
from contracts.services.amendments.changes import (
    Changes,
    Due,
    UnableToAmend,
    changes_from_json,
)
from contracts.services.amendments.deciding import (
    accept_amendment,
    approve_amendment,
    decline_amendment,
    reject_amendment,
    withdraw_amendment,
)
from contracts.services.amendments.limits import set_amendment_limit
from contracts.services.amendments.paper import agreement_pdf
from contracts.services.amendments.proposing import Outlook, preview_amendment, propose_amendment

__all__ = [
    "Changes",
    "Due",
    "Outlook",
    "UnableToAmend",
    "accept_amendment",
    "agreement_pdf",
    "approve_amendment",
    "changes_from_json",
    "decline_amendment",
    "limits_by_role",
    "open_entries",
    "preview_amendment",
    "propose_amendment",
    "reject_amendment",
    "set_amendment_limit",
    "who_may_approve",
    "withdraw_amendment",
]

"""Use cases of this room."""

from interactions.services.contact_rules import (
    PolicyTerms,
    UnableToContact,
    UnableToSetRules,
    contact_check,
    explain,
    lift_refusal,
    note_breaches,
    require_contact,
    set_contact_policy,
)
from interactions.services.follow_ups import add_follow_up, complete_follow_up
from interactions.services.log import (
    RecordingFacts,
    UnableToLog,
    link_interaction,
    log_interaction,
)

__all__ = [
    "PolicyTerms",
    "RecordingFacts",
    "UnableToContact",
    "UnableToLog",
    "UnableToSetRules",
    "add_follow_up",
    "complete_follow_up",
    "contact_check",
    "explain",
    "lift_refusal",
    "link_interaction",
    "log_interaction",
    "note_breaches",
    "require_contact",
    "set_contact_policy",
]

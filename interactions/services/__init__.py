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
from interactions.services.follow_ups import (
    add_follow_up,
    complete_follow_up,
)
from interactions.services.log import (
    RecordingFacts,
    UnableToLog,
    link_interaction,
    log_interaction,
)
from interactions.services.mail import (
    Archived,
    UnableToArchive,
    archive_mail,
    archive_sent,
)
from interactions.services.mail_filing import (
    UnableToFile,
    assign_mail,
    dismiss_mail,
)
from interactions.services.mail_proposals import (
    UnableToDecide,
    reject_proposal,
    settle_proposal,
)
from interactions.services.tone import (
    UnableToSay,
    keep_override,
    require_calm,
)

__all__ = [
    "Archived",
    "PolicyTerms",
    "RecordingFacts",
    "UnableToArchive",
    "UnableToContact",
    "UnableToDecide",
    "UnableToFile",
    "UnableToLog",
    "UnableToSay",
    "UnableToSetRules",
    "add_follow_up",
    "archive_mail",
    "archive_sent",
    "assign_mail",
    "complete_follow_up",
    "contact_check",
    "dismiss_mail",
    "explain",
    "keep_override",
    "lift_refusal",
    "link_interaction",
    "log_interaction",
    "note_breaches",
    "reject_proposal",
    "require_calm",
    "require_contact",
    "set_contact_policy",
    "settle_proposal",
]

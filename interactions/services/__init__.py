"""Use cases of this room."""

from interactions.services.follow_ups import add_follow_up, complete_follow_up
from interactions.services.log import (
    RecordingFacts,
    UnableToLog,
    link_interaction,
    log_interaction,
)
from interactions.services.mail import Archived, UnableToArchive, archive_mail, archive_sent
from interactions.services.mail_filing import UnableToFile, assign_mail, dismiss_mail

__all__ = [
    "Archived",
    "RecordingFacts",
    "UnableToArchive",
    "UnableToFile",
    "UnableToLog",
    "add_follow_up",
    "archive_mail",
    "archive_sent",
    "assign_mail",
    "complete_follow_up",
    "dismiss_mail",
    "link_interaction",
    "log_interaction",
]

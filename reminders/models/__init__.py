"""How we ask: the ladder, a stored decision per invoice, messages, demand letters."""

from reminders.models.ladder import Cycle, LadderPolicy, LadderStep, ReminderHold
from reminders.models.letters import DemandLetter, LetterBatch
from reminders.models.messages import (
    Message,
    MessageInvoice,
    MessageQuerySet,
    MessageTransition,
)
from reminders.models.runs import Decision, DecisionQuerySet, ReminderRun, RunExclusion

__all__ = [
    "Cycle",
    "Decision",
    "DecisionQuerySet",
    "DemandLetter",
    "LadderPolicy",
    "LadderStep",
    "LetterBatch",
    "Message",
    "MessageInvoice",
    "MessageQuerySet",
    "MessageTransition",
    "ReminderHold",
    "ReminderRun",
    "RunExclusion",
]

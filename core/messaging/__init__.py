"""Mails that leave at most once: their life, their claims and the rounds that send them.

A room that sends has its own table (`core.models.MailOnItsWay`) and its own history, and says
what is its own: what is looked at again at the claim, what is written, and what a sent mail
leaves behind. Everything that keeps a mail from leaving twice is here.
"""

from core.messaging.life import Acts, Machine
from core.messaging.sending import BUDGET, Claim, ClaimOutcome, Clock, Sender, SendReport

__all__ = ["BUDGET", "Acts", "Claim", "ClaimOutcome", "Clock", "Machine", "SendReport", "Sender"]

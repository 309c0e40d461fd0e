"""The steps of a reminder's way, as tests take them."""

import datetime as dt
from decimal import Decimal

from clients.models import Client, Creditor
from core.dates import start_of_day
from core.models import User
from reminders.models import Decision, Message, ReminderRun
from reminders.services.approval import approve_run
from reminders.services.planning import plan_reminders
from reminders.services.sending import SendReport, send_queued
from tests.factories import NOW, TODAY

ZONE = "Asia/Shanghai"


def at_noon(on: dt.date) -> dt.datetime:
    """Noon in Shanghai."""
    return start_of_day(on, ZONE) + dt.timedelta(hours=12)


def plan(creditor: Creditor, on: dt.date = TODAY) -> ReminderRun:
    """Plan a day."""
    return plan_reminders(creditor=creditor, on=on, actor=None, at=at_noon(on)).run


def approve(run: ReminderRun, actor: User) -> int:
    """Approve a plan at noon of its day."""
    return approve_run(run=run, actor=actor, at=at_noon(run.on))


def send(on: dt.date = TODAY) -> SendReport:
    """Send what is queued, at noon of a day."""
    return send_queued(clock=lambda: at_noon(on))


def remind(creditor: Creditor, actor: User, on: dt.date = TODAY) -> SendReport:
    """Plan, approve and send a day."""
    approve(plan(creditor, on), actor)
    return send(on)


def decisions(run: ReminderRun) -> dict[str, str]:
    """Invoice number to reason."""
    return dict(run.decisions.values_list("invoice__number", "reason"))


def decision(run: ReminderRun, number: str) -> Decision:
    """The decision on one invoice."""
    return run.decisions.get(invoice__number=number)


def states(client: Client) -> list[str]:
    """States of a client's messages, oldest first."""
    return list(
        Message.objects.filter(client=client).order_by("pk").values_list("state", flat=True)
    )


def days(count: int) -> dt.timedelta:
    """Days."""
    return dt.timedelta(days=count)


__all__ = ["NOW", "TODAY", "Decimal"]

"""The next step with a client in words: one sentence and one button."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.access import MONEY
from core.display import format_day, format_number
from core.models import User
from core.navigation import route_or_blank
from workspace.rules import NextStep, next_step
from workspace.selectors.client import ClientFile


def next_action(file: ClientFile, user: User) -> dict[str, Any]:
    """Title, text, address, label and icon for `components/next_action.html`."""
    step = next_step(file.facts)
    if step == NextStep.APPLY_CREDIT and user.role not in MONEY:
        # Money is applied by finance: sales see what comes after that.
        step = NextStep.WATCH if file.facts.oldest_overdue_on else NextStep.NOTHING
    return {"step": step.value, **_WORDS[step](file)}


def _day(file: ClientFile, name: str) -> str:
    day = getattr(file.facts, name)
    return format_day(day, get_language() or "en") if day else "–"


def _log_url(file: ClientFile) -> str:
    return f"{reverse('interactions:log')}?client={file.client.pk}"


def _follow_up(file: ClientFile) -> dict[str, Any]:
    first = file.follow_ups[0]
    return {
        "title": first.text,
        "text": _("Planned for %(day)s, %(who)s.")
        % {"day": _day(file, "follow_up_due_on"), "who": first.owner.name},
        "url": f"{_log_url(file)}&follow_up={first.pk}",
        "action": _("Log what was done"),
        "icon_name": "calendar-due",
    }


def _broken_promise(file: ClientFile) -> dict[str, Any]:
    return {
        "title": _("A promise to pay was not kept"),
        "text": _("Payment was promised for %(day)s. Ask what happened and agree a new day.")
        % {"day": _day(file, "broken_promise_on")},
        "url": _log_url(file),
        "action": _("Log a call"),
        "icon_name": "phone",
    }


def _answer_dispute(file: ClientFile) -> dict[str, Any]:
    oldest = min(
        (one for one in file.disputes if one.resolved_on is None),
        key=lambda one: (one.opened_on, one.pk),
    )
    return {
        "title": _("A dispute waits for an answer"),
        "text": _("Invoice %(number)s has been disputed since %(day)s.")
        % {"number": oldest.invoice.number, "day": _day(file, "oldest_dispute_on")},
        "url": reverse("disputes:close", args=[oldest.pk]),
        "action": _("Resolve the dispute"),
        "icon_name": "messages",
    }


def _apply_credit(file: ClientFile) -> dict[str, Any]:
    return {
        "title": _("Money received is not applied"),
        "text": _("Apply it before anybody is asked for what has been paid."),
        "url": reverse("payments:allocate", args=[file.unapplied[0].pk]),
        "action": _("Apply to invoices"),
        "icon_name": "coins",
    }


def _add_contact(file: ClientFile) -> dict[str, Any]:
    return {
        "title": _("Nobody here can be reminded"),
        "text": _("No contact has a working e-mail address and wants reminders."),
        "url": reverse("clients:contact_new", args=[file.client.pk]),
        "action": _("Add a contact"),
        "icon_name": "user-plus",
    }


def _wait_for_promise(file: ClientFile) -> dict[str, Any]:
    return {
        "title": _("Payment is promised for %(day)s") % {"day": _day(file, "waiting_promise_on")},
        "text": _("Nothing to do until then: reminders wait too."),
        "icon_name": "heart-handshake",
    }


def _send_letter(file: ClientFile) -> dict[str, Any]:
    days = (file.facts.on - (file.facts.oldest_overdue_on or file.facts.on)).days
    return {
        "title": _("A demand letter is due"),
        "text": _("The oldest undisputed invoice is %(days)s days overdue.")
        % {"days": format_number(days)},
        "url": route_or_blank("reminders:letter_new", file.client.pk)
        or route_or_blank("reminders:letters"),
        "action": _("Write the letter"),
        "icon_name": "mail",
    }


def _call(file: ClientFile) -> dict[str, Any]:
    last = file.facts.last_contact_on
    return {
        "title": _("Call about the overdue invoices"),
        "text": _("Nobody has spoken with this client yet.")
        if last is None
        else _("The last contact was on %(day)s.") % {"day": _day(file, "last_contact_on")},
        "url": _log_url(file),
        "action": _("Log a call"),
        "icon_name": "phone",
    }


def _watch(file: ClientFile) -> dict[str, Any]:
    return {
        "title": _("Overdue, and spoken with lately"),
        "text": _("The last contact was on %(day)s. Reminders go on by themselves.")
        % {"day": _day(file, "last_contact_on")},
        "icon_name": "eye",
    }


def _nothing(_file: ClientFile) -> dict[str, Any]:
    return {
        "title": _("Nothing to do"),
        "text": _("Nothing is overdue and nothing waits."),
        "icon_name": "circle-check",
    }


_WORDS = {
    NextStep.FOLLOW_UP: _follow_up,
    NextStep.BROKEN_PROMISE: _broken_promise,
    NextStep.ANSWER_DISPUTE: _answer_dispute,
    NextStep.APPLY_CREDIT: _apply_credit,
    NextStep.ADD_CONTACT: _add_contact,
    NextStep.WAIT_FOR_PROMISE: _wait_for_promise,
    NextStep.SEND_LETTER: _send_letter,
    NextStep.CALL: _call,
    NextStep.WATCH: _watch,
    NextStep.NOTHING: _nothing,
}

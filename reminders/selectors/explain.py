"""Why, or why not, in words: the facts of a decision as a sentence in the reader's language."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.display import format_day
from core.money import format_money
from core.ui import badge_for
from reminders.states import Reason

Facts = Mapping[str, Any]


def explain(
    reason: str,
    facts: Facts,
    *,
    currency: str,
    days_past_due: int | None = None,
    level: int | None = None,
    asked: Decimal | None = None,
) -> str:
    """One sentence: who, when, how much, until when. Facts that are missing are left out."""
    if reason == Reason.DUE:
        return _due(facts, currency, days_past_due, level, asked)
    writer = _WRITERS.get(reason)
    try:
        return writer(facts, currency) if writer else _label(reason)
    except KeyError:
        # A decision made before a fact was recorded still says its reason.
        return _label(reason)


def _label(reason: str) -> str:
    return f"{badge_for('decision_reason', reason).label}."


def _day(value: str) -> str:
    return format_day(dt.date.fromisoformat(value), get_language() or "en")


def _money(value: str | Decimal, currency: str) -> str:
    return format_money(Decimal(value), currency, get_language() or "en")


def _due(
    facts: Facts, currency: str, days: int | None, level: int | None, asked: Decimal | None
) -> str:
    values = {
        "days": days,
        "level": level,
        "asked": _money(asked, currency) if asked is not None else "",
    }
    if days is not None and days <= 0:
        text = _("Not overdue: a note ahead of time asks for %(asked)s.") % values
    else:
        text = (
            _("%(days)s days past due: a message of level %(level)s asks for %(asked)s.") % values
        )
    if facts.get("applied"):
        text += " " + _("The client's credit of %(credit)s was taken off.") % {
            "credit": _money(facts["applied"], currency)
        }
    return text


def _not_due(facts: Facts, currency: str) -> str:
    if facts["in_days"] == 0:
        return _("Falls due today.")
    if facts["in_days"] < 0:
        return _label(Reason.NOT_DUE)
    return ngettext(
        "Falls due on %(day)s, in %(days)d day.",
        "Falls due on %(day)s, in %(days)d days.",
        facts["in_days"],
    ) % {"day": _day(facts["due_on"]), "days": facts["in_days"]}


def _paid(facts: Facts, currency: str) -> str:
    return _("Nothing is open any more.")


def _credit(facts: Facts, currency: str) -> str:
    return _("The client's unapplied credit of %(credit)s covers it.") % {
        "credit": _money(facts["credit"], currency)
    }


def _disputed(facts: Facts, currency: str) -> str:
    if "since" not in facts:
        return _("All that is open, %(amount)s, is disputed.") % {
            "amount": _money(facts["amount"], currency)
        }
    return _("All that is open is disputed: %(amount)s since %(since)s (%(reason)s).") % {
        "amount": _money(facts["amount"], currency),
        "since": _day(facts["since"]),
        "reason": badge_for("dispute_reason", facts["dispute_reason"]).label,
    }


def _promised(facts: Facts, currency: str) -> str:
    text = _("On %(promised)s the client promised %(amount)s by %(until)s.") % {
        "promised": _day(facts["promised_on"]),
        "amount": _money(facts["amount"], currency),
        "until": _day(facts["until"]),
    }
    if facts.get("last_day", facts["until"]) != facts["until"]:
        text += " " + _("The bank's days of grace end on %(day)s.") % {
            "day": _day(facts["last_day"])
        }
    return text


def _plan(facts: Facts, currency: str) -> str:
    text = _("On the instalment plan agreed on %(agreed)s.") % {"agreed": _day(facts["agreed_on"])}
    if facts.get("next_on"):
        text += " " + _("The next payment is %(amount)s on %(next)s.") % {
            "amount": _money(facts["next_amount"], currency),
            "next": _day(facts["next_on"]),
        }
    return text


def _hold(facts: Facts, currency: str) -> str:
    values = {
        "by": facts["by"] or "–",
        "since": _day(facts["since"]),
        "reason": facts["hold_reason"],
        "until": _day(facts["until"]) if facts.get("until") else "",
    }
    if facts.get("until"):
        return _("Held by %(by)s from %(since)s until %(until)s: %(reason)s") % values
    return _("Held by %(by)s since %(since)s: %(reason)s") % values


def _opted_out(facts: Facts, currency: str) -> str:
    return _("Everybody who could be written to asked not to be.")


def _no_contact(facts: Facts, currency: str) -> str:
    return _("Nobody at the client has a working e-mail address. Add a contact.")


def _tolerance(facts: Facts, currency: str) -> str:
    return _("Only %(total)s is left to ask for; the policy starts at %(tolerance)s.") % {
        "total": _money(facts["total"], currency),
        "tolerance": _money(facts["tolerance"], currency),
    }


def _recently(facts: Facts, currency: str) -> str:
    return ngettext(
        "Reminded %(days)d day ago, on %(last)s. Not again before %(next)s.",
        "Reminded %(days)d days ago, on %(last)s. Not again before %(next)s.",
        facts["days_ago"],
    ) % {
        "days": facts["days_ago"],
        "last": _day(facts["last_sent_on"]),
        "next": _day(facts["next_on"]),
    }


def _pending(facts: Facts, currency: str) -> str:
    return _("Message %(message)s of level %(level)s is still under way (%(state)s).") % {
        "message": facts["message"],
        "level": facts["level"],
        "state": badge_for("message", facts["state"]).label,
    }


def _stale(facts: Facts, currency: str) -> str:
    return _(
        "The bank statements are read through %(read)s, %(days)s days ago; "
        "the policy allows %(allowed)s."
    ) % {
        "read": _day(facts["read_through"]),
        "days": facts["days_ago"],
        "allowed": facts["allowed_days"],
    }


def _wait(facts: Facts, currency: str) -> str:
    if not facts.get("next_on"):
        return _label(Reason.WAIT_NEXT_STEP)
    return _("The next step, level %(level)s, is reached on %(next)s.") % {
        "level": facts["next_level"],
        "next": _day(facts["next_on"]),
    }


def _person(facts: Facts, currency: str) -> str:
    return _(
        "The ladder has ended after %(days)s days: a person decides whether to litigate, settle "
        "or write off."
    ) % {"days": facts["days_past_due"]}


_WRITERS: Mapping[str, Callable[[Facts, str], str]] = {
    Reason.NOT_DUE: _not_due,
    Reason.PAID: _paid,
    Reason.CREDIT_COVERS: _credit,
    Reason.DISPUTED: _disputed,
    Reason.PROMISED: _promised,
    Reason.ON_PLAN: _plan,
    Reason.ON_HOLD: _hold,
    Reason.OPTED_OUT: _opted_out,
    Reason.NO_CONTACT: _no_contact,
    Reason.UNDER_TOLERANCE: _tolerance,
    Reason.RECENTLY_REMINDED: _recently,
    Reason.MESSAGE_PENDING: _pending,
    Reason.FEED_STALE: _stale,
    Reason.WAIT_NEXT_STEP: _wait,
    Reason.PERSON_DECIDES: _person,
}

"""`statement.confirm`: a client confirms its balance on a day, or says what is not right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from clients.models import Client, Contact, Creditor
from core.dates import day_in
from core.display import format_day, format_long_day
from core.models import User
from core.money import format_money
from core.transactions import in_transaction
from interactions.states import Outcome
from portal.models import PortalLink
from portal.selectors import Statement, facts_of, statement_on
from portal.services.actions import (
    LinkClosed,
    PortalAction,
    Submission,
    UnableToAnswer,
    register,
)
from portal.services.links import Issued, Question, UnableToIssueLink, issue_link
from portal.services.log import have_answered, log_answer
from portal.states import WhyClosed

CONFIRMED: Final = "CONFIRMED"
OBJECTED: Final = "OBJECTED"

# More than this is reconciled with a file, not on a phone.
MAX_LINES: Final = 500
REMARK_LENGTH: Final = 2000


@in_transaction
def issue_statement_confirmation(
    *,
    client: Client,
    creditor: Creditor,
    currency: str,
    on: dt.date,
    language: str,
    contact: Contact | None,
    days: int,
    key: str,
    actor: User | None,
    at: dt.datetime,
) -> Issued:
    """Ask a client to confirm what it owed a creditor in one currency at the end of a day.

    Raises UnableToIssueLink for a day to come, when nothing was open, and above 500 invoices.
    """
    if on > day_in(at, creditor.time_zone):
        raise UnableToIssueLink(_("Choose today or a day before."), field="on")
    statement = statement_on(
        client=client, creditor=creditor, currency=currency, on=on, limit=MAX_LINES + 1
    )
    if not statement.lines:
        raise UnableToIssueLink(
            _("Nothing was open on that day, so there is nothing to confirm."), field="on"
        )
    if len(statement.lines) > MAX_LINES:
        raise UnableToIssueLink(
            _("More than 500 invoices were open. Send the client a list to reconcile instead."),
            field="on",
        )
    with override(language):
        text = _text(statement, client, creditor, language)
    return issue_link(
        action=STATEMENT_CONFIRM,
        client=client,
        creditor=creditor,
        question=Question(subject=client, text=text, facts=facts_of(statement)),
        language=language,
        contact=contact,
        days=days,
        key=key,
        actor=actor,
        at=at,
    )


def _text(statement: Statement, client: Client, creditor: Creditor, language: str) -> str:
    """The exact words that are confirmed, in the active language."""

    def money(amount: Decimal) -> str:
        return format_money(amount, statement.currency, language)

    lines = [
        _("Confirmation of balance as of %(day)s")
        % {"day": format_long_day(statement.on, language)},
        _("Creditor: %(name)s") % {"name": creditor.name_in(language)},
        _("Client: %(name)s (%(code)s)") % {"name": client.legal_name, "code": client.code},
        _("Currency: %(currency)s") % {"currency": statement.currency},
        "",
        _("Open invoices at the end of that day:"),
    ]
    for number, line in enumerate(statement.lines, start=1):
        said = _("%(number)s, issued %(issued)s, due %(due)s, amount %(amount)s, open %(open)s") % {
            "number": line.number,
            "issued": format_day(line.issued_on, language),
            "due": format_day(line.due_on, language),
            "amount": money(line.amount),
            "open": money(line.open_on),
        }
        lines.append(f"{number}. {said}")
    lines += ["", _("Open in total: %(amount)s") % {"amount": money(statement.total)}]
    if statement.credit:
        lines.append(
            _("Payments and credit notes not yet applied: %(amount)s")
            % {"amount": money(statement.credit)}
        )
    lines += [
        "",
        _(
            "By confirming, the client states that this balance agrees with its own records on "
            "that day. It is no payment, and no agreement to goods or services under complaint."
        ),
    ]
    return "\n".join(lines)


def _present(link: PortalLink, language: str) -> Mapping[str, Any]:
    """The frozen figures, written for a reader of `language`."""
    facts = link.facts
    currency = facts["currency"]

    def money(amount: str) -> str:
        return format_money(Decimal(amount), currency, language)

    def day(text: str) -> str:
        return format_day(dt.date.fromisoformat(text), language)

    return {
        "on": format_long_day(dt.date.fromisoformat(facts["on"]), language),
        "total": money(facts["total"]),
        "credit": money(facts["credit"]) if Decimal(facts["credit"]) else "",
        "lines": [
            {
                "number": line["number"],
                "issued": day(line["issued_on"]),
                "due": day(line["due_on"]),
                "amount": money(line["amount"]),
                "open": money(line["open"]),
            }
            for line in facts["lines"]
        ],
    }


def _refuse_outdated(link: PortalLink) -> None:
    """An entry dated back since then makes the statement a wrong one; later payments do not."""
    now = statement_on(
        client=link.client,
        creditor=link.creditor,
        currency=link.facts["currency"],
        on=dt.date.fromisoformat(link.facts["on"]),
        limit=MAX_LINES + 1,
    )
    if facts_of(now) != link.facts:
        raise LinkClosed(WhyClosed.OUTDATED)


def _perform(submission: Submission) -> None:
    """Write the answer into the log of the client; an objection is to be answered at once."""
    link, answer = submission.link, submission.answer
    choice, remark = answer.get("choice"), str(answer.get("remark", ""))
    if choice not in {CONFIRMED, OBJECTED}:
        raise UnableToAnswer(_("Say whether the balance is right."), field="choice")
    if choice == OBJECTED and not remark.strip():
        raise UnableToAnswer(_("Say what is not right."), field="remark")
    has_objected = choice == OBJECTED
    day = format_long_day(dt.date.fromisoformat(link.facts["on"]), link.language)
    with override(link.language):
        subject = (
            _("Objection to the balance as of %(day)s")
            if has_objected
            else _("Balance as of %(day)s confirmed")
        ) % {"day": day}
    entry = log_answer(
        submission,
        subject=subject,
        remark=remark,
        outcome=Outcome.DISPUTED if has_objected else Outcome.NONE,
    )
    if has_objected:
        have_answered(
            submission, entry, gettext_noop("Answer the client's objection to the balance")
        )


def _describe(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    words = {
        CONFIRMED: _("Yes, it agrees with our records"),
        OBJECTED: _("No, something is not right"),
    }
    choice, remark = str(answer.get("choice", "")), str(answer.get("remark", ""))
    said = [(_("Is this balance right?"), words.get(choice, choice))]
    return [*said, (_("Remark"), remark)] if remark else said


STATEMENT_CONFIRM: Final = register(
    PortalAction(
        code="statement.confirm",
        title=gettext_lazy("Confirm a balance"),
        question=gettext_lazy("Please check your balance"),
        thanks=gettext_lazy("Thank you. Your answer is kept."),
        template="portal/acts/statement_confirm.html",
        present=_present,
        describe=_describe,
        refuse_outdated=_refuse_outdated,
        perform=_perform,
    )
)

"""`statement.confirm`: a client confirms its balance on a day, or says what is not right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from clients.models import Client, Contact, Creditor
from clients.states import Language
from core.dates import day_in
from core.display import format_day, format_long_day
from core.documents import read_document, store_document
from core.models import User
from core.money import format_money
from core.pdf.service import LETTER_LIMITS, render_pdf
from core.transactions import in_transaction
from interactions.states import Outcome
from payments.models import Invoice
from payments.selectors.interest import interest_for_invoices
from portal.letters import statement_paper
from portal.models import PortalLink, StatementAnswer, StatementLine
from portal.rules import (
    CONFIRMED,
    OBJECTED,
    PARTLY,
    AnswerUnclear,
    Mark,
    SettledStatement,
    Unclear,
    evidence_grade,
    settle_statement,
)
from portal.selectors import Statement, facts_of, statement_on
from portal.services.acknowledgements import acknowledge
from portal.services.actions import (
    LinkClosed,
    PortalAction,
    Submission,
    UnableToAnswer,
    register,
)
from portal.services.links import Issued, Question, UnableToIssueLink, issue_link
from portal.services.log import have_answered, log_answer
from portal.services.silence import plan_reminder
from portal.states import LineAnswer, LinkMail, WhyClosed

# More than this is reconciled with a file, not on a phone.
MAX_LINES: Final = 500
REMARK_LENGTH: Final = 2000
LINE_REMARK_LENGTH: Final = 500
_LOGO_TYPES: Final = frozenset({"image/png", "image/jpeg"})


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
    interest_reason: str | None = None,
    may_remind: bool = False,
) -> Issued:
    """Ask a client to confirm what it owed a creditor in one currency at the end of a day.

    States principal only, and reserves interest, unless `interest_reason` says why its figure is
    stated as well: that may waive later penalties (买卖合同解释 18). The statement is printed
    first, outside any transaction, and frozen with the link.

    Raises UnableToIssueLink for a day to come, when nothing was open, above 500 invoices, and
    when the account changed while it was printed; UnableToRenderPdf.
    """
    if on > day_in(at, creditor.time_zone):
        raise UnableToIssueLink(_("Choose today or a day before."), field="on")
    if language not in Language.values:
        raise UnableToIssueLink(_("Choose English or Simplified Chinese."), field="language")
    if interest_reason is not None and not interest_reason.strip():
        raise UnableToIssueLink(
            _("Say why interest is stated as well; the reason is kept."), field="interest_reason"
        )
    statement = _statement(client, creditor, currency, on)
    facts = dict(facts_of(statement))
    if interest_reason is not None:
        facts["interest"] = _interest(client, creditor, currency, on, interest_reason)
    pdf = _print(facts, client, creditor, language)
    return _issue(
        client=client,
        creditor=creditor,
        facts=facts,
        pdf=pdf,
        language=language,
        contact=contact,
        days=days,
        key=key,
        may_remind=may_remind,
        actor=actor,
        at=at,
    )


def _statement(client: Client, creditor: Creditor, currency: str, on: dt.date) -> Statement:
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
    return statement


def _interest(
    client: Client, creditor: Creditor, currency: str, on: dt.date, reason: str
) -> dict[str, str]:
    """Interest on what was overdue that day; every invoice must have its figure."""
    overdue = Invoice.objects.filter(
        client=client, creditor=creditor, currency=currency, due_on__lt=on, issued_on__lte=on
    ).exclude(closed_on__lte=on)
    found = interest_for_invoices(invoices=list(overdue.order_by("pk")), until=on)
    if any(one.calculation is None for one in found):
        raise UnableToIssueLink(
            _("Interest cannot be calculated for every invoice. State principal only."),
            field="interest_reason",
        )
    total = sum((one.calculation.interest_open for one in found if one.calculation), Decimal(0))
    return {"total": f"{total:.3f}", "reason": reason.strip()[:300]}


def _print(facts: Mapping[str, Any], client: Client, creditor: Creditor, language: str) -> bytes:
    logo = creditor.logo
    assets = {"logo": read_document(logo)} if logo and logo.mime in _LOGO_TYPES else {}
    paper = statement_paper(
        facts, client=client, creditor=creditor, language=language, has_logo=bool(assets)
    )
    return render_pdf(
        template="pdf/statement.html",
        context={"paper": paper},
        language=language,
        assets=assets,
        limits=LETTER_LIMITS,
    )


@in_transaction
def _issue(
    *,
    client: Client,
    creditor: Creditor,
    facts: dict[str, Any],
    pdf: bytes,
    language: str,
    contact: Contact | None,
    days: int,
    key: str,
    may_remind: bool,
    actor: User | None,
    at: dt.datetime,
) -> Issued:
    """Freeze the link with its paper, if the account is still what was printed."""
    on = dt.date.fromisoformat(facts["on"])
    statement = _statement(client, creditor, facts["currency"], on)
    if not _agrees(facts, statement):
        raise UnableToIssueLink(_("The account changed in this moment. Try again."))
    with override(language):
        text = _text(statement, facts, client, creditor, language)
    name = f"statement {client.code} {facts['on']} {facts['currency']}.pdf"
    document = store_document(data=pdf, name=name, actor=actor, at=at)
    issued = issue_link(
        action=STATEMENT_CONFIRM,
        client=client,
        creditor=creditor,
        question=Question(subject=client, text=text, facts=facts, document=document),
        language=language,
        contact=contact,
        days=days,
        key=key,
        actor=actor,
        at=at,
    )
    plan_reminder(link=issued.link, may_mail=may_remind, actor=actor, at=at)
    return issued


def _agrees(facts: Mapping[str, Any], statement: Statement) -> bool:
    """Whether the ledger still says what was frozen; interest is not asked again."""
    now = facts_of(statement)
    return all(facts.get(name) == value for name, value in now.items())


def _text(
    statement: Statement,
    facts: Mapping[str, Any],
    client: Client,
    creditor: Creditor,
    language: str,
) -> str:
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
    if "interest" in facts:
        lines.append(
            _("Late-payment interest up to and including that day, as stated: %(amount)s")
            % {"amount": money(Decimal(facts["interest"]["total"]))}
        )
    else:
        lines.append(
            _(
                "This statement shows principal only. All rights to late-payment interest and "
                "liquidated damages are reserved."
            )
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
        "interest": money(facts["interest"]["total"]) if "interest" in facts else "",
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
    if not _agrees(link.facts, now):
        raise LinkClosed(WhyClosed.OUTDATED)
    if link.document is not None:
        try:
            read_document(link.document)
        except (ValueError, FileNotFoundError) as error:
            raise LinkClosed(WhyClosed.ALTERED) from error


def _perform(submission: Submission) -> None:
    """Keep what was said line by line, and in the log; an objection is to be answered at once."""
    link, answer = submission.link, submission.answer
    remark = str(answer.get("remark", "")).strip()
    settled = _settled(link, answer, remark)
    kept = _keep(submission, settled, remark)
    has_objected = settled.outcome != CONFIRMED
    day = format_long_day(kept.on, link.language)
    with override(link.language):
        words = {
            CONFIRMED: _("Balance as of %(day)s confirmed"),
            PARTLY: _("Balance as of %(day)s confirmed in part"),
            OBJECTED: _("Objection to the balance as of %(day)s"),
        }
        subject = words[settled.outcome] % {"day": day}
        told = _told(link, settled, remark)
    entry = log_answer(
        submission,
        subject=subject,
        remark=told,
        outcome=Outcome.DISPUTED if has_objected else Outcome.NONE,
    )
    if has_objected:
        have_answered(
            submission, entry, gettext_noop("Answer the client's objection to the balance")
        )
    if kept.confirmed:
        acknowledge(answer=kept, at=submission.at)


def _settled(link: PortalLink, answer: Mapping[str, Any], remark: str) -> SettledStatement:
    opens = [Decimal(line["open"]) for line in link.facts["lines"]]
    marks = {
        int(place): Mark(
            Decimal(said["amount"]) if said.get("amount") else None,
            str(said.get("remark", "")).strip()[:LINE_REMARK_LENGTH],
        )
        for place, said in dict(answer.get("lines", {})).items()
    }
    choice = str(answer.get("choice", ""))
    try:
        return settle_statement(opens, choice=choice, marks=marks, remark=remark)
    except AnswerUnclear as unclear:
        words, field = unclear_words(unclear.why)
        raise UnableToAnswer(words, field=field) from unclear


def unclear_words(why: Unclear) -> tuple[str, str]:
    """What to tell a client whose answer does not hold together, and at which field."""
    words = {
        Unclear.NO_CHOICE: (_("Say whether the balance is right."), "choice"),
        Unclear.CONFIRMED_WITH_MARKS: (
            _("You confirmed everything, and marked an invoice as not right. Choose one of both."),
            "choice",
        ),
        Unclear.PARTLY_WITHOUT_MARKS: (
            _("Say for at least one invoice what is not right."),
            "choice",
        ),
        Unclear.OBJECTED_WITHOUT_WORDS: (_("Say what is not right."), "remark"),
        Unclear.NO_SUCH_LINE: (_("This invoice is not on the statement."), "choice"),
        Unclear.EMPTY_MARK: (_("Say for at least one invoice what is not right."), "choice"),
    }
    return words[why]


def _keep(submission: Submission, settled: SettledStatement, remark: str) -> StatementAnswer:
    link = submission.link
    numbers = [line["number"] for line in link.facts["lines"]]
    invoices = {
        one.number: one
        for one in Invoice.objects.filter(creditor=link.creditor, number__in=numbers)
    }
    kept = StatementAnswer.objects.create(
        act=submission.act,
        link=link,
        client=link.client,
        creditor=link.creditor,
        currency=link.facts["currency"],
        on=dt.date.fromisoformat(link.facts["on"]),
        outcome=settled.outcome,
        stated=settled.stated,
        confirmed=settled.confirmed,
        remark=remark,
        grade=evidence_grade(was_mailed=link.mail_state == LinkMail.SENT),
        at=submission.at,
    )
    StatementLine.objects.bulk_create(
        StatementLine(
            answer=kept,
            invoice=invoices[number],
            place=place,
            open_amount=line.open_amount,
            said=LineAnswer.CONFIRMED if line.is_confirmed else LineAnswer.OBJECTED,
            believed=line.mark.believed,
            remark=line.mark.remark,
        )
        for place, (number, line) in enumerate(zip(numbers, settled.lines, strict=True), start=1)
    )
    return kept


def _told(link: PortalLink, settled: SettledStatement, remark: str) -> str:
    """The answer in words, for the log: what is contested, what was confirmed in total."""
    currency, language = link.facts["currency"], link.language

    def money(amount: Decimal) -> str:
        return format_money(amount, currency, language)

    lines = [_("Confirmed in total: %(amount)s") % {"amount": money(settled.confirmed)}]
    for facts, line in zip(link.facts["lines"], settled.lines, strict=True):
        if line.is_confirmed:
            continue
        said = [_("%(number)s is contested") % {"number": facts["number"]}]
        if line.mark.believed is not None:
            said.append(
                _("open by the client's books: %(amount)s") % {"amount": money(line.mark.believed)}
            )
        lines.append("; ".join([*said, *([line.mark.remark] if line.mark.remark else [])]))
    return "\n".join([*lines, *([remark] if remark else [])])


def _describe(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    choice, remark = str(answer.get("choice", "")), str(answer.get("remark", ""))
    said = [(_("Is this balance right?"), str(dict(CHOICES).get(choice, choice)))]
    for place, mark in sorted(dict(answer.get("lines", {})).items(), key=lambda one: int(one[0])):
        words = [
            *(
                [_("open by our books: %(amount)s") % {"amount": mark["amount"]}]
                if mark.get("amount")
                else []
            ),
            *([mark["remark"]] if mark.get("remark") else []),
        ]
        said.append((_("Invoice in line %(place)s") % {"place": place}, "; ".join(words)))
    return [*said, (_("Remark"), remark)] if remark else said


#: What a client may answer, in the words of its form.
CHOICES: Final = (
    (CONFIRMED, gettext_lazy("Yes, it agrees with our records")),
    (PARTLY, gettext_lazy("In part: not the invoices I mark; all others are right")),
    (OBJECTED, gettext_lazy("No, we do not confirm any of it")),
)

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

"""`delivery.accept`: a client accepts what was delivered, or says what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from clients.models import Contact
from contracts.models import Delivery
from contracts.services.performance import answer_delivery
from contracts.states import AnsweredHow, ContractState, DeliveryState
from core.dates import day_in, start_of_day
from core.display import format_day, format_long_day
from core.documents import read_document
from core.models import User
from core.transactions import in_transaction
from interactions.states import Outcome
from portal.models import PortalLink
from portal.services.actions import LinkClosed, PortalAction, Submission, UnableToAnswer, register
from portal.services.links import Issued, Question, UnableToIssueLink, issue_link
from portal.services.log import have_answered, log_answer
from portal.states import WhyClosed

ACCEPTED: Final = "ACCEPTED"
REJECTED: Final = "REJECTED"
#: As long as contracts keep of it (contracts.DeliveryAnswer.remark).
FAULT_LENGTH: Final = 1000


@in_transaction
def issue_delivery_acceptance(
    *,
    delivery: Delivery,
    language: str,
    contact: Contact | None,
    days: int,
    key: str,
    actor: User | None,
    at: dt.datetime,
) -> Issued:
    """Ask a client to accept a delivery that waits for its answer.

    Raises UnableToIssueLink for one that was answered, that silence has accepted, whose line is
    accepted as a whole, or of a contract that was terminated.
    """
    row = _delivery(delivery.pk)
    why = _why_settled(row)
    if why is not None:
        raise UnableToIssueLink(why)
    until = _end_of_time_to_answer(row)
    if until is not None and at >= until:
        raise UnableToIssueLink(
            _("The time to answer is over: by the contract it counts as accepted.")
        )
    with override(language):
        text = _text(row, language)
    return issue_link(
        action=DELIVERY_ACCEPT,
        client=row.contract.client,
        creditor=row.contract.creditor,
        question=Question(subject=row, text=text, facts=_facts(row), document=row.document),
        language=language,
        contact=contact,
        days=days,
        until=until,
        key=key,
        actor=actor,
        at=at,
    )


def _end_of_time_to_answer(row: Delivery) -> dt.datetime | None:
    """When silence has accepted it; None where the contract says nothing of silence."""
    if row.accept_by is None:
        return None
    return start_of_day(row.accept_by + dt.timedelta(days=1), row.contract.creditor.time_zone)


def _delivery(pk: int | str) -> Delivery:
    related = ("contract__client", "contract__creditor", "line", "document")
    found: Delivery = Delivery.objects.select_related(*related).get(pk=pk)
    return found


def _why_settled(row: Delivery) -> str | None:
    """Why nobody can answer any more; None while somebody can."""
    if row.contract.state == ContractState.TERMINATED:
        return _("The contract was terminated; its deliveries are not accepted any more.")
    if row.state != DeliveryState.DELIVERED:
        return _("This delivery was answered already. Look at its record.")
    whole = row.line.deliveries.filter(completes_line=True, state=DeliveryState.ACCEPTED)
    if whole.exists():
        return _("The whole line is accepted; nothing of it is left to answer.")
    return None


def _facts(row: Delivery) -> dict[str, Any]:
    """What the client is asked about, as plain values; it is compared before each answer."""
    line = row.line
    return {
        "contract": row.contract.number,
        "title": row.contract.title,
        "title_zh": row.contract.title_zh,
        "line": line.description,
        "quantity": f"{line.quantity.normalize():f}",
        "unit": line.unit,
        "what": row.what,
        "delivered_on": row.delivered_on.isoformat(),
        "recipient": row.recipient,
        "completes_line": row.completes_line,
        "accept_by": row.accept_by.isoformat() if row.accept_by else "",
        "note": row.document.original_name if row.document else "",
        "note_sha256": row.document.sha256 if row.document else "",
    }


def _text(row: Delivery, language: str) -> str:
    """The exact words that are answered, in the active language."""
    contract, line = row.contract, row.line
    lines = [
        _("Acceptance of a delivery under contract %(number)s") % {"number": contract.number},
        _("Creditor: %(name)s") % {"name": contract.creditor.name_in(language)},
        _("Client: %(name)s (%(code)s)")
        % {"name": contract.client.legal_name, "code": contract.client.code},
        _("Agreed: %(line)s") % {"line": _agreed(_facts(row))},
        _("Delivered: %(what)s") % {"what": row.what},
        _("Delivered on: %(day)s") % {"day": format_long_day(row.delivered_on, language)},
    ]
    if row.recipient:
        lines.append(_("Handed to: %(name)s") % {"name": row.recipient})
    if row.document:
        lines.append(
            _("Delivery note: %(name)s, SHA-256 %(hash)s")
            % {"name": row.document.original_name, "hash": row.document.sha256}
        )
    if not row.completes_line:
        lines.append(_("It is a part of “%(line)s”; more is to come.") % {"line": line.description})
    if row.accept_by:
        day = format_long_day(row.accept_by, language)
        lines.append(
            _("By the contract it counts as accepted without an answer by %(day)s.") % {"day": day}
        )
    lines += [
        "",
        _(
            "By accepting, the client states that this was delivered as agreed, and that what "
            "the contract makes due with it falls due. By rejecting, the client says what is wrong."
        ),
    ]
    return "\n".join(lines)


def _agreed(facts: Mapping[str, Any]) -> str:
    """The line with its quantity, where that says something."""
    if facts["quantity"] == "1" and not facts["unit"]:
        return str(facts["line"])
    return f"{facts['line']} · {facts['quantity']} {facts['unit']}".strip()


def _title(facts: Mapping[str, Any], language: str) -> str:
    """The contract's title in a language, else in the one it has."""
    names = [facts["title_zh"], facts["title"]]
    return str(next(filter(None, names if language == "zh-hans" else reversed(names)), ""))


def _present(link: PortalLink, language: str) -> Mapping[str, Any]:
    """The frozen facts, written for a reader of `language`."""
    facts = link.facts

    def day(text: str) -> str:
        return format_day(dt.date.fromisoformat(text), language) if text else ""

    return {
        **facts,
        "title": _title(facts, language),
        "agreed": _agreed(facts),
        "delivered": day(facts["delivered_on"]),
        "until": day(facts["accept_by"]),
        "shows_document": True,
    }


def _refuse_outdated(link: PortalLink) -> None:
    """Answered elsewhere or by silence, accepted as a whole, terminated, or agreed anew since."""
    row = _delivery(link.subject_id)
    if _why_settled(row) is not None or _facts(row) != link.facts:
        raise LinkClosed(WhyClosed.OUTDATED)
    if link.document is None:
        return
    try:
        read_document(link.document)
    except (ValueError, FileNotFoundError) as error:
        raise LinkClosed(WhyClosed.ALTERED) from error


def _perform(submission: Submission) -> None:
    """Record the answer where deliveries are kept, and in the log; a rejection is to be met."""
    link, act, answer = submission.link, submission.act, submission.answer
    choice, remark = answer.get("choice"), str(answer.get("remark", "")).strip()
    _check(choice, remark, act.address)
    row = _delivery(link.subject_id)
    has_rejected = choice == REJECTED
    on = day_in(submission.at, link.creditor.time_zone)
    answer_delivery(
        delivery=row,
        outcome=DeliveryState.REJECTED if has_rejected else DeliveryState.ACCEPTED,
        how=AnsweredHow.LINK,
        answered_on=on,
        on=on,
        name=act.typed_name,
        remark=remark,
        address=act.address,
        reference=str(link.reference),
        actor=None,
        at=submission.at,
    )
    with override(link.language):
        said = (
            _("Delivery rejected: %(what)s") if has_rejected else _("Delivery accepted: %(what)s")
        )
        subject = said % {"what": row.what}
    entry = log_answer(
        submission,
        subject=subject,
        remark=remark,
        outcome=Outcome.DISPUTED if has_rejected else Outcome.NONE,
    )
    if has_rejected:
        have_answered(
            submission, entry, gettext_noop("Answer the client's rejection of a delivery")
        )


def _check(choice: object, remark: str, address: str | None) -> None:
    if choice not in {ACCEPTED, REJECTED}:
        raise UnableToAnswer(_("Say whether you accept the delivery."), field="choice")
    if choice == REJECTED and not remark:
        raise UnableToAnswer(_("Say what is wrong with it."), field="remark")
    if address is None:
        raise UnableToAnswer(
            _("Your network address cannot be read, and it belongs to the proof. Sign on paper.")
        )


def _describe(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    words = {ACCEPTED: _("Yes, we accept it"), REJECTED: _("No, something is wrong with it")}
    choice, remark = str(answer.get("choice", "")), str(answer.get("remark", ""))
    said = [(_("Do you accept this delivery?"), words.get(choice, choice))]
    return [*said, (_("What is wrong"), remark)] if remark else said


DELIVERY_ACCEPT: Final = register(
    PortalAction(
        code="delivery.accept",
        title=gettext_lazy("Accept a delivery"),
        question=gettext_lazy("Please check what was delivered"),
        thanks=gettext_lazy("Thank you. Your answer is kept."),
        template="portal/acts/delivery_accept.html",
        present=_present,
        describe=_describe,
        refuse_outdated=_refuse_outdated,
        perform=_perform,
    )
)

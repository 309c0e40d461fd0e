"""`amendment.accept`: a client reads what changes in a contract, and accepts or declines it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext

from clients.models import Contact
from contracts.models import Amendment
from contracts.selectors.amendments import is_current
from contracts.selectors.prepaid import prepayment_effect
from contracts.selectors.versions import Section, compared
from contracts.services.amendments import accept_amendment, decline_amendment
from contracts.services.versions import version_content, version_paper
from contracts.states import AcceptedHow, AmendmentKind, AmendmentState
from core.display import format_moment
from core.documents import read_document
from core.models import User
from core.money import format_money
from core.transactions import in_transaction
from interactions.services import log_interaction
from interactions.states import Direction, InteractionKind
from portal.models import PortalLink
from portal.services.actions import LinkClosed, PortalAction, Submission, UnableToAnswer, register
from portal.services.links import Issued, Question, UnableToIssueLink, issue_link
from portal.states import WhyClosed

AGREED, DECLINED = "ACCEPTED", "DECLINED"
REASON_LENGTH: Final = 500


@in_transaction
def issue_amendment_acceptance(
    *,
    amendment: Amendment,
    language: str,
    contact: Contact | None,
    days: int,
    key: str,
    actor: User | None,
    at: dt.datetime,
) -> Issued:
    """Ask a client to accept an amendment that was approved.

    Raises UnableToIssueLink before its approval, after its end, when the contract has moved on,
    and until the PDF of the new version is made.
    """
    row = _of(amendment.pk)
    if row.state != AmendmentState.APPROVED:
        raise UnableToIssueLink(
            _("Only an amendment that is approved and waits for the client can be asked for.")
        )
    if not is_current(row):
        raise UnableToIssueLink(
            _("The contract has moved on since this was proposed. Withdraw it and propose it anew.")
        )
    if row.version.document is None:
        raise UnableToIssueLink(_("Its PDF is being made. Try again in a moment."))
    with override(language):
        text = _text(row, language)
    return issue_link(
        action=AMENDMENT_ACCEPT,
        client=row.contract.client,
        creditor=row.contract.creditor,
        question=Question(
            subject=row,
            text=text,
            facts={
                "contract": row.contract.number,
                "amendment": row.number,
                "version": row.version.number,
            },
            sha256=row.version.sha256,
            document=row.version.document,
        ),
        language=language,
        contact=contact,
        days=days,
        key=key,
        actor=actor,
        at=at,
    )


def _of(pk: int | str) -> Amendment:
    found = Amendment.objects.select_related(
        "contract__creditor__logo", "contract__client", "base", "version__document"
    )
    return found.get(pk=pk)


def _sections(amendment: Amendment) -> list[Section]:
    return compared(version_content(amendment.base), version_content(amendment.version))


def _prepayment(amendment: Amendment) -> list[str]:
    """What the new price means for the prepayment, in the active language."""
    return prepayment_effect(
        version_content(amendment.base),
        version_content(amendment.version),
        asked=amendment.prepaid_asked,
        received=amendment.prepaid_received,
    )


def _text(amendment: Amendment, language: str) -> str:
    """The exact words that are agreed to, in the active language; the new text by its hash."""
    contract, version = amendment.contract, amendment.version
    prices = [
        format_money(amount, contract.currency, language)
        for amount in (amendment.price_before, amendment.price_after)
    ]
    lines = [
        _("Amendment %(amendment)s of contract %(number)s: version %(old)s becomes version %(new)s")
        % {
            "amendment": amendment.number,
            "number": contract.number,
            "old": amendment.base.number,
            "new": version.number,
        },
        _("Creditor: %(name)s") % {"name": contract.creditor.name_in(language)},
        _("Client: %(name)s (%(code)s)")
        % {"name": contract.client.legal_name, "code": contract.client.code},
        _("Contract price until now: %(amount)s") % {"amount": prices[0]},
        _("Contract price from now on: %(amount)s") % {"amount": prices[1]},
        *_prepayment(amendment),
        "",
        _("What changes:"),
        *_changes_in_words(_sections(amendment)),
        "",
        _("SHA-256 of the text: %(hash)s") % {"hash": version.sha256},
        _("SHA-256 of the PDF: %(hash)s")
        % {"hash": version.document.sha256 if version.document else "–"},
        "",
        _(
            "By accepting, the client states that it has read what changes, that it agrees to it, "
            "that the rest of the contract stays as agreed, and that whoever types their name may "
            "sign for the client."
        ),
    ]
    return "\n".join(lines)


def _changes_in_words(sections: list[Section]) -> Iterator[str]:
    """Each difference on a line, the old words before the new."""
    for section in sections:
        for row in section.rows:
            name = " · ".join(part for part in (section.name, row.label, row.how) if part)
            yield f"- {name}"
            for field in row.fields:
                old = "".join(piece.text for piece in field.pieces if piece.kind != "added")
                new = "".join(piece.text for piece in field.pieces if piece.kind != "removed")
                yield f"    {field.name}: {old or '–'} → {new or '–'}"


def _refuse_outdated(link: PortalLink) -> None:
    """Only while it waits for the client and still leads to the text that was read."""
    amendment = _of(link.subject_id)
    if amendment.state != AmendmentState.APPROVED or not is_current(amendment):
        raise LinkClosed(WhyClosed.OUTDATED)
    try:
        version_content(amendment.base)
        version_content(amendment.version)
        if link.document is not None:
            read_document(link.document)
    except (ValueError, FileNotFoundError) as error:
        raise LinkClosed(WhyClosed.ALTERED) from error
    if amendment.version.sha256 != link.subject_sha256:
        raise LinkClosed(WhyClosed.ALTERED)


def _present(link: PortalLink, language: str) -> Mapping[str, Any]:
    """What changes, and the whole new text, from the two frozen versions."""
    amendment = _of(link.subject_id)
    currency = amendment.contract.currency
    try:
        return {
            "sections": _sections(amendment),
            "prepayment": _prepayment(amendment),
            "paper": version_paper(amendment.version),
            "number": amendment.contract.number,
            "amendment": amendment.number,
            "version": amendment.version.number,
            "kind": AmendmentKind(amendment.kind).label,
            "price_before": format_money(amendment.price_before, currency, language),
            "price_after": format_money(amendment.price_after, currency, language),
        }
    except ValueError:
        # A text was altered; the page then says that the link is closed.
        return {}


def _perform(submission: Submission) -> None:
    link, act = submission.link, submission.act
    choice, remark = submission.answer.get("choice"), str(submission.answer.get("remark", ""))
    if choice not in {AGREED, DECLINED}:
        raise UnableToAnswer(_("Say whether you accept it."), field="choice")
    if choice == DECLINED and not remark.strip():
        raise UnableToAnswer(_("Say why you do not accept it."), field="remark")
    if choice == AGREED and act.address is None:
        raise UnableToAnswer(
            _("Your network address cannot be read, and it belongs to the proof. Sign on paper.")
        )
    amendment = _of(link.subject_id)
    if choice == AGREED:
        accept_amendment(
            amendment=amendment,
            how=AcceptedHow.LINK,
            name=act.typed_name,
            address=act.address,
            reference=str(link.reference),
            at=submission.at,
            actor=None,
        )
    else:
        note = f"{act.typed_name}: {remark.strip()}"
        decline_amendment(amendment=amendment, note=note, actor=None, at=submission.at)
    _log(submission, amendment, remark.strip() if choice == DECLINED else "")


def _log(submission: Submission, amendment: Amendment, reason: str) -> None:
    link, act = submission.link, submission.act
    facts = {"amendment": amendment.number, "number": amendment.contract.number}
    zone = link.creditor.time_zone
    with override(link.language):
        subject = (
            _("Amendment %(amendment)s of contract %(number)s declined")
            if reason
            else _("Amendment %(amendment)s of contract %(number)s accepted")
        )
        body = [
            f"{_('Answered by')}: {act.typed_name}",
            f"{pgettext('answer', 'At')}: {format_moment(act.at, link.language, zone)} ({zone})",
            f"{_('From the address')}: {act.address or '–'}",
            *([f"{_('Reason')}: {reason}"] if reason else []),
            f"{_('SHA-256 of the text')}: {link.text_sha256}",
            "",
            _("The text:"),
            link.text,
        ]
    log_interaction(
        client=link.client,
        kind=InteractionKind.NOTE,
        direction=Direction.IN,
        occurred_at=submission.at,
        subject=subject % facts,
        body="\n".join(body),
        contact=link.contact,
        about=act,
        actor=None,
        at=submission.at,
    )


def _describe(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    accepted = answer.get("choice") == AGREED
    said = _("Yes, I have read it and accept it") if accepted else _("No, I do not accept it")
    words = [(pgettext("link", "Answer"), said)]
    if answer.get("remark"):
        words.append((_("Reason"), str(answer["remark"])))
    return words


AMENDMENT_ACCEPT: Final = register(
    PortalAction(
        code="amendment.accept",
        title=gettext_lazy("Accept a change of a contract"),
        question=gettext_lazy("Please read what changes in the contract, and answer"),
        thanks=gettext_lazy("Thank you. Your answer is kept."),
        template="portal/acts/amendment_accept.html",
        present=_present,
        describe=_describe,
        refuse_outdated=_refuse_outdated,
        perform=_perform,
    )
)

"""`contract.accept`: a client reads the newest version of a contract and accepts it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext

from clients.models import Contact
from contracts.models import Contract, ContractVersion
from contracts.services import accept_version
from contracts.services.versions import version_content, version_paper
from contracts.states import ContractState
from core.documents import read_document
from core.models import User
from core.money import format_money
from core.transactions import in_transaction
from portal.models import PortalLink
from portal.services.actions import LinkClosed, PortalAction, Submission, UnableToAnswer, register
from portal.services.links import Issued, Question, UnableToIssueLink, issue_link
from portal.services.log import log_answer
from portal.states import WhyClosed


@in_transaction
def issue_contract_acceptance(
    *,
    contract: Contract,
    language: str,
    contact: Contact | None,
    days: int,
    key: str,
    actor: User | None,
    at: dt.datetime,
) -> Issued:
    """Ask a client to accept the newest version of a contract that was sent to it.

    Raises UnableToIssueLink while the contract is not out for acceptance, or its PDF not made.
    """
    version = _newest(contract.pk)
    if contract.state != ContractState.SENT or version is None:
        raise UnableToIssueLink(
            _("Only a contract that was sent to the client can be accepted. Send it first.")
        )
    if version.document is None:
        raise UnableToIssueLink(_("Its PDF is being made. Try again in a moment."))
    with override(language):
        text = _text(version, language)
    return issue_link(
        action=CONTRACT_ACCEPT,
        client=contract.client,
        creditor=contract.creditor,
        question=Question(
            subject=version,
            text=text,
            facts={"contract": contract.number, "version": version.number},
            sha256=version.sha256,
            document=version.document,
        ),
        language=language,
        contact=contact,
        days=days,
        key=key,
        actor=actor,
        at=at,
    )


def _newest(contract_id: int) -> ContractVersion | None:
    found = ContractVersion.objects.filter(contract_id=contract_id).order_by("-number")
    return found.select_related("contract__creditor", "contract__client", "document").first()


def _text(version: ContractVersion, language: str) -> str:
    """The exact words that are agreed to, in the active language; the contract by its hash."""
    contract = version.contract
    price = (
        format_money(contract.amount, contract.currency, language)
        if contract.amount is not None
        else "–"
    )
    lines = [
        _("Acceptance of contract %(number)s, version %(version)s")
        % {"number": contract.number, "version": version.number},
        _("Creditor: %(name)s") % {"name": contract.creditor.name_in(language)},
        _("Client: %(name)s (%(code)s)")
        % {"name": contract.client.legal_name, "code": contract.client.code},
        _("Contract price: %(amount)s") % {"amount": price},
        _("SHA-256 of the text: %(hash)s") % {"hash": version.sha256},
        _("SHA-256 of the PDF: %(hash)s")
        % {"hash": version.document.sha256 if version.document else "–"},
        "",
        _(
            "By accepting, the client states that it has read this version of the contract, that "
            "it agrees to it, and that whoever types their name may sign for the client."
        ),
    ]
    return "\n".join(lines)


def _version_of(link: PortalLink) -> ContractVersion:
    found = ContractVersion.objects.select_related("contract__creditor", "contract__client")
    return found.get(pk=link.subject_id)


def _refuse_outdated(link: PortalLink) -> None:
    """Only the newest version of a contract that is out for acceptance, exactly as it was sent."""
    version = _version_of(link)
    newest = _newest(version.contract_id)
    if version.contract.state != ContractState.SENT or newest is None or newest.pk != version.pk:
        raise LinkClosed(WhyClosed.OUTDATED)
    try:
        version_content(version)
        if link.document is not None:
            read_document(link.document)
    except (ValueError, FileNotFoundError) as error:
        raise LinkClosed(WhyClosed.ALTERED) from error
    if version.sha256 != link.subject_sha256:
        raise LinkClosed(WhyClosed.ALTERED)


def _present(link: PortalLink, _language: str) -> Mapping[str, Any]:
    """The contract as it is printed, from the frozen content of its version."""
    version = _version_of(link)
    try:
        return {"paper": version_paper(version), "version": version}
    except ValueError:
        # Its text was altered; the page then says that the link is closed.
        return {}


def _perform(submission: Submission) -> None:
    link, act = submission.link, submission.act
    if not submission.answer.get("has_read"):
        raise UnableToAnswer(_("Say that you have read the contract."), field="has_read")
    if act.address is None:
        raise UnableToAnswer(
            _("Your network address cannot be read, and it belongs to the proof. Sign on paper.")
        )
    version = _version_of(link)
    accept_version(
        version=version,
        typed_name=act.typed_name,
        address=act.address,
        at=submission.at,
        link_reference=str(link.reference),
    )
    with override(link.language):
        subject = _("Contract %(number)s accepted") % {"number": version.contract.number}
    log_answer(submission, subject=subject)


def _describe(_answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(pgettext("link", "Answer"), _("I have read this contract and accept it"))]


CONTRACT_ACCEPT: Final = register(
    PortalAction(
        code="contract.accept",
        title=gettext_lazy("Accept a contract"),
        question=gettext_lazy("Please read the contract and accept it"),
        thanks=gettext_lazy("Thank you. The contract is accepted."),
        template="portal/acts/contract_accept.html",
        present=_present,
        describe=_describe,
        refuse_outdated=_refuse_outdated,
        perform=_perform,
    )
)

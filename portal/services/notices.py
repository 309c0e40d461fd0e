"""`notice.acknowledge`: a client reads the exact words of a policy notice, and says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext

from clients.models import Client, Contact, Creditor
from core.models import User
from core.transactions import in_transaction
from interactions.models import NoticeVersion
from interactions.services.notices import WORDS, acknowledge_notice, content_hash
from portal.models import PortalLink
from portal.selectors.notices import NOTICE_CODE
from portal.services.actions import LinkClosed, PortalAction, Submission, UnableToAnswer, register
from portal.services.links import Issued, Question, UnableToIssueLink, issue_link
from portal.services.log import log_answer
from portal.states import WhyClosed


@in_transaction
def issue_notice(
    *,
    version: NoticeVersion,
    client: Client,
    creditor: Creditor,
    language: str,
    contact: Contact | None,
    days: int,
    key: str,
    actor: User | None,
    at: dt.datetime,
) -> Issued:
    """Ask a client to read the newest version of a notice.

    Raises UnableToIssueLink for an older version, and for another creditor's notice.
    """
    if _has_newer(version):
        raise UnableToIssueLink(_("There is a newer version of this notice. Send that one."))
    if version.notice.creditor_id not in {None, creditor.pk}:
        raise UnableToIssueLink(_("This notice is of another creditor."))
    with override(language):
        text = _text(version, client, creditor, language)
    return issue_link(
        action=NOTICE_ACKNOWLEDGE,
        client=client,
        creditor=creditor,
        question=Question(
            subject=version,
            text=text,
            facts={
                "version": version.number,
                "title": version.title_in(language),
                "words": version.text_in(language),
            },
            sha256=version.sha256,
        ),
        language=language,
        contact=contact,
        days=days,
        key=key,
        actor=actor,
        at=at,
    )


def _has_newer(version: NoticeVersion) -> bool:
    newer = NoticeVersion.objects.filter(notice=version.notice_id, number__gt=version.number)
    return newer.exists()


def _text(version: NoticeVersion, client: Client, creditor: Creditor, language: str) -> str:
    """The exact words that are read, in the active language."""
    lines = [
        version.title_in(language),
        _("Version %(number)s, in force from %(day)s")
        % {"number": version.number, "day": version.active_from.isoformat()},
        _("Creditor: %(name)s") % {"name": creditor.name_in(language)},
        _("Client: %(name)s (%(code)s)") % {"name": client.legal_name, "code": client.code},
        "",
        version.text_in(language),
        "",
        _(
            "By answering, the client states that it has read this notice. It does not change "
            "a contract by itself."
        ),
    ]
    return "\n".join(lines)


def _refuse_outdated(link: PortalLink) -> None:
    """Only the newest version, and only as it was sent."""
    version = NoticeVersion.objects.get(pk=link.subject_id)
    if _has_newer(version):
        raise LinkClosed(WhyClosed.OUTDATED)
    words = {name: getattr(version, name) for name in WORDS}
    if content_hash(words) != link.subject_sha256:
        raise LinkClosed(WhyClosed.ALTERED)


def _present(link: PortalLink, _language: str) -> Mapping[str, Any]:
    """The words as they were sent, in the language of the link."""
    return {**link.facts, "lang": "zh-Hans" if link.language == "zh-hans" else "en"}


def _perform(submission: Submission) -> None:
    link, act = submission.link, submission.act
    if not submission.answer.get("has_read"):
        raise UnableToAnswer(_("Say that you have read the notice."), field="has_read")
    if act.address is None:
        raise UnableToAnswer(
            _("Your network address cannot be read, and it belongs to the proof. Sign on paper.")
        )
    version = NoticeVersion.objects.select_related("notice").get(pk=link.subject_id)
    acknowledge_notice(
        client=link.client,
        version=version,
        language=link.language,
        name=act.typed_name,
        address=act.address,
        text_sha256=link.text_sha256,
        reference=str(link.reference),
        at=submission.at,
    )
    with override(link.language):
        subject = _("Notice read: %(title)s, version %(number)s") % {
            "title": version.title_in(link.language),
            "number": version.number,
        }
    log_answer(submission, subject=subject)


def _describe(_answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(pgettext("link", "Answer"), _("I have read this notice"))]


NOTICE_ACKNOWLEDGE: Final = register(
    PortalAction(
        code=NOTICE_CODE,
        title=gettext_lazy("Read a policy notice"),
        question=gettext_lazy("Please read this notice"),
        thanks=gettext_lazy("Thank you. It is noted that you have read it."),
        template="portal/acts/notice_acknowledge.html",
        present=_present,
        describe=_describe,
        refuse_outdated=_refuse_outdated,
        perform=_perform,
    )
)

"""`survey.answer`: a client says how content it is, after something has happened.

A person proposes and sends it; nothing goes out by itself. An unhappy answer is a complaint.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override, pgettext

from clients.models import Client, Contact, Creditor
from clients.selectors import default_creditor
from contracts.models import Delivery
from contracts.states import DeliveryState
from core.dates import day_in
from core.models import User
from core.transactions import in_transaction
from disputes.models import Complaint
from disputes.selectors import creditor_of_client
from disputes.services import open_complaint
from disputes.services.complaints import About
from disputes.states import ComplaintChannel, ComplaintReason, ComplaintState
from interactions.models import Revisit, SurveyAnswer, SurveyRequest
from interactions.rules.care import SCORES, is_unhappy
from interactions.services.surveys import UnableToSurvey, record_survey_answer, request_survey
from interactions.states import RevisitState, SurveyOccasion, score_words
from portal.models import PortalLink
from portal.selectors.surveys import SURVEY_CODE, void_requests
from portal.services.actions import PortalAction, Submission, UnableToAnswer, register
from portal.services.links import Issued, Question, UnableToIssueLink, issue_link
from portal.services.log import have_answered, log_answer

#: As long as complaints and the log keep of it.
COMMENT_LENGTH: Final = 2000

Occasion = Delivery | Complaint | Revisit


@dataclass(frozen=True, slots=True)
class Asked:
    """After what a client is asked: whose client it is, and of which kind it was."""

    client: Client
    creditor: Creditor | None
    kind: SurveyOccasion
    is_over: bool


def asked_about(about: Occasion) -> Asked:
    """Who is asked about a delivery, complaint or revisit, and whether it is over."""
    if isinstance(about, Delivery):
        contract = about.contract
        done = about.state == DeliveryState.ACCEPTED
        return Asked(contract.client, contract.creditor, SurveyOccasion.DELIVERY, is_over=done)
    if isinstance(about, Complaint):
        done = about.state == ComplaintState.CLOSED
        return Asked(about.client, about.creditor, SurveyOccasion.COMPLAINT, is_over=done)
    creditor = creditor_of_client(about.client) or default_creditor()
    done = about.state == RevisitState.DONE
    return Asked(about.client, creditor, SurveyOccasion.REVISIT, is_over=done)


@in_transaction
def issue_survey(
    *,
    about: Occasion,
    language: str,
    contact: Contact | None,
    days: int,
    key: str,
    actor: User | None,
    at: dt.datetime,
) -> Issued:
    """Ask a client how content it is, after something that is over.

    Raises UnableToIssueLink while it is not over, and, saying from when, within the days that the
    policy leaves between two surveys. A link that was revoked unanswered does not count.
    """
    asked = asked_about(about)
    if not asked.is_over:
        raise UnableToIssueLink(
            _("The client is asked when it is over: accepted, closed, or visited.")
        )
    if asked.creditor is None:
        raise UnableToIssueLink(_("Enter one of your own companies first."))
    try:
        request = request_survey(
            client=asked.client,
            creditor=asked.creditor,
            occasion=asked.kind,
            about=about,
            on=day_in(at, asked.creditor.time_zone),
            void=void_requests(asked.client),
            actor=actor,
            at=at,
        )
    except UnableToSurvey as refusal:
        raise UnableToIssueLink(str(refusal)) from refusal
    return issue_link(
        action=SURVEY_ANSWER,
        client=asked.client,
        creditor=asked.creditor,
        question=_question(request, language),
        language=language,
        contact=contact,
        days=days,
        key=key,
        actor=actor,
        at=at,
    )


def _question(request: SurveyRequest, language: str) -> Question:
    """The wording as it is now, frozen in both languages."""
    version = request.version
    facts = {
        "version": version.number,
        "occasion": request.occasion,
        **{
            code: {
                "question": version.question_in(code),
                "open_question": version.open_question_in(code),
            }
            for code in ("en", "zh-hans")
        },
    }
    with override(language):
        lines = [
            _("Survey, wording %(number)s") % {"number": version.number},
            _("Creditor: %(name)s") % {"name": request.creditor.name_in(language)},
            _("Client: %(name)s (%(code)s)")
            % {"name": request.client.legal_name, "code": request.client.code},
            version.question_in(language),
            *(f"{score}: {score_words(score)}" for score in reversed(SCORES)),
            version.open_question_in(language),
        ]
    return Question(subject=request, text="\n".join(lines), facts=facts)


def _present(link: PortalLink, language: str) -> Mapping[str, Any]:
    """The frozen questions in a language."""
    facts = link.facts
    return {
        **facts.get(language, facts["en"]),
        "occasion": SurveyOccasion(facts["occasion"]).label,
    }


def _perform(submission: Submission) -> None:
    """Keep the answer and log it; an unhappy one opens a complaint and something to do."""
    link, act, answer = submission.link, submission.act, submission.answer
    score, wants = _score(answer.get("score")), bool(answer.get("complain"))
    comment = str(answer.get("comment", "")).strip()[:COMMENT_LENGTH]
    request = SurveyRequest.objects.select_related("client__owner", "creditor").get(
        pk=link.subject_id
    )
    with override(link.language):
        subject = _("Survey: %(words)s (%(score)s of 5)") % {
            "words": score_words(score),
            "score": score,
        }
    entry = log_answer(submission, subject=subject, remark=comment)
    made = record_survey_answer(
        request=request,
        score=score,
        comment=comment,
        wants_to_complain=wants,
        name=act.typed_name,
        on=day_in(submission.at, link.creditor.time_zone),
        entry=entry,
        at=submission.at,
    )
    if is_unhappy(score=score, wants_to_complain=wants):
        _complain(submission, request, made)
        have_answered(submission, entry, gettext_noop("Answer a client who is not content"))


def _score(given: object) -> int:
    text = str(given or "")
    if text not in {str(one) for one in SCORES}:
        raise UnableToAnswer(_("Choose one of the five answers."), field="score")
    return int(text)


def _complain(submission: Submission, request: SurveyRequest, made: SurveyAnswer) -> None:
    link = submission.link
    with override(link.language):
        plain = _("No words; the answer was “%(words)s” (%(score)s of 5).") % {
            "words": score_words(made.score),
            "score": made.score,
        }
    open_complaint(
        client=link.client,
        creditor=link.creditor,
        channel=ComplaintChannel.SURVEY,
        reason=ComplaintReason.OTHER_UNSORTED,
        what=made.comment or plain,
        about=_about(request),
        received_at=submission.at,
        key=f"survey:{request.pk}",
        entry=made.interaction,
        actor=None,
        at=submission.at,
    )


def _about(request: SurveyRequest) -> About:
    """What the survey was about, where complaints can be about it."""
    if request.about_type == "contracts.delivery":
        found = Delivery.objects.select_related("contract").filter(pk=request.about_id).first()
        return About(delivery=found)
    if request.about_type == "disputes.complaint":
        row = Complaint.objects.filter(pk=request.about_id).first()
        if row is not None:
            return About(contract=row.contract, invoice=row.invoice, delivery=row.delivery)
    return About()


def _describe(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    score = str(answer.get("score", ""))
    words = str(score_words(int(score))) if score.isdecimal() else score
    said = [(pgettext("link", "Answer"), words)]
    if answer.get("comment"):
        said.append((_("In your words"), str(answer["comment"])))
    if answer.get("complain"):
        said.append((_("Complaint"), _("I want to complain")))
    return said


SURVEY_ANSWER: Final = register(
    PortalAction(
        code=SURVEY_CODE,
        title=gettext_lazy("Say how content they are"),
        question=gettext_lazy("How content are you with us?"),
        thanks=gettext_lazy("Thank you. Somebody here will read every word."),
        template="portal/acts/survey_answer.html",
        present=_present,
        describe=_describe,
        perform=_perform,
    )
)

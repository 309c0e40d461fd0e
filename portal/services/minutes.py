"""`minutes.confirm`: a client confirms minutes of a meeting, or objects, point by point."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from clients.models import Contact
from core.dates import day_in
from core.display import format_day
from core.documents import read_document
from core.models import User
from core.transactions import in_transaction
from interactions.letters.minutes import deemed_sentence, head_facts
from interactions.models import Minutes
from interactions.selectors.minutes import sha256_of, version_content
from interactions.services.minutes import answer_minutes, note_received, send_minutes
from interactions.states import MinutesState, Outcome
from portal.models import PortalLink
from portal.services.actions import LinkClosed, PortalAction, Submission, UnableToAnswer, register
from portal.services.links import Issued, Question, UnableToIssueLink, issue_link
from portal.services.log import have_answered, log_answer
from portal.services.silence import plan_reminder
from portal.states import WhyClosed

CONFIRMED: Final = "CONFIRMED"
OBJECTED: Final = "OBJECTED"
#: As long as the minutes keep of it (interactions.MinutesObjection.remark).
POINT_LENGTH: Final = 1000
REMARK_LENGTH: Final = 4000


@in_transaction
def issue_minutes_confirmation(
    *,
    minutes: Minutes,
    language: str,
    contact: Contact | None,
    days: int,
    key: str,
    actor: User | None,
    at: dt.datetime,
    may_remind: bool = False,
) -> Issued:
    """Ask a client to confirm the newest version of minutes, which is then sent.

    Raises UnableToIssueLink while its PDF is not made, UnableToSendMinutes for a version that was
    answered or superseded.
    """
    row = send_minutes(minutes=minutes, actor=actor, at=at)
    row = _minutes(row.pk)
    if row.document is None:
        raise UnableToIssueLink(_("Its PDF is being made. Try again in a moment."))
    facts = {"meeting": row.meeting_id, "version": row.number, "deemed_days": row.deemed_days}
    issued = issue_link(
        action=MINUTES_CONFIRM,
        client=row.meeting.client,
        creditor=row.meeting.creditor,
        question=Question(
            subject=row,
            text=row.text,
            facts=facts,
            sha256=row.content_sha256,
            document=row.document,
        ),
        language=language,
        contact=contact,
        days=days,
        key=key,
        actor=actor,
        at=at,
    )
    plan_reminder(link=issued.link, may_mail=may_remind, actor=actor, at=at)
    return issued


def _minutes(pk: int | str) -> Minutes:
    related = ("meeting__client", "meeting__creditor", "document")
    found: Minutes = Minutes.objects.select_related(*related).get(pk=pk)
    return found


def _refuse_outdated(link: PortalLink) -> None:
    """Only a version that waits for its answer, exactly as it was sent."""
    row = _minutes(link.subject_id)
    if row.state != MinutesState.SENT:
        raise LinkClosed(WhyClosed.OUTDATED)
    is_whole = row.sha256 == link.text_sha256 and row.content_sha256 == link.subject_sha256
    if not is_whole or sha256_of(row.content) != row.content_sha256:
        raise LinkClosed(WhyClosed.ALTERED)
    if link.document is None:
        return
    try:
        read_document(link.document)
    except (ValueError, FileNotFoundError) as error:
        raise LinkClosed(WhyClosed.ALTERED) from error


def _present(link: PortalLink, language: str) -> Mapping[str, Any]:
    """The minutes from their frozen content, for a reader of `language`."""
    row = _minutes(link.subject_id)
    try:
        content = version_content(row)
    except ValueError:
        # Its content was altered; the page then says that the link is closed.
        return {}
    shown = language if content["language"] in {"both", language} else content["language"]
    return {
        "facts": head_facts(content, shown, labels=language),
        "content": _said(content, "content", shown),
        "points": [_said(one, "text", shown) for one in content["points"]],
        "tasks": [_task(one, content, language) for one in content["tasks"]],
        "files": content["files"],
        "deemed": deemed_sentence(content, language),
        "until": format_day(row.deemed_on, language) if row.deemed_on else "",
        "tag": "zh-Hans" if shown == "zh-hans" else "en",
        "version": row.number,
    }


def _said(row: Mapping[str, Any], name: str, language: str) -> str:
    chinese = str(row[f"{name}_zh"])
    return chinese if language == "zh-hans" and chinese else str(row[name])


def _task(row: Mapping[str, Any], content: Mapping[str, Any], language: str) -> dict[str, str]:
    creditor = content["creditor"]
    ours = (creditor["name_zh"] if language == "zh-hans" else "") or creditor["name"]
    side = ours if row["side"] == "OURS" else content["client"]["name"]
    return {
        "what": row["what"],
        "who": f"{side}, {row['who']}" if row["who"] else side,
        "due": format_day(dt.date.fromisoformat(row["due_on"]), language),
    }


def points_asked(link: PortalLink) -> list[str]:
    """The points the client may object to, as its form shows them."""
    asked = _present(link, link.language)
    points: list[str] = list(asked.get("points", []))
    return points


def _perform(submission: Submission) -> None:
    """Record the answer where minutes are kept, and in the log; an objection is to be met."""
    link, act, answer = submission.link, submission.act, submission.answer
    choice, remark = answer.get("choice"), str(answer.get("remark", "")).strip()
    points = answer.get("points", {})
    said = {int(number): str(text).strip() for number, text in dict(points).items()}
    _check(choice, remark, said, act.address)
    has_objected = choice == OBJECTED
    row = _minutes(link.subject_id)
    answer_minutes(
        minutes=row,
        outcome=MinutesState.OBJECTED if has_objected else MinutesState.CONFIRMED,
        answered_on=day_in(submission.at, link.creditor.time_zone),
        at=submission.at,
        name=act.typed_name,
        address=act.address,
        remark=remark,
        objections=said,
        text_sha256=act.text_sha256,
        reference=str(link.reference),
    )
    with override(link.language):
        words = (
            _("Objection to the minutes: %(subject)s")
            if has_objected
            else _("Minutes confirmed: %(subject)s")
        )
        subject = words % {"subject": row.meeting.subject}
        told = _remarks(said, remark)
    entry = log_answer(
        submission,
        subject=subject,
        remark=told,
        outcome=Outcome.DISPUTED if has_objected else Outcome.NONE,
    )
    if has_objected:
        have_answered(submission, entry, gettext_noop("Answer the client's objection to minutes"))


def _check(choice: object, remark: str, said: Mapping[int, str], address: str | None) -> None:
    if choice not in {CONFIRMED, OBJECTED}:
        raise UnableToAnswer(_("Say whether the minutes are right."), field="choice")
    if choice == OBJECTED and not remark and not said:
        raise UnableToAnswer(_("Say what is not right."), field="remark")
    if choice == CONFIRMED and said:
        raise UnableToAnswer(
            _("You confirmed, and objected to a point. Choose one of both."), field="choice"
        )
    if address is None:
        raise UnableToAnswer(
            _("Your network address cannot be read, and it belongs to the proof. Sign on paper.")
        )


def _remarks(said: Mapping[int, str], remark: str) -> str:
    lines = [
        _("To point %(number)d: %(text)s") % {"number": number, "text": text}
        for number, text in sorted(said.items())
    ]
    return "\n".join([*lines, *([remark] if remark else [])])


def _describe(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    words = {CONFIRMED: _("Yes, we confirm them"), OBJECTED: _("No, something is not right")}
    choice = str(answer.get("choice", ""))
    said = [(_("Are these minutes right?"), words.get(choice, choice))]
    for number, text in sorted((int(n), str(t)) for n, t in dict(answer.get("points", {})).items()):
        said.append((_("To point %(number)d") % {"number": number}, text))
    remark = str(answer.get("remark", ""))
    return [*said, (_("Remark"), remark)] if remark else said


def _reached(link: PortalLink, at: dt.datetime) -> None:
    """The client demonstrably has the minutes: from now on silence may count."""
    on = day_in(at, link.creditor.time_zone)
    note_received(minutes=_minutes(link.subject_id), on=on, at=at)


MINUTES_CONFIRM: Final = register(
    PortalAction(
        code="minutes.confirm",
        title=gettext_lazy("Confirm minutes"),
        question=gettext_lazy("Please check the minutes of our meeting"),
        thanks=gettext_lazy("Thank you. Your answer is kept."),
        template="portal/acts/minutes_confirm.html",
        present=_present,
        describe=_describe,
        refuse_outdated=_refuse_outdated,
        perform=_perform,
        reached=_reached,
    )
)

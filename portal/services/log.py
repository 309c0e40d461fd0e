"""The answer of a client as an entry in its log: by which evidence packets have it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from core.dates import day_in
from core.display import format_moment
from interactions.models import Interaction
from interactions.services import add_follow_up, log_interaction
from interactions.states import Direction, InteractionKind, Outcome
from portal.services.actions import Submission


def answer_text(submission: Submission, remark: str | None = None) -> str:
    """Who answered, when, from where, to which text; in the active language."""
    link, act = submission.link, submission.act
    moment = format_moment(act.at, link.language, link.creditor.time_zone)
    said = [
        (_("Answered by"), act.typed_name),
        (pgettext("answer", "At"), f"{moment} ({link.creditor.time_zone})"),
        (_("From the address"), act.address or "–"),
        *([] if remark is None else [(_("Remark"), remark or "–")]),
        (_("SHA-256 of the text"), link.text_sha256),
    ]
    lines = [f"{label}: {value}" for label, value in said]
    return "\n".join([*lines, "", _("The text:"), link.text])


def log_answer(
    submission: Submission,
    *,
    subject: str,
    remark: str | None = None,
    outcome: str = Outcome.NONE,
) -> Interaction:
    """Write an answer into the log of the client, in the language of the link."""
    link = submission.link
    with override(link.language):
        body = answer_text(submission, remark)
    return log_interaction(
        client=link.client,
        kind=InteractionKind.NOTE,
        direction=Direction.IN,
        occurred_at=submission.at,
        subject=subject,
        body=body,
        outcome=outcome,
        contact=link.contact,
        about=submission.act,
        actor=None,
        at=submission.at,
    )


def have_answered(submission: Submission, entry: Interaction, text: str) -> None:
    """Give the client's owner something to do that day; `text` is translated for them."""
    link, owner = submission.link, submission.link.client.owner
    if owner is None:
        return
    with override(owner.language or "en"):
        words = _(text)
    add_follow_up(
        client=link.client,
        due_on=day_in(submission.at, link.creditor.time_zone),
        owner=owner,
        text=words,
        interaction=entry,
        actor=None,
        at=submission.at,
    )

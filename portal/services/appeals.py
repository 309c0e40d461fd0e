"""`decision.appeal`: a client reads what is held against it, and says why it sees it differently.

What it writes is an appeal like any other: a deadline, somebody who did not decide, an answer with
reasons. The page of the link may be opened again to read that answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override, pgettext

from clients.models import Contact, Creditor
from core.audit import canonical_json
from core.dates import day_in, start_of_day
from core.display import format_long_day
from core.models import User
from core.transactions import in_transaction
from credit.letters.held import held_paper, held_text
from credit.models import Appeal, CreditHold, CurrentScore, FreeEntry, RiskBehaviour, ScoreSnapshot
from credit.selectors.fairness import answer_days
from credit.selectors.held import Held, HeldThing, held_against, is_appealed
from credit.services.appeals import receive_appeal
from credit.states import APPEAL_OUTCOMES, AppealChannel, AppealState
from disputes.selectors import creditor_of_client
from portal.models import PortalLink
from portal.rules import DAYS_VALID, expiry_of, sha256_of
from portal.services.actions import LinkClosed, PortalAction, Submission, UnableToAnswer, register
from portal.services.links import Issued, Question, UnableToIssueLink, issue_link
from portal.services.log import have_answered, log_answer
from portal.states import WhyClosed

#: As long as what a client may write.
GROUNDS_LENGTH: Final = 4000
#: The longest time to answer an appeal is 60 days; the client may read the answer after it.
READ_AGAIN: Final = dt.timedelta(days=120)

_MODELS: Final[Mapping[str, type[models.Model]]] = {
    model._meta.label_lower: model
    for model in (RiskBehaviour, FreeEntry, CreditHold, ScoreSnapshot)
}


@in_transaction
def issue_appeal(
    *,
    thing: HeldThing,
    language: str,
    contact: Contact | None,
    days: int,
    key: str,
    actor: User | None,
    at: dt.datetime,
) -> Issued:
    """Let a client read what is held against it, and appeal through the link.

    The link ends with a whole day, and with the last day on which it counts. Raises
    UnableToIssueLink for what does not count, is appealed against already, or is an old score.
    """
    client = thing.client
    creditor = creditor_of_client(client)
    if creditor is None:
        raise UnableToIssueLink(_("Enter one of your own companies first."))
    held = held_now(thing, on=day_in(at, creditor.time_zone))
    ends = _end_of_link(held, creditor, at=at, days=days)
    facts = {
        **held.facts,
        "reasons": dict(held.reasons),
        "last_day": (day_in(ends, creditor.time_zone) - dt.timedelta(days=1)).isoformat(),
        "answer_days": answer_days(),
    }
    text = held_text(
        facts,
        language,
        creditor=creditor.name_in(language),
        client=client.legal_name,
        code=client.code,
    )
    return issue_link(
        action=DECISION_APPEAL,
        client=client,
        creditor=creditor,
        question=Question(subject=thing, text=text, facts=facts, sha256=_hash(held)),
        language=language,
        contact=contact,
        days=days,
        until=ends,
        key=key,
        actor=actor,
        at=at,
    )


def held_now(thing: HeldThing, *, on: dt.date) -> Held:
    """What a client would read. Raises UnableToIssueLink where nothing is to appeal against."""
    held = held_against(thing, on=on)
    if held is None:
        raise UnableToIssueLink(_("This does not count against the client. Nothing is to be told."))
    if is_appealed(thing):
        raise UnableToIssueLink(_("An appeal against this is being looked at already."))
    if isinstance(thing, ScoreSnapshot):
        current = CurrentScore.objects.filter(client=thing.client_id, snapshot=thing)
        if not current.exists():
            raise UnableToIssueLink(_("There is a newer score. Tell the client of that one."))
    return held


def appeal_preview(thing: HeldThing, *, at: dt.datetime) -> dict[str, Any]:
    """What the client would read in its language, or why there is nothing to tell."""
    creditor = creditor_of_client(thing.client)
    if creditor is None:
        return {}
    try:
        held = held_now(thing, on=day_in(at, creditor.time_zone))
    except UnableToIssueLink as refusal:
        return {"why_not": str(refusal)}
    language = thing.client.language
    facts = {**held.facts, "reasons": dict(held.reasons), "answer_days": answer_days()}
    ends = _end_of_link(held, creditor, at=at, days=DAYS_VALID[-1])
    last = day_in(ends, creditor.time_zone) - dt.timedelta(days=1)
    return {
        "paper": held_paper({**facts, "last_day": last.isoformat()}, language),
        "tag": "zh-Hans" if language == "zh-hans" else "en",
    }


def _end_of_link(held: Held, creditor: Creditor, *, at: dt.datetime, days: int) -> dt.datetime:
    """The midnight with which it ends: a deadline is a whole day."""
    zone = creditor.time_zone
    after = day_in(expiry_of(at=at, days=days), zone)
    if held.until is not None:
        after = min(after, held.until + dt.timedelta(days=1))
    return start_of_day(after, zone)


def _hash(held: Held) -> str:
    return sha256_of(canonical_json(held.facts))


def _thing(link: PortalLink) -> HeldThing:
    found: Any = _MODELS[link.subject_type]._default_manager.select_related("client")
    thing: HeldThing = found.get(pk=link.subject_id)
    return thing


def _refuse_outdated(link: PortalLink) -> None:
    """Withdrawn, overturned, released, appealed against otherwise, or not as it was any more."""
    thing = _thing(link)
    held = held_against(thing, on=day_in(link.created_at, link.creditor.time_zone))
    if held is None or is_appealed(thing) or _hash(held) != link.subject_sha256:
        raise LinkClosed(WhyClosed.OUTDATED)


def _present(link: PortalLink, language: str) -> Mapping[str, Any]:
    """What is held against it, and what became of its appeal, for a reader of `language`."""
    appeal = appeal_of(link)
    shown: dict[str, Any] = {"paper": held_paper(link.facts, language), "appeal": appeal}
    if appeal is None:
        return shown
    by = format_long_day(appeal.answer_by, language)
    if appeal.state in APPEAL_OUTCOMES:
        shown["thanks"] = _("Our answer to your appeal")
        shown["letter"] = appeal.letter
        shown["tag"] = "zh-Hans" if appeal.client.language == "zh-hans" else "en"
    elif appeal.state == AppealState.WITHDRAWN:
        shown["where"] = _("This appeal was noted as withdrawn.")
    else:
        shown["where"] = _("You get our answer by %(day)s.") % {"day": by}
    return shown


def appeal_of(link: PortalLink) -> Appeal | None:
    """The appeal that came through a link."""
    if link.acted_at is None:
        return None
    rows = Appeal.objects.filter(client=link.client_id, key=_key(link))
    return rows.select_related("client").first()


def _key(link: PortalLink) -> str:
    return f"link:{link.pk}"


def _perform(submission: Submission) -> None:
    """Take it as an appeal, in the log of the client; its owner sees that somebody looks at it."""
    link = submission.link
    grounds = str(submission.answer.get("grounds", "")).strip()[:GROUNDS_LENGTH]
    if not grounds:
        raise UnableToAnswer(_("Write down why you see it differently."), field="grounds")
    thing = _thing(link)
    on = day_in(submission.at, link.creditor.time_zone)
    with override(link.language):
        subject = _("Appeal through a client link")
    entry = log_answer(submission, subject=subject, remark=grounds)
    receive_appeal(
        client=link.client,
        against=link.facts["against"],
        behaviour=thing if isinstance(thing, RiskBehaviour) else None,
        free_entry=thing if isinstance(thing, FreeEntry) else None,
        snapshot=thing if isinstance(thing, ScoreSnapshot) else None,
        grounds=grounds,
        channel=AppealChannel.LINK,
        received_on=on,
        interaction=entry,
        promised_days=link.facts["answer_days"],
        key=_key(link),
        actor=None,
        on=on,
        at=submission.at,
    )
    have_answered(submission, entry, gettext_noop("See that a manager looks at the appeal"))


def _describe(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(pgettext("appeal", "What you wrote"), str(answer.get("grounds", "")))]


DECISION_APPEAL: Final = register(
    PortalAction(
        code="decision.appeal",
        title=gettext_lazy("Read what is held against them, and appeal"),
        question=gettext_lazy("What we have on record about your company"),
        thanks=gettext_lazy("Thank you. Somebody who did not decide this will look at it."),
        template="portal/acts/decision_appeal.html",
        present=_present,
        describe=_describe,
        refuse_outdated=_refuse_outdated,
        perform=_perform,
        reads_again=READ_AGAIN,
    )
)

"""How content clients are: the wording, who is asked, and what is answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clients.models import Client, Creditor
from core import audit
from core.display import format_day
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from interactions.models import (
    ClientCare,
    Interaction,
    SurveyAnswer,
    SurveyPolicy,
    SurveyRequest,
    SurveyVersion,
)
from interactions.rules.care import SCORES
from interactions.selectors.surveys import newest_survey, not_before


class UnableToSurvey(Refusal):
    """This client is not asked now, or the answer does not hold together."""


@in_transaction
def publish_survey(
    *,
    question: str,
    question_zh: str,
    open_question: str,
    open_question_zh: str,
    actor: User | None,
    at: dt.datetime,
) -> SurveyVersion:
    """A new wording, asked from now on; links that are out keep the one they were made with."""
    words = {
        "question": question,
        "question_zh": question_zh,
        "open_question": open_question,
        "open_question_zh": open_question_zh,
    }
    words = {name: " ".join(text.split()) for name, text in words.items()}
    for name, text in words.items():
        if not text:
            raise UnableToSurvey(_("Both questions are asked in both languages."), field=name)
    newest = SurveyVersion.objects.select_for_update().order_by("-number").first()
    if newest is not None and all(getattr(newest, name) == text for name, text in words.items()):
        return newest
    number = newest.number + 1 if newest else 1
    row = SurveyVersion.objects.create(number=number, **words, created_at=at, created_by=actor)
    audit.record(
        action="interactions.survey_wording",
        actor=actor,
        at=at,
        subject=row,
        payload={"number": number},
    )
    return row


@in_transaction
def set_survey_gap(
    *, creditor: Creditor, days: int, actor: User | None, at: dt.datetime
) -> SurveyPolicy:
    """How many days lie between two surveys of one client."""
    if not 1 <= days <= 730:  # noqa: PLR2004  # the database has the same bounds
        raise UnableToSurvey(_("Between 1 and 730 days."))
    row, _made = SurveyPolicy.objects.update_or_create(
        creditor=creditor, defaults={"gap_days": days}
    )
    audit.record(
        action="interactions.survey_gap",
        actor=actor,
        at=at,
        subject=creditor,
        payload={"days": days},
    )
    return row


@in_transaction
def request_survey(
    *,
    client: Client,
    creditor: Creditor,
    occasion: str,
    about: models.Model,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    void: Collection[int] = (),
) -> SurveyRequest:
    """Note that a client is asked. `void` are requests that never reached it, by their key.

    Raises UnableToSurvey, with the day from which it may be asked, when it was asked lately.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client.pk)
    version = newest_survey()
    if version is None:
        raise UnableToSurvey(_("There is no wording yet. A manager writes it first."))
    asked = not_before(client=client, creditor=creditor, on=on, void=void)
    if asked is not None:
        language = get_language() or "en"
        raise UnableToSurvey(
            _("This client was asked on %(last)s. It may be asked again from %(day)s.")
            % {
                "last": format_day(asked.last_on, language),
                "day": format_day(asked.again_on, language),
            }
        )
    row = SurveyRequest.objects.create(
        client=client,
        creditor=creditor,
        version=version,
        occasion=occasion,
        about_type=about._meta.label_lower,
        about_id=str(about.pk),
        asked_on=on,
        asked_at=at,
        asked_by=actor,
    )
    audit.record(
        action="interactions.survey_request",
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{client.pk}",
        payload={"occasion": occasion, "version": version.number},
    )
    return row


@in_transaction
def record_survey_answer(
    *,
    request: SurveyRequest,
    score: int,
    comment: str,
    wants_to_complain: bool,
    name: str,
    on: dt.date,
    at: dt.datetime,
    entry: Interaction | None = None,
) -> SurveyAnswer:
    """What a client answered, with the account manager and the level it has that day."""
    if score not in SCORES:
        raise UnableToSurvey(_("Choose one of the five answers."), field="score")
    if SurveyAnswer.objects.filter(request=request).exists():
        raise UnableToSurvey(_("This was answered before."))
    care = ClientCare.objects.filter(client=request.client_id).first()
    row = SurveyAnswer.objects.create(
        request=request,
        client_id=request.client_id,
        owner_id=request.client.owner_id,
        level_id=care.level_id if care else None,
        score=score,
        comment=comment.strip(),
        wants_to_complain=wants_to_complain,
        name=name,
        answered_on=on,
        answered_at=at,
        interaction=entry,
    )
    audit.record(
        action="interactions.survey_answer",
        actor=None,
        at=at,
        subject=row,
        stream=f"client:{request.client_id}",
        payload={"score": score, "wants_to_complain": wants_to_complain},
    )
    return row

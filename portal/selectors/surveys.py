"""After what clients could be asked how content they are, and why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from clients.models import Client
from contracts.models import Delivery
from contracts.states import DeliveryState
from core.models import User
from disputes.models import Complaint
from disputes.states import ComplaintState
from interactions.models import Revisit, SurveyPolicy, SurveyRequest
from interactions.models.surveys import GAP_DAYS
from interactions.rules.care import may_ask_again
from interactions.states import RevisitState, SurveyOccasion
from portal.models import PortalLink

SURVEY_CODE: Final = "survey.answer"
LATELY_DAYS: Final = 30
MOST: Final = 60


def void_requests(*clients: Client) -> set[int]:
    """Requests whose link was revoked before it was answered: nobody was asked by them."""
    found = PortalLink.objects.filter(
        client__in=clients, action=SURVEY_CODE, revoked_at__isnull=False, acted_at=None
    )
    return {int(key) for key in found.values_list("subject_id", flat=True)}


@dataclass(frozen=True, slots=True)
class Happened:
    """Something after which a client could be asked. `again_on` is set where it is too early."""

    occasion: SurveyOccasion
    pk: int
    client: Client
    on: dt.date
    words: str
    last_on: dt.date | None = None
    again_on: dt.date | None = None


def survey_occasions(*, user: User, on: dt.date) -> list[Happened]:
    """What was over in the last thirty days and nobody was asked about, the latest first.

    Six queries whatever the rows; at most sixty of each kind.
    """
    happened = [*_deliveries(user, on), *_complaints(user, on), *_revisits(user, on)]
    happened.sort(key=lambda one: (one.on, one.pk), reverse=True)
    clients = {one.client.pk: one.client for one in happened}
    requests = SurveyRequest.objects.filter(client__in=clients.values()).exclude(
        pk__in=void_requests(*clients.values())
    )
    asked, last = set(), {}
    for row in requests.order_by("asked_on", "pk"):
        asked.add((row.occasion, row.about_id))
        last[row.client_id] = (row.asked_on, row.creditor_id)
    gaps = dict(SurveyPolicy.objects.values_list("creditor", "gap_days"))
    return [
        _with_gap(one, last.get(one.client.pk), gaps, on)
        for one in happened
        if (one.occasion, str(one.pk)) not in asked
    ]


def _with_gap(
    one: Happened, last: tuple[dt.date, int] | None, gaps: dict[int, int], on: dt.date
) -> Happened:
    if last is None:
        return one
    gap = gaps.get(last[1], GAP_DAYS)
    again_on = may_ask_again(last_on=last[0], gap_days=gap, on=on)
    return Happened(one.occasion, one.pk, one.client, one.on, one.words, last[0], again_on)


def _deliveries(user: User, on: dt.date) -> Sequence[Happened]:
    since = on - dt.timedelta(days=LATELY_DAYS)
    found = Delivery.objects.filter(
        state=DeliveryState.ACCEPTED,
        answer__answered_on__gte=since,
        contract__client__in=Client.objects.visible_to(user),
    ).select_related("contract__client", "answer")
    return [
        Happened(
            SurveyOccasion.DELIVERY,
            one.pk,
            one.contract.client,
            one.answer.answered_on,
            f"{one.contract.number} · {one.what}",
        )
        for one in found.order_by("-answer__answered_on", "-pk")[:MOST]
    ]


def _complaints(user: User, on: dt.date) -> Sequence[Happened]:
    since = on - dt.timedelta(days=LATELY_DAYS)
    found = Complaint.objects.visible_to(user).filter(
        state=ComplaintState.CLOSED, closed_at__date__gte=since
    )
    return [
        Happened(SurveyOccasion.COMPLAINT, one.pk, one.client, one.closed_at.date(), one.what)
        for one in found.select_related("client").order_by("-closed_at", "-pk")[:MOST]
        if one.closed_at is not None
    ]


def _revisits(user: User, on: dt.date) -> Sequence[Happened]:
    since = on - dt.timedelta(days=LATELY_DAYS)
    found = Revisit.objects.visible_to(user).filter(state=RevisitState.DONE, done_on__gte=since)
    return [
        Happened(SurveyOccasion.REVISIT, one.pk, one.client, one.done_on, one.note)
        for one in found.select_related("client").order_by("-done_on", "-pk")[:MOST]
        if one.done_on is not None
    ]

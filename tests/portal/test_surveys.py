"""A client says how content it is; who is unhappy has complained by that, once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db.utils import DatabaseError
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Creditor
from core.dates import day_in, now
from core.models import User
from core.states import Role
from disputes.models import Complaint
from disputes.services import (
    answer_complaint,
    close_complaint,
    open_complaint,
    take_up_complaint,
)
from interactions.models import (
    FollowUp,
    Interaction,
    Revisit,
    ServiceLevel,
    SurveyAnswer,
    SurveyRequest,
    SurveyVersion,
)
from interactions.selectors.surveys import survey_figures
from interactions.services.care import record_revisit, set_service_level
from interactions.services.surveys import UnableToSurvey, publish_survey, set_survey_gap
from portal.models import PortalLink
from portal.selectors.surveys import survey_occasions
from portal.services import Issued, UnableToIssueLink, issue_survey, revoke_link
from tests.factories import count_queries, make_client, make_contact, make_user, signed_in
from tests.portal.conftest import opened

pytestmark = pytest.mark.django_db
ZONE = "Asia/Shanghai"
DAY = dt.timedelta(days=1)


def today() -> dt.date:
    return day_in(now(), ZONE)


def visited(client: Client) -> Revisit:
    """A revisit that was made."""
    level = ServiceLevel.objects.get(name="Key client")
    at, on = now(), today()
    row = set_service_level(
        client=client, level=level, start_on=on, on=on, actor=client.owner, at=at
    )
    assert row is not None
    record_revisit(
        revisit=row,
        kind="VISIT",
        done_on=on,
        occurred_at=at,
        outcome="A good talk",
        on=on,
        actor=client.owner,
        at=at,
    )
    return Revisit.objects.select_related("client").get(pk=row.pk)


def closed(client: Client, creditor: Creditor, *, upto: str = "close") -> Complaint:
    """A complaint, closed unless it is to stop before."""
    at, who = now(), client.owner
    assert who is not None
    row = open_complaint(
        client=client,
        creditor=creditor,
        channel="CALL",
        reason="SERVICE_SLOW",
        what="Slow",
        received_at=at,
        key=uuid.uuid4().hex,
        actor=who,
        at=at,
    )
    if upto == "open":
        return row
    take_up_complaint(complaint=row, owner=who, reason="SERVICE_SLOW", actor=who, at=at)
    answer_complaint(complaint=row, answer="Sorry", actor=who, at=at)
    return close_complaint(complaint=row, is_accepted=True, resolution="Settled", actor=who, at=at)


def ask(about: Any, **changed: Any) -> Issued:
    given: dict[str, Any] = {
        "about": about,
        "language": "en",
        "contact": about.client.contacts.first(),
        "days": 14,
        "key": uuid.uuid4().hex,
        "actor": about.client.owner,
        "at": now(),
    }
    return issue_survey(**{**given, **changed})


def says(score: int | str = 5, **changed: str) -> dict[str, str]:
    given = {"score": str(score), "comment": "", "name": "Wang Fang", "key": uuid.uuid4().hex}
    return {**given, **changed}


def test_the_client_answers_on_a_page_without_a_script_in_both_languages(
    phone: Browser, client: Client
) -> None:
    issued = ask(visited(client))
    url = opened(phone, issued)
    page = phone.get(url).content.decode()
    assert "How content are you with our work" in page
    assert page.count('type="radio"') == 5
    assert "Not content at all" in page
    chinese = phone.get(f"{url}?language=zh-hans").content.decode()
    assert "您对我们的工作" in chinese
    assert "非常不满意" in chinese
    assert phone.post(url, says("")).status_code == 200
    assert phone.post(url, says("6")).status_code == 200
    assert not SurveyAnswer.objects.exists()
    assert phone.post(url, says(4, comment="<b>Good</b>")).status_code == 302
    row = SurveyAnswer.objects.get()
    assert (row.score, row.comment, row.name) == (4, "<b>Good</b>", "Wang Fang")
    assert (row.owner, row.level) == (client.owner, ServiceLevel.objects.get(name="Key client"))
    assert not Complaint.objects.exists()
    entry = Interaction.objects.get(subject__startswith="Survey")
    assert entry.direction == "IN"
    assert row.interaction == entry
    assert phone.post(url, says(1)).status_code == 410
    assert SurveyAnswer.objects.count() == 1


def test_a_double_click_is_one_answer_and_one_complaint(phone: Browser, client: Client) -> None:
    url = opened(phone, ask(visited(client)))
    fields = says(1)
    phone.post(url, fields)
    phone.post(url, fields)
    assert SurveyAnswer.objects.count() == 1
    assert Complaint.objects.count() == 1
    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize(
    ("score", "complain", "unhappy"),
    [(1, "", True), (2, "", True), (3, "", False), (5, "", False), (5, "on", True)],
)
def test_an_unhappy_answer_opens_a_complaint_and_something_to_do(
    phone: Browser, client: Client, score: int, complain: str, unhappy: bool
) -> None:
    url = opened(phone, ask(visited(client)))
    fields = says(score, comment="Nobody calls back")
    if complain:
        fields["complain"] = complain
    assert phone.post(url, fields).status_code == 302
    assert Complaint.objects.exists() is unhappy
    assert FollowUp.objects.exists() is unhappy
    if unhappy:
        row = Complaint.objects.get()
        assert (row.channel, row.what, row.state) == ("SURVEY", "Nobody calls back", "RECEIVED")
        assert row.owner == client.owner
        assert row.interaction == SurveyAnswer.objects.get().interaction
        assert FollowUp.objects.get().owner == client.owner


def test_a_complaint_without_words_says_what_was_chosen(phone: Browser, client: Client) -> None:
    url = opened(phone, ask(visited(client)))
    phone.post(url, says(2))
    assert "Not content" in Complaint.objects.get().what


def test_only_what_is_over_is_asked_about(client: Client, creditor: Creditor) -> None:
    with pytest.raises(UnableToIssueLink):
        ask(closed(client, creditor, upto="open"))
    level = ServiceLevel.objects.get(name="Key client")
    waiting = set_service_level(
        client=client, level=level, start_on=today(), on=today(), actor=None, at=now()
    )
    with pytest.raises(UnableToIssueLink):
        ask(waiting)
    assert not SurveyRequest.objects.exists()
    assert ask(closed(client, creditor)).link.action == "survey.answer"


def test_nobody_is_asked_twice_within_the_days_of_the_policy_and_it_says_from_when(
    client: Client, creditor: Creditor
) -> None:
    at = now()
    first = ask(visited(client), at=at - 30 * DAY)
    assert first.link.created_at == at - 30 * DAY
    about = closed(client, creditor)
    with pytest.raises(UnableToIssueLink, match="may be asked again from"):
        ask(about)
    assert PortalLink.objects.count() == 1
    set_survey_gap(creditor=creditor, days=30, actor=None, at=at)
    assert ask(about).link.pk
    with pytest.raises(UnableToSurvey):
        set_survey_gap(creditor=creditor, days=0, actor=None, at=at)


def test_a_link_that_was_revoked_unanswered_does_not_count(client: Client, phone: Browser) -> None:
    about = visited(client)
    issued = ask(about)
    with pytest.raises(UnableToIssueLink):
        ask(about)
    revoke_link(link=issued.link, reason="The address was lost", actor=None, at=now())
    again = ask(about)
    phone.post(opened(phone, again), says(5))
    assert SurveyAnswer.objects.get().request_id == int(again.link.subject_id)


def test_the_wording_of_a_link_is_frozen_and_the_next_one_has_the_new(
    client: Client, creditor: Creditor, phone: Browser
) -> None:
    issued = ask(visited(client))
    words = {
        "question": "Are you well?",
        "question_zh": "您满意吗？",
        "open_question": "What else?",
        "open_question_zh": "还有吗？",
    }
    version = publish_survey(**words, actor=None, at=now())
    assert version.number == 2
    assert publish_survey(**words, actor=None, at=now()) == version
    with pytest.raises(UnableToSurvey):
        publish_survey(**{**words, "question_zh": " "}, actor=None, at=now())
    page = phone.get(opened(phone, issued)).content.decode()
    assert "How content are you with our work" in page
    assert "Are you well?" not in page
    other = make_client(owner=client.owner)
    make_contact(other)
    page = phone.get(opened(phone, ask(closed(other, creditor)))).content.decode()
    assert "Are you well?" in page
    with pytest.raises(DatabaseError):
        SurveyVersion.objects.filter(number=2).update(question="x")


# --- Pages of the staff --------------------------------------------------------------------------


@pytest.fixture
def web(owner: User) -> Browser:
    return signed_in(owner)


def test_a_person_is_told_whom_to_ask_and_why_not_and_makes_the_link(
    web: Browser, client: Client, creditor: Creditor
) -> None:
    complaint = closed(client, creditor)
    url = reverse("portal:survey_occasions")
    (row,) = web.get(url).context["rows"]
    assert (row["row"].pk, row["again"]) == (complaint.pk, "")
    new = reverse("portal:survey_new", args=["complaint", complaint.pk])
    page = web.get(new)
    assert page.status_code == 200
    fields = {"language": "en", "days": "14", "contact": "", "key": "one"}
    assert b"/p/" in web.post(new, fields).content
    assert web.get(url).context["rows"] == []
    second = closed(client, creditor)
    (row,) = web.get(url).context["rows"]
    assert (row["row"].pk, bool(row["again"])) == (second.pk, True)
    late = reverse("portal:survey_new", args=["complaint", second.pk])
    assert "asked not long ago" in web.get(late).content.decode()
    refused = web.post(late, {**fields, "key": "two"})
    assert "may be asked again" in refused.content.decode()
    assert PortalLink.objects.count() == 1
    assert web.get(reverse("portal:survey_new", args=["nothing", 1])).status_code == 404


def answered(client: Client, creditor: Creditor, score: int, on: dt.date, **changed: Any) -> None:
    version = SurveyVersion.objects.get(number=1)
    at = now()
    request = SurveyRequest.objects.create(
        client=client,
        creditor=creditor,
        version=version,
        occasion="REVISIT",
        about_type="x",
        about_id=uuid.uuid4().hex,
        asked_on=on,
        asked_at=at,
    )
    SurveyAnswer.objects.create(
        request=request,
        client=client,
        owner=client.owner,
        score=score,
        name="Wang",
        answered_on=on,
        answered_at=at,
        **changed,
    )


def test_figures_add_up_by_month_manager_and_level_and_lead_to_their_rows(
    web: Browser, client: Client, creditor: Creditor, owner: User
) -> None:
    level = ServiceLevel.objects.get(name="Key client")
    on = today()
    month = on.replace(day=1)
    before = month - DAY
    answered(client, creditor, 5, month, level=level)
    answered(client, creditor, 3, month, comment="So so")
    answered(client, creditor, 4, before)
    answered(make_client(), creditor, 1, month)
    figures = survey_figures(user=owner, since=month - 40 * DAY, until=on)
    assert (figures.total.answers, figures.total.satisfied) == (3, 2)
    assert sum(one.answers for one in figures.months.values()) == 3
    assert sum(one.csat.answers for one in figures.owners) == 3
    assert sum(one.csat.answers for one in figures.levels) == 3
    page = web.get(reverse("interactions:surveys"))
    assert page.status_code == 200
    for group in (*page.context["owners"], *page.context["levels"]):
        assert len(web.get(group["url"]).context["rows"]) == group["answers"]
    months = page.context["trend"]["counts"]
    assert sum(one["answers"] for one in months) == 3
    for one in months:
        assert bool(one["url"]) is bool(one["answers"])
        if one["answers"]:
            assert len(web.get(one["url"]).context["rows"]) == one["answers"]
        else:
            assert one["percent"] == "–"
    satisfied, answers = page.context["stats"]
    assert len(web.get(satisfied["url"]).context["rows"]) == 2
    assert len(web.get(answers["url"]).context["rows"]) == 3
    (words,) = web.get(page.context["words_url"]).context["rows"]
    assert words["row"].comment == "So so"


def test_without_answers_there_is_no_figure(web: Browser) -> None:
    page = web.get(reverse("interactions:surveys"))
    assert page.context["stats"][0]["value"] == "–"
    assert all(value is None for value in page.context["trend"]["series"][0]["values"])


def test_the_pages_take_as_many_queries_for_one_as_for_many(
    web: Browser, client: Client, creditor: Creditor
) -> None:
    on = today()
    urls = [reverse("interactions:surveys"), reverse("interactions:survey_answers")]
    urls.append(reverse("portal:survey_occasions"))
    closed(client, creditor)
    answered(client, creditor, 5, on, comment="x")
    for url in urls:
        web.get(url)
    few = [count_queries(lambda u=url: web.get(u)) for url in urls]  # type: ignore[misc]  # bound early
    for _n in range(4):
        closed(client, creditor)
        answered(client, creditor, 2, on, comment="x")
    assert [count_queries(lambda u=url: web.get(u)) for url in urls] == few  # type: ignore[misc]  # bound early
    assert max(few) <= 14


def test_the_list_of_occasions_is_scoped(client: Client, creditor: Creditor, owner: User) -> None:
    closed(client, creditor)
    assert survey_occasions(user=owner, on=today())
    assert not survey_occasions(user=make_user(Role.SALES), on=today())
    stranger = signed_in(make_user(Role.SALES))
    url = reverse("portal:survey_new", args=["complaint", Complaint.objects.get().pk])
    assert stranger.get(url).status_code == 404


def test_managers_write_the_wording_and_set_how_often(creditor: Creditor) -> None:
    web = signed_in(make_user(Role.MANAGER))
    url = reverse("interactions:survey_wording")
    page = web.get(url)
    fields = dict(page.context["form"].initial)
    assert web.post(url, {**fields, "question_zh": ""}).status_code == 200
    assert web.post(url, {**fields, "question": "And now?"}).status_code == 302
    assert SurveyVersion.objects.count() == 2
    gap = reverse("interactions:survey_gap")
    assert web.post(gap, {f"days_{creditor.pk}": "0"}).status_code == 200
    assert web.post(gap, {f"days_{creditor.pk}": "10"}).status_code == 302

"""Service levels and revisits: planned on working days, never late twice, decided once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.models import Client
from core.dates import is_business_day
from core.models import User
from core.states import Role
from interactions.models import ClientCare, Interaction, Revisit, ServiceLevel
from interactions.rules.care import (
    csat_of,
    is_unhappy,
    may_ask_again,
    months_between,
    next_revisit,
)
from interactions.services.care import (
    LEVEL_FIELDS,
    UnableToCare,
    record_revisit,
    save_service_level,
    set_service_level,
    skip_revisit,
)
from tests.factories import NOW, TODAY, count_queries, make_client, make_user, signed_in

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
DAYS = st.dates(min_value=dt.date(2024, 1, 1), max_value=dt.date(2026, 12, 31))
COUNTRIES = st.sampled_from(["", "CN", "GB", "DE"])


@settings(max_examples=60)
@given(last=DAYS, interval=st.integers(1, 400), on=DAYS, country=COUNTRIES)
def test_the_next_revisit_is_the_first_working_day_that_is_neither_too_early_nor_past(
    last: dt.date, interval: int, on: dt.date, country: str
) -> None:
    day = next_revisit(last=last, interval_days=interval, on=on, country=country)
    earliest = max(last + interval * DAY, on + DAY)
    assert day >= earliest
    assert is_business_day(day, country)
    between = [earliest + n * DAY for n in range((day - earliest).days)]
    assert not any(is_business_day(one, country) for one in between)


@settings(max_examples=60)
@given(first=DAYS, interval=st.integers(1, 120), waits=st.lists(st.integers(0, 300), max_size=6))
def test_however_late_each_is_made_the_next_is_never_planned_into_the_past(
    first: dt.date, interval: int, waits: list[int]
) -> None:
    due = next_revisit(last=first, interval_days=interval, on=first, country="CN")
    for wait in waits:
        made = due + wait * DAY
        following = next_revisit(last=made, interval_days=interval, on=made, country="CN")
        assert following > made
        skipped = next_revisit(last=due, interval_days=interval, on=made, country="CN")
        assert made < skipped <= following
        due = following


@pytest.mark.parametrize(
    ("last", "interval", "on", "due"),
    [
        # 31 January 2026 and 30 days: 2 March, a Monday.
        (dt.date(2026, 1, 31), 30, dt.date(2026, 1, 31), dt.date(2026, 3, 2)),
        # The last of February 2028, a leap year; 29 February is a Tuesday.
        (dt.date(2028, 1, 30), 30, dt.date(2028, 1, 30), dt.date(2028, 2, 29)),
        # National holiday in China: 1 to 7 October 2026.
        (dt.date(2026, 9, 1), 30, dt.date(2026, 9, 1), dt.date(2026, 10, 8)),
        # The end of the year, New Year's Day and the weekend after it.
        (dt.date(2025, 12, 2), 30, dt.date(2025, 12, 2), dt.date(2026, 1, 4)),
        # Long past: tomorrow, not yesterday.
        (dt.date(2025, 1, 1), 30, dt.date(2026, 6, 15), dt.date(2026, 6, 16)),
    ],
)
def test_month_ends_holidays_and_long_pauses(
    last: dt.date, interval: int, on: dt.date, due: dt.date
) -> None:
    assert next_revisit(last=last, interval_days=interval, on=on, country="CN") == due


def test_an_interval_is_at_least_a_day() -> None:
    with pytest.raises(ValueError, match="at least a day"):
        next_revisit(last=TODAY, interval_days=0, on=TODAY)


@settings(max_examples=60)
@given(scores=st.lists(st.integers(1, 5), max_size=60))
def test_csat_is_the_share_of_fours_and_fives_and_nothing_without_answers(
    scores: list[int],
) -> None:
    figure = csat_of(scores)
    assert figure.answers == len(scores)
    if not scores:
        assert figure.percent is None
        return
    good = sum(1 for one in scores if one in {4, 5})
    assert figure.satisfied == good
    assert figure.percent is not None
    assert abs(float(figure.percent) - 100 * good / len(scores)) <= 0.05
    assert 0 <= figure.percent <= 100


def test_small_figures() -> None:
    assert str(csat_of([5, 4, 3]).percent) == "66.7"
    assert str(csat_of([1]).percent) == "0.0"
    assert str(csat_of([4]).percent) == "100.0"
    assert is_unhappy(score=2, wants_to_complain=False)
    assert not is_unhappy(score=3, wants_to_complain=False)
    assert is_unhappy(score=5, wants_to_complain=True)
    assert months_between(dt.date(2025, 11, 30), dt.date(2026, 2, 1)) == [
        dt.date(2025, 11, 1),
        dt.date(2025, 12, 1),
        dt.date(2026, 1, 1),
        dt.date(2026, 2, 1),
    ]


def test_a_client_may_be_asked_again_on_the_last_day_of_the_gap_and_not_before() -> None:
    last = dt.date(2026, 3, 1)
    assert may_ask_again(last_on=None, gap_days=90, on=last) is None
    assert may_ask_again(last_on=last, gap_days=90, on=last + 89 * DAY) == last + 90 * DAY
    assert may_ask_again(last_on=last, gap_days=90, on=last + 90 * DAY) is None


# --- Written down --------------------------------------------------------------------------------


@pytest.fixture
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner() -> User:
    return make_user(Role.SALES, name="Sally")


@pytest.fixture
def client(owner: User) -> Client:
    return make_client(owner=owner, legal_name="Far East Ltd", country="CN")


@pytest.fixture
def level() -> ServiceLevel:
    return ServiceLevel.objects.get(name="Regular client")


def planned(client: Client, level: ServiceLevel, **changed: Any) -> Revisit:
    given: dict[str, Any] = {"start_on": TODAY, "on": TODAY, "actor": None, "at": NOW}
    row = set_service_level(client=client, level=level, **{**given, **changed})
    assert row is not None
    return row


def made(row: Revisit, **changed: Any) -> Revisit | None:
    given: dict[str, Any] = {
        "kind": "VISIT",
        "done_on": TODAY,
        "occurred_at": NOW,
        "outcome": "All well",
        "on": TODAY,
        "actor": None,
        "at": NOW,
    }
    return record_revisit(revisit=row, **{**given, **changed})


def test_levels_are_shipped_in_both_languages() -> None:
    rows = list(ServiceLevel.objects.order_by("position"))
    assert [one.interval_days for one in rows] == [30, 90, 45, 180]
    assert all(one.name_zh and one.what_to_do_zh and one.who_zh for one in rows)


def test_a_level_plans_the_first_revisit_and_each_one_the_next(
    client: Client, level: ServiceLevel
) -> None:
    row = planned(client, level)
    assert row.due_on == dt.date(2026, 9, 14)  # 13 September is a Sunday
    following = made(row)
    assert following is not None
    assert following.due_on == dt.date(2026, 9, 14)
    entry = Interaction.objects.get()
    assert (entry.kind, entry.body) == ("VISIT", "All well")
    row.refresh_from_db()
    assert (row.state, row.done_on, row.interaction) == ("DONE", TODAY, entry)
    assert Revisit.objects.planned().get() == following


def test_a_skipped_one_says_why_and_keeps_the_rhythm(client: Client, level: ServiceLevel) -> None:
    row = planned(client, level, start_on=TODAY - 95 * DAY, on=TODAY - 95 * DAY)
    with pytest.raises(UnableToCare):
        skip_revisit(revisit=row, reason=" ", on=TODAY, actor=None, at=NOW)
    following = skip_revisit(revisit=row, reason="On holiday", on=TODAY, actor=None, at=NOW)
    row.refresh_from_db()
    assert (row.state, row.note) == ("SKIPPED", "On holiday")
    assert following is not None
    assert following.due_on == next_revisit(
        last=row.due_on, interval_days=90, on=TODAY, country="CN"
    )


def test_it_is_decided_once(client: Client, level: ServiceLevel) -> None:
    row = planned(client, level)
    stale = Revisit.objects.get(pk=row.pk)
    made(row)
    with pytest.raises(UnableToCare):
        made(stale)
    with pytest.raises(UnableToCare):
        skip_revisit(revisit=stale, reason="x", on=TODAY, actor=None, at=NOW)
    assert (Revisit.objects.count(), Interaction.objects.count()) == (2, 1)
    with pytest.raises(DatabaseError, match="plan another"), transaction.atomic():
        Revisit.objects.filter(pk=row.pk).update(note="else")
    with pytest.raises(IntegrityError), transaction.atomic():
        Revisit.objects.create(client=client, level=level, due_on=TODAY, created_at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Revisit.objects.filter(pk=row.pk).delete()


@pytest.mark.parametrize("changed", [{"outcome": " "}, {"done_on": TODAY + DAY}])
def test_what_says_nothing_or_lies_in_the_future_is_refused(
    client: Client, level: ServiceLevel, changed: dict[str, Any]
) -> None:
    row = planned(client, level)
    with pytest.raises(UnableToCare):
        made(row, **changed)
    assert Revisit.objects.get().state == "PLANNED"
    assert not Interaction.objects.exists()


def test_another_level_moves_the_planned_one_and_no_level_ends_it(
    client: Client, level: ServiceLevel
) -> None:
    row = planned(client, level)
    key = ServiceLevel.objects.get(name="Key client")
    moved = planned(client, key)
    assert moved.pk == row.pk
    assert moved.due_on == TODAY + 30 * DAY
    none = set_service_level(
        client=client, level=None, start_on=TODAY, on=TODAY, actor=None, at=NOW
    )
    assert none is None
    assert Revisit.objects.get().state == "SKIPPED"
    assert not ClientCare.objects.exists()
    key.is_active = False
    with pytest.raises(UnableToCare):
        set_service_level(client=client, level=key, start_on=TODAY, on=TODAY, actor=None, at=NOW)


def test_a_country_without_a_calendar_knows_weekends(level: ServiceLevel) -> None:
    nowhere = make_client(country="XX")
    assert planned(nowhere, level).due_on.weekday() < 5


def test_a_level_has_a_name_once_and_a_sane_interval(level: ServiceLevel) -> None:
    values = {name: getattr(level, name) for name in LEVEL_FIELDS}
    with pytest.raises(UnableToCare):
        save_service_level(level=None, values=values, actor=None, at=NOW)
    with pytest.raises(UnableToCare):
        save_service_level(
            level=None, values={**values, "name": "x", "interval_days": 0}, actor=None, at=NOW
        )
    row = save_service_level(level=None, values={**values, "name": "x"}, actor=None, at=NOW)
    assert row.pk != level.pk


# --- Pages ---------------------------------------------------------------------------------------


@pytest.fixture
def web(owner: User) -> Browser:
    return signed_in(owner)


@pytest.mark.usefixtures("_frozen")
def test_due_ones_are_listed_late_first_own_and_all(
    web: Browser, client: Client, level: ServiceLevel
) -> None:
    long_ago = TODAY - 200 * DAY
    late = planned(client, level, start_on=long_ago, on=long_ago)
    other = planned(make_client(owner=make_user(Role.SALES)), level)
    url = reverse("interactions:revisits")
    assert [one["row"].pk for one in web.get(url).context["rows"]] == [late.pk]
    assert [one["row"].pk for one in web.get(url, {"whose": "all"}).context["rows"]] == [late.pk]
    manager = signed_in(make_user(Role.MANAGER))
    assert manager.get(url).context["rows"] == []
    assert [one["row"].pk for one in manager.get(url, {"whose": "all"}).context["rows"]] == [
        late.pk,
        other.pk,
    ]
    for page in (web.get("/"), manager.get("/")):
        assert reverse("interactions:revisit_done", args=[late.pk]) in page.content.decode()
        assert reverse("interactions:revisit_done", args=[other.pk]) not in page.content.decode()


@pytest.mark.usefixtures("_frozen")
def test_it_is_recorded_and_skipped_on_pages(
    web: Browser, client: Client, level: ServiceLevel
) -> None:
    url = reverse("interactions:client_level", args=[client.pk])
    assert web.get(url).status_code == 200
    assert web.post(url, {"level": level.pk, "start_on": "2026-06-15"}).status_code == 302
    row = Revisit.objects.get()
    done = reverse("interactions:revisit_done", args=[row.pk])
    fields = {"kind": "CALL", "occurred_at": "2026-06-15T09:30", "outcome": "<b>fine</b>"}
    assert web.post(done, {**fields, "outcome": ""}).status_code == 200
    assert web.post(done, fields).status_code == 302
    assert web.post(done, fields).status_code == 404
    second = Revisit.objects.planned().get()
    skip = reverse("interactions:revisit_skip", args=[second.pk])
    assert web.post(skip, {"reason": ""}).status_code == 200
    assert web.post(skip, {"reason": "They moved"}).status_code == 302
    page = web.get(reverse("clients:client", args=[client.pk])).content.decode()
    assert "&lt;b&gt;fine" in page
    assert "They moved" in page


@pytest.mark.usefixtures("_frozen")
def test_the_list_takes_as_many_queries_for_one_as_for_many(
    web: Browser, client: Client, owner: User, level: ServiceLevel
) -> None:
    planned(client, level)
    url = reverse("interactions:revisits")
    web.get(url)
    few = count_queries(lambda: web.get(url))
    for _n in range(4):
        planned(make_client(owner=owner), level)
    assert count_queries(lambda: web.get(url)) == few <= 8


@pytest.mark.usefixtures("_frozen")
def test_managers_edit_levels(level: ServiceLevel) -> None:
    web = signed_in(make_user(Role.MANAGER))
    url = reverse("interactions:service_level_edit", args=[level.pk])
    page = web.get(url)
    fields = {k: v for k, v in page.context["form"].initial.items() if v is not None}
    fields["is_active"] = "on"
    assert web.post(url, {**fields, "interval_days": "0"}).status_code == 200
    assert web.post(url, {**fields, "interval_days": "77"}).status_code == 302
    level.refresh_from_db()
    assert level.interval_days == 77
    new = reverse("interactions:service_level_new")
    assert web.post(new, {**fields, "name": "Another"}).status_code == 302
    assert "Another" in web.get(reverse("interactions:service_levels")).content.decode()


@pytest.mark.usefixtures("_frozen")
def test_a_stranger_finds_none_of_it(client: Client, level: ServiceLevel) -> None:
    row = planned(client, level)
    web = signed_in(make_user(Role.SALES))
    for name, key in (
        ("revisit_done", row.pk),
        ("revisit_skip", row.pk),
        ("client_level", client.pk),
    ):
        assert web.get(reverse(f"interactions:{name}", args=[key])).status_code == 404
    assert web.get(reverse("interactions:revisits")).context["rows"] == []

"""When and how often a client may be called: its own days and weeks, and who has said stop."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import start_of_day
from core.hours import Hours
from interactions.rules.contact_rules import (
    ContactVerdict,
    Facts,
    Limits,
    check_contact,
    count_calls,
    week_of,
)
from interactions.states import ContactRule, RuleMode

OFFICE = Hours(dt.time(9), dt.time(18), workdays_only=True)
ALL_WARN = dict.fromkeys(ContactRule.values, RuleMode.WARN.value)
LIMITS = Limits(OFFICE, 1, 3, ALL_WARN)
BLOCKING = Limits(OFFICE, 1, 3, dict.fromkeys(ContactRule.values, RuleMode.BLOCK.value))
ZONES = ["Asia/Shanghai", "Pacific/Auckland", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]


def instant(local: str, zone: str = "Asia/Shanghai") -> dt.datetime:
    return dt.datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def asked(
    local: str,
    *calls: str,
    zone: str = "Asia/Shanghai",
    country: str = "CN",
    limits: Limits = BLOCKING,
    channel: str = "CALL",
    **facts: object,
) -> ContactVerdict:
    made = Facts(
        instant(local, zone),
        zone,
        country,
        calls=tuple(instant(one, zone) for one in calls),
        **facts,  # type: ignore[arg-type]  # any of its fields
    )
    return check_contact(channel, limits, made)


def allowed_at(verdict: ContactVerdict, zone: str = "Asia/Shanghai") -> str:
    assert not verdict.allowed
    assert verdict.allowed_at is not None
    return verdict.allowed_at.astimezone(ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M")


def rules(verdict: ContactVerdict) -> set[str]:
    return {str(finding.rule) for finding in verdict.findings}


def test_within_hours_and_never_called_nothing_is_said() -> None:
    verdict = asked("2026-06-15 10:00")
    assert verdict.allowed
    assert verdict.findings == ()
    assert (verdict.counts.today, verdict.counts.week) == (0, 0)


@pytest.mark.parametrize(
    ("local", "zone", "country", "later"),
    [
        # 23:30 in Shanghai is another day in Berlin: the client's own night counts.
        ("2026-06-15 23:30", "Asia/Shanghai", "CN", "Tue 2026-06-16 09:00"),
        ("2026-06-15 08:59", "Asia/Shanghai", "CN", "Mon 2026-06-15 09:00"),
        ("2026-06-15 18:00", "Asia/Shanghai", "CN", "Tue 2026-06-16 09:00"),
        # National Day: 1 to 7 October 2025 with a make-up workday on Saturday 11 October.
        ("2025-10-01 10:00", "Asia/Shanghai", "CN", "Thu 2025-10-09 09:00"),
        # Auckland puts its clocks forward on Sunday 27 September 2026 and back on 5 April 2026.
        ("2026-09-25 19:00", "Pacific/Auckland", "NZ", "Mon 2026-09-28 09:00"),
        # 3 April 2026 is Good Friday, 6 April Easter Monday.
        ("2026-04-02 19:00", "Pacific/Auckland", "NZ", "Tue 2026-04-07 09:00"),
        ("2026-03-27 19:00", "Europe/Berlin", "DE", "Mon 2026-03-30 09:00"),
        ("2026-10-31 12:00", "America/New_York", "US", "Mon 2026-11-02 09:00"),
    ],
)
def test_outside_the_clients_hours_it_says_when(
    local: str, zone: str, country: str, later: str
) -> None:
    verdict = asked(local, zone=zone, country=country)
    assert rules(verdict) == {"HOURS"}
    assert allowed_at(verdict, zone) == later


def test_a_make_up_saturday_is_a_working_day_in_china() -> None:
    assert asked("2025-10-11 10:00").allowed
    assert not asked("2025-10-18 10:00").allowed


def test_one_call_a_day_counts_at_the_clients() -> None:
    verdict = asked("2026-06-16 10:00", "2026-06-16 09:05")
    assert rules(verdict) == {"FREQUENCY"}
    assert (verdict.counts.today, verdict.counts.week) == (1, 1)
    assert allowed_at(verdict) == "Wed 2026-06-17 09:00"
    assert asked("2026-06-16 10:00", "2026-06-15 23:59").allowed


def test_three_a_week_waits_for_monday() -> None:
    calls = ["2026-06-15 10:00", "2026-06-16 10:00", "2026-06-17 10:00"]
    assert allowed_at(asked("2026-06-18 10:00", *calls)) == "Mon 2026-06-22 09:00"
    assert asked("2026-06-22 09:00", *calls).allowed
    sunday = ["2026-06-15 00:00", "2026-06-20 10:00", "2026-06-21 23:59"]
    assert not asked("2026-06-17 10:00", *sunday).allowed
    assert asked("2026-06-22 10:00", *sunday).counts.week == 0


def test_hours_and_frequency_together_find_a_time_that_keeps_both() -> None:
    calls = ["2026-09-29 10:00", "2026-09-30 10:00", "2026-09-28 10:00"]
    # The Monday after is in the national holiday.
    assert allowed_at(asked("2026-09-30 19:00", *calls)) == "Thu 2026-10-08 09:00"


def test_a_refusal_an_opt_out_and_a_stranger_are_not_mended_by_time() -> None:
    when = instant("2026-06-01 10:00")
    cases: list[tuple[dict[str, object], str]] = [
        ({"refused_at": when}, "REFUSAL"),
        ({"opted_out_at": when}, "OPT_OUT"),
        ({"is_named": False}, "AUTHORISED"),
        ({"is_authorised": False}, "AUTHORISED"),
    ]
    for facts, rule in cases:
        verdict = asked("2026-06-15 10:00", **facts)  # type: ignore[arg-type]  # fields of Facts
        assert rules(verdict) == {rule}
        assert not verdict.allowed
        assert verdict.allowed_at is None


def test_a_policy_may_warn_or_say_nothing() -> None:
    late = asked("2026-06-15 23:30", limits=LIMITS)
    assert late.allowed
    assert [finding.rule for finding in late.warnings] == ["HOURS"]
    off = Limits(OFFICE, 1, 3, ALL_WARN | {"HOURS": RuleMode.OFF.value})
    assert asked("2026-06-15 23:30", limits=off).findings == ()


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("CALL", {"HOURS", "FREQUENCY", "AUTHORISED", "REFUSAL", "OPT_OUT"}),
        ("VISIT", {"HOURS", "AUTHORISED", "REFUSAL", "OPT_OUT"}),
        ("MESSAGE", {"HOURS", "AUTHORISED", "REFUSAL", "OPT_OUT"}),
        ("EMAIL", {"AUTHORISED", "OPT_OUT"}),
        ("LETTER", set()),
        ("NOTE", set()),
        ("MEETING", set()),
    ],
)
def test_each_channel_has_its_own_rules(channel: str, expected: set[str]) -> None:
    when = instant("2026-06-01 10:00")
    verdict = asked(
        "2026-06-15 23:30",
        "2026-06-15 10:00",
        channel=channel,
        is_authorised=False,
        refused_at=when,
        opted_out_at=when,
    )
    assert rules(verdict) == expected


YEAR = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
instants = st.integers(0, 366 * 24 * 60).map(lambda minutes: YEAR + dt.timedelta(minutes=minutes))


@given(at=instants, calls=st.lists(instants, max_size=12), zone=st.sampled_from(ZONES))
def test_counts_are_those_of_the_local_day_and_week(
    at: dt.datetime, calls: list[dt.datetime], zone: str
) -> None:
    counts = count_calls(calls, at, zone, LIMITS)
    local = at.astimezone(ZoneInfo(zone))
    starts, ends = week_of(at, zone)
    assert starts <= at < ends
    assert counts.week == sum(starts <= call < ends for call in calls)
    assert counts.today == sum(
        call.astimezone(ZoneInfo(zone)).date() == local.date() for call in calls
    )
    assert counts.today <= counts.week <= len(calls)
    monday = starts.astimezone(ZoneInfo(zone))
    assert (monday.weekday(), monday.time()) == (0, dt.time())


@given(
    at=instants,
    calls=st.lists(instants, max_size=12),
    zone=st.sampled_from(ZONES),
    country=st.sampled_from(["CN", "DE", "NZ", "US", "", "XX"]),
)
def test_the_moment_it_names_is_allowed_and_not_before_now(
    at: dt.datetime, calls: list[dt.datetime], zone: str, country: str
) -> None:
    verdict = check_contact("CALL", BLOCKING, Facts(at, zone, country, calls=tuple(calls)))
    if verdict.allowed:
        return
    later = verdict.allowed_at
    assert later is not None
    assert later > at
    assert check_contact("CALL", BLOCKING, Facts(later, zone, country, calls=tuple(calls))).allowed


def test_a_week_with_a_change_of_clocks_is_an_hour_shorter_or_longer() -> None:
    spring = week_of(instant("2026-03-25 12:00", "Europe/Berlin"), "Europe/Berlin")
    autumn = week_of(instant("2026-10-21 12:00", "Europe/Berlin"), "Europe/Berlin")
    assert spring[1] - spring[0] == dt.timedelta(days=7, hours=-1)
    assert autumn[1] - autumn[0] == dt.timedelta(days=7, hours=1)
    assert spring[0] == start_of_day(dt.date(2026, 3, 23), "Europe/Berlin")

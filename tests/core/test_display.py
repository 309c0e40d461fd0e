"""Days, instants and numbers as a reader sees them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone
from django.utils.translation import override

from core import display

DAY = dt.date(2026, 11, 3)
LATE_EVENING = dt.datetime(2026, 11, 3, 16, 5, tzinfo=dt.UTC)


def render(source: str, **context: object) -> str:
    return Template("{% load dunwell %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("language", "short", "long", "month"),
    [
        ("en", "3 Nov 2026", "3 November 2026", "Nov 2026"),
        ("zh-hans", "2026-11-03", "2026年11月3日", "2026年11月"),
    ],
)
def test_a_day_is_written_as_the_reader_writes_it(
    language: str, short: str, long: str, month: str
) -> None:
    with override(language):
        assert render("{{ d|day }}", d=DAY) == short
        assert render('{{ d|day:"long" }}', d=DAY) == long
        assert render('{{ d|day:"month" }}', d=DAY) == month


def test_an_instant_is_shown_in_the_zone_asked_for() -> None:
    with override("en"):
        assert render('{{ at|moment:"Asia/Shanghai" }}', at=LATE_EVENING) == "4 Nov 2026, 00:05"
        assert render('{{ at|moment:"America/New_York" }}', at=LATE_EVENING) == "3 Nov 2026, 11:05"


def test_the_day_of_an_instant_is_the_day_where_the_reader_is() -> None:
    with override("en"), timezone.override("Asia/Shanghai"):
        assert render("{{ at|day }}", at=LATE_EVENING) == "4 Nov 2026"


@pytest.mark.parametrize(
    "source", ["{{ x|day }}", "{{ x|moment }}", "{{ x|number }}", "{{ x|days }}"]
)
def test_a_missing_value_is_a_dash_not_a_zero(source: str) -> None:
    assert render(source, x=None) == display.NOTHING


@pytest.mark.parametrize(("language", "written"), [("en", "CN¥1,234.50"), ("zh-hans", "¥1,234.50")])
def test_money_has_its_own_sign_and_the_readers_style(language: str, written: str) -> None:
    with override(language):
        assert render('{{ x|money:"CNY" }}', x=Decimal("1234.5")) == written


def test_money_without_a_known_currency_is_shown_not_an_error() -> None:
    assert render('{{ x|money:"XXX" }}', x=Decimal("1234.5")) == "XXX 1,234.50"
    assert render('{{ x|money:"EUR" }}', x=None) == display.NOTHING


def test_an_amount_keeps_the_decimals_of_its_currency() -> None:
    assert render('{{ x|amount:"JPY" }}', x=Decimal(1234)) == "1,234"
    assert render('{{ x|amount:"KWD" }}', x=Decimal("1.5")) == "1.500"


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [(12345, 0, "12,345"), (Decimal("0.125"), 2, "0.13"), (0.5, 0, "1"), (-1234, 1, "-1,234.0")],
)
def test_a_number_is_grouped_and_rounded_half_up(
    value: Decimal | int | float, decimals: int, written: str
) -> None:
    assert display.format_number(value, decimals) == written


def test_a_percentage_is_given_in_percent() -> None:
    assert render("{{ x|percent }}", x=Decimal("87.25")) == "87.3%"


@pytest.mark.parametrize(
    ("size", "written"),
    [(812, "812 B"), (14_200, "14.2 kB"), (3_100_000, "3.1 MB"), (2_000_000_000_000, "2000.0 GB")],
)
def test_a_file_size_is_short(size: int, written: str) -> None:
    assert display.format_bytes(size) == written


@pytest.mark.parametrize(
    ("agent", "written"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/140.0 Mobile Safari/537.36",
            "Chrome · Android",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox · Linux",
        ),
        ("curl/8.5", "curl/8.5"),
    ],
)
def test_a_browser_is_named_in_two_words(agent: str, written: str) -> None:
    assert display.format_user_agent(agent) == written

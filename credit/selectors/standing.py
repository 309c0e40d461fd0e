"""A client's standing as a person reads it: each part, where it comes from, what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clients.models import Client
from clients.states import DepositBasis, Grade
from core.display import format_percent
from core.money import format_money
from credit.models import Standing, StandingChange, StandingOverride
from credit.rules.policy import PolicyLine, line_for
from credit.selectors.exposure import CreditCheck, Exposure, credit_check
from credit.selectors.standings import Wanted, policy_lines, wanted_of
from credit.states import StandingPart

HISTORY = 50


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting by hand in words, with what will count after its last day."""

    row: StandingOverride
    label: str
    value: str
    after: str


@dataclass(frozen=True, slots=True)
class StandingView:
    """All that the card and the page show."""

    client: Client
    check: CreditCheck
    line: PolicyLine
    ratio: Decimal
    days: int
    settings: Sequence[Setting]
    rise_to: Decimal | None
    kept: Standing | None

    @property
    def deposit_source(self) -> str:
        """Where the ratio comes from."""
        if any(one.row.part == StandingPart.DEPOSIT for one in self.settings):
            return _("set by hand")
        if self.client.deposit_basis:
            return str(DepositBasis(self.client.deposit_basis).label)
        return _("of the grade")


def standing_view(client: Client, on: dt.date) -> StandingView:
    """The standing of a client on a day."""
    lines = policy_lines()
    line = line_for(lines, client.segment, client.grade)
    assert line is not None  # noqa: S101  # every grade has a row for all
    rows = list(
        StandingOverride.objects.in_force(on=on)
        .filter(client=client)
        .select_related("approver")
        .order_by("part", "pk")
    )
    kept = Standing.objects.filter(client=client).select_related("graded_by").first()
    ratio = line.deposit_ratio if client.deposit_ratio is None else client.deposit_ratio
    is_kept = client.deposit_basis == DepositBasis.KEPT
    return StandingView(
        client=client,
        check=credit_check(client.pk),
        line=line,
        ratio=ratio,
        days=line.terms_days if client.terms_days is None else client.terms_days,
        settings=[_setting(row, on, lines) for row in rows],
        rise_to=line.deposit_ratio if is_kept else None,
        kept=kept,
    )


def _setting(row: StandingOverride, on: dt.date, lines: Sequence[PolicyLine]) -> Setting:
    """What counts the day after, other settings of that day in force, sales as known today."""
    after = wanted_of(
        client_id=row.client_id,
        on=row.expires_on + dt.timedelta(days=1),
        lines=lines,
        counted_on=on,
    )
    part = StandingPart(row.part)
    words = part_words(part, row.grade or row.value, row.currency)
    return Setting(row, str(part.label), words, _after(part, after))


def _after(part: StandingPart, after: Wanted | None) -> str:
    if after is None:
        return ""
    figures = after.figures
    value: object = {
        StandingPart.GRADE: figures.grade,
        StandingPart.LIMIT: figures.credit_limit,
        StandingPart.DEPOSIT: after.ratio,
        StandingPart.TERMS: after.days,
    }[part]
    return part_words(part, value, figures.limit_currency)


def part_words(part: StandingPart, value: object, currency: str = "") -> str:
    """A part of a standing as the reader's language writes it."""
    language = get_language() or "en"
    if value is None or value == "":
        return _("no limit set") if part == StandingPart.LIMIT else "–"
    if part == StandingPart.GRADE:
        return str(Grade(str(value)).label)
    if part == StandingPart.DEPOSIT:
        return format_percent(Decimal(str(value)) * 100, 1)
    if part == StandingPart.TERMS:
        return days_words(int(Decimal(str(value))))
    if part == StandingPart.LIMIT:
        return format_money(Decimal(str(value)), currency or "CNY", language)
    return str(value)


def days_words(count: int) -> str:
    """`30 days`."""
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": f"{count:,}"}


def change_words(row: StandingChange) -> tuple[str, str]:
    """Before and after of a row of history, in words."""
    return _kept_words(row.part, row.before), _kept_words(row.part, row.after)


def _kept_words(part: str, text: str) -> str:
    """`1200 CNY` or `0.3 KEPT` as the history keeps them."""
    if part == StandingPart.HOLD:
        return text or "–"
    figure, _space, more = text.partition(" ")
    words = part_words(StandingPart(part), figure, more)
    if part == StandingPart.DEPOSIT:
        if not figure:
            return _("of the grade")
        if more:
            return f"{words} ({DepositBasis(more).label})"
    return words


def history_of(client: Client) -> list[StandingChange]:
    """The last changes, the newest first."""
    rows = StandingChange.objects.filter(client=client).select_related("actor")
    return list(rows.order_by("-at", "-pk")[:HISTORY])


def exposure_words(one: Exposure) -> str:
    """An exposure with its currency."""
    return format_money(one.amount, one.currency, get_language() or "en")

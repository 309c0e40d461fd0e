"""Holds: whom the rules propose, the queue, and what would lift one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clients.models import Client
from clients.selectors import default_creditor
from core.display import format_day
from core.money import format_money
from core.verify import check
from credit.models import CreditHold
from credit.rules.holds import HoldFacts, Match, matches
from credit.rules.policy import Threshold
from credit.selectors.exposure import exposure_sql
from credit.selectors.standings import thresholds
from credit.states import HOLD_OPEN, HoldRuleCode, HoldState
from payments.models import Invoice, Promise
from payments.states import PromiseState

_BROKEN: Final = (PromiseState.BROKEN, PromiseState.PART_KEPT)

_FACTS_SQL: Final = """
WITH late AS (
    SELECT client_id, min(due_on) AS oldest FROM payments_invoice
    WHERE {chosen} open_amount > 0 AND collectible > 0 AND due_on < %(on)s GROUP BY 1
), broken AS (
    SELECT client_id, count(*) AS n FROM payments_promise
    WHERE {chosen} state IN ('BROKEN', 'PART_KEPT') AND due_on >= %(since)s GROUP BY 1
), used AS ({used})
SELECT k.id, k.grade, l.oldest, coalesce(b.n, 0), k.credit_limit,
    coalesce(greatest(u.open + u.unbilled - u.covered, 0), 0)
FROM clients_client k
LEFT JOIN late l ON l.client_id = k.id
LEFT JOIN broken b ON b.client_id = k.id
LEFT JOIN used u ON u.client_id = k.id
    AND u.currency = coalesce(nullif(k.limit_currency, ''), %(currency)s)
WHERE {of_client} (k.grade = 'E' OR l.oldest IS NOT NULL OR b.n IS NOT NULL
    OR coalesce(u.open + u.unbilled - u.covered, 0) > k.credit_limit)
ORDER BY k.id
"""


def hold_matches(
    *, on: dt.date, rules: Sequence[Threshold], client_ids: Collection[int] | None = None
) -> dict[int, list[Match]]:
    """The clients for whom a rule speaks, and which; one statement."""
    some = client_ids is not None
    promises = next((one for one in rules if one.rule == HoldRuleCode.BROKEN_PROMISES), None)
    within = promises.within_days if promises and promises.within_days else 0
    creditor = default_creditor()
    values: dict[str, Any] = {
        "on": on,
        "since": on - dt.timedelta(days=within),
        "currency": creditor.currency if creditor else "CNY",
        "ids": list(client_ids or ()),
    }
    sql = _FACTS_SQL.format(
        chosen="client_id = ANY(%(ids)s) AND" if some else "",
        of_client="k.id = ANY(%(ids)s) AND" if some else "",
        used=exposure_sql("ids" if some else ""),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    found = {row[0]: matches(HoldFacts(*row[1:]), rules, on) for row in rows}
    return {client_id: some_of for client_id, some_of in found.items() if some_of}


def match_words(rule: str, value: Decimal, threshold: Decimal) -> str:
    """What a rule found, in a sentence."""
    figure, least = f"{value.normalize():f}", f"{threshold.normalize():f}"
    if rule == HoldRuleCode.OVERDUE_DAYS:
        words = _("The oldest undisputed invoice is %(days)s days overdue (more than %(least)s).")
        return words % {"days": figure, "least": least}
    if rule == HoldRuleCode.OVER_LIMIT:
        return _("The exposure is %(percent)s%% over the limit (more than %(least)s%%).") % {
            "percent": figure,
            "least": least,
        }
    if rule == HoldRuleCode.GRADE:
        return _("The grade is E.")
    return ngettext(
        "%(count)s promise was broken lately.", "%(count)s promises were broken lately.", int(value)
    ) % {"count": figure}


def proposal_words(hold: CreditHold) -> list[str]:
    """Why it was proposed, in sentences."""
    found = [
        match_words(one["rule"], Decimal(one["value"]), Decimal(one["threshold"]))
        for one in hold.matches
    ]
    return [*found, hold.proposal] if hold.proposal else found


@dataclass(frozen=True, slots=True)
class Lift:
    """Something that would take a reason of a hold away, and where it is done."""

    sentence: str
    url: str = ""


def what_would_lift(client: Client, on: dt.date, *, hold: CreditHold | None) -> list[Lift]:
    """What the client, or we, could do so that nothing speaks for a hold any more."""
    rules = {one.rule: one for one in thresholds()}
    found = hold_matches(on=on, rules=list(rules.values()), client_ids=[client.pk])
    lifts: list[Lift] = []
    for one in found.get(client.pk, []):
        lifts += _lift(one, client, on, rules[one.rule])
    if not lifts:
        lifts.append(Lift(_("No rule speaks for it any more: a manager may lift it.")))
    if hold is not None and hold.expires_on is not None:
        day = format_day(hold.expires_on, get_language() or "en")
        lifts.append(Lift(_("It ends by itself after %s.") % day))
    return lifts


def _lift(match: Match, client: Client, on: dt.date, rule: Threshold) -> list[Lift]:
    if match.rule == HoldRuleCode.OVERDUE_DAYS:
        return _pay(client, on, rule)
    url = reverse("clients:standing", args=[client.pk])
    if match.rule == HoldRuleCode.OVER_LIMIT:
        words = _("Payments that bring the exposure under the limit, or a higher limit.")
        return [Lift(words, url)]
    if match.rule == HoldRuleCode.GRADE:
        return [Lift(_("A better grade than E."), url)]
    broken = Promise.objects.filter(
        client=client,
        state__in=_BROKEN,
        due_on__gte=on - dt.timedelta(days=rule.within_days or 0),
    ).order_by("due_on", "pk")
    first = broken.first()
    if first is None:
        return []
    until = first.due_on + dt.timedelta(days=(rule.within_days or 0) + 1)
    words = _("No more broken promises: the first of them counts no longer from %s.")
    return [Lift(words % format_day(until, get_language() or "en"))]


def _pay(client: Client, on: dt.date, rule: Threshold) -> list[Lift]:
    """What has to be paid, by currency."""
    before = on - dt.timedelta(days=int(rule.threshold))
    rows = (
        Invoice.objects.filter(
            client=client, open_amount__gt=0, collectible__gt=0, due_on__lt=before
        )
        .order_by("currency")
        .values("currency")
        .annotate(total=Sum("collectible"), n=Count("pk"))
    )
    language = get_language() or "en"
    url = f"{reverse('payments:invoices')}?client={client.pk}&show=overdue"
    return [
        Lift(
            ngettext(
                "Payment of %(amount)s: %(count)s invoice that is more than %(days)s days overdue.",
                "Payment of %(amount)s: %(count)s invoices that are more than %(days)s days "
                "overdue.",
                row["n"],
            )
            % {
                "amount": format_money(row["total"], row["currency"], language),
                "count": row["n"],
                "days": int(rule.threshold),
            },
            url,
        )
        for row in rows
    ]


def open_hold(client: Client) -> CreditHold | None:
    """The hold or proposal of a client, where there is one."""
    rows = CreditHold.objects.filter(client=client, state__in=HOLD_OPEN)
    return rows.select_related("decided_by", "proposed_by").first()


@check("credit: who is on hold has a hold, and the other way round")
def _holds_agree() -> Any:
    held = set(CreditHold.objects.filter(state=HoldState.HELD).values_list("client_id", flat=True))
    marked = set(Client.objects.filter(on_credit_hold=True).values_list("pk", flat=True))
    for client_id in sorted(held ^ marked):
        yield f"client {client_id} is on hold {'here' if client_id in held else 'there'} only"

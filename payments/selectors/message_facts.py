"""What texts to a client may say of its money: open, undisputed, less its credit.

The same figures as reminders ask for: `collectible` of each invoice, oldest first, from which
the client's unapplied credit is taken off. Each amount is written out in the client's language.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from clients.selectors import letter_account
from core.display import format_long_day, format_number
from core.mailing import one_line
from core.money import ZERO, format_money
from interactions.selectors.facts import Occasion, register_facts
from payments.models import ClientBalance, Invoice, Promise, Receipt
from payments.states import PromiseState

#: More invoices than this are a statement, not a mail: the table says how many follow.
MOST_LINES: Final = 40

NAMES: Final = MappingProxyType(
    {
        "invoice_table": _("the open, undisputed invoices"),
        "open_total": _("what is open and undisputed, less the credit"),
        "overdue_total": _("what of it is overdue"),
        "oldest_due_on": _("when the oldest overdue invoice fell due"),
        "days_overdue": _("how many days ago that was"),
        "pay_link_note": _("how to pay"),
        "promise_amount": _("the amount of the latest promise"),
        "promise_due_on": _("the day of the latest promise"),
        "received_amount": _("the latest payment"),
        "received_on": _("the day of the latest payment"),
    }
)


@dataclass(frozen=True, slots=True)
class _Debt:
    """Open invoices of one client towards one creditor in one currency, less its credit."""

    currency: str
    lines: tuple[tuple[Invoice, Decimal], ...]
    credit: Decimal

    def total(self, *, before: dt.date | None = None) -> Decimal:
        """What is asked for; `before`: only what fell due earlier."""
        return sum(
            (asked for row, asked in self.lines if before is None or row.due_on < before), ZERO
        )


def message_facts(occasion: Occasion) -> dict[str, str]:
    """The facts of this room; what is not known is left out."""
    debts = _debts(occasion)
    facts = {**_promise(occasion), **_receipt(occasion)}
    if not debts:
        return facts
    facts["invoice_table"] = "\n\n".join(_table(debt, occasion) for debt in debts)
    facts["open_total"] = _sums(debts, occasion)
    facts["pay_link_note"] = _accounts(debts, occasion)
    overdue = [debt for debt in debts if debt.total(before=occasion.on)]
    if overdue:
        oldest = min(
            row.due_on for debt in overdue for row, _asked in debt.lines if row.due_on < occasion.on
        )
        facts["overdue_total"] = _sums(overdue, occasion, before=occasion.on)
        facts["oldest_due_on"] = format_long_day(oldest, occasion.spoken)
        facts["days_overdue"] = format_number((occasion.on - oldest).days)
    return facts


def _debts(occasion: Occasion) -> list[_Debt]:
    mine = {"client": occasion.client, "creditor": occasion.creditor}
    rows: dict[str, list[Invoice]] = {}
    for row in Invoice.objects.open().filter(**mine, collectible__gt=0).order_by("due_on", "pk"):
        rows.setdefault(row.currency, []).append(row)
    credits = dict(ClientBalance.objects.filter(**mine).values_list("currency", "credit"))
    debts = [
        _debt(currency, found, credits.get(currency) or ZERO)
        for currency, found in sorted(rows.items())
    ]
    return [debt for debt in debts if debt.lines]


def _debt(currency: str, rows: Sequence[Invoice], credit: Decimal) -> _Debt:
    """Credit covers the oldest first, so that no more is asked for than is left."""
    left, lines, used = credit, [], ZERO
    for row in rows:
        taken = min(left, row.collectible)
        left, used = left - taken, used + taken
        if row.collectible > taken:
            lines.append((row, row.collectible - taken))
    return _Debt(currency, tuple(lines), used)


def _money(amount: Decimal, currency: str, occasion: Occasion) -> str:
    return format_money(amount, currency, occasion.spoken)


def _sums(debts: Sequence[_Debt], occasion: Occasion, before: dt.date | None = None) -> str:
    parts = [_money(debt.total(before=before), debt.currency, occasion) for debt in debts]
    return ("、" if occasion.spoken == "zh-hans" else " + ").join(parts)


def _table(debt: _Debt, occasion: Occasion) -> str:
    """A line per invoice: columns do not line up in proportional fonts or on a phone."""
    chinese = occasion.spoken == "zh-hans"
    line = "账单{number}，{due}到期，{asked}" if chinese else "{number}, due {due}: {asked}"
    lines = [
        line.format(
            number=one_line(row.number),
            due=format_long_day(row.due_on, occasion.spoken),
            asked=_money(asked, debt.currency, occasion),
        )
        for row, asked in debt.lines[:MOST_LINES]
    ]
    more = len(debt.lines) - MOST_LINES
    if more > 0:
        lines.append(f"另有{more}张账单" if chinese else f"and {more} more")
    if debt.credit:
        credit = _money(debt.credit, debt.currency, occasion)
        lines.append(
            f"（已扣除贵方在我方的余款{credit}）"
            if chinese
            else f"(your credit of {credit} with us is taken off)"
        )
    total = _money(debt.total(), debt.currency, occasion)
    lines.append(f"合计：{total}" if chinese else f"Total: {total}")
    return "\n".join(lines)


def _accounts(debts: Sequence[_Debt], occasion: Occasion) -> str:
    """Where to pay; empty where an account is missing for one of the currencies."""
    chinese = occasion.spoken == "zh-hans"
    labels = (
        ("户名", "账号", "开户行", "行号/SWIFT")
        if chinese
        else ("Account name", "Account number", "Bank", "BIC")
    )
    blocks = []
    for debt in debts:
        account = letter_account(occasion.creditor, debt.currency)
        if account is None:
            return ""
        values = (account.account_name, account.account_number, account.bank_name, account.bic)
        colon = "：" if chinese else ": "
        blocks.append(
            "\n".join(
                f"{label}{colon}{one_line(value)}"
                for label, value in zip(labels, values, strict=True)
                if value
            )
        )
    head = "收款账户：" if chinese else "Our account:"
    return "\n\n".join(f"{head}\n{block}" for block in blocks)


def _promise(occasion: Occasion) -> dict[str, str]:
    row = (
        Promise.objects.filter(client=occasion.client, creditor=occasion.creditor)
        .exclude(state=PromiseState.WITHDRAWN)
        .order_by("-promised_on", "-pk")
        .first()
    )
    if row is None:
        return {}
    return {
        "promise_amount": _money(row.amount, row.currency, occasion),
        "promise_due_on": format_long_day(row.due_on, occasion.spoken),
    }


def _receipt(occasion: Occasion) -> dict[str, str]:
    row = (
        Receipt.objects.filter(client=occasion.client, creditor=occasion.creditor)
        .filter(amount__gt=F("refunded"))
        .order_by("-received_on", "-pk")
        .first()
    )
    if row is None:
        return {}
    return {
        "received_amount": _money(row.amount, row.currency, occasion),
        "received_on": format_long_day(row.received_on, occasion.spoken),
    }


def register() -> None:
    """Tell the room of interactions what this one knows."""
    register_facts(NAMES, message_facts)

"""The overdue dashboard: every figure of receivables at the end of a day, per currency."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from clients.models import Creditor
from core.models import User
from core.money import ZERO
from disputes.selectors import held_totals
from payments.rules import metrics
from payments.selectors.as_of import Aging
from payments.selectors.flows import PERIOD_DAYS, Flow, flows_until
from payments.states import Measure


@dataclass(frozen=True)
class CurrencyFigures:
    """The figures of one currency at the end of a day. A figure without a base is None."""

    flow: Flow
    disputed: Decimal

    @cached_property
    def aging(self) -> Aging:
        """Receivables by bucket."""
        return self.flow.aging()

    @property
    def overdue_share(self) -> Decimal | None:
        """Overdue in percent of receivables."""
        return metrics.overdue_share(receivables=self.aging.receivables, overdue=self.aging.overdue)

    @property
    def credit(self) -> Decimal:
        """Money received and credit notes issued that settle nothing yet."""
        return self.flow.at_end(Measure.CREDIT)

    @property
    def sales(self) -> Decimal:
        """Credit sales of the period: invoices less credit notes."""
        return self.flow.moved(Measure.SALES)

    @property
    def collected(self) -> Decimal:
        """Money received in the period, less refunds."""
        return self.flow.moved(Measure.COLLECTED)

    @property
    def opening(self) -> Decimal:
        """Receivables when the period began."""
        return self.flow.at_start(Measure.OPEN)

    @property
    def dso(self) -> Decimal | None:
        """Days sales outstanding over the period."""
        return metrics.dso(receivables=self.aging.receivables, sales=self.sales, days=PERIOD_DAYS)

    @property
    def best_possible_dso(self) -> Decimal | None:
        """The DSO if nobody were late."""
        return metrics.best_possible_dso(
            current=self.aging.current, sales=self.sales, days=PERIOD_DAYS
        )

    @property
    def days_delinquent(self) -> Decimal | None:
        """Average days delinquent."""
        return metrics.average_days_delinquent(
            receivables=self.aging.receivables,
            current=self.aging.current,
            sales=self.sales,
            days=PERIOD_DAYS,
        )

    @property
    def count_back_dso(self) -> Decimal | None:
        """DSO counted back month by month."""
        return metrics.count_back_dso(
            receivables=self.aging.receivables, months=self.flow.sales_backwards()
        )

    @property
    def effectiveness(self) -> Decimal | None:
        """Collection effectiveness index of the period, in percent."""
        return metrics.collection_effectiveness(
            opening=self.opening,
            sales=self.sales,
            closing=self.aging.receivables,
            closing_current=self.aging.current,
        )


def figures_by_currency(
    *, creditor: Creditor, on: dt.date, user: User
) -> dict[str, CurrencyFigures]:
    """The figures of every currency a creditor invoices in, over the clients this user may see."""
    disputed = held_totals(creditor=creditor, on=on, user=user)
    flows = flows_until(creditor=creditor, on=on, user=user)
    return {
        currency: CurrencyFigures(flow, disputed.get(currency, ZERO))
        for currency, flow in flows.items()
    }

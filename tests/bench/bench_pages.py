"""A list of 200 rows as it is served, beside the same page with its strings made beforehand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from unittest import mock

from django.test import Client as Browser

from core.models import User
from core.states import Role
from payments.models import Invoice
from payments.views import invoices as page
from payments.views.invoices import invoice_rows
from tests.bench.measuring import Row, compare

ROWS = 200
PATH = "/payments/invoices/"


def run(*, quick: bool = False) -> list[Row]:
    """Rows of work, size, ours_ms, floor_ms, ratio and goal, on the ledger that is loaded."""
    user = User.objects.filter(role=Role.FINANCE).first()
    assert user is not None
    browser = Browser()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    kept: list[list[dict[str, Any]]] = []

    def keeping(found: Iterable[Invoice], *, on: dt.date) -> list[dict[str, Any]]:
        kept.append(invoice_rows(found, on=on))
        return kept[-1]

    def served() -> None:
        response = browser.get(PATH, {"show": "overdue"})
        assert response.status_code == 200, response.status_code

    def served_from_strings() -> None:
        with mock.patch.object(page, "invoice_rows", return_value=kept[0]):
            served()

    with mock.patch.object(page, "PAGE_SIZE", ROWS):
        with mock.patch.object(page, "invoice_rows", keeping):
            served()
        assert len(kept[0]) == ROWS, len(kept[0])
        return [
            compare(
                work=f"list of {ROWS} invoices, served",
                size=Invoice.objects.count(),
                ours=served,
                floor=served_from_strings,
                goal="<= 1.5 and <= 8 ms",
                rounds=3 if quick else 25,
                note="floor: the same page and reads, its cells written out beforehand",
            )
        ]

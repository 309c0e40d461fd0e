"""Columns out of the database at once: COPY to numpy, no row in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from io import StringIO
from typing import Any

import numpy as np
from django.db import connection

from clients.selectors import our_zone
from core.dates import day_in
from credit.rules.history import Floats


def our_day(at: dt.datetime) -> dt.date:
    """The day at our (first) company."""
    return day_in(at, our_zone())


def read_columns(sql: str, params: Mapping[str, Any], width: int) -> Floats:
    """The rows of a query as a table of floats with `width` columns; NULL may not occur.

    Whole numbers are exact up to 2^53.
    """
    out = StringIO()
    with connection.cursor() as cursor:
        text = cursor.mogrify(f"COPY ({sql}) TO STDOUT (FORMAT csv)", params)
        cursor.copy_expert(text.decode() if isinstance(text, bytes) else text, out)
    text = out.getvalue().replace("\n", ",")
    values = np.fromstring(text, sep=",") if text else np.empty(0)
    return values.reshape(-1, width)

"""Columns out of the database at once: COPY to numpy, no row in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import numpy as np
from django.db import connection

from clients.selectors import our_zone
from core.dates import day_in
from credit.rules.history import Floats


def our_day(at: dt.datetime) -> dt.date:
    """The day at our (first) company."""
    return day_in(at, our_zone())


#: Bytes before and after the rows of a binary COPY.
_BEFORE: Final = 19
_AFTER: Final = 2


def read_columns(sql: str, params: Mapping[str, Any], width: int) -> Floats:
    """The rows of a query as a table of floats with `width` columns; NULL may not occur.

    Whole numbers are exact up to 2^53. Binary rows of floats have one length, so that nothing is
    written out or parsed.
    """
    names = [f"c{place}" for place in range(width)]
    floats = ", ".join(f"{name}::float8" for name in names)
    rows = f"SELECT {floats} FROM ({sql}) columns ({', '.join(names)})"  # noqa: S608  # names made here
    out = BytesIO()
    with connection.cursor() as cursor:
        text = cursor.mogrify(f"COPY ({rows}) TO STDOUT (FORMAT binary)", params)
        cursor.copy_expert(text.decode() if isinstance(text, bytes) else text, out)
    row = np.dtype([("count", ">i2"), ("cells", [("length", ">i4"), ("value", ">f8")], width)])
    data = memoryview(out.getbuffer())[_BEFORE:-_AFTER]
    if len(data) % row.itemsize:
        raise ValueError("A cell is NULL.")
    cells = np.frombuffer(data, row)["cells"]
    if (cells["length"] != cells.dtype["value"].itemsize).any():
        raise ValueError("A cell is NULL.")
    found: Floats = cells["value"].astype(np.float64)
    return found

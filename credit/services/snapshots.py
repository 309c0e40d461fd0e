"""Snapshots of many clients at once, as rows of one length, by binary COPY."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any, Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from credit.rules.columns import FACTS
from credit.rules.history import HORIZONS, Days, Floats
from credit.rules.score import FACTORS, GRADES, Scored

#: The day that Postgres counts from, and its number for an array of floats' cells.
_EPOCH: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_FLOAT8: Final = 701
_HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"
_LETTERS: Final = np.array([*GRADES, "U"], "S1")


def _array_of(cells: int) -> np.dtype[Any]:
    """An array of so many floats, as Postgres sends and receives it."""
    cell = [("length", ">i4"), ("value", ">f8")]
    front = [(name, ">i4") for name in ("dimensions", "flags", "type", "size", "first")]
    return np.dtype([*front, ("cells", cell, cells)])


#: The columns of a snapshot, in the order in which they are written.
_COLUMNS: Final[tuple[tuple[str, str | np.dtype[Any]], ...]] = (
    *(("id", ">i8"), ("client_id", ">i8"), ("on", ">i4"), ("calibration_id", ">i8")),
    *(("score", ">i2"), ("start", ">f8"), ("computed", "S1"), ("granted", "S1")),
    *((f"late_{horizon}", ">f8") for horizon in HORIZONS),
    *(("warning", ">f8"), ("points", _array_of(len(FACTORS))), ("facts", _array_of(len(FACTS)))),
    ("created_at", ">i8"),
)
_ROW: Final = np.dtype(
    [
        ("columns", ">i2"),
        *((name, [("length", ">i4"), ("value", kind)]) for name, kind in _COLUMNS),
    ]
)
_NAMES: Final = ", ".join(f'"{name}"' for name, _kind in _COLUMNS)
_KEYS: Final = """
    SELECT nextval(pg_get_serial_sequence('credit_scoresnapshot', 'id'))
    FROM generate_series(1, %s)
"""


def write_snapshots(
    ids: Days,
    facts: Floats,
    scored: Scored,
    granted: NDArray[np.int8],
    *,
    calibration_id: int,
    on: dt.date,
    at: dt.datetime,
) -> tuple[Days, Floats]:
    """Write a snapshot of each client; their keys and early warnings.

    `scored` has a row for each client of `ids`, like `facts` and `granted`.
    """
    keys, warning = _keys(len(ids)), _places(scored.warning, 4)
    values: dict[str, Any] = {
        "id": keys,
        "client_id": ids,
        "on": (on - _EPOCH.date()).days,
        "calibration_id": calibration_id,
        "score": np.rint(scored.score),
        "start": round(scored.start, 2),
        "computed": _LETTERS[scored.grade],
        "granted": _LETTERS[granted],
        **{f"late_{horizon}": _places(scored.late[horizon], 5) for horizon in HORIZONS},
        "warning": warning,
        "points": _digits(scored.points, 4),
        "facts": _digits(facts, 6),
        "created_at": (at - _EPOCH) // dt.timedelta(microseconds=1),
    }
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY credit_scoresnapshot ({_NAMES}) FROM STDIN (FORMAT binary)",
            BytesIO(_HEAD + _rows(values, len(ids)) + _END),
        )
    return keys, warning


def _keys(count: int) -> Days:
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, [count])
        return np.array([key for (key,) in cursor.fetchall()], np.int64)


def _rows(values: dict[str, Any], count: int) -> bytes:
    rows = np.zeros(count, _ROW)
    rows["columns"] = len(_COLUMNS)
    for name, kind in _COLUMNS:
        column = rows[name]
        column["length"] = column.dtype["value"].itemsize
        if isinstance(kind, str):
            column["value"] = values[name]
        else:
            _fill(column["value"], values[name])
    return rows.tobytes()


def _fill(array: Any, values: Floats) -> None:
    array["dimensions"] = array["first"] = 1
    array["type"], array["size"] = _FLOAT8, values.shape[1]
    array["cells"]["length"] = 8
    array["cells"]["value"] = values


def _places(values: Floats, places: int) -> Floats:
    """Rounded to so many decimal places."""
    found: Floats = np.rint(values * 10.0**places) / 10.0**places
    return found


def _digits(values: Floats, digits: int) -> Floats:
    """Rounded to so many digits that count."""
    size = np.abs(values)
    places = digits - 1 - np.floor(np.log10(np.where(size > 0, size, 1.0)))
    up, down = 10.0 ** np.maximum(places, 0), 10.0 ** np.maximum(-places, 0)
    found: Floats = np.rint(values * up / down) / up * down
    return found


_POINT: Final = """
    INSERT INTO credit_currentscore (client_id, snapshot_id, warning, look_on)
    SELECT client_id, snapshot_id, warning, date '0001-01-01' + day - 1
    FROM unnest(%s::bigint[], %s::bigint[], %s::float8[], %s::int[])
        AS n (client_id, snapshot_id, warning, day)
    ON CONFLICT (client_id) DO UPDATE SET snapshot_id = excluded.snapshot_id,
        warning = excluded.warning, look_on = excluded.look_on
"""
_WAIT: Final = """
    UPDATE credit_currentscore c SET look_on = date '0001-01-01' + n.day - 1
    FROM unnest(%s::bigint[], %s::int[]) AS n (client_id, day) WHERE c.client_id = n.client_id
"""


def point_at(ids: Days, keys: Days, warning: Floats, look_on: Days) -> None:
    """Make these snapshots those that count."""
    with connection.cursor() as cursor:
        cursor.execute(_POINT, [ids.tolist(), keys.tolist(), warning.tolist(), look_on.tolist()])


def wait_until(ids: Days, look_on: Days) -> None:
    """Set from when on clients whose score stayed are looked at again."""
    with connection.cursor() as cursor:
        cursor.execute(_WAIT, [ids.tolist(), look_on.tolist()])
